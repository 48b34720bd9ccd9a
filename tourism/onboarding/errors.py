"""What keeps a house from being published, and what can be wrong with its opening."""

from hub.core.errors import Conflict, HubError


class NotReady(Conflict):
    """Some steps are still to be done"""

    code = "house-not-ready"


class HouseLeaves(Conflict):
    """Your notice is over: this house is not put on sale any more"""

    code = "house-leaves"


class StillOnSale(Conflict):
    """The house is on sale"""

    code = "house-on-sale"


class OpeningInvalid(HubError):
    """The season cannot be opened so"""

    code = "opening-invalid"
    status = 400
