"""What the catalogue shows of a vertical, and what a certificate of it says."""

from datetime import datetime

import msgspec

from hub.gates.models import Gate, State


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody looks for: words, who would launch it, a class of data that it may hold, the
    highest hosting level that it may ask for, validated sheets only, runnable here only."""

    text: str = ""
    audience: str = ""
    data: str = ""
    level: str = ""
    validated: bool = False
    possible: bool = False


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A vertical as the catalogue shows it. `fingerprint` is of its sheet and its schema; the
    sheet is validated when an operator validated this very one."""

    code: str
    title: str
    purpose: str
    does: tuple[str, ...]
    leaves: tuple[str, ...]
    audiences: tuple[str, ...]
    data_classes: tuple[str, ...]
    hosting_level: str
    sandbox: bool
    fingerprint: str
    validated_at: datetime | None
    gates: tuple[Gate, ...]

    @property
    def possible(self) -> bool:
        return any(gate.open for gate in self.gates if gate.state is State.PRODUCTION)


class SheetCheck(msgspec.Struct, frozen=True, kw_only=True):
    """A sheet that was validated."""

    fingerprint: str
    checked_at: datetime


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A vertical as a certificate names it."""

    code: str
    title: str
    validated: bool
    production_possible: bool
    hosting_level: str
    fingerprint: str


class Consultation(msgspec.Struct, frozen=True, kw_only=True):
    """What a public buyer looked for at an instant, and what there was: signed by the hub."""

    iss: str
    iat: int
    at: datetime
    buyer: str
    siret: str
    need: str
    asked: Filter
    of: int
    found: tuple[Listed, ...]
