"""What search brings."""

from hub.core.vertical import Slice
from tourism.search import api
from tourism.search.policy.ranking import RANKING

slice = Slice(
    package="tourism.search",
    handlers=api.handlers,
    messages=tuple(rule.words for rule in RANKING.values()),
)
