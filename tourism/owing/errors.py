"""What can go wrong with what is owed."""

from hub.core.errors import Conflict


class AmountChanged(Conflict):
    """The amount has changed since it was shown"""

    code = "amount-changed"
