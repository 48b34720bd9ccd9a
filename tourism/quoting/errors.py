"""Why an offer is not made, or no longer holds. Each says what happened and what to do."""

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
