"""What the traveller's pages bring."""

from hub.core.vertical import Slice
from tourism.storefront import calendars, pages
from tourism.storefront.brand import BRAND, SHEET
from tourism.storefront.rehearsing import rehearse

slice = Slice(
    package="tourism.storefront",
    handlers=(*pages.handlers, *calendars.handlers),
    rehearse=rehearse,
    messages=(*BRAND.sentences, *SHEET.sentences),
)
