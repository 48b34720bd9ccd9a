"""What can go wrong with a declaration."""

from hub.core.errors import Conflict, Invalid


class NothingToDeclare(Conflict):
    """There is nothing to declare"""

    code = "nothing-to-declare"


class AlreadySent(Conflict):
    """This declaration was sent already"""

    code = "already-sent"


class SellerFileInvalid(Invalid):
    """Something is missing in what the tax authority wants to know"""

    code = "seller-file-invalid"
