"""What a calendar of prices tells."""

from datetime import date

import msgspec

from tourism.offers.models import DayOffer


class NearStay(msgspec.Struct, frozen=True, kw_only=True):
    """A stay near the one that was wanted, and what the cheapest house asks for it."""

    arrival: date
    departure: date
    total_cents: int | None


class PriceCalendar(msgspec.Struct, frozen=True, kw_only=True):
    """The cheapest all-in total of each arrival day for so many nights; of a house also why a day
    has none. Empty `days` means that nobody can say at the moment."""

    nights: int
    days: tuple[DayOffer, ...]
