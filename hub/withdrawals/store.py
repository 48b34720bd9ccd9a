"""The statements of withdrawals."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from hub.core.db import Reads, Tx
from hub.core.sql import load_queries
from hub.withdrawals.models import (
    Choice,
    Counted,
    Departure,
    Event,
    Found,
    Leaving,
    Named,
    Reader,
    Silence,
    State,
    Step,
    Withdrawal,
)

q = load_queries(__name__)

MOST_STEPS = 100
FIRST = ("", UUID(int=0))


async def insert_withdrawal(
    tx: Tx,
    id: UUID,
    approval: UUID,
    service: str,
    title: str,
    reason: str,
    choose_by: datetime,
    retrieve_until: datetime,
) -> bool:
    """False when it was begun before."""
    return bool(
        await tx.run(
            q.insert_withdrawal,
            tenant=tx.tenant,
            id=id,
            approval=approval,
            service=service,
            title=title,
            reason=reason,
            choose_by=choose_by,
            retrieve_until=retrieve_until,
            now=tx.now,
        )
    )


async def find_withdrawal(tx: Tx, id: UUID) -> Withdrawal | None:
    return await tx.one(Withdrawal, q.find_withdrawal, tenant=tx.tenant, id=id)


async def list_withdrawals(tx: Tx) -> list[Withdrawal]:
    return await tx.all(Withdrawal, q.list_withdrawals, tenant=tx.tenant)


async def list_open(reads: Reads) -> list[Named]:
    return await reads.all(Named, q.list_open)


async def note_looked(tx: Tx, id: UUID) -> None:
    await tx.run(q.note_looked, tenant=tx.tenant, id=id, now=tx.now)


async def close_withdrawal(tx: Tx, id: UUID) -> bool:
    """Whether it was closed now."""
    return bool(await tx.run(q.close_withdrawal, tenant=tx.tenant, id=id, now=tx.now))


async def note_silence(tx: Tx, withdrawal: UUID, zone: str) -> Silence:
    found = await tx.one(
        Silence, q.note_silence, tenant=tx.tenant, withdrawal=withdrawal, zone=zone, now=tx.now
    )
    assert found is not None
    return found


async def note_answer(tx: Tx, withdrawal: UUID, zone: str) -> None:
    await tx.run(q.note_answer, tenant=tx.tenant, withdrawal=withdrawal, zone=zone)


async def insert_departure(tx: Tx, withdrawal: UUID, id: UUID, found: Found) -> bool:
    """False when it was told before."""
    new = await tx.run(
        q.insert_departure,
        tenant=tx.tenant,
        withdrawal=withdrawal,
        id=id,
        zone=found.zone,
        organisation=found.organisation,
        at_home=found.at_home,
        kind=found.kind,
        name=found.name,
        persons=found.persons,
        choices=msgspec.to_builtins(found.choices),
        now=tx.now,
    )
    return bool(new)


async def insert_reader(tx: Tx, departure: UUID, reader: Reader) -> None:
    await tx.run(
        q.insert_reader,
        tenant=tx.tenant,
        departure=departure,
        email=reader.email,
        language=reader.language,
    )


async def list_readers(tx: Tx, departure: UUID) -> list[Reader]:
    return await tx.all(Reader, q.list_readers, tenant=tx.tenant, departure=departure)


async def forget_readers(tx: Tx, departure: UUID) -> None:
    await tx.run(q.forget_readers, tenant=tx.tenant, departure=departure)


async def find_departure(tx: Tx, id: UUID) -> Departure | None:
    return await tx.one(Departure, q.find_departure, tenant=tx.tenant, id=id)


async def lock_departure(tx: Tx, id: UUID) -> Departure | None:
    """Nobody else's to change until the commit."""
    await tx.run(q.lock_departure, tenant=tx.tenant, id=id)
    return await find_departure(tx, id)


