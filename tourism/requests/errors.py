"""Why a house is not asked."""

from hub.core.errors import Conflict


class NotOnRequest(Conflict):
    """This offer can be booked at once"""

    code = "not-on-request"
