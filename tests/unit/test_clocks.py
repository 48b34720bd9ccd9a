"""Which clock a commune lives by."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from hub import territory


@pytest.mark.parametrize(
    ("code", "zone"),
    [
        ("48095", "Europe/Paris"),
        ("2A004", "Europe/Paris"),
        ("97411", "Indian/Reunion"),
        ("974", "Indian/Reunion"),
        ("97801", "America/Marigot"),
        ("98735", "Pacific/Tahiti"),
        ("98731", "Pacific/Marquesas"),
        ("98719", "Pacific/Gambier"),
        ("98613", "Pacific/Wallis"),
        ("97105", "America/Guadeloupe"),
        ("97209", "America/Martinique"),
        ("97302", "America/Cayenne"),
        ("97502", "America/Miquelon"),
        ("97608", "Indian/Mayotte"),
        ("97701", "America/St_Barthelemy"),
        ("98411", "Indian/Kerguelen"),  # Saint-Paul and Amsterdam
        ("98413", "Indian/Reunion"),  # Crozet
        ("98414", "Antarctica/DumontDUrville"),
        ("98415", "Indian/Reunion"),  # the scattered islands
        ("98718", "Pacific/Marquesas"),  # Fatu-Hiva
        ("98755", "Pacific/Tahiti"),  # Tureia, of the Tuamotus
        ("98818", "Pacific/Noumea"),
    ],
)
def test_a_commune_lives_by_its_own_clock(code: str, zone: str) -> None:
    assert territory.zone_of(code) == zone


@pytest.mark.parametrize(
    ("kind", "code", "zone"),
    [
        ("region", "02", "America/Martinique"),
        ("department", "02", "Europe/Paris"),  # Aisne
        ("region", "04", "Indian/Reunion"),
        ("region", "84", "Europe/Paris"),
        ("commune", "97209", "America/Martinique"),
        ("country", "FR", "Europe/Paris"),
        (None, None, "Europe/Paris"),
    ],
)
def test_an_organisation_lives_by_the_clock_of_where_it_is(
    kind: str | None, code: str | None, zone: str
) -> None:
    assert territory.zone_of_territory(kind, code) == zone


def test_every_commune_has_a_clock_that_is_known() -> None:
    assert all(ZoneInfo(territory.zone_of(one.code)) for one in territory.communes())


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (datetime(2026, 12, 1, 9, 59, tzinfo=UTC), date(2026, 11, 30)),  # 23:59 in Tahiti
        (datetime(2026, 12, 1, 10, 0, tzinfo=UTC), date(2026, 12, 1)),
        (datetime(2026, 12, 1, 23, 30, tzinfo=UTC), date(2026, 12, 1)),  # the 2nd in Paris
    ],
)
def test_a_day_is_over_when_it_is_over_in_the_last_of_the_zones(now: datetime, day: date) -> None:
    assert territory.earliest_today(now) == day
