"""What the ledger brings."""

from hub.core.vertical import Kept, NavItem, Portability, Slice
from hub.ledger import api, pages, tasks

slice = Slice(
    package="hub.ledger",
    handlers=(api.list_balances, api.list_transfers, *pages.handlers),
    tasks=(tasks.link_later, tasks.expire_later, tasks.check_later),
    ticks=tasks.TICKS,
    nav=(
        NavItem(label="Registre", path="/pro/ledger", organisation_kinds=("federation",), rank=30),
        NavItem(
            label="Relevé",
            path="/pro/statement",
            organisation_kinds=("lodging", "office", "region"),
            rank=62,
        ),
    ),
    portability=Portability(
        belongs_by={"ledger_transfer": ("tenant", "debit_tenant", "credit_tenant")},
        named={"ledger_account": ("id", "tenant", "scheme", "code", "currency")},
        same_by={"ledger_account": ("tenant", "scheme", "code", "currency")},
        stays={
            "ledger_balance": "sums, made anew from the transfers that arrive",
            "ledger_check": "what this hub's daily check found",
            "ledger_class": "the rules of each kind of account, installed with the ledger",
            "ledger_link": "the chain of this hub; the new one seals the transfers that arrive",
            "ledger_waiting": "transfers that this hub has still to seal",
        },
        kept={
            name: Kept(years=10, why="accounts (Code de commerce, article L123-22)", sealed=True)
            for name in ("ledger_account", "ledger_transfer")
        },
        arrivals=("ledger_arrive",),
    ),
)
