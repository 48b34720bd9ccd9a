"""The statements of outings."""

from datetime import datetime
from uuid import UUID

import msgspec

from hub.core.db import Tx
from hub.core.sql import load_queries
from verticals.seniors.outings.models import Guest, Outing, Volunteer, Where

q = load_queries(__name__)

MOST = 200


class _Joined(msgspec.Struct, frozen=True):
    id: UUID


def _at(where: Where) -> dict[str, object]:
    return {
        "commune": where.commune,
        "commune_name": where.commune_name,
        "lat": where.lat,
        "lng": where.lng,
    }


async def keep_home(tx: Tx, senior: UUID, where: Where) -> None:
    await tx.run(q.keep_home, senior=senior, tenant=tx.tenant, **_at(where))


async def find_home(tx: Tx, senior: UUID) -> Where | None:
    return await tx.one(Where, q.find_home, senior=senior)


async def insert_volunteer(tx: Tx, id: UUID, name: str, email: str, where: Where) -> bool:
    new = {"id": id, "tenant": tx.tenant, "name": name, "email": email, **_at(where)}
    return await tx.run(q.insert_volunteer, **new, now=tx.now) == 1


async def find_volunteer(tx: Tx, id: UUID, *, lock: bool = False) -> Volunteer | None:
    return await tx.one(Volunteer, q.lock_volunteer if lock else q.find_volunteer, id=id)


async def list_volunteers(tx: Tx) -> list[Volunteer]:
    return await tx.all(Volunteer, q.list_volunteers, wanted=MOST)


async def decide_volunteer(tx: Tx, id: UUID, state: str, rna: str | None = None) -> None:
    await tx.run(q.decide_volunteer, id=id, state=state, rna=rna, now=tx.now)


async def insert_outing(
    tx: Tx,
    id: UUID,
    title: str,
    place: str,
    where: Where,
    starts_at: datetime,
    seats: int,
    volunteer: UUID | None = None,
) -> bool:
    new = {"id": id, "tenant": tx.tenant, "title": title, "place": place, "seats": seats}
    told = {**new, **_at(where), "starts_at": starts_at, "volunteer": volunteer}
    return await tx.run(q.insert_outing, **told, now=tx.now) == 1


async def lock_outing(tx: Tx, id: UUID) -> None:
    await tx.value(UUID, q.lock_outing, id=id)


async def find_outing(tx: Tx, id: UUID) -> Outing | None:
    return await tx.one(Outing, q.find_outing, id=id)


async def list_outings(tx: Tx, volunteer: UUID | None = None) -> list[Outing]:
    return await tx.all(Outing, q.list_outings, since=tx.now, volunteer=volunteer, wanted=MOST)


async def list_joined(tx: Tx, senior: UUID) -> set[UUID]:
    found = await tx.all(_Joined, q.list_joined, senior=senior, since=tx.now, wanted=MOST)
    return {one.id for one in found}


async def list_guests(tx: Tx, volunteer: UUID | None = None) -> list[Guest]:
    return await tx.all(Guest, q.list_guests, since=tx.now, volunteer=volunteer, wanted=10 * MOST)


async def cancel_outing(tx: Tx, id: UUID) -> bool:
    return await tx.run(q.cancel_outing, id=id) == 1


async def join_outing(tx: Tx, outing: UUID, senior: UUID) -> bool:
    new = {"outing": outing, "senior": senior, "tenant": tx.tenant}
    return await tx.run(q.join_outing, **new, now=tx.now) == 1


async def leave_outing(tx: Tx, outing: UUID, senior: UUID) -> bool:
    return await tx.run(q.leave_outing, outing=outing, senior=senior, now=tx.now) == 1
