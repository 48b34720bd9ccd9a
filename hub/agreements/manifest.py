"""What agreements bring."""

from hub.agreements import describe, pages
from hub.core.vertical import NavItem, Slice
from hub.rules.says import Says

slice = Slice(
    package="hub.agreements",
    handlers=pages.handlers,
    nav=(
        NavItem(
            label="Accords", path="/pro/agreement", organisation_kinds=("federation",), rank=10
        ),
    ),
    messages=(*describe.MESSAGES, *Says),
)
