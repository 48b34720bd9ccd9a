"""Why there is no voucher."""

from hub.core.errors import Conflict


class NoVoucher(Conflict):
    """There is no voucher for this booking"""

    code = "no-voucher"
