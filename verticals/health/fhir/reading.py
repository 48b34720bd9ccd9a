"""Searches as the standard writes them (R4, 3.1.1), read into `Search`. What is not known is
refused, never left out: a filter that is not applied would give more than was asked for."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from hub.core.sentences import say
from verticals.health.fhir.errors import FhirInvalid, FhirNotAcceptable, FhirNotSupported
from verticals.health.fhir.models import Search, Span

# By type, the parameters and their kinds.
PARAMETERS: Mapping[str, Mapping[str, str]] = {
    "Patient": {"_id": "token", "birthdate": "date", "family": "string", "given": "string"},
    "Practitioner": {
        "_id": "token",
        "active": "token",
        "identifier": "token",
        "name": "string",
    },
    "Schedule": {"_id": "token", "active": "token", "actor": "reference"},
    "Slot": {"_id": "token", "schedule": "reference", "start": "date", "status": "token"},
    "Appointment": {
        "_id": "token",
        "date": "date",
        "patient": "reference",
        "practitioner": "reference",
        "slot": "reference",
        "status": "token",
    },
    "Consent": {"_id": "token", "patient": "reference", "status": "token"},
    "DocumentReference": {"_id": "token", "patient": "reference", "status": "token"},
}
TARGETS = {
    "actor": "Practitioner",
    "schedule": "Schedule",
    "patient": "Patient",
    "practitioner": "Practitioner",
    "slot": "Slot",
}
CODES = {
    ("Slot", "status"): ("free", "busy", "busy-unavailable", "busy-tentative", "entered-in-error"),
    ("Appointment", "status"): ("proposed", "pending", "booked", "arrived", "fulfilled",
                                "cancelled", "noshow", "entered-in-error", "checked-in",
                                "waitlist"),
    ("Consent", "status"): ("draft", "proposed", "active", "rejected", "inactive",
                            "entered-in-error"),
    ("DocumentReference", "status"): ("current", "superseded", "entered-in-error"),
    ("Practitioner", "active"): ("true", "false"),
    ("Schedule", "active"): ("true", "false"),
}  # fmt: skip
RPPS = "https://rpps.esante.gouv.fr"
FORMATS = {"json", "application/json", "application/fhir+json"}
ACCEPTED = {"*/*", "application/*", "application/json", "application/fhir+json"}
MOST, USUAL = 100, 50
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DATE = re.compile(r"(eq|ge|gt|le|lt)?(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_INSTANT = re.compile(
    r"(eq|ge|gt|le|lt)?(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?(?:\.\d{1,6})?(?:Z|[+ -]\d\d:\d\d))",
    re.ASCII,
)


def accepts_json(accept: str) -> bool:
    """Whether an Accept header takes FHIR's JSON; none takes anything (RFC 9110, 12.5.1)."""
    ranges = [one.partition(";") for one in accept.split(",") if one.strip()]
    taken = {
        name.strip().lower()
        for name, _, rest in ranges
        if not re.fullmatch(r"(?:.*;)?\s*q=0(?:\.0*)?\s*", rest)
    }
    return not ranges or bool(taken & ACCEPTED)


def read_id(id: str) -> UUID | None:
    """An id as it is given here; None for what is none."""
    return UUID(id) if _ID.fullmatch(id) else None


def read_search(type: str, query: Iterable[tuple[str, str]], zone: str) -> Search:
    """Raises `FhirNotSupported` for a type or a parameter that there is not, `FhirInvalid` for a
    value that cannot be read. A date without a zone is one of the practice's clock."""
    known = PARAMETERS.get(type)
    if known is None:
        raise FhirNotSupported(say("There is no type %(type)s here.", type=type[:40]))
    asked = tuple(query)
    read = _Read(type=type, known=known, zone=zone)
    for name, value in asked:
        read.take(name, value)
    return Search(
        type=type,
        asked=tuple(one for one in asked if one[0] != "_after"),
        refers=read.refers,
        tokens=read.tokens,
        texts=read.texts,
        span=read.span,
        after=read.after,
        count=read.count,
        nothing=read.nothing or read.span.is_empty,
    )


