"""Why a place on a waiting list is not given. Each says what to do instead."""

from hub.core.errors import Conflict, Invalid, NotFound, TooMany


class WishInvalid(Invalid):
    """This cannot be waited for"""

    code = "wish-invalid"


class StillFree(Conflict):
    """There is no need to wait: the house has rooms for you"""

    code = "still-free"


class NotWaitable(Conflict):
    """Waiting would not help for this stay"""

    code = "not-waitable"


class ListFull(TooMany):
    """The waiting list is full"""

    code = "waiting-list-full"


class WishUnknown(NotFound):
    """This place on the list is unknown"""

    code = "wish-unknown"


class OfferOver(Conflict):
    """This is no longer possible: the wish is closed or has just changed"""

    code = "wish-closed"
