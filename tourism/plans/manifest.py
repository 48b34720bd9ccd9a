"""What the editing of rate plans brings."""

from hub.core.vertical import NavItem, Slice
from tourism.plans import api, pages

slice = Slice(
    package="tourism.plans",
    handlers=(*api.handlers, *pages.handlers),
    nav=(NavItem(label="Tarifs", path="/pro/plans", organisation_kinds=("lodging",), rank=40),),
)
