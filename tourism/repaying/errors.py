"""What can go wrong with a received transfer."""

from hub.core.errors import Conflict


class MoreThanOwed(Conflict):
    """This is more than this organisation owes"""

    code = "more-than-owed"


class NotedOtherwise(Conflict):
    """This transfer is noted already, and not as you say"""

    code = "noted-otherwise"
