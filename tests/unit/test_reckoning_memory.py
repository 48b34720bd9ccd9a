"""The compiled passes give back all the memory that they take."""

import gc
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from numba.core.runtime import _nrt_python, rtsys

from loadtests import national
from tourism.index import Ask, Box, Order, Places, Wants
from tourism.index.generation import Generation
from tourism.index.search import search
from tourism.lodging.models import Kind
from tourism.rates.models import MealPlan, RoomParty

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
FRANCE = Places(kind="country")
NORTH = Box(south=46.0, west=-5.0, north=52.0, east=9.0)
COUPLE, FAMILY = RoomParty(adults=2), RoomParty(adults=2, child_ages=(3, 9))
PARTIES = (COUPLE,), (FAMILY,), (COUPLE, FAMILY), (COUPLE,) * 3, (COUPLE,) * 4, (COUPLE,) * 9
WANTS = (
    Wants(),
    Wants(price_max_cents=90_000),
    Wants(meal_plans=(MealPlan.BREAKFAST,), free_cancellation=True),
    Wants(kinds=(Kind.HOTEL,), pets=True, instant=True),
)


@pytest.fixture
def counted() -> Iterator[None]:
    """What the compiled passes take and give back is counted."""
    _nrt_python.memsys_enable_stats()
    yield
    _nrt_python.memsys_disable_stats()


def held() -> int:
    gc.collect()
    stats = rtsys.get_allocation_stats()
    return stats.alloc - stats.free


def ask(pick: random.Random) -> Ask:
    return Ask(
        area=pick.choice((FRANCE, NORTH)),
        arrival=NOW.date() + timedelta(days=pick.randint(0, 200)),
        nights=pick.randint(1, 9),
        parties=pick.choice(PARTIES),
        now=NOW,
        wants=pick.choice(WANTS),
        order=pick.choice((Order.PRICE, Order.STARS, Order.BALANCED)),
        spread=True,
        reasons=1_000,
    )


def test_searches_of_all_kinds_hold_no_memory_afterwards(tmp_path: Path, counted: None) -> None:
    generation, pick = Generation(national.generate(tmp_path, 300)), random.Random(1)
    asks = [ask(pick) for _ in range(60)]
    for one in asks:  # what is kept to be asked again
        search(generation, one)
    before = held()
    found = sum(search(generation, one).total for one in asks)
    assert found > 0
    assert held() == before
