"""What refuses a computation: never a default in place of a missing rule."""

from hub.core.errors import Conflict, Invalid


class RateMissing(Conflict):
    """No rate is in force on this date"""

    code = "rate-missing"


class TariffInvalid(Invalid):
    """This tariff cannot be"""

    code = "tariff-invalid"


class TaxInputInvalid(Invalid):
    """The tax cannot be computed from this"""

    code = "tax-input-invalid"
