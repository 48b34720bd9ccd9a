"""What can go wrong with amends."""

from hub.core.errors import Conflict


class AmendsPaid(Conflict):
    """This was transferred already"""

    code = "amends-paid"
