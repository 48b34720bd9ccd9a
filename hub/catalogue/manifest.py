"""What the catalogue brings."""

from hub.catalogue import api, pages
from hub.core.vertical import Slice

slice = Slice(
    package="hub.catalogue",
    handlers=(*api.handlers, *pages.handlers),
    messages=pages.WORDS,
)
