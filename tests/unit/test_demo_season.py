"""The computed season: its volumes, its levels, and that it is always the same."""

from collections import Counter
from datetime import date, timedelta

import numpy as np
import pytest

from tourism.demo import season
from tourism.demo.hashing import normal, uniform
from tourism.demo.landscape import landscapes
from tourism.demo.lodgings import months
from tourism.demo.plans import rate_plans
from tourism.demo.rooms import room_types
from tourism.lodging.registry import list_rows, read_shipped
from tourism.rates.models import Closed

FIRST = date(2026, 12, 1)
# SEED_DATA 3.4, "model": hotel occupancy of January to November 2027, then December 2026.
OCCUPANCY = {1: 45.0, 2: 51.2, 3: 53.5, 4: 58.9, 5: 63.1, 6: 67.0, 7: 68.5, 8: 69.3, 9: 67.9,
             10: 62.7, 11: 56.2, 12: 50.3}  # fmt: skip


@pytest.fixture(scope="module")
def nation():
    listed, _ = list_rows(read_shipped())
    places = landscapes(listed)
    rows = [entry.row for entry in listed]
    return rows, [places[entry.match.commune_code] for entry in listed]


@pytest.fixture(scope="module")
def lodgings(nation) -> season.Lodgings:
    rows, places = nation
    return season.gather(rows, places, [room_types(row) for row in rows])


def test_the_volumes_of_the_nation(nation) -> None:
    rows, _ = nation
    types, plans, units = Counter(), Counter(), Counter()
    for row in rows:
        specs = room_types(row)
        assert all(spec.units > 0 for spec in specs)
        types[row.kind.value] += len(specs)
        plans[row.kind.value] += len(rate_plans(row))
        units[row.kind.value] += sum(spec.units for spec in specs)
    assert types == {"hotel": 37_380, "campsite": 22_490, "residence": 5_105, "village": 1_388,
                     "prl": 320, "auberge": 208}  # fmt: skip
    assert plans == {"hotel": 42_238, "campsite": 11_408, "residence": 3_068, "village": 1_459,
                     "prl": 328, "auberge": 104}  # fmt: skip
    assert (sum(types.values()), sum(plans.values())) == (66_891, 58_605)
    assert units["hotel"] == 600_057
    assert units["campsite"] == 759_256


def test_400_nights_of_the_nation_and_their_occupancy(lodgings) -> None:
    hotels = lodgings.kind == 0
    cells = 0
    for month, days in months(FIRST, 400):
        nights = season.compute(lodgings, days, FIRST)
        cells += nights.units_left.size
        assert nights.units_left.min() >= 0
        assert (nights.units_left <= lodgings.type_units[:, None]).all()
        assert nights.price_cents.min() > 0
        assert (nights.price_cents % 50 == 0).all()
        if month < date(2027, 12, 1):
            occupancy = season._occupancy(lodgings, days, month.month - 1)[hotels]
            open_ = season._open(lodgings, days, month.month - 1)[hotels]
            rooms = lodgings.units[hotels][:, None] * open_
            level = 100 * float((occupancy * rooms).sum() / rooms.sum())
            assert abs(level - OCCUPANCY[month.month]) < 0.6, (month, level)
    assert cells == 26_756_400


@pytest.fixture(scope="module")
def few(nation) -> season.Lodgings:
    rows, places = nation
    return season.gather(rows[:300], places[:300], [room_types(row) for row in rows[:300]])


def test_the_same_input_gives_the_same_season(few) -> None:
    days = season.calendar(date(2027, 5, 1), 31)
    first = season.compute(few, days, FIRST)
    second = season.compute(few, days, FIRST)
    assert all((getattr(first, name) == getattr(second, name)).all() for name in FIELDS)


FIELDS = ("units_left", "price_cents", "min_stay", "flags")


def test_a_lodging_computed_alone_is_the_same(nation, few) -> None:
    rows, places = nation
    alone = season.gather([rows[42]], [places[42]], [room_types(rows[42])])
    days = season.calendar(date(2027, 8, 1), 31)
    mine = few.type_lodging == 42
    together, single = season.compute(few, days, FIRST), season.compute(alone, days, FIRST)
    for name in FIELDS:
        assert (getattr(together, name)[mine] == getattr(single, name)).all(), name


def test_another_today_changes_only_what_is_left_and_the_lead_of_prices(few) -> None:
    days = season.calendar(date(2027, 8, 1), 31)
    early = season.compute(few, days, FIRST)
    late = season.compute(few, days, date(2027, 7, 25))
    assert (early.flags == late.flags).all()
    assert (early.min_stay == late.min_stay).all()
    assert late.units_left.sum() < early.units_left.sum()


def test_rentals_in_august_start_on_saturdays_for_a_week(nation) -> None:
    rows, _ = nation
    row = next(row for row in rows if row.kind == "residence")
    one = season.gather([row], ["coast_atl"], [room_types(row)])
    days = season.calendar(date(2027, 8, 1), 31)
    nights = season.compute(one, days, FIRST)
    for n, day in enumerate(days):
        closed = bool(nights.flags[0, n] & int(Closed.TO_ARRIVAL))
        assert closed is (day.on.weekday() != 5)
        assert nights.min_stay[0, n] == 7


def test_days_outside_the_horizon_are_closed_and_empty(few) -> None:
    days = season.calendar(date(2027, 5, 20), 5)
    whole = season.whole_month(season.compute(few, days, FIRST), date(2027, 5, 1), days)
    assert whole.units_left.shape[1] == 31
    assert (whole.flags[:, :19] == int(Closed.FOR_SALE)).all()
    assert (whole.units_left[:, 24:] == 0).all()


def test_a_night_beyond_one_month_is_an_error(few) -> None:
    with pytest.raises(ValueError, match="one month"):
        season.compute(few, season.calendar(date(2027, 5, 25), 10), FIRST)


def test_the_hash_is_even_and_normal() -> None:
    keys = np.arange(200_000)
    drawn, bent = uniform(1, keys), normal(1, keys)
    assert 0 < drawn.min() < drawn.max() < 1
    assert abs(drawn.mean() - 0.5) < 0.003
    assert abs(bent.mean()) < 0.01
    assert abs(bent.std() - 1) < 0.01
    assert (uniform(1, keys) == drawn).all()
    assert (uniform(2, keys) != drawn).all()


def test_bridges_and_holidays_are_known_and_nothing_is_made_up_after_the_calendar() -> None:
    ascension = season.calendar(date(2027, 5, 6), 3)  # Thursday 6 May 2027
    assert all(day.bridge for day in ascension)
    assert season.calendar(date(2027, 2, 15), 1)[0].holidays > 0
    assert not season.calendar(date(2027, 5, 18), 1)[0].bridge
    august, september = season.calendar(date(2028, 9, 1) - timedelta(days=1), 2)
    assert (august.holidays > 0, september.holidays) == (True, 0)
