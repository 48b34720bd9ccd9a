"""Why somebody cannot come along, or visit."""

from hub.core.errors import Conflict


class NotVouched(Conflict):
    """The association has not validated this volunteer"""

    code = "volunteer-not-validated"


class OutingOver(Conflict):
    """This can no longer be joined"""

    code = "outing-over"
