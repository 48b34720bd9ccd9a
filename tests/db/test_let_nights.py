"""The nights that a main residence may be let in a year: vectors NL-1 to NL-5 of the law."""

from datetime import date, timedelta

import msgspec
import pytest

from hub.core.db import Database
from tests.houses import find_house
from tourism import lodging
from tourism.lodging import Kind, NightsLimitReached, Property

ANNECY, PARIS_5 = "74010", "75105"


async def let(demo: Database, nights: int, first: date, **changes: object) -> None:
    """Count a stay of so many nights of the invented house, were it like this."""
    house = await find_house(demo)
    async with demo.transaction(house.tenant) as tx:
        own = _as(await lodging.own_house(tx), **changes)
        await lodging.take_nights(tx, own, first, first + timedelta(days=nights))


def _as(house: Property, *, main: bool = True, commune: str = ANNECY) -> Property:
    facts = msgspec.structs.replace(house.facts, main_residence=main)
    return msgspec.structs.replace(house, kind=Kind.FURNISHED, commune_code=commune, facts=facts)


async def counted(demo: Database) -> dict[int, int]:
    house = await find_house(demo)
    async with demo.transaction(house.tenant) as tx:
        years = await lodging.list_let_years(tx, await lodging.own_house(tx))
    return {year.year: year.nights for year in years}


@pytest.mark.parametrize(
    ("id", "before", "nights", "commune", "goes"),
    [
        ("NL-1", 119, 1, ANNECY, True),
        ("NL-1", 119, 2, ANNECY, False),
        ("NL-2", 89, 1, PARIS_5, True),
        ("NL-2", 90, 1, PARIS_5, False),
        ("NL-2", 0, 91, PARIS_5, False),
    ],
)
async def test_the_night_beyond_the_limit_is_refused(
    demo: Database, id: str, before: int, nights: int, commune: str, goes: bool
) -> None:
    first = date(2027, 1, 1)
    if before:
        await let(demo, before, first, commune=commune)
    after = first + timedelta(days=before)
    if goes:
        await let(demo, nights, after, commune=commune)
        assert await counted(demo) == {2027: before + nights}, id
    else:
        with pytest.raises(NightsLimitReached):
            await let(demo, nights, after, commune=commune)
        assert await counted(demo) == ({2027: before} if before else {}), id


async def test_a_stay_over_the_new_year_counts_in_both(demo: Database) -> None:
    await let(demo, 118, date(2026, 1, 1))
    await let(demo, 4, date(2026, 12, 30))  # NL-3: two and two
    assert await counted(demo) == {2026: 120, 2027: 2}
    with pytest.raises(NightsLimitReached):
        await let(demo, 1, date(2026, 12, 1))


async def test_a_second_home_has_no_limit(demo: Database) -> None:
    await let(demo, 300, date(2027, 1, 1), main=False)  # NL-4
    assert await counted(demo) == {}


async def test_cancelled_nights_do_not_count(demo: Database) -> None:
    await let(demo, 120, date(2027, 1, 1))
    house = await find_house(demo)
    async with demo.transaction(house.tenant) as tx:  # NL-5
        own = _as(await lodging.own_house(tx))
        await lodging.give_nights_back(tx, own, date(2027, 1, 10), date(2027, 1, 13))
    assert await counted(demo) == {2027: 117}
    await let(demo, 3, date(2027, 6, 1))
    assert await counted(demo) == {2027: 120}
