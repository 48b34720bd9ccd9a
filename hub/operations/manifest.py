"""What operations bring."""

from hub.core.vertical import NavItem, Slice
from hub.operations import pages

slice = Slice(
    package="hub.operations",
    handlers=pages.handlers,
    nav=(NavItem(label="Exploitation", path="/pro/operations", organisation_kinds=("operator",)),),
)
