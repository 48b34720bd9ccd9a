"""Who has which role in which school, once a bundle is taken in: pure.

In 1.1 a person's own line says it; in 1.2 lines of their own do, which may change while nothing
else is told of the person."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from verticals.education.roster.models import ABSENT, BULK, DELTA, Bundle, Change, Known, Row

Everything = Mapping[str, Mapping[str, Known]]
# A role as a line of 1.2 has it: its person, its word, its school.
Having = Mapping[str, str]
CELLS = ("role", "orgSourcedIds")


def with_roles(known: Everything, bundle: Bundle) -> Bundle:
    """The bundle with the roles that everybody of it has by its lines of roles, and with those
    people of whom it changes nothing else."""
    modes = bundle.modes
    if bundle.version == "1.1" or modes["users"] == modes["roles"] == ABSENT:
        return bundle
    had = _by_person(one.cells for one in known.get("roles", {}).values())
    has, ends = _lines_after(known, bundle)
    before = known.get("users", {})
    rows = {row.id: row for row in bundle.rows.get("users", ())}
    lines = [*bundle.rows.get("roles", ()), *ends]
    for id in dict.fromkeys([*rows, *(() if modes["users"] == BULK else before)]):
        row, kept = rows.get(id), before.get(id)
        has_now = has.get(id, [])
        if kept is not None and id not in had and modes["roles"] != BULK:
            if has_now:  # their first lines: what was known without any becomes lines, too
                lines += (earlier := _lines_of(kept, has_now))
                has_now = [*has_now, *(one.cells for one in earlier)]
            roles = _cells_of(has_now) if has_now else {one: kept.cells[one] for one in CELLS}
        else:
            roles = _cells_of(has_now)
        if kept is not None and (row is None or row.is_older_than(kept)):
            if roles != {one: kept.cells[one] for one in CELLS}:
                rows[id] = Row(id, 0, {**kept.cells, **roles}, modified_at=kept.modified_at)
        elif row is not None and not row.leaving:
            rows[id] = msgspec.structs.replace(row, cells={**row.cells, **roles})
    told = {**bundle.rows, "users": tuple(rows.values())}
    if lines:
        told["roles"] = tuple(lines)
    return msgspec.structs.replace(bundle, rows=told)


def without_role(known: Everything, bundle: Bundle) -> Iterator[Row]:
    """Who has none: a list told whole gives one to everybody, and differences to who is new. Who
    loses their last one by a difference stays, without any."""
    whole = bundle.modes["roles"] == BULK
    for row in bundle.rows.get("users", ()):
        if not (row.leaving or row.cells["role"]) and (
            whole or row.id not in known.get("users", {})
        ):
            yield row


def end_roles(change: Change, known: Everything, bundle: Bundle) -> Change:
    """What a line of 1.1 says of somebody takes the place of all their lines of 1.2."""
    if bundle.version != "1.1":
        return change
    before = known.get("users", {})
    rows = bundle.rows.get("users", ())
    told = {row.id for row in rows if not row.is_older_than(before.get(row.id))}
    lines = known.get("roles", {}).items()
    ended = {id for id, one in lines if one.cells["userSourcedId"] in told} - set(change.gone)
    return msgspec.structs.replace(change, gone=(*change.gone, *sorted(ended)))


def _cells_of(has: Iterable[Having]) -> dict[str, str]:
    """Somebody's roles and schools, as their own line has them."""
    lines = list(has)
    words, schools = {one["role"] for one in lines}, {one["orgSourcedId"] for one in lines}
    return {"role": ",".join(sorted(words)), "orgSourcedIds": ",".join(sorted(schools))}


def _lines_of(kept: Known, told: Iterable[Having]) -> list[Row]:
    """What was known of somebody before any line of theirs was, as lines; without what is told."""
    words, schools = (kept.cells[one].split(",") for one in CELLS)
    known = [
        {"userSourcedId": kept.id, "role": word, "orgSourcedId": school}
        for word in words
        for school in schools
        if word and school
    ]
    said = {_print(one) for one in told}
    return [Row(_id_of(one), 0, one) for one in known if _print(one) not in said]


def _id_of(having: Having) -> str:
    """The number of a line that no list has told."""
    said = "\n".join(_print(having))
    return f"known:{hashlib.sha256(said.encode()).hexdigest()}"


def _print(having: Having) -> tuple[str, str, str]:
    return having["userSourcedId"], having["role"], having["orgSourcedId"]


def _lines_after(known: Everything, bundle: Bundle) -> tuple[dict[str, list[Having]], list[Row]]:
    """By person, the lines of roles once those of the bundle are taken in; and the ends of those
    that no list has told, once one tells the same."""
    before = known.get("roles", {})
    lines: dict[str, Having] = {}
    if bundle.modes["roles"] != BULK:
        lines = {id: one.cells for id, one in before.items()}
    for row in bundle.rows.get("roles", ()):
        if bundle.modes["roles"] == DELTA and row.is_older_than(before.get(row.id)):
            continue
        if row.leaving:
            lines.pop(row.id, None)
        else:
            lines[row.id] = row.cells
    told = {_print(one) for id, one in lines.items() if id != _id_of(one)}
    ended = [id for id, one in lines.items() if id == _id_of(one) and _print(one) in told]
    for id in ended:
        del lines[id]
    return _by_person(lines.values()), [Row(id, 0, {}, leaving=True) for id in ended]


def _by_person(lines: Iterable[Having]) -> dict[str, list[Having]]:
    people: dict[str, list[Having]] = {}
    for one in lines:
        people.setdefault(one["userSourcedId"], []).append(one)
    return people
