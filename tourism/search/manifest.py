"""What search brings."""

from hub.core.vertical import Slice
from tourism.search import api
from tourism.search.policy.ranking import PER_WORDS, RANKING

slice = Slice(
    package="tourism.search",
    handlers=api.handlers,
    messages=(*(rule.words for rule in RANKING.values()), *PER_WORDS.values()),
)
