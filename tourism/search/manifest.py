"""What search brings."""

from hub.core.vertical import Slice
from tourism.search import api, pages, policy

slice = Slice(
    package="tourism.search",
    handlers=(
        api.search,
        api.see_property,
        api.see_ranking,
        *pages.handlers,
    ),
    messages=tuple(words for words, _ in policy.RANKING.values()),
)
