"""The statements."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from hub.core.db import Tx
from hub.core.sql import load_queries
from verticals.education.roster.models import (
    LINK_LIVES,
    Head,
    Known,
    Leaver,
    Link,
    Person,
    Place,
    Row,
    SchoolClass,
    Seat,
    Upload,
)

q = load_queries(__name__)

MOST_CLASSES, MOST_SEATS, MOST_LEAVERS, MOST_PLACES = 500, 1_000, 500, 100


async def lock_roster(tx: Tx) -> None:
    await tx.run(q.lock_roster, tenant=tx.tenant)


async def list_known(tx: Tx) -> list[Known]:
    return await tx.all(Known, q.list_known)


async def list_gone(tx: Tx, ids: Sequence[str]) -> list[Known]:
    """Of the lines with these numbers, those that are remembered as gone."""
    return await tx.all(Known, q.list_gone, ids=list(ids))


async def keep_upload(tx: Tx, bundle: str, print: str, name: str) -> None:
    new = {"bundle": bundle, "print": print, "name": name}
    await tx.run(q.keep_upload, tenant=tx.tenant, **new, now=tx.now)


async def find_upload(tx: Tx) -> Upload | None:
    return await tx.one(Upload, q.find_upload)


async def delete_upload(tx: Tx) -> bool:
    return await tx.run(q.delete_upload) == 1


def _told(rows: Sequence[Row]) -> dict[str, object]:
    return {
        "ids": [one.id for one in rows],
        "cells": [msgspec.json.encode(one.cells).decode() for one in rows],
        "ats": [one.modified_at for one in rows],
    }


def _keys(tx: Tx, rows: Sequence[Row]) -> list[UUID]:
    return [tx.uuid() for _ in rows]


async def keep_entries(tx: Tx, file: str, rows: Sequence[Row]) -> None:
    await tx.run(q.keep_entries, tenant=tx.tenant, file=file, **_told(rows))


async def delete_entries(tx: Tx, file: str, ids: Sequence[str]) -> None:
    await tx.run(q.delete_entries, file=file, ids=list(ids))


async def keep_classes(tx: Tx, rows: Sequence[Row]) -> None:
    await tx.run(q.keep_classes, tenant=tx.tenant, keys=_keys(tx, rows), **_told(rows))


async def close_classes(tx: Tx, gone: Mapping[str, datetime]) -> None:
    ids, ats = list(gone), list(gone.values())
    await tx.run(q.close_classes, ids=ids, ats=ats, now=tx.now)


async def keep_members(tx: Tx, rows: Sequence[Row]) -> None:
    keys, doors = _keys(tx, rows), _keys(tx, rows)
    await tx.run(q.keep_members, tenant=tx.tenant, keys=keys, doors=doors, **_told(rows))


async def leave(tx: Tx, gone: Mapping[str, datetime]) -> None:
    await tx.run(q.leave, ids=list(gone), ats=list(gone.values()), now=tx.now)


async def keep_seats(tx: Tx, rows: Sequence[Row], roles: Mapping[str, str]) -> int:
    """How many found their class and their person."""
    words = [roles[one.id] for one in rows]
    return await tx.run(
        q.keep_seats, tenant=tx.tenant, keys=_keys(tx, rows), roles=words, **_told(rows)
    )


async def delete_seats(tx: Tx, ids: Iterable[str]) -> None:
    await tx.run(q.delete_seats, ids=list(ids))


async def keep_role_lines(tx: Tx, rows: Sequence[Row]) -> int:
    """How many found their person."""
    return await tx.run(q.keep_role_lines, tenant=tx.tenant, keys=_keys(tx, rows), **_told(rows))


async def delete_role_lines(tx: Tx, ids: Iterable[str]) -> None:
    await tx.run(q.delete_role_lines, ids=list(ids))


async def keep_gone(tx: Tx, file: str, gone: Mapping[str, datetime]) -> None:
    ids, ats = list(gone), list(gone.values())
    await tx.run(q.keep_gone, tenant=tx.tenant, file=file, ids=ids, ats=ats, now=tx.now)


async def delete_gone(tx: Tx, file: str, ids: Iterable[str]) -> None:
    await tx.run(q.delete_gone, file=file, ids=list(ids))


async def delete_old_gone(tx: Tx, before: datetime) -> None:
    await tx.run(q.delete_old_gone, before=before)


async def list_classes(tx: Tx, today: date) -> list[SchoolClass]:
    return await tx.all(SchoolClass, q.list_classes, today=today, wanted=MOST_CLASSES)


async def find_class(tx: Tx, id: UUID) -> SchoolClass | None:
    return await tx.one(SchoolClass, q.find_class, id=id)


async def list_seats(tx: Tx, id: UUID) -> list[Seat]:
    return await tx.all(Seat, q.list_seats, **{"class": id}, wanted=MOST_SEATS)


async def list_roles(tx: Tx) -> list[Head]:
    return await tx.all(Head, q.list_roles)


async def list_leavers(tx: Tx) -> list[Leaver]:
    return await tx.all(Leaver, q.list_leavers, wanted=MOST_LEAVERS)


async def find_member(tx: Tx, id: UUID) -> Person | None:
    return await tx.one(Person, q.find_member, id=id)


async def find_by_door(tx: Tx, door: UUID) -> Person | None:
    return await tx.one(Person, q.find_by_door, door=door)


async def list_children(tx: Tx, parent: UUID) -> list[Person]:
    return await tx.all(Person, q.list_children, parent=parent, wanted=MOST_PLACES)


async def list_places(tx: Tx, member: UUID, today: date) -> list[Place]:
    return await tx.all(Place, q.list_places, member=member, today=today, wanted=MOST_PLACES)


async def list_people(tx: Tx, id: UUID) -> list[Person]:
    return await tx.all(Person, q.list_people, **{"class": id}, wanted=MOST_SEATS)


async def find_by_link(tx: Tx, hash: str) -> Person | None:
    return await tx.one(Person, q.find_by_link, hash=hash, since=tx.now - LINK_LIVES)


async def list_links(tx: Tx, members: Sequence[UUID]) -> list[Link]:
    asked = {"members": list(members), "since": tx.now - LINK_LIVES, "wanted": len(members)}
    return await tx.all(Link, q.list_links, **asked)


async def lock_members(tx: Tx, members: Sequence[UUID]) -> None:
    await tx.run(q.lock_members, members=list(members))


async def keep_links(tx: Tx, hashes: Mapping[UUID, str], *, anew: bool) -> int:
    """How many have another link by it."""
    new = {"members": list(hashes), "hashes": list(hashes.values())}
    doors = [tx.uuid() for _ in hashes]
    since = tx.now - LINK_LIVES
    return await tx.run(q.keep_links, **new, doors=doors, anew=anew, since=since, now=tx.now)


async def end_link(tx: Tx, id: UUID) -> bool:
    return await tx.run(q.end_link, id=id, door=tx.uuid(), now=tx.now) == 1


async def is_held(tx: Tx) -> bool:
    return await tx.value(bool, q.is_held, tenant=tx.tenant) is True


async def delete_leaver(tx: Tx, id: UUID) -> bool:
    return await tx.run(q.delete_leaver, id=id, now=tx.now) == 1


async def delete_left(tx: Tx, before: datetime) -> int:
    return await tx.run(q.delete_left, before=before)


async def delete_left_parents(tx: Tx) -> int:
    return await tx.run(q.delete_left_parents, now=tx.now)


async def delete_old_upload(tx: Tx, before: datetime) -> int:
    return await tx.run(q.delete_old_upload, before=before)


async def list_schools_due(tx: Tx, left_before: datetime, sent_before: datetime) -> list[int]:
    due = {"left_before": left_before, "sent_before": sent_before}
    return [one.tenant for one in await tx.all(_School, q.list_schools_due, **due)]


class _School(msgspec.Struct, frozen=True):
    tenant: int
