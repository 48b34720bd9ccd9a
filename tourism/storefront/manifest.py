"""What the traveller's pages bring."""

from hub.core.vertical import Slice
from tourism.storefront import pages

slice = Slice(package="tourism.storefront", handlers=pages.handlers)
