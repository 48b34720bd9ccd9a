"""What can go wrong with feeds. Each says what happened and what to do."""

from hub.core.errors import Conflict, Invalid, NotFound


class FeedInvalid(Invalid):
    """This calendar cannot be added as it is"""

    code = "feed-invalid"


class FeedKnown(Invalid):
    """This calendar is already read for this room type"""

    code = "feed-known"


class FeedUnknown(NotFound):
    """This calendar is no longer there"""

    code = "feed-unknown"


class NightsMoved(Conflict):
    """Somebody else has just taken or freed nights"""

    code = "nights-moved"
