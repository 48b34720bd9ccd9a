"""What the traveller's pages bring."""

from hub.core.vertical import Slice
from tourism.storefront import pages
from tourism.storefront.brand import BRAND, SHEET
from tourism.storefront.rehearsing import rehearse

slice = Slice(
    package="tourism.storefront",
    handlers=pages.handlers,
    rehearse=rehearse,
    messages=(*BRAND.sentences, *SHEET.sentences),
)
