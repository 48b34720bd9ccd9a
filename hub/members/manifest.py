"""What the register of members brings."""

from hub.core.vertical import NavItem, Slice
from hub.members import pages

slice = Slice(
    package="hub.members",
    handlers=pages.handlers,
    nav=(
        NavItem(label="Membres", path="/pro/members", organisation_kinds=("federation",), rank=20),
    ),
)
