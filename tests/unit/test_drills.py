"""The page of drills tells each of them."""

from pathlib import Path

from loadtests.drill import DRILLS

PAGE = Path(__file__).parents[2] / "docs" / "drills.md"


def test_every_drill_is_told_on_its_page() -> None:
    page = PAGE.read_text("utf-8")
    assert [name for name in DRILLS if f"`{name}`" not in page] == []
