"""What can go wrong with a payment."""

from hub.core.errors import Busy, Conflict, Forbidden, HubError, Invalid


class CardDeclined(HubError):
    """The card was declined"""

    status = 402
    code = "card-declined"
    kept = True


class PaymentMethodUnknown(Invalid):
    """This payment method is not known"""

    code = "payment-method-unknown"


class AlreadyPaying(Conflict):
    """A payment for this is already under way or done"""

    code = "already-paying"


class RefundTooLarge(Conflict):
    """More cannot be refunded than was paid"""

    code = "refund-too-large"


class ServiceAway(Busy):
    """The payment service does not answer: try again in a moment"""

    code = "payment-service-away"
    refused = False  # whether it answers, and says no
    lost = False  # whether it says again that its first answer was an error: the work may be done


class CallRefused(Conflict):
    """The payment service refuses"""

    code = "payment-refused"

    def __init__(self, refusal: str) -> None:
        super().__init__(refusal=refusal)
        self.refusal = refusal


class SignatureWrong(Forbidden):
    """This was not signed by the payment service"""

    code = "signature-wrong"


class NoService(Conflict):
    """No payment service is set up here"""

    code = "no-payment-service"
