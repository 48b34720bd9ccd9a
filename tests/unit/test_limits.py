"""Where the list, the map and the ranges of prices end, and that only there it is said."""

import pytest

from tourism.index import SPREAD_HOUSES, Wants
from tourism.lodging.models import Kind
from tourism.places.models import Area
from tourism.search.models import Results
from tourism.storefront.policy.limits import Limits, limits_of

MANY = SPREAD_HOUSES + 1
DEAR = Wants(price_min_cents=90_000_000)


def results(total: int, available: int, low: int | None) -> Results:
    return Results(
        total=total, available=available, page=1, pages=1, hits=(), kinds=(), stars=(),
        amenities=(), accessibility=(), meal_plans=(), pets=0, free_cancellation=0, instant=total,
        price_low_cents=low, price_high_cents=low, price_bands=(), obstacles=(),
        area=Area(kind="country", code="FR", label="France"), lodgings_in_area=available,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("total", "available", "low", "wants", "listed", "placed"),
    [
        (0, 0, None, Wants(), None, None),
        (800, 800, 5_000, Wants(), None, None),
        (801, 900, 5_000, Wants(), 800, None),
        (SPREAD_HOUSES, MANY, 5_000, DEAR, 800, None),
        (MANY, MANY, None, Wants(), 800, SPREAD_HOUSES),
        # Of any price there are too many, of the wanted one few or none.
        (12, MANY, None, DEAR, None, SPREAD_HOUSES),
        (0, MANY, None, DEAR, None, SPREAD_HOUSES),
        (0, SPREAD_HOUSES, None, DEAR, None, None),
        # What else is wanted leaves nothing: nobody can say, and there is nothing to place.
        (0, MANY, None, Wants(kinds=(Kind.CAMPSITE,)), None, None),
    ],
)
def test_a_limit_is_said_where_and_only_where_it_is_reached(
    total: int, available: int, low: int | None, wants: Wants, listed: int | None,
    placed: int | None,
) -> None:  # fmt: skip
    found = limits_of(results(total, available, low), wants)
    assert found == Limits(listed=listed, placed=placed)
