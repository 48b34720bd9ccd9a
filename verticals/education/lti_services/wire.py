"""What tools write and read: line items, scores, results (AGS 2.0), members (NRPS 2.0). Pure."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from verticals.education.classwork import Told
from verticals.education.lti_launch import OUT_OF_LEAST, OUT_OF_MOST, ROLES, Line, NewLine
from verticals.education.lti_services.errors import AskedWrongly, NotThere
from verticals.education.lti_services.models import MemberRow
from verticals.education.lti_tools import Addresses, Tool

LINE = "application/vnd.ims.lis.v2.lineitem+json"
LINES = "application/vnd.ims.lis.v2.lineitemcontainer+json"
SCORE = "application/vnd.ims.lis.v1.score+json"
RESULTS = "application/vnd.ims.lis.v2.resultcontainer+json"
MEMBERS = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
LABEL_MOST, NAME_MOST, COMMENT_MOST = 200, 256, 5_000
GIVEN_MOST = 1_000_000_000
ACTIVITIES = frozenset({"Initialized", "Started", "InProgress", "Submitted", "Completed"})
GRADINGS = frozenset({"FullyGraded", "Pending", "PendingManual", "Failed", "NotReady"})
PAGE, PAGE_MOST = 50, 200
# Short names of roles that NRPS 2.0 (2.3) lets a tool ask for.
_ROLES = {
    name: role
    for role, uri in ROLES.items()
    for name in (uri.lower(), uri.lower().rpartition("#")[2])
}


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """A score as a tool sends it (AGS 2.0, 3.4): points out of points, or none yet."""

    sub: UUID
    given: float | None
    given_of: float | None
    comment: str
    activity: str
    grading: str
    told_at: datetime


class Cut(msgspec.Struct, frozen=True, kw_only=True):
    """Which page of a list is asked for."""

    after: UUID | None
    wanted: int


def read_json(body: bytes) -> dict[str, Any]:
    """Raises `AskedWrongly` for what is no JSON object."""
    try:
        found = msgspec.json.decode(body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise AskedWrongly("Send a JSON object.")
    return found


def read_line(told: Mapping[str, Any]) -> NewLine:
    """A line item as it is sent. Raises `AskedWrongly`, naming the member."""
    out_of = _out_of(told, OUT_OF_MOST)
    label = _text(told, "label", LABEL_MOST)
    if not label:
        raise AskedWrongly("Give a label.", field="label")
    named = told.get("resourceLinkId")
    return NewLine(
        label=label,
        out_of=out_of,
        resource_id=_text(told, "resourceId", NAME_MOST),
        tag=_text(told, "tag", NAME_MOST),
        link=None if named is None or named == "" else read_id(named, "resourceLinkId"),
        starts_at=_instant(told, "startDateTime"),
        ends_at=_instant(told, "endDateTime"),
    )


def write_line(line: Line, at: Addresses) -> dict[str, object]:
    """A line item as it is read."""
    said: dict[str, object | None] = {
        "id": at.line(line.classroom, line.id),
        "scoreMaximum": line.out_of,
        "label": line.label,
        "resourceId": line.resource_id or None,
        "tag": line.tag or None,
        "resourceLinkId": None if line.link is None else str(line.link),
        "startDateTime": line.starts_at,
        "endDateTime": line.ends_at,
    }
    return {name: value for name, value in said.items() if value is not None}


def read_score(told: Mapping[str, Any]) -> Score:
    """Raises `AskedWrongly`, naming the member."""
    for name, words in (("activityProgress", ACTIVITIES), ("gradingProgress", GRADINGS)):
        word = told.get(name)
        if not isinstance(word, str) or word not in words:
            says = f"Give {name}: one of {', '.join(sorted(words))}."
            raise AskedWrongly(says, field=name)
    told_at = _instant(told, "timestamp")
    if told_at is None:
        raise AskedWrongly("Give timestamp, with its zone.", field="timestamp")
    given = _number(told, "scoreGiven", GIVEN_MOST)
    given_of = None if given is None else _out_of(told, GIVEN_MOST)
    return Score(
        sub=read_id(told.get("userId"), "userId"),
        given=given,
        given_of=given_of,
        comment=_text(told, "comment", COMMENT_MOST),
        activity=told["activityProgress"],
        grading=told["gradingProgress"],
        told_at=told_at,
    )


def write_result(told: Told, line: Line, sub: UUID, at: Addresses) -> dict[str, object]:
    """A result (AGS 2.0, 3.3): points of the line item's own."""
    address = at.line(line.classroom, line.id)
    said: dict[str, object] = {
        "id": f"{address}/results/{sub}",
        "scoreOf": address,
        "userId": str(sub),
        "resultScore": told.points(line.out_of),
        "resultMaximum": line.out_of,
    }
    return said | ({"comment": told.comment} if told.comment else {})


