"""What the register of members brings."""

from hub.core.vertical import NavItem, Personal, Slice
from hub.members import pages

slice = Slice(
    package="hub.members",
    handlers=pages.handlers,
    nav=(
        NavItem(label="Membres", path="/pro/members", organisation_kinds=("federation",), rank=20),
    ),
    personal=Personal(
        nobody={"enrolment": "member organisations", "statute": "the rules of a federation"},
    ),
)
