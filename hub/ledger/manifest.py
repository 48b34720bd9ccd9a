"""What the ledger brings."""

from hub.core.vertical import NavItem, Slice
from hub.ledger import api, pages

slice = Slice(
    package="hub.ledger",
    handlers=(api.list_balances, api.list_transfers, *pages.handlers),
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
