"""The statements of exits."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from hub.core.db import Reads, Session, Tx
from hub.core.sql import load_queries
from hub.exits.models import Counted, Event, Exit, Named, Reader, Step

q = load_queries(__name__)


async def find_operator(reads: Reads) -> int | None:
    return await reads.value(int, q.find_operator)


async def find_of(reads: Reads, organisation: int) -> Named | None:
    return await reads.one(Named, q.find_of, organisation=organisation)


async def list_open(reads: Reads) -> list[Named]:
    return await reads.all(Named, q.list_open)


async def insert_exit(
    tx: Tx,
    id: UUID,
    organisation: int,
    kind: str,
    name: str,
    notice_until: datetime,
    transition_until: datetime,
) -> bool:
    """False while another notice stands."""
    return bool(
        await tx.run(
            q.insert_exit,
            tenant=tx.tenant,
            id=id,
            organisation=organisation,
            kind=kind,
            name=name,
            notice_until=notice_until,
            transition_until=transition_until,
            now=tx.now,
        )
    )


async def find_exit(tx: Tx, id: UUID) -> Exit | None:
    return await tx.one(Exit, q.find_exit, tenant=tx.tenant, id=id)


async def lock_exit(tx: Tx, id: UUID) -> Exit | None:
    """Nobody else's to change until the commit."""
    await tx.run(q.lock_exit, tenant=tx.tenant, id=id)
    return await find_exit(tx, id)


async def hold_exit(tx: Tx, id: UUID) -> Exit | None:
    """The same, and kept so however long another session works meanwhile."""
    await tx.value(str, q.wait_long)
    return await lock_exit(tx, id)


async def take_exit(tx: Tx, id: UUID) -> Exit | None:
    """Nobody else's to change until the commit; none while somebody has it in hand."""
    if not await tx.value(UUID, q.take_exit, tenant=tx.tenant, id=id):
        return None
    return await find_exit(tx, id)


async def list_under_way(tx: Tx) -> list[Exit]:
    return await tx.all(Exit, q.list_under_way, tenant=tx.tenant)


async def change_exit(tx: Tx, changed: Exit) -> bool:
    """Whether it was still of this version."""
    return bool(
        await tx.run(
            q.change_exit,
            tenant=tx.tenant,
            id=changed.id,
            version=changed.version,
            state=changed.state,
            held_at=changed.held_at,
            retrieve_until=changed.retrieve_until,
            archive_at=changed.archive_at,
            archive_bytes=changed.archive_bytes,
            archive_sha256=changed.archive_sha256,
            rows=changed.rows,
            fetched_at=changed.fetched_at,
            erase_from=changed.erase_from,
            let_go_at=changed.let_go_at,
            let_go_why=changed.let_go_why,
            certificate=changed.certificate,
            now=tx.now,
        )
    )


async def follow_exit(tx: Tx, id: UUID) -> None:
    await tx.run(q.follow_exit, id=id)


async def note_sale_ended(tx: Tx, id: UUID) -> bool:
    """Whether it was now."""
    return bool(await tx.run(q.note_sale_ended, tenant=tx.tenant, id=id, now=tx.now))


async def has_ended_sale(tx: Tx) -> bool:
    """Of the organisation behind whose wall the transaction stands."""
    return bool(await tx.value(bool, q.has_ended_sale, now=tx.now))


async def note_progress(tx: Tx, exit: Exit, done: int, parts: int) -> None:
    await tx.run(
        q.note_progress,
        tenant=tx.tenant, id=exit.id, version=exit.version, done=done, parts=parts,
    )  # fmt: skip


async def note_archive(
    tx: Tx, exit: Exit, at: datetime, bytes: int, sha256: str, rows: int, until: datetime
) -> bool:
    """Whether it still mattered."""
    return bool(
        await tx.run(
            q.note_archive,
            tenant=tx.tenant, id=exit.id, version=exit.version, at=at, bytes=bytes, sha256=sha256,
            rows=rows, until=until,
        )
    )  # fmt: skip


async def note_fetched(tx: Tx, exit: Exit) -> None:
    await tx.run(
        q.note_fetched, tenant=tx.tenant, id=exit.id, archive_at=exit.archive_at, now=tx.now
    )


async def note_fault(tx: Tx, id: UUID, fault: str) -> None:
    await tx.run(q.note_fault, tenant=tx.tenant, id=id, fault=_text(fault), now=tx.now)


async def note_stalled(tx: Tx, id: UUID, stalled: str) -> None:
    await tx.run(q.note_stalled, tenant=tx.tenant, id=id, stalled=_text(stalled), now=tx.now)


def _text(said: str) -> str:
    """What an error said, as the database can hold it."""
    return said.replace("\x00", "")[:2000]


async def insert_step(tx: Tx, exit: Exit, made: Step) -> None:
    await tx.run(
        q.insert_step,
        tenant=tx.tenant, exit=exit.id, step=made, state=exit.state, now=tx.now, actor=tx.actor,
    )  # fmt: skip


async def list_steps(tx: Tx, id: UUID) -> list[Event]:
    return await tx.all(Event, q.list_steps, tenant=tx.tenant, exit=id)


async def insert_readers(tx: Tx, id: UUID, readers: Sequence[Reader]) -> None:
    for one in readers:
        await tx.run(
            q.insert_reader,
            tenant=tx.tenant, exit=id, person=one.person, email=one.email, language=one.language,
        )  # fmt: skip


async def list_readers(tx: Tx, id: UUID) -> list[Reader]:
    return await tx.all(Reader, q.list_readers, tenant=tx.tenant, exit=id)


async def forget_readers(tx: Tx, id: UUID) -> None:
    await tx.run(q.forget_readers, tenant=tx.tenant, exit=id)


async def list_owners(tx: Tx) -> list[Reader]:
    """The owners of the organisation behind whose wall the transaction stands."""
    return await tx.all(Reader, q.list_owners, tenant=tx.tenant)


async def count_duty(tx: Tx, function: str, today: date) -> Counted | None:
    return await tx.one(Counted, q.count_duty, function=function, tenant=tx.tenant, today=today)


async def try_to_work(session: Session) -> bool:
    """False while another makes archives and erases; held until the connection ends."""
    return bool(await session.value(bool, q.try_to_work))


async def has_moved(reads: Reads, exit: Exit) -> bool:
    """Whether it has gone another way since its notice, off a withdrawn provider."""
    return bool(
        await reads.value(bool, q.has_moved, organisation=exit.organisation, since=exit.given_at)
    )


async def is_living(session: Session, organisation: int) -> bool:
    return bool(await session.value(bool, q.is_living, organisation=organisation))
