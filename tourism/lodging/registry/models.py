"""The national registry of classified lodgings: its rows, and what they become."""

from datetime import date

import msgspec

from tourism.lodging.models import Kind


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the export, typed. `line` is its number in the file."""

    line: int
    classified_on: date
    kind: Kind
    stars: int | None
    category: str | None
    name: str
    address: str | None
    postcode: str | None
    commune: str | None
    site: str | None
    stay_type: str | None
    capacity: int
    units: int
    extended: bool


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """The commune of a row, and the rule that found it."""

    commune_code: str
    rule: str


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A row at its place. `key` is the same in a newer export; the position is approximate."""

    row: Row
    key: str
    match: Match
    lat: float | None
    lng: float | None
    position_radius_m: int


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """How the rows found their communes."""

    rows: int
    by_rule: dict[str, int]
    unmatched: tuple[int, ...]

    def as_table(self) -> str:
        """One line a rule, with its share."""
        lines = [
            f"{rule:<12}{count:>8}{100 * count / self.rows:>9.3f} %"
            for rule, count in sorted(self.by_rule.items(), key=lambda item: -item[1])
        ]
        return "\n".join([*lines, f"{'unmatched':<12}{len(self.unmatched):>8}"])
