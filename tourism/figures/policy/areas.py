"""Lost demand of areas as it is shown: one line an area, the secret ones said to be so. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import msgspec

from tourism.demand.models import AreaCell, Outcome

PERIODS = (30, 90, 365)
LEVELS = ("department", "region")


class AreaLine(msgspec.Struct, frozen=True, kw_only=True):
    """An area: its searches that found a house and those that did not (None where they are kept
    secret), and what stood in the way, the most frequent first."""

    name: str
    found: int | None
    lost: int | None
    obstacles: tuple[tuple[str, int], ...]

    @property
    def lost_bps(self) -> int | None:
        """The part of the searches that was lost, when both numbers may be told."""
        if self.found is None or self.lost is None or not self.found + self.lost:
            return None
        return (self.lost * 10_000 + (self.found + self.lost) // 2) // (self.found + self.lost)


def days_of(text: str) -> int:
    """The days that an address means; the middle choice for anything odd."""
    return {str(days): days for days in PERIODS}.get(text, PERIODS[1])


def level_of(text: str) -> str:
    return text if text in LEVELS else LEVELS[0]


def period_of(days: int, today: date) -> tuple[date, date]:
    """The first and the last day of so many days until today."""
    return today - timedelta(days=days - 1), today


def make_lines(cells: Sequence[AreaCell], names: Mapping[str, str]) -> list[AreaLine]:
    """The areas by name. What no cell tells of an area did not happen there."""
    by_area: dict[str, dict[str, int | None]] = {}
    for cell in cells:
        by_area.setdefault(cell.area, {})[cell.outcome] = cell.searches
    ends = {outcome.value for outcome in Outcome}
    lines = [
        AreaLine(
            name=names.get(area, area),
            found=told.get(Outcome.FOUND.value, 0),
            lost=told.get(Outcome.LOST.value, 0),
            obstacles=tuple(
                sorted(
                    ((name, n) for name, n in told.items() if name not in ends and n is not None),
                    key=lambda pair: (-pair[1], pair[0]),
                )
            ),
        )
        for area, told in by_area.items()
    ]
    return sorted(lines, key=lambda line: line.name)
