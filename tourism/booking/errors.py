"""What can go wrong with a stay. Each says what happened and what to do."""

from hub.core.errors import Conflict, Gone, Invalid, NotFound


class StayInvalid(Invalid):
    """These dates or persons cannot be booked"""

    code = "stay-invalid"


class OfferUnknown(NotFound):
    """This room or rate is not offered"""

    code = "offer-unknown"


class NotSellable(Conflict):
    """This stay cannot be sold as it is"""

    code = "not-sellable"


class SoldOut(Conflict):
    """These rooms are no longer free"""

    code = "sold-out"


class PriceChanged(Conflict):
    """The price has changed"""

    code = "price-changed"


class QuoteExpired(Gone):
    """This offer has expired"""

    code = "quote-expired"


class HoldOver(Gone):
    """The rooms are no longer kept for you"""

    code = "hold-expired"


class WrongState(Conflict):
    """The booking is not in a state that allows this"""

    code = "wrong-state"


class RefundChanged(Conflict):
    """The refund has changed since it was shown"""

    code = "refund-changed"
