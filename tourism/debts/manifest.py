"""What debts bring."""

from hub import payments
from hub.core.vertical import About, Keeps, Kept, NavItem, Personal, Portability, Slice
from tourism.debts import api, pages, tasks
from tourism.debts.models import DebtGivenUp, DebtWrittenOff

slice = Slice(
    package="tourism.debts",
    handlers=(*pages.handlers, *api.handlers),
    tasks=(
        tasks.hear_later,
        tasks.apply_later,
        tasks.tell_later,
        tasks.dispute_later,
        tasks.fee_later,
        tasks.sweep_later,
    ),
    on={
        payments.ChargeAnswered: (tasks.hear_later,),
        payments.DisputeChanged: (tasks.dispute_later,),
        payments.FeeTold: (tasks.fee_later,),
        DebtWrittenOff: (tasks.apply_later,),
        DebtGivenUp: (tasks.tell_later,),
    },
    ticks=(tasks.SWEEP,),
    nav=(
        NavItem(label="Ce que vous devez", path=pages.PAGE, organisation_kinds=("lodging",)),
        NavItem(label="Dettes", path=pages.OPERATOR, organisation_kinds=("operator",)),
    ),
    messages=(*pages.WHY.values(), *pages.STATES.values()),
    portability=Portability(
        kept={
            name: Kept(years=10, why="vouchers of accounts (Code de commerce, article L123-22)")
            for name in ("debt_payment", "write_off", "write_off_line", "debt_given_up")
        }
    ),
    personal=Personal(
        about={
            "write_off": About(
                words="A debt that you proposed, or decided, to give up.",
                actor=("proposed_by", "decided_by"),
                hides=("proposed_by", "decided_by"),
                keeps=Keeps.ACTS,
            )
        },
        nobody={
            "debt_payment": "what organisations paid of their debts",
            "write_off_line": "which stays a debt of an organisation was given up of",
        },
    ),
)