class _Read:
    def __init__(self, *, type: str, known: Mapping[str, str], zone: str) -> None:
        self.type, self.known, self.zone = type, known, zone
        self.refers: dict[str, UUID] = {}
        self.tokens: dict[str, str] = {}
        self.texts: dict[str, str] = {}
        self.span = Span()
        self.after: UUID | None = None
        self.count = USUAL
        self.nothing = False

    def take(self, name: str, value: str) -> None:
        if name == "_format":
            if value not in FORMATS:
                raise FhirNotAcceptable("Ask for application/fhir+json.")
        elif name == "_count":
            self.count = _count(value)
        elif name == "_after":
            self._refer(name, value)
            self.after = self.refers.pop(name, None)
        else:
            self._take_known(name, value)

    def _take_known(self, name: str, value: str) -> None:
        kind = self.known.get(name)
        if kind is None:
            says = say("%(type)s is not searched by %(name)s.", type=self.type, name=name[:40])
            raise FhirNotSupported(says)
        if not value or "," in value:
            raise FhirNotSupported(say("%(name)s has one value here.", name=name))
        if kind == "date":
            self._narrow(name, value)
        elif name in self.refers or name in self.tokens or name in self.texts:
            raise FhirNotSupported(say("%(name)s has one value here.", name=name))
        elif kind == "reference":
            self._refer(name, value.removeprefix(f"{TARGETS[name]}/"))
        elif name == "_id":
            self._refer(name, value)
        elif kind == "string":
            self.texts[name] = value[:100]
        else:
            self._token(name, value)

    def _refer(self, name: str, value: str) -> None:
        """An id that none has here matches nothing."""
        if _ID.fullmatch(value):
            self.refers[name] = UUID(value)
        else:
            self.nothing = True

    def _token(self, name: str, value: str) -> None:
        system, bar, code = value.rpartition("|")
        codes = CODES.get((self.type, name))
        if codes is not None and code not in codes:
            raise FhirInvalid(say("%(name)s cannot be %(value)s.", name=name, value=code[:40]))
        if name == "identifier" and bar and system != RPPS:
            self.nothing = True
        self.tokens[name] = code

    def _narrow(self, name: str, value: str) -> None:
        span = _span(value, self.zone)
        if span is None:
            raise FhirInvalid(say("%(name)s is a date, or an instant with its zone.", name=name))
        since = [one for one in (self.span.since, span.since) if one is not None]
        until = [one for one in (self.span.until, span.until) if one is not None]
        self.span = Span(since=max(since, default=None), until=min(until, default=None))


def _count(value: str) -> int:
    if not (value.isascii() and value.isdecimal() and len(value) < 9):
        raise FhirInvalid(say("%(name)s is a whole number.", name="_count"))
    return max(1, min(int(value), MOST))


def _span(value: str, zone: str) -> Span | None:
    found = _DATE.fullmatch(value)
    try:
        if found is not None:
            low, high = _days(found[2], found[3], found[4])
            since, until = (
                datetime(d.year, d.month, d.day, tzinfo=ZoneInfo(zone)) for d in (low, high)
            )
            return _apply(found[1] or "eq", since.astimezone(UTC), until.astimezone(UTC))
        instant = _INSTANT.fullmatch(value)
        if instant is None:
            return None
        at = datetime.fromisoformat(instant[2].replace(" ", "+"))  # a plus that nobody escaped
        return _apply(instant[1] or "eq", at, at + timedelta(seconds=1))
    except (ValueError, OverflowError):
        return None


def _days(year: str, month: str | None, day: str | None) -> tuple[date, date]:
    """The first day of a year, month or day, and the first after it."""
    if day is not None and month is not None:
        low = date(int(year), int(month), int(day))
        return low, low + timedelta(days=1)
    if month is not None:
        low = date(int(year), int(month), 1)
        return low, (low + timedelta(days=31)).replace(day=1)
    return date(int(year), 1, 1), date(int(year) + 1, 1, 1)


def _apply(prefix: str, low: datetime, high: datetime) -> Span:
    match prefix:
        case "ge":
            return Span(since=low)
        case "gt":
            return Span(since=high)
        case "lt":
            return Span(until=low)
        case "le":
            return Span(until=high)
        case _:
            return Span(since=low, until=high)
