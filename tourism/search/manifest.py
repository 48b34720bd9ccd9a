"""What search brings."""

from hub.core.vertical import Slice
from tourism.search import api, pages

slice = Slice(
    package="tourism.search",
    handlers=(
        api.suggest,
        api.search,
        api.see_property,
        api.see_ranking,
        *pages.handlers,
    ),
)
