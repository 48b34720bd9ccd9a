"""The capacity page: its arithmetic against hand-made sums and DOMAIN 5.4; it is the page of its
figures."""

import math

import pytest

from loadtests.peaks import capacity, market
from loadtests.peaks.market import Assumed, Measured, StepCost

FREE = StepCost(web_ms=0, database_ms=0)
NAMES = [*market.steps_a_second(0.1), "push"]
ROOM = Assumed(cores=10, full=0.5, memory_gb=10, log_mb_per_s=100, hot_holds_per_s=95.13)


def measured(**steps: StepCost) -> Measured:
    known = dict.fromkeys(NAMES, FREE) | {name.replace("_", " "): c for name, c in steps.items()}
    return Measured(steps=known, index_bytes=2_000, types_per_house=2.5)


@pytest.mark.parametrize(
    ("share", "mean", "peak", "flash", "searches", "search_peak", "metasearch"),
    [(0.01, 0.03, 0.4, 2, 16, 190, 1_700), (0.10, 0.32, 3.8, 19, 159, 1_900, 17_000),
     (1.00, 3.2, 38, 190, 1_590, 19_000, 171_000)],
)  # fmt: skip
def test_the_market_asks_what_its_table_says(
    share, mean, peak, flash, searches, search_peak, metasearch
) -> None:
    found = market.rates_of(share)
    told = (found.mean_bookings, found.bookings, found.flash_bookings, found.mean_searches,
            found.searches, found.metasearch)  # fmt: skip
    expected = (mean, peak, flash, searches, search_peak, metasearch)
    assert told == pytest.approx(expected, rel=0.06)


def test_people_and_programs_are_all_searches_and_each_booking_has_its_steps() -> None:
    often = market.steps_a_second(1)
    looks = ("result page", "house page", "search (program)")
    assert sum(often[name] for name in looks) == pytest.approx(market.rates_of(1).searches)
    assert often["hold"] == often["pay"] == market.rates_of(1).bookings
    assert often["cancel"] == pytest.approx(0.1915 * often["pay"])


def test_cores_are_times_by_milliseconds_and_machines_are_rounded_up() -> None:
    # 3,170.98 result pages a second of 10 ms are 31.7 cores; five are counted on of each machine.
    found = market.need(1.0, measured(result_page=StepCost(web_ms=10, database_ms=0)), ROOM)
    assert found.web_cores == pytest.approx(31.71, abs=0.01)
    assert found.web_machines == 7
    assert (found.databases, found.worker_machines) == (0, 0)
    tenth = market.need(0.1, measured(result_page=StepCost(web_ms=10, database_ms=0)), ROOM)
    assert (tenth.web_machines, tenth.web_cores) == (1, pytest.approx(3.17, abs=0.01))


def test_the_push_at_six_counts_for_the_database() -> None:
    # 1.5 M room types, 2.5 a house, ten minutes: 1,000 pushes a second of 20 ms are 20 cores.
    pushed = measured(push=StepCost(web_ms=3, database_ms=20, index_ms=1))
    found = market.need(1.0, pushed, ROOM)
    assert market.pushes_per_s(1.0, pushed) == pytest.approx(1_000)
    assert (found.push_web_cores, found.push_database_cores, found.push_index_cores) == (
        pytest.approx((3, 20, 1))
    )
    assert found.databases == 4
    assert found.index_gb == pytest.approx(3)


def test_what_is_full_first_stands_first() -> None:
    found = market.limits(
        measured(
            push=StepCost(web_ms=0, database_ms=20, index_ms=1),
            pay=StepCost(web_ms=0, database_ms=50, index_ms=0, wal_kb=40),
        ),
        ROOM,
    )
    shares = {limit.part: limit.share for limit in found}
    assert list(shares.values()) == sorted(shares.values())
    told = sorted(share for share in shares.values() if share < math.inf)
    # At six: 5 cores of 20, half a core of one; the house 95.13 of 190.26; memory 5 GB of 3; the
    # evening's 5 cores of 38.05 × 50 ms; the log 50 MB/s of 1.522.
    assert told == pytest.approx([0.25, 0.5, 0.5, 5 / 3, 5 / 1.9026, 50 / 1.522], rel=0.001)
    assert found[-1].share == math.inf


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (0.0317, "0.0317"), (3.8052, "3.81"), (99.96, "100"), (1_902.6, "1,903")],
)
def test_numbers_have_three_figures_that_count(value: float, text: str) -> None:
    assert capacity.number(value) == text
    assert capacity.percent(11) == "beyond ten markets"
    assert capacity.percent(0.125) == "12.5 %"


def test_the_page_is_the_page_of_its_figures() -> None:
    assert capacity.PAGE.read_text() == capacity.render(capacity.read())
