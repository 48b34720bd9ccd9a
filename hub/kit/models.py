"""What the conformance suite says of a vertical."""

from pathlib import Path

import msgspec


class Finding(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """A fault: where it stands, by which rule, and in words what to do."""

    file: str
    line: int
    rule: str
    says: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.rule}: {self.says}"


class Conformance(msgspec.Struct, frozen=True, kw_only=True):
    """What was looked at, what was found, and what could not be proven with the rows there were."""

    vertical: str
    rules: tuple[str, ...]
    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        return not self.findings


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a name stands in a file."""

    path: Path
    line: int
