"""Lost demand of areas as it is shown: one line an area, the secret ones said to be so. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from tourism.demand.models import Level, ToldArea


class AreaLine(msgspec.Struct, frozen=True, kw_only=True):
    """An area: its searches that found a house and those that did not (None where they are kept
    secret), and what stood in the way, the most frequent first, each with whether it met more than
    half of the lost searches."""

    name: str
    found: int | None
    lost: int | None
    obstacles: tuple[tuple[str, bool], ...]

    @property
    def lost_bps(self) -> int | None:
        """The part of the searches that was lost, when both numbers may be told."""
        if self.found is None or self.lost is None or not self.found + self.lost:
            return None
        return (self.lost * 10_000 + (self.found + self.lost) // 2) // (self.found + self.lost)


def month_of(text: str, months: Sequence[date]) -> date | None:
    """The month that an address means; the newest for anything odd, None where none is told."""
    return {f"{month:%Y-%m}": month for month in months}.get(text, months[0] if months else None)


def level_of(text: str) -> Level:
    """The areas that an address means; departments for anything odd."""
    return {level.value: level for level in Level}.get(text, Level.DEPARTMENT)


def make_lines(told: Sequence[ToldArea], names: Mapping[str, str]) -> list[AreaLine]:
    """The areas by name."""
    lines = [
        AreaLine(
            name=names.get(one.area, one.area),
            found=one.found,
            lost=one.lost,
            obstacles=tuple(
                (obstacle, place < one.over_half) for place, obstacle in enumerate(one.obstacles)
            ),
        )
        for one in told
    ]
    return sorted(lines, key=lambda line: line.name)
