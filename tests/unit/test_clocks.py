"""Which clock a commune lives by."""

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
    ],
)
def test_a_commune_lives_by_its_own_clock(code: str, zone: str) -> None:
    assert territory.zone_of(code) == zone


def test_every_commune_has_a_clock_that_is_known() -> None:
    assert all(ZoneInfo(territory.zone_of(one.code)) for one in territory.communes())
