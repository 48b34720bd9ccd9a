"""What can be wrong with what a hotelier says of the house."""

from hub.core.errors import HubError


class HouseInvalid(HubError):
    """This cannot be said of the house"""

    code = "house-invalid"
    status = 400


class RoomInvalid(HubError):
    """This room type cannot be"""

    code = "room-invalid"
    status = 400


class NightsLimitReached(HubError):
    """This furnished let has reached its nights of the year"""

    code = "nights-limit"
    status = 409
