"""What the load scenarios draw agrees with its sources (DOMAIN 5.2 to 5.4)."""

import random
import statistics
from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.territory import public_holidays
from loadtests.peaks import days, mixes
from loadtests.peaks.crowd import SKI
from loadtests.peaks.plan import House as Known
from loadtests.peaks.plan import hotel_stay, on_weekday, place_of, ski_stay, summer_stay, times_of
from loadtests.peaks.scenarios import SCENARIOS
from loadtests.peaks.setting import Scenario, Setting

TODAY = date(2026, 11, 26)
MANY = 8_000
BEFORE_THE_LAST_WINTER = st.dates(date(2025, 1, 1), date(2027, 1, 31))


def draws() -> random.Random:
    return random.Random(5)


@pytest.mark.parametrize("name", ["STAY_MONTHS", "HOTEL_MONTHS", "CAMPING_MONTHS",
                                  "BOOKING_MONTHS", "BUSINESS_WEEK", "LEISURE_WEEK",
                                  "CAMPING_ARRIVALS", "SKI_ARRIVALS"])  # fmt: skip
def test_weights_sum_to_a_hundred(name: str) -> None:
    assert sum(getattr(mixes, name)) == pytest.approx(100)


def test_months_fit_insee_s_shares() -> None:
    assert sum(mixes.STAY_MONTHS[6:9]) == pytest.approx(46.6, abs=0.1)  # 210.9 of 453 M
    assert sum(mixes.HOTEL_MONTHS[6:9]) == pytest.approx(32.2, abs=0.3)  # 69.2 of 215 M
    assert sum(mixes.HOTEL_MONTHS[3:6]) == pytest.approx(26.5, abs=0.1)  # 57 of 215 M


def test_hours_have_their_anchors_and_a_mean_of_one() -> None:
    assert statistics.mean(mixes.HOURS) == pytest.approx(1, abs=0.001)
    assert (mixes.HOURS[3], mixes.HOURS[12], mixes.HOURS[20], mixes.HOURS[21]) == (0.2, 1.2, 2, 2)
    assert min(mixes.HOURS) == mixes.HOURS[4]


