"""What a bundle would change: pure."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from verticals.education.roster.models import (
    ABSENT,
    BULK,
    DELTA,
    FILES,
    STUDENT,
    TEACHER,
    Bundle,
    Change,
    Known,
    Plan,
    Row,
)
from verticals.education.roster.roles import end_roles, with_roles, without_role
from verticals.education.roster.sheets import Faults

# Columns that name something else, and the file where it must be.
NAMES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "orgs": (("parentSourcedId", "orgs"),),
    "academicSessions": (("parentSourcedId", "academicSessions"),),
    "courses": (("orgSourcedId", "orgs"),),
    "classes": (
        ("courseSourcedId", "courses"),
        ("schoolSourcedId", "orgs"),
        ("termSourcedIds", "academicSessions"),
    ),
    "users": (("orgSourcedIds", "orgs"), ("agentSourcedIds", "users")),
    "roles": (("userSourcedId", "users"), ("orgSourcedId", "orgs")),
    "enrollments": (
        ("classSourcedId", "classes"),
        ("schoolSourcedId", "orgs"),
        ("userSourcedId", "users"),
    ),
}
# What goes with who leaves, or with a class that closes.
CLOSED_WITH = ("roles", "enrollments")
Ids = dict[str, set[str]]
Everything = Mapping[str, Mapping[str, Known]]


def plan(known: Everything, bundle: Bundle, gone: Everything) -> tuple[Plan, Faults]:
    """What would change, and what is wrong with it: a line that names what is not in the list once
    the bundle is taken in. `gone`: the people who left and the classes that are closed."""
    bundle = msgspec.structs.replace(bundle, modes={"roles": ABSENT, **bundle.modes})
    told, late = _in_time(gone, bundle)
    bundle = with_roles(known, told)
    linked = _with_links(known, bundle)
    after = _after(known, bundle)
    changes = {
        file: _change(known.get(file, {}), linked, file, late.get(file, 0)) for file in FILES
    }
    faults = Faults()
    for row in without_role(known, bundle):
        if row.line:
            faults.add("users.csv", row.line, "role", "no role")
        else:  # known by an earlier list, and left out of the roles that are told whole
            faults.add("roles.csv", 1, row.id, "no role")
    for file, row, column in _orphans(known, told, after):
        faults.add(f"{file}.csv", row.line, column, "unknown")
    for file in CLOSED_WITH:
        changes[file] = _close(changes[file], known, after)
    changes["roles"] = end_roles(changes["roles"], known, told)
    found = tuple(changes.values())
    return Plan(changes=found, names=_names(known, found)), faults


def ids_of(bundle: Bundle) -> list[str]:
    """Everything that its lines tell or name."""
    ids = {row.id for rows in bundle.rows.values() for row in rows}
    for file in CLOSED_WITH:
        for row in bundle.rows.get(file, ()):
            ids |= {row.cells[column] for column, _ in NAMES[file] if column in row.cells}
    for row in bundle.rows.get("users", ()):
        ids |= _agents(row.cells)
    return sorted(ids)


def print_of(plan: Plan) -> str:
    """The same for two plans that change the same."""
    told = [
        (one.file, [(r.id, sorted(r.cells.items())) for r in (*one.added, *one.changed)], one.gone)
        for one in plan.changes
    ]
    return hashlib.sha256(msgspec.json.encode(told)).hexdigest()


def seat_role(role: str) -> str:
    """Whether somebody is in a class to learn or to teach."""
    return STUDENT if role == STUDENT else TEACHER


def _with_links(known: Everything, bundle: Bundle) -> Bundle:
    """A difference that takes a name out of somebody's agents ends the link on both sides: the
    other's line loses it too, unless it is told in the same bundle, and later."""
    if bundle.modes["users"] != DELTA:
        return bundle
    before = known.get("users", {})
    rows = {row.id: row for row in bundle.rows.get("users", ())}
    for row in bundle.rows.get("users", ()):
        kept = before.get(row.id)
        if kept is None or row.leaving or row.is_older_than(kept):
            continue
        for id in sorted(_agents(kept.cells) - _agents(row.cells)):
            other = _other(rows.get(id), before.get(id), row)
            if other is not None and row.id in _agents(other.cells):
                agents = ",".join(sorted(_agents(other.cells) - {row.id}))
                cells = {**other.cells, "agentSourcedIds": agents}
                rows[id] = msgspec.structs.replace(other, cells=cells)
    return msgspec.structs.replace(bundle, rows={**bundle.rows, "users": tuple(rows.values())})


def _other(told: Row | None, kept: Known | None, row: Row) -> Row | None:
    """What is to be said of the other side of a link that `row` ends; None when it stays."""
    if told is None or told.is_older_than(kept):
        if kept is None:
            return None
        told = Row(kept.id, row.line, kept.cells, modified_at=kept.modified_at)
    later = told.modified_at and row.modified_at and told.modified_at > row.modified_at
    return None if told.leaving or later else told


