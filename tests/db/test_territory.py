"""Places are found as people type them."""

import pytest

from hub.core.db import Database
from hub.territory import find_place, suggest_places
from hub.territory.policy import bridge_nights, distance_km


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [
        ("annecy", "commune", "74010"),
        ("St-Malo", "commune", "35288"),
        ("saint malo", "commune", "35288"),
        ("SAINT-MALO", "commune", "35288"),
        ("74000", "commune", "74010"),
        ("haute savoie", "department", "74"),
        ("provence", "region", "93"),
        ("Bretagne", "region", "53"),
        ("évry-courc", "commune", "91228"),
        ("strasbuorg", "commune", "67482"),
    ],
)
async def test_the_first_suggestion_is_the_one_meant(
    demo: Database, text: str, kind: str, code: str
) -> None:
    found = await suggest_places(demo.reader, text)
    assert (found[0].kind, found[0].code) == (kind, code)


@pytest.mark.parametrize("text", ["", "  ", "';--", "%", "zzzzzzzz"])
async def test_nonsense_finds_nothing_and_breaks_nothing(demo: Database, text: str) -> None:
    assert await suggest_places(demo.reader, text) == []
    assert await find_place(demo.reader, "commune", "74010")


async def test_a_word_inside_a_name_is_enough(demo: Database) -> None:
    found = await suggest_places(demo.reader, "azur")
    assert "Provence-Alpes-Côte d'Azur" in [place.name for place in found]


def test_paris_and_lyon_are_391_km_apart() -> None:
    assert distance_km(48.8566, 2.3522, 45.7640, 4.8357) == pytest.approx(391.5, abs=0.1)


@pytest.mark.parametrize(("day", "nights"), [("2027-05-06", 4), ("2027-05-17", 4)])
def test_a_long_weekend_is_made_of_its_nights(day: str, nights: int) -> None:
    from datetime import date  # noqa: PLC0415

    assert len(bridge_nights(date.fromisoformat(day))) == nights
