"""What repaying brings."""

from hub.core.vertical import About, Keeps, Kept, NavItem, Personal, Portability, Slice
from tourism.repaying import api, pages, tasks
from tourism.repaying.models import (
    BANK,
    DebtRepaid,
    RepaymentTakenBack,
    TransferReceived,
    TransferTakenBack,
)

slice = Slice(
    package="tourism.repaying",
    handlers=(*pages.handlers, *api.handlers),
    tasks=(
        tasks.apply_later,
        tasks.tell_later,
        tasks.undo_later,
        tasks.tell_back_later,
        tasks.sweep_later,
    ),
    on={
        DebtRepaid: (tasks.apply_later,),
        TransferReceived: (tasks.tell_later,),
        RepaymentTakenBack: (tasks.undo_later,),
        TransferTakenBack: (tasks.tell_back_later,),
    },
    ticks=(tasks.SWEEP,),
    nav=(
        NavItem(
            label="Ce que vous devez",
            path=pages.PAGE,
            organisation_kinds=("office", "region", "federation"),
        ),
        NavItem(label="Virements reçus", path=pages.OPERATOR, organisation_kinds=("operator",)),
    ),
    messages=tuple(pages.WHY.values()),
    account_names={BANK: "Compte bancaire de la centrale"},
    portability=Portability(
        kept={
            name: Kept(years=10, why="vouchers of accounts (Code de commerce, article L123-22)")
            for name in ("debt_received", "debt_received_line")
        }
    ),
    personal=Personal(
        about={
            "debt_received": About(
                words="A bank transfer of an organisation that you noted, or took back.",
                actor=("noted_by", "taken_back_by"),
                hides=("noted_by", "taken_back_by"),
                keeps=Keeps.ACTS,
            )
        },
        nobody={"debt_received_line": "which stays a transfer of an organisation paid"},
    ),
)
