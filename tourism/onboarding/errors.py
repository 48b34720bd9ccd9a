"""What keeps a house from being published, and what can be wrong with its opening."""

from hub.core.errors import Conflict, HubError


class NotReady(Conflict):
    """Some steps are still to be done"""

    code = "house_not_ready"


class StillOnSale(Conflict):
    """The house is on sale"""

    code = "house_on_sale"


class OpeningInvalid(HubError):
    """The season cannot be opened so"""

    code = "opening_invalid"
    status = 400