def _agents(cells: Mapping[str, str]) -> set[str]:
    return {one for one in cells.get("agentSourcedIds", "").split(",") if one}


def _change(known: Mapping[str, Known], bundle: Bundle, file: str, older: int) -> Change:
    mode, added, changed, gone = bundle.modes[file], [], [], []
    rows = bundle.rows.get(file, ())
    for row in rows:
        before = known.get(row.id)
        if row.is_older_than(before):
            older += 1
        elif row.leaving:
            gone += [row.id] if before else []
        elif before is None:
            added.append(row)
        elif dict(before.cells) != dict(row.cells):
            changed.append(row)
    if mode == BULK:
        gone += sorted(known.keys() - {row.id for row in rows})
    told = {
        row.id: row.modified_at
        for row in rows
        if row.leaving and row.modified_at and not row.is_older_than(known.get(row.id))
    }
    return Change(
        file=file,
        added=tuple(added),
        changed=tuple(changed),
        gone=tuple(gone),
        older=older,
        gone_at=told,
    )


def _in_time(gone: Everything, bundle: Bundle) -> tuple[Bundle, dict[str, int]]:
    """The bundle without the lines of differences that are older than the departure of who or what
    they tell; so are the places and roles of these, unless they are told to be back. And how many
    such lines there are, by file. Who had left when a line was written is no longer among the
    agents that it names."""
    rows: dict[str, tuple[Row, ...]] = {}
    late: dict[str, int] = {}
    away = dict(gone)
    for file in FILES:
        told = bundle.rows.get(file, ())
        left = [row for row in told if not _is_late(row, file, away)]
        rows[file], late[file] = tuple(left), len(told) - len(left)
        back = {row.id for row in left if not row.leaving}
        away[file] = {id: one for id, one in gone.get(file, {}).items() if id not in back}
    people = gone.get("users", {})
    rows["users"] = tuple(_without_gone(row, people) for row in rows.get("users", ()))
    return msgspec.structs.replace(bundle, rows=rows), late


def _without_gone(row: Row, people: Mapping[str, Known]) -> Row:
    left = {id for id in _agents(row.cells) if row.is_older_than(people.get(id))}
    if not left:
        return row
    agents = ",".join(sorted(_agents(row.cells) - left))
    return msgspec.structs.replace(row, cells={**row.cells, "agentSourcedIds": agents})


def _is_late(row: Row, file: str, gone: Everything) -> bool:
    named = [(file, row.id)]
    if file in CLOSED_WITH:
        named += [(other, row.cells.get(column, "")) for column, other in NAMES[file]]
    return any(row.is_older_than(gone.get(other, {}).get(id)) for other, id in named)


def _after(known: Everything, bundle: Bundle) -> Ids:
    """What is in the list once the bundle is taken in."""
    after: Ids = {}
    for file in FILES:
        rows, before = bundle.rows.get(file, ()), known.get(file, {})
        ids = set() if bundle.modes[file] == BULK else set(before)
        for row in rows:
            if row.leaving and not row.is_older_than(before.get(row.id)):
                ids.discard(row.id)
            elif not row.leaving:
                ids.add(row.id)
        after[file] = ids
    return after


def _orphans(known: Everything, bundle: Bundle, after: Ids) -> Iterator[tuple[str, Row, str]]:
    """The lines that name what is not there; one that is passed over as older names nothing."""
    for file in FILES:
        before = known.get(file, {})
        for row in bundle.rows.get(file, ()):
            if row.is_older_than(before.get(row.id)):
                continue
            for column, other in NAMES[file]:
                told = (one for one in row.cells.get(column, "").split(",") if one)
                if not row.leaving and any(one not in after[other] for one in told):
                    yield file, row, column


def _close(change: Change, known: Everything, after: Ids) -> Change:
    """Who has left has no role any more, and is in no class; nobody is in a class that is closed:
    these lines go along, unless the bundle tells something of them itself."""
    told = {*change.gone, *(row.id for row in (*change.added, *change.changed))}
    named = [one for one in NAMES[change.file] if one[1] in {"classes", "users"}]
    loose = sorted(
        id
        for id, one in known.get(change.file, {}).items()
        if id not in told and any(one.cells[column] not in after[other] for column, other in named)
    )
    return msgspec.structs.replace(change, gone=(*change.gone, *loose), loose=tuple(loose))


def _names(known: Everything, changes: Sequence[Change]) -> dict[str, str]:
    names: dict[str, str] = {}
    for change in changes:
        if change.file not in {"users", "classes"}:
            continue
        before = known.get(change.file, {})
        told = {row.id: row.cells for row in (*change.added, *change.changed)}
        told |= {id: before[id].cells for id in change.gone}
        names |= {f"{change.file}:{id}": _name(cells) for id, cells in told.items()}
    return names


def _name(cells: Mapping[str, str]) -> str:
    return cells.get("title") or f"{cells.get('givenName', '')} {cells.get('familyName', '')}"
