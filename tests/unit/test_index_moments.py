"""The index's deadlines, compared by leads in wall-clock hours, fall at the same instants as those
of the rates themselves: the hand-written table of cut-off hours, and every half hour of the nights
on which a clock changes."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.unit.test_cutoff_hours import CUTOFFS, DAYS, TICK, instant, name_of
from tourism.index.moments import Zones
from tourism.nights.layout import Capacity, Tables, create
from tourism.rates.models import Cancellation, PenaltyKind
from tourism.rates.policy import free_until

SMALL = Capacity(
    columns=1, houses=1, plans=1, promotions=1, supplements=1, links=1, overlays=1, cards=1,
    keys=1, communes=1, zones=16,
)  # fmt: skip
NAMES = sorted({zone for zone, *_ in CUTOFFS})


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """An index of one plan, which knows the zones of the table."""
    path: Path = tmp_path_factory.mktemp("index") / "index"
    tables = create(path, SMALL, 1)
    tables.zones[: len(NAMES)] = [name.encode() for name in NAMES]
    tables.header["zones"] = len(NAMES)
    return tables


def is_free(tables: Tables, lead: int, arrival: date, now: datetime, zone: str) -> bool:
    """Whether a plan that is free until `lead` hours before the arrival's midnight still is."""
    return lead <= Zones(tables).leads(now, arrival.toordinal())[NAMES.index(zone)]


@pytest.mark.parametrize(("zone", "arrival", "days", "hour", "last"), CUTOFFS, ids=name_of)
def test_the_index_and_the_table_agree_on_the_last_instant(
    tables, zone, arrival, days, hour, last
) -> None:
    day, at, lead = date.fromisoformat(arrival), instant(last), 24 * days - hour
    assert is_free(tables, lead, day, at, zone)
    assert not is_free(tables, lead, day, at + TICK, zone)


@pytest.mark.parametrize("zone", NAMES)
def test_the_index_and_the_rates_agree_on_every_half_hour(tables, zone) -> None:
    index = NAMES.index(zone)
    zones = Zones(tables)
    wrong = []
    for on in sorted({date.fromisoformat(day) for _, day, *_ in DAYS}):
        arrival = on + timedelta(days=1)
        begin = datetime(on.year, on.month, on.day, tzinfo=UTC) - timedelta(hours=14)
        for now in (begin + timedelta(minutes=30 * n) for n in range(2 * 52)):
            ahead = zones.leads(now, arrival.toordinal())[index]
            for days, hour in ((0, 0), (0, 6), (1, 0), (1, 1), (1, 2), (1, 3), (1, 18), (1, 24)):
                rule = Cancellation(free_days=days, free_hour=hour, penalty=PenaltyKind.PERCENT)
                until = free_until(rule, arrival, zone)
                if (24 * days - hour <= ahead) != (until and now <= until):
                    wrong.append((now, arrival, days, hour))
    assert wrong == []
