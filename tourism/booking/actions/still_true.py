"""Whether a house still sells what was quoted, as it was quoted."""

from collections.abc import Hashable

from tourism import lodging, quoting, rates
from tourism.booking import store
from tourism.quoting.errors import NotSellable, PriceChanged
from tourism.quoting.models import DESK, Quote
from tourism.rates.models import RatePlan, Windows

_ANYTIME = Windows()


class StillTrue:
    """Asked of the offers of one look. Of those who want the same rooms at the same prices it is
    worked out once, however many they are; where a plan can be booked at some times only, each is
    asked for the instant of their own quote."""

    def __init__(self, look: store.Look) -> None:
        self._look = look
        self._sold: dict[int, rates.HouseRates] = {}
        self._true: set[Hashable] = set()

    def check(self, quote: Quote, stay: int) -> None:
        """Raise `NotSellable`, `SoldOut` or `PriceChanged` unless the quote of this stay holds."""
        sold = self._sold.get(stay)
        if sold is None:
            found = self._look.stays[stay]
            assert found is not None
            sold = rates.rates_of(found.terms, quote.arrival, quote.departure)
            self._sold[stay] = sold
        plan = sold.find_plan(quote.rate_plan)
        if plan is None:
            raise NotSellable("The house no longer offers this rate.", obstacles=["closed"])
        at = None if plan.details.windows == _ANYTIME else (quote.made_at, quote.zone)
        rooms = tuple((room.room_type, room.base_cents) for room in quote.breakdown.rooms)
        same = (stay, plan.id, quote.channel, at, rooms)
        if same not in self._true:
            _check(quote, self._look.listing, sold, plan)
            self._true.add(same)


def _check(
    quote: Quote, listing: lodging.Listing | None, sold: rates.HouseRates, plan: RatePlan
) -> None:
    desk = quote.channel == DESK
    if not desk and listing not in lodging.SELLING:
        raise NotSellable("The house has left the sale.", obstacles=["closed"])
    rooms = quote.breakdown.rooms
    quoting.check_sellable(sold, plan, rooms, quote.made_at, quote.zone, asking=desk)
    for room in rooms:
        slept, _ = sold.sold_nights(room.room_type, plan)
        if tuple(night.price_cents for night in slept) != room.base_cents:
            raise PriceChanged("Ask for a new quote: it shows the price of now.")
