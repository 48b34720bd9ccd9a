"""Why a stay has no invoice."""

from hub.core.errors import Conflict


class NoInvoice(Conflict):
    """There is no invoice for this stay"""

    code = "no-invoice"
