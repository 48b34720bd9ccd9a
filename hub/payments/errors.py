"""What can go wrong with a payment."""

from hub.core.errors import Conflict, HubError, Invalid


class CardDeclined(HubError):
    """The card was declined"""

    status = 402
    code = "card-declined"


class PaymentMethodUnknown(Invalid):
    """This payment method is not known"""

    code = "payment-method-unknown"


class AlreadyPaying(Conflict):
    """A payment for this is already under way or done"""

    code = "already-paying"


class RefundTooLarge(Conflict):
    """More cannot be refunded than was paid"""

    code = "refund-too-large"
