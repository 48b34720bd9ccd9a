"""What the ledger brings."""

from hub.core.vertical import NavItem, Slice
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
)