@pytest.mark.parametrize(
    ("lead", "median", "mean", "p90"),
    [(mixes.HOTEL_LEAD, 12, 32, 85), (mixes.RENTAL_LEAD, 110, None, None),
     (mixes.CAMPING_LEAD, 120, None, None)],
)  # fmt: skip
def test_lead_times_have_their_quantiles(lead, median, mean, p90) -> None:
    pick = draws()
    found = sorted(mixes.draw_lead(pick, lead) for _ in range(MANY))
    assert found[MANY // 2] == pytest.approx(median, abs=1.5)
    if mean:
        assert statistics.mean(found) == pytest.approx(mean, abs=1.5)
        assert found[MANY * 9 // 10] == pytest.approx(p90, abs=4)
        assert sum(days < 2 for days in found) / MANY == pytest.approx(0.18, abs=0.04)


def test_stays_and_parties_have_their_means() -> None:
    pick = draws()
    nights = Counter(mixes.draw_of(pick, mixes.HOTEL_NIGHTS) for _ in range(MANY))
    assert nights[1] / MANY == pytest.approx(0.74, abs=0.01)
    assert nights.total() == MANY
    assert sum(n * k for n, k in nights.items()) / MANY == pytest.approx(1.56, abs=0.03)
    for table, mean in ((mixes.RENTAL_NIGHTS, 8), (mixes.CAMPING_NIGHTS, 6)):
        drawn = statistics.mean(mixes.draw_of(pick, table) for _ in range(MANY))
        assert drawn == pytest.approx(mean, abs=0.1)
    for parties, persons in ((mixes.HOTEL_PARTIES, 1.8), (mixes.FAMILY_PARTIES, 3.0)):
        drawn = [mixes.draw_party(pick, parties) for _ in range(MANY)]
        assert statistics.mean(a + len(c) for a, c in drawn) == pytest.approx(persons, abs=0.03)


def test_the_market_has_its_rates() -> None:
    assert mixes.bookings_per_s(1) == pytest.approx(0.32, abs=0.005)  # a tenth of the market
    assert mixes.bookings_per_s(10) * mixes.B2B_LOOKS == pytest.approx(1_590, rel=0.01)
    assert mixes.month_factor(1) == pytest.approx(13 / 100 * 12)
    week = [mixes.weekday_factor(weekday) for weekday in range(7)]
    assert sum(week) == pytest.approx(7)
    assert max(week) == week[days.SATURDAY]


def test_arrivals_fall_on_their_weekdays_and_near_their_day() -> None:
    pick = draws()
    near = date(2027, 7, 14)
    found = [
        on_weekday(pick, near, mixes.CAMPING_ARRIVALS, near.replace(day=1)) for _ in range(MANY)
    ]
    share = sum(day.weekday() == days.SATURDAY for day in found) / MANY
    assert share == pytest.approx(0.70, abs=0.01)
    assert all(abs((day - near).days) <= 3 for day in found)


@given(st.integers(0, 10_000), st.sampled_from(range(7)))
def test_nobody_arrives_before_they_book(seed: int, offset: int) -> None:
    booked = TODAY + timedelta(days=offset)
    stay = hotel_stay(random.Random(seed), booked, "commune:74010")
    assert booked <= stay.arrival <= booked + timedelta(days=367)
    assert stay.departure > stay.arrival


def test_summer_stays_follow_the_campsites_months_and_ski_stays_their_saturdays() -> None:
    pick = draws()
    summer = [summer_stay(pick, 2027, "commune:85191") for _ in range(MANY)]
    months = Counter(stay.arrival.month for stay in summer)
    assert months[8] / MANY == pytest.approx(0.37, abs=0.03)
    assert not set(months) - {3, 4, 5, 6, 7, 8, 9, 10}
    saturdays = (date(2027, 2, 13), date(2027, 2, 20))
    ski = [ski_stay(pick, saturdays, tuple(SKI)) for _ in range(MANY)]
    on_their_day = [stay for stay in ski if stay.arrival in saturdays]
    assert len(on_their_day) / MANY == pytest.approx(0.75, abs=0.01)
    assert {stay.nights for stay in on_their_day} == {7}
    assert {stay.place for stay in ski} == {f"commune:{code}" for code in SKI}


def test_the_days_of_the_season_2026_2027() -> None:
    assert days.ordinary_tuesday(TODAY) == date(2026, 12, 1)
    assert days.first_sunday_of_january(TODAY) == date(2027, 1, 3)
    assert days.july_saturday(TODAY) == date(2027, 7, 3)
    assert days.winter_weeks(TODAY) == {
        "C": (date(2027, 2, 6), date(2027, 2, 13)),
        "A": (date(2027, 2, 13), date(2027, 2, 20)),
        "B": (date(2027, 2, 20), date(2027, 2, 27)),
    }
    assert days.zones_on_holiday(date(2027, 2, 20)) == ("A", "B", "C")
    assert days.zones_on_holiday(date(2027, 2, 10)) == ("C",)


@given(BEFORE_THE_LAST_WINTER)
def test_the_days_are_what_they_are_called_from_any_day(today: date) -> None:
    tuesday = days.ordinary_tuesday(today)
    assert tuesday > today
    assert tuesday.weekday() == 1
    assert not days.zones_on_holiday(tuesday)
    assert tuesday not in public_holidays(tuesday.year)
    assert days.first_sunday_of_january(today).day <= 7
    july = days.july_saturday(today)
    assert (july.month, july.weekday()) == (7, 5)
    for zone, saturdays in days.winter_weeks(today).items():
        for saturday in saturdays:
            assert saturday > today
            assert saturday.weekday() == 5
            assert zone in days.zones_on_holiday(saturday + timedelta(days=1))


@given(st.integers(0, 1_000), st.floats(0.5, 40), st.floats(1, 60))
def test_instants_are_in_order_within_the_time_and_as_many_as_the_rate(
    seed: int, rate: float, seconds: float
) -> None:
    found = times_of(random.Random(seed), lambda at: rate * (at < seconds / 2), rate, seconds)
    assert found == sorted(found)
    assert all(0 <= at < seconds / 2 for at in found)
    expected = rate * seconds / 2
    assert abs(len(found) - expected) <= 6 * expected**0.5 + 6


HOUSES = tuple(
    Known(id=n, tenant=n, commune=f"74{n:03}", department="74", kind="hotel") for n in range(1, 40)
)


def setting(scale: float = 1.0, seed: int = 3, seconds: float = 60) -> Setting:
    return Setting(
        today=TODAY, scale=scale, seconds=seconds, seed=seed, houses=HOUSES,
        left={"74010": 150, "74056": 61, "74191": 900},
    )  # fmt: skip


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_scenario_is_the_same_for_the_same_seed_and_grows_with_its_scale(
    scenario: Scenario,
) -> None:
    small, again = scenario.acts(setting(seconds=8)), scenario.acts(setting(seconds=8))
    assert small == again
    assert small
    assert scenario.acts(setting(seconds=8, seed=4)) != small
    assert all(0 <= act.at < 8 for act in small)
    assert {act.pool for act in small} <= set(scenario.lines)
    large = len(scenario.acts(setting(seconds=8, scale=4)))
    assert 2.5 * len(small) < large < 6 * len(small)
    assert scenario.words(setting())


def test_looks_and_bookings_are_in_their_ratio() -> None:
    kinds = Counter(act.kind for act in SCENARIOS[0].acts(setting(scale=6)))
    looks = kinds["look"] + kinds["see"]
    expected = mixes.bookings_per_s(6) * mixes.month_factor(12) * 60
    assert kinds["book"] == pytest.approx(expected, abs=4 * expected**0.5)
    assert looks / expected == pytest.approx(mixes.SESSION_LOOKS, rel=0.05)


def test_each_opening_sells_its_zone_s_weeks() -> None:
    acts = [act for act in SCENARIOS[2].acts(setting(seconds=90)) if act.kind == "book"]
    weeks = list(days.winter_weeks(TODAY).values())
    for act in acts:
        assert act.stay is not None
        near = [abs((act.stay.arrival - day).days) for day in weeks[int(act.at / 30)]]
        assert min(near) <= 3
    early = sum(act.at % 30 < 5 for act in acts)
    assert early / len(acts) > 0.4  # a sixth of the time


def test_places_are_communes_departments_and_france() -> None:
    pick = draws()
    kinds = Counter(place_of(pick, HOUSES).partition(":")[0] for _ in range(MANY))
    shares = {kind: number / MANY for kind, number in kinds.items()}
    expected = {"commune": 0.60, "department": 0.35, "country": 0.05}
    assert shares == pytest.approx(expected, abs=0.015)
