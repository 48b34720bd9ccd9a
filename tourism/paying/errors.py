"""What can go wrong with the money of a stay."""

from hub.core.errors import Conflict


class RefundChanged(Conflict):
    """The refund has changed since it was shown"""

    code = "refund-changed"
