"""The total that a traveller saw in the list, and whether a house still asks it."""

from tourism.search.models import PropertyView

MOST_DIGITS = 9


def read_seen(text: str) -> int | None:
    """The cents of an address; None for what is not a number of them, as of whoever comes from
    elsewhere."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else None


def has_moved(view: PropertyView, seen_cents: int | None) -> bool:
    """Whether none of the offers has the total that was seen; of a house that sells nothing any
    more its own reasons are told."""
    offers = [*view.mixed, *(offer for option in view.options for offer in option.offers)]
    return (
        seen_cents is not None
        and bool(offers)
        and all(offer.total_cents != seen_cents for offer in offers)
    )