async def list_departures(
    tx: Tx,
    withdrawal: UUID,
    states: Collection[State],
    wanted: int,
    after: tuple[str, UUID] = FIRST,
) -> list[Departure]:
    return await tx.all(
        Departure,
        q.list_departures,
        tenant=tx.tenant,
        withdrawal=withdrawal,
        states=[state.value for state in states],
        wanted=wanted,
        after_name=after[0],
        after=after[1],
    )


async def list_known(tx: Tx, withdrawal: UUID, zone: str) -> set[int]:
    """The organisations of a zone that were told."""
    rows = await tx.all(_Known, q.list_known, tenant=tx.tenant, withdrawal=withdrawal, zone=zone)
    return {row.organisation for row in rows}


async def count_states(tx: Tx, withdrawal: UUID) -> list[Counted]:
    return await tx.all(Counted, q.count_states, tenant=tx.tenant, withdrawal=withdrawal)


async def change_departure(tx: Tx, changed: Departure) -> bool:
    """Whether it was still of this version."""
    touched = await tx.run(
        q.change_departure,
        tenant=tx.tenant,
        id=changed.id,
        version=changed.version,
        state=changed.state,
        choice=changed.choice,
        chosen_at=changed.chosen_at,
        chosen_by=changed.chosen_by,
        copy_in=changed.copy_in,
        proof=None if changed.proof is None else msgspec.to_builtins(changed.proof),
        accepted_at=changed.accepted_at,
        accepted_by=changed.accepted_by,
        certificate=changed.certificate,
        left_by_notice=changed.left_by_notice,
        now=tx.now,
    )
    return touched > 0


async def note_copying(tx: Tx, departure: Departure, zone: str | None) -> bool:
    """Whether it was still of this version."""
    touched = await tx.run(
        q.note_copying,
        tenant=tx.tenant,
        id=departure.id,
        version=departure.version,
        copy_in=zone,
    )
    return touched > 0


async def note_opened(tx: Tx, departure: Departure) -> datetime | None:
    """Since when it lives there; None when it is of another version."""
    return await tx.value(
        datetime,
        q.note_opened,
        tenant=tx.tenant,
        id=departure.id,
        version=departure.version,
        now=tx.now,
    )


async def note_fault(tx: Tx, departure: Departure, fault: str) -> None:
    await tx.run(
        q.note_fault,
        tenant=tx.tenant,
        id=departure.id,
        version=departure.version,
        fault=fault[:2_000],
    )


async def note_kept(tx: Tx, id: UUID, choices: Sequence[Choice]) -> None:
    await tx.run(
        q.note_kept, tenant=tx.tenant, id=id, choices=msgspec.to_builtins(choices), now=tx.now
    )


async def note_reminded(tx: Tx, id: UUID, reminders: int) -> bool:
    """Whether that many had not been sent."""
    return bool(await tx.run(q.note_reminded, tenant=tx.tenant, id=id, reminders=reminders))


async def insert_step(tx: Tx, departure: Departure, step: Step, detail: str) -> None:
    await tx.run(
        q.insert_step,
        tenant=tx.tenant,
        departure=departure.id,
        step=step,
        state=departure.state,
        actor=tx.actor,
        detail=detail[:2_000],
        now=tx.now,
    )


async def list_steps(tx: Tx, departure: UUID) -> list[Event]:
    return await tx.all(
        Event, q.list_steps, tenant=tx.tenant, departure=departure, wanted=MOST_STEPS
    )


async def find_from_home(reads: Reads, organisation: int) -> Named | None:
    return await reads.one(Named, q.find_from_home, organisation=organisation)


async def is_anybody_leaving(reads: Reads) -> bool:
    return bool(await reads.value(bool, q.is_anybody_leaving))


async def find_leaving(reads: Reads, organisation: int) -> Leaving | None:
    return await reads.one(Leaving, q.find_leaving, organisation=organisation)


class _Known(msgspec.Struct, frozen=True):
    organisation: int
