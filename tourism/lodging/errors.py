"""What can be wrong with what a hotelier says of the house."""

from hub.core.errors import HubError


class HouseInvalid(HubError):
    """This cannot be said of the house"""

    code = "house_invalid"
    status = 400


class RoomInvalid(HubError):
    """This room type cannot be"""

    code = "room_invalid"
    status = 400


class NightsLimitReached(HubError):
    """This furnished let has reached its nights of the year"""

    code = "nights_limit"
    status = 409
