"""Why a change is not made. Each says what happened and what to do."""

from hub.core.errors import Conflict


class DifferenceChanged(Conflict):
    """The difference has changed since it was shown"""

    code = "difference-changed"


class PaymentNeeded(Conflict):
    """Something is due for this change"""

    code = "payment-needed"
