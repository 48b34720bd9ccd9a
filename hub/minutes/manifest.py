"""What minutes bring."""

from hub.core.vertical import Slice
from hub.minutes import actions, pages

slice = Slice(
    package="hub.minutes",
    handlers=pages.handlers,
    messages=(*actions.SIGNED, *actions.WORDS.values()),
)
