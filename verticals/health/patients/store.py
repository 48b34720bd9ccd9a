"""The statements."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from hub.core.db import Tx
from hub.core.sql import load_queries
from verticals.health.patients.models import Look, Paper, Patient, Sought, Traits, What
from verticals.health.patients.spelling import plain

q = load_queries(__name__)


async def insert_patient(tx: Tx, id: UUID, traits: Traits, person: int | None) -> bool:
    new = {"id": id, "tenant": tx.tenant, "person": person, "now": tx.now, **_plain(traits)}
    return await tx.run(q.insert_patient, **new, **msgspec.structs.asdict(traits)) == 1


async def keep_traits(tx: Tx, id: UUID, traits: Traits, revision: int, *, same: bool) -> bool:
    """`same`: what was checked still holds."""
    said = {"id": id, "revision": revision, "same": same, "now": tx.now, **_plain(traits)}
    return await tx.run(q.keep_traits, **said, **msgspec.structs.asdict(traits)) == 1


async def find_patient(tx: Tx, id: UUID, *, lock: bool = False) -> Patient | None:
    return await tx.one(Patient, q.lock_patient if lock else q.find_patient, id=id)


async def find_of_person(tx: Tx, person: int) -> Patient | None:
    return await tx.one(Patient, q.find_of_person, tenant=tx.tenant, person=person)


async def list_patients(tx: Tx, sought: Sought) -> list[Patient]:
    return await tx.all(
        Patient,
        q.list_patients,
        tenant=tx.tenant,
        wanted_id=sought.id,
        born_on=sought.born_on,
        name=plain(sought.name),
        given=plain(sought.given),
        after=sought.after,
        wanted=sought.wanted,
    )


async def list_named(tx: Tx, sought: Sought) -> list[Patient]:
    wanted = {"born_on": sought.born_on, "name": plain(sought.name)}
    return await tx.all(Patient, q.list_named, tenant=tx.tenant, wanted=sought.wanted, **wanted)


async def list_born(tx: Tx, born_on: date) -> list[Patient]:
    return await tx.all(Patient, q.list_born, tenant=tx.tenant, born_on=born_on, wanted=1000)


def _plain(traits: Traits) -> dict[str, str]:
    return {
        "plain_name": plain(traits.birth_name),
        "plain_used": plain(traits.used_name),
        "plain_given": plain(traits.first_names),
    }


async def keep_merged(tx: Tx, id: UUID, into: UUID) -> None:
    await tx.run(q.keep_merged, id=id, into=into, now=tx.now)


async def keep_absorbed(
    tx: Tx,
    id: UUID,
    person: int | None,
    sealed: bytes | None,
    mark: bytes | None,
    at: datetime | None,
) -> None:
    kept = {"id": id, "person": person, "sealed": sealed, "mark": mark, "retrieved_at": at}
    await tx.run(q.keep_absorbed, **kept, now=tx.now)


async def find_mark(tx: Tx, id: UUID) -> bytes | None:
    return await tx.value(bytes, q.find_mark, id=id)


async def keep_paper(tx: Tx, id: UUID, paper: Paper, revision: int) -> bool:
    kept = {"id": id, "paper": paper, "revision": revision, "now": tx.now}
    return await tx.run(q.keep_paper, **kept) == 1


async def keep_ins(tx: Tx, id: UUID, sealed: bytes, mark: bytes, revision: int) -> bool:
    kept = {"id": id, "sealed": sealed, "mark": mark, "revision": revision, "now": tx.now}
    return await tx.run(q.keep_ins, **kept) == 1


async def find_marked(tx: Tx, mark: bytes) -> UUID | None:
    return await tx.value(UUID, q.find_marked, tenant=tx.tenant, mark=mark)


async def is_held(tx: Tx) -> bool:
    return await tx.value(bool, q.is_held, tenant=tx.tenant) is True


async def keep_looks(
    tx: Tx, patients: Sequence[UUID], what: What, person: int, looked_on: date
) -> None:
    """Each patient once, in one order."""
    ids = [tx.uuid() for _ in patients]
    who = {"tenant": tx.tenant, "person": person, "patients": list(patients)}
    await tx.run(q.keep_looks, **who, ids=ids, what=what, looked_on=looked_on, now=tx.now)


async def list_looks(tx: Tx, patient: UUID, wanted: int) -> list[Look]:
    return await tx.all(Look, q.list_looks, patient=patient, wanted=wanted)


async def forget_looks(tx: Tx, before: date) -> int:
    return await tx.run(q.forget_looks, before=before)


async def list_with_old_looks(tx: Tx, before: date) -> list[int]:
    return [one.tenant for one in await tx.all(_Practice, q.list_with_old_looks, before=before)]


async def hand_looks_over(tx: Tx, gone: UUID, kept: UUID) -> None:
    await tx.run(q.add_looks, gone=gone, kept=kept)
    await tx.run(q.hand_looks_over, gone=gone, kept=kept)


async def insert_secret(tx: Tx, sealed: bytes) -> None:
    await tx.run(q.insert_secret, tenant=tx.tenant, sealed=sealed, now=tx.now)


async def find_secret(tx: Tx) -> bytes | None:
    return await tx.value(bytes, q.find_secret, tenant=tx.tenant)


class _Practice(msgspec.Struct, frozen=True):
    tenant: int
