"""What agreements bring."""

from hub.agreements import describe, pages
from hub.core.vertical import NavItem, Slice

slice = Slice(
    package="hub.agreements",
    handlers=pages.handlers,
    nav=(NavItem(label="Accords", path="/pro/agreement", organisation_kinds=("federation",)),),
    messages=(*describe.ROLES.values(), *describe.BASES.values()),
)
