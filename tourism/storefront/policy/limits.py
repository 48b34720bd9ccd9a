"""Where what is shown of a search ends: a page says so in words, where and only where it does."""

import msgspec

from tourism.index import SPREAD_HOUSES, Wants
from tourism.search.models import Results
from tourism.search.policy import rules


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How many stays the list shows of more (None: it shows all), and how many the map and the
    ranges of prices are told of at most, where there are more (None: they are told)."""

    listed: int | None
    placed: int | None


def limits_of(results: Results, wants: Wants) -> Limits:
    """The limits that a search reached."""
    most = rules.MAX_PAGES * rules.PAGE_SIZE
    return Limits(
        listed=most if results.total > most else None,
        placed=SPREAD_HOUSES if _is_untold(results, wants) else None,
    )


def _is_untold(results: Results, wants: Wants) -> bool:
    """Whether the stays, of any price, were too many to look for the total of each. Of stays the
    least total is told; where none has the wanted price, all that are possible count."""
    if results.price_low_cents is not None:
        return False
    other = msgspec.structs.replace(wants, price_min_cents=None, price_max_cents=None)
    return results.total > 0 or (results.available > SPREAD_HOUSES and other == Wants())
