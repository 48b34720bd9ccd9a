"""What a OneRoster bundle says (IMS OneRoster 1.1 and 1.2, CSV binding).

Only what a class space needs is kept: never passwords, demographics, telephones or birth dates.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime

from hub.core.sentences import say
from verticals.education.roster.errors import RosterInvalid
from verticals.education.roster.models import ABSENT, BULK, DELTA, FILES, PARENTS, Bundle, Row
from verticals.education.roster.sheets import CELL_MAX, Archive, Faults, Line

VERSIONS = ("1.1", "1.2")
MANIFEST = "manifest.csv"
STATUSES = ("active", "tobedeleted", "inactive")
ORGS = ("department", "school", "district", "local", "state", "national")
SESSIONS = ("gradingPeriod", "semester", "schoolYear", "term")
STAFF = (
    "administrator", "aide", "proctor", "teacher", "counselor", "districtAdministrator",
    "principal", "siteAdministrator", "systemAdministrator", "guest",
)  # fmt: skip
ROLES = (*STAFF, "student", *PARENTS, "user")
SEATS = ("administrator", "aide", "proctor", "student", "teacher")
TRUTHS = ("true", "false", "1", "0", "")
NEEDED: Mapping[str, tuple[str, ...]] = {
    "orgs": ("name", "type"),
    "academicSessions": ("title", "type", "startDate", "endDate"),
    "courses": ("title", "orgSourcedId"),
    "classes": ("title", "courseSourcedId", "schoolSourcedId", "termSourcedIds"),
    "users": ("enabledUser", "username", "givenName", "familyName"),
    "roles": ("userSourcedId", "role", "orgSourcedId"),
    "enrollments": ("classSourcedId", "schoolSourcedId", "userSourcedId", "role"),
}
# What is kept of a line besides what it must have.
KEPT: Mapping[str, tuple[str, ...]] = {
    "orgs": ("identifier", "parentSourcedId"),
    "academicSessions": ("parentSourcedId", "schoolYear"),
    "courses": ("courseCode",),
    "classes": ("classCode",),
    "users": ("email", "agentSourcedIds"),
    "roles": (),
    "enrollments": ("beginDate", "endDate"),
}
LISTS = ("termSourcedIds", "agentSourcedIds")
_ZONED = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:?\d\d))?")


def read(content: bytes) -> Bundle:
    """The bundle of an archive. Raises `RosterInvalid`; its `rows` are all that was found, each
    with its file, line and column."""
    faults = Faults()
    archive = Archive(content, faults)
    version, modes = _manifest(archive, faults)
    rows: dict[str, tuple[Row, ...]] = {}
    for file in FILES:
        if modes[file] != ABSENT:
            rows[file] = _file(archive, file, modes[file], version)
    refuse(faults)
    return Bundle(version=version, modes=modes, rows=rows)


def refuse(faults: Faults) -> None:
    """Raises `RosterInvalid` when anything was found."""
    if faults.found:
        says = say("Faults: %(count)s. Nothing was taken in.", count=len(faults.found))
        raise RosterInvalid(says, field="file", rows=tuple(faults.found))


def _manifest(archive: Archive, faults: Faults) -> tuple[str, dict[str, str]]:
    said = {
        one.get("propertyName"): one for one in archive.lines(MANIFEST, "propertyName", "value")
    }
    refuse(faults)
    version = said["oneroster.version"].get("value") if "oneroster.version" in said else ""
    if version not in VERSIONS:
        line = said["oneroster.version"].number if "oneroster.version" in said else 1
        faults.add(MANIFEST, line, "oneroster.version", "version")
    modes: dict[str, str] = {}
    for file in FILES:
        if file == "roles" and version == "1.1":  # which knows no such file
            modes[file] = ABSENT
            continue
        line = said.get(f"file.{file}")
        mode = modes[file] = line.get("value").lower() if line else ABSENT
        number = line.number if line else 1
        if mode not in {BULK, DELTA, ABSENT}:
            faults.add(MANIFEST, number, f"file.{file}", "mode")
            modes[file] = ABSENT
        elif mode == ABSENT and archive.has(f"{file}.csv"):
            faults.add(MANIFEST, number, f"file.{file}", "not announced")
    refuse(faults)
    return version, modes


def _file(archive: Archive, file: str, mode: str, version: str) -> tuple[Row, ...]:
    columns = _columns(file, mode, version)
    known: set[str] = set()
    found: list[Row] = []
    for line in archive.lines(f"{file}.csv", "sourcedId", *columns):
        row = _row(line, file, mode, version)
        if row.id in known:
            line.fault("sourcedId", "twice")
        known.add(row.id)
        found.append(row)
    return tuple(found)


def _columns(file: str, mode: str, version: str) -> tuple[str, ...]:
    more = ("role", "orgSourcedIds") if file == "users" and version == "1.1" else ()
    told = ("status", "dateLastModified") if mode == DELTA else ()
    return (*NEEDED[file], *more, *told)


def _row(line: Line, file: str, mode: str, version: str) -> Row:
    id, leaving, at = line.need("sourcedId"), False, None
    if len(id) > 120:
        line.fault("sourcedId", "long")
    status = line.get("status")
    if mode == BULK:
        if status not in {"", "active"}:  # what is not there is left out of a whole list
            line.fault("status", "bulk")
    else:
        if line.need("status") and status not in STATUSES:
            line.fault("status", "no word")
        at = _instant(line, "dateLastModified")
        leaving = status in {"tobedeleted", "inactive"}
    return Row(id, line.number, {} if leaving else _cells(line, file, version), leaving, at)


def _cells(line: Line, file: str, version: str) -> dict[str, str]:
    cells: dict[str, str] = {}
    for column in (*NEEDED[file], *KEPT[file]):
        text = line.need(column) if column in NEEDED[file] else line.get(column)
        if len(text) > CELL_MAX:
            line.fault(column, "long")
        cells[column] = _list(text) if column in LISTS else text
    if file == "users":
        _person(line, cells, version)
    _CHECKS.get(file, _nothing)(line, cells)
    return cells


def _list(text: str) -> str:
    return ",".join(sorted({one.strip() for one in text.split(",") if one.strip()}))


def _person(line: Line, cells: dict[str, str], version: str) -> None:
    """Roles and schools stand in the line itself (1.1), or in lines of their own (1.2)."""
    cells["role"], cells["orgSourcedIds"] = "", ""
    if version == "1.1":
        cells["role"], cells["orgSourcedIds"] = line.need("role"), _list(line.need("orgSourcedIds"))
        _role(line, cells)
    if cells["enabledUser"].lower() not in TRUTHS:
        line.fault("enabledUser", "no word")


def _role(line: Line, cells: Mapping[str, str]) -> None:
    if cells["role"] and cells["role"] not in ROLES:
        line.fault("role", "no word")


def _org(line: Line, cells: Mapping[str, str]) -> None:
    if cells["type"] and cells["type"] not in ORGS:
        line.fault("type", "no word")


def _session(line: Line, cells: Mapping[str, str]) -> None:
    if cells["type"] and cells["type"] not in SESSIONS:
        line.fault("type", "no word")
    _span(line, "startDate", "endDate")


def _seat(line: Line, cells: Mapping[str, str]) -> None:
    if cells["role"] and cells["role"] not in SEATS:
        line.fault("role", "no word")
    _span(line, "beginDate", "endDate")


def _nothing(line: Line, cells: Mapping[str, str]) -> None:
    del line, cells


_CHECKS: Mapping[str, Callable[[Line, Mapping[str, str]], None]] = {
    "orgs": _org,
    "academicSessions": _session,
    "roles": _role,
    "enrollments": _seat,
}


def _span(line: Line, first: str, last: str) -> None:
    begins, ends = _day(line, first), _day(line, last)
    if begins and ends and ends < begins:
        line.fault(last, "early")


def _day(line: Line, column: str) -> date | None:
    text = line.get(column)
    if not text:
        return None
    try:
        if len(text) != 10:
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        line.fault(column, "no date")
        return None


def _instant(line: Line, column: str) -> datetime | None:
    text = line.need(column)
    try:
        if not text:
            return None
        if not _ZONED.fullmatch(text):
            raise ValueError
        return datetime.fromisoformat(text if "T" in text else f"{text}T00:00:00Z")
    except ValueError:
        line.fault(column, "no instant")
        return None