def write_members(
    tool: Tool, at: Addresses, classroom: UUID, title: str, rows: Sequence[MemberRow]
) -> dict[str, object]:
    """A membership container (NRPS 2.0, 2.2): names and e-mail as far as the tool may know them."""
    context = {"id": str(classroom), **({"title": title} if tool.gives_names else {})}
    return {
        "id": at.members(classroom),
        "context": context,
        "members": [_write_member(tool, one) for one in rows],
    }


def _write_member(tool: Tool, row: MemberRow) -> dict[str, object]:
    said: dict[str, object] = {
        "status": "Active",
        "user_id": str(row.sub),
        "roles": [ROLES[one] for one in row.roles],
    }
    if tool.gives_names:
        said |= {
            "name": f"{row.given_name} {row.family_name}",
            "given_name": row.given_name,
            "family_name": row.family_name,
        }
    return said | ({"email": row.email} if tool.gives_email and row.email else {})


def read_role(typed: str | None) -> str | None:
    """Whom a tool asks for, by a role's address or short name, in whatever case: some tools follow
    the address of a next page in small letters. Raises `NotThere` for one that nobody has."""
    if not typed:
        return None
    role = _ROLES.get(typed.lower())
    if role is None:
        raise NotThere("Nobody here has this role: ask for Learner or Instructor.")
    return role


def read_cut(limit: str | None, after: str | None) -> Cut:
    """`limit` (1 to `PAGE_MOST`, `PAGE` without one) and `after`. Raises `AskedWrongly`."""
    number = limit if limit else str(PAGE)
    if not number.isascii() or not number.isdecimal() or len(number) > 9 or int(number) < 1:
        raise AskedWrongly("Give limit as a whole number, above 0.", field="limit")
    wanted = min(int(number), PAGE_MOST)
    return Cut(after=read_id(after, "after") if after else None, wanted=wanted)


def read_id(value: object, field: str) -> UUID:
    """Raises `AskedWrongly`, naming the member."""
    try:
        return UUID(value) if isinstance(value, str) else UUID("")
    except ValueError:
        raise AskedWrongly("This is not one of our ids.", field=field) from None


def _out_of(told: Mapping[str, Any], most: float) -> float:
    value = _number(told, "scoreMaximum", most)
    if value is None or value < OUT_OF_LEAST:
        raise AskedWrongly(f"Give scoreMaximum, from {OUT_OF_LEAST} on.", field="scoreMaximum")
    return value


def _number(told: Mapping[str, Any], name: str, most: float) -> float | None:
    value = told.get(name)
    if value is None:
        return None
    good = isinstance(value, int | float) and not isinstance(value, bool)
    if not good or not 0 <= value <= most:
        raise AskedWrongly(f"Give {name} as a number from 0 to {most}.", field=name)
    return float(value)


def _text(told: Mapping[str, Any], name: str, most: int) -> str:
    value = told.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > most or "\0" in value:
        raise AskedWrongly(f"Give {name} as a text of at most {most} letters.", field=name)
    return value.strip()


def _instant(told: Mapping[str, Any], name: str) -> datetime | None:
    value = told.get(name)
    if value is None:
        return None
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
        good = found.astimezone(UTC) if found is not None and found.tzinfo is not None else None
    except (ValueError, OverflowError):
        good = None
    if good is None:
        says = f"Give {name} as an instant with its zone (ISO 8601)."
        raise AskedWrongly(says, field=name)
    return good
