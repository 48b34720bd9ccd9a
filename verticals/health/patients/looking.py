"""Who looks at what of a patient: each look stands in the record of acts, and the patient reads by
day who looked. Whoever opens a document is written down with it (`documents`)."""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from hub import audit, tenancy
from hub.core import outbox
from hub.core.clock import local_date
from hub.core.db import Tx
from verticals.health.patients import store
from verticals.health.patients.actions import ZONE
from verticals.health.patients.models import LooksOld, Seen, What

MOST_SHOWN = 300
LOOKS_KEPT = timedelta(days=365)  # for the patient to read; the record of acts keeps each look
_PERSON = "person:"


async def note_read(tx: Tx, patients: Iterable[UUID], what: What) -> None:
    """Write down that a member of the practice, or a program of theirs, looks at something of some
    patients, before it is given."""
    ids = sorted(set(patients))
    if not ids:
        return
    if len(ids) == 1:
        subject, whom = f"patient:{ids[0]}", {}
    else:
        subject, whom = f"organisation:{tx.tenant}", {"patients": [str(one) for one in ids]}
    action = "health.patient_read" if len(ids) == 1 else "health.patients_read"
    detail: dict[str, object] = {"what": what.value, **whom}
    await audit.record(tx, action=action, subject=subject, detail=detail)
    if tx.actor.startswith(_PERSON):
        await keep_looks(tx, ids, what, int(tx.actor.removeprefix(_PERSON)))


async def keep_looks(tx: Tx, patients: Iterable[UUID], what: What, person: int) -> None:
    """The same for the patients to read."""
    looked_on = local_date(tx.now, ZONE)
    await store.keep_looks(tx, sorted(set(patients)), what, person, looked_on)


async def list_looks(tx: Tx, patient: UUID) -> list[Seen]:
    """Who looked at what of a patient, the newest first."""
    names = {one.person: one.name for one in await tenancy.list_members(tx)}
    found = await store.list_looks(tx, patient, MOST_SHOWN)
    return [Seen(name=names.get(one.person or 0), look=one) for one in found]


async def announce_old_looks(tx: Tx) -> int:
    """Wake every practice that holds looks whose time is over; how many."""
    found = await store.list_with_old_looks(tx, _kept_since(tx))
    for tenant in found:
        await outbox.emit_for(tx, tenant, LooksOld())
    return len(found)


async def forget_old_looks(tx: Tx) -> int:
    """Those of a practice go; how many."""
    return await store.forget_looks(tx, _kept_since(tx))


def _kept_since(tx: Tx) -> date:
    return local_date(tx.now, ZONE) - LOOKS_KEPT
