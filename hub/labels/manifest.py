"""What labels bring."""

from hub.core.vertical import NavItem, Slice
from hub.labels import api, contracts, pages

slice = Slice(
    package="hub.labels",
    handlers=(*pages.handlers, *api.handlers),
    nav=(NavItem(label="Agréments", path=pages.PAGE, organisation_kinds=("operator",), rank=30),),
    messages=(*pages.WORDS, *contracts.WORDS.values()),
)
