"""The statements of services."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from hub.core.db import Reads, Tx
from hub.core.sql import load_queries
from hub.gates.models import State
from hub.services.models import (
    Community,
    Due,
    Event,
    Face,
    Launch,
    Line,
    MonthUse,
    Service,
    Step,
    Table,
    Use,
    UseDue,
)

q = load_queries(__name__)

MOST_SHOWN, MOST_DUE, MOST_NEIGHBOURS = 200, 500, 50


async def insert_service(
    tx: Tx, id: UUID, command: Launch, state: State, today: date, until: date | None
) -> None:
    await tx.run(
        q.insert_service,
        id=id,
        tenant=tx.tenant,
        vertical=command.vertical,
        name=command.name,
        state=state,
        began_on=today,
        ends_on=until,
        now=tx.now,
    )


async def insert_space(tx: Tx, service: UUID, space: int, *, invented: bool) -> None:
    await tx.run(
        q.insert_space,
        space=space,
        tenant=tx.tenant,
        service=service,
        invented=invented,
        now=tx.now,
    )


async def close_space(tx: Tx, service: UUID) -> None:
    await tx.run(q.close_space, service=service, now=tx.now)


async def find_service(tx: Tx, id: UUID, today: date) -> Service | None:
    return await tx.one(Service, q.find_service, id=id, today=today)


async def lock_service(tx: Tx, id: UUID) -> None:
    await tx.value(UUID, q.lock_service, id=id)


async def list_services(tx: Tx, today: date) -> list[Service]:
    return await tx.all(Service, q.list_services, today=today, wanted=MOST_SHOWN)


async def count_open(tx: Tx) -> int:
    return await tx.value(int, q.count_open) or 0


async def move_service(tx: Tx, service: Service) -> bool:
    """Whether the service was still of this version."""
    touched = await tx.run(
        q.move_service,
        id=service.id,
        version=service.version,
        state=service.state,
        began_on=service.began_on,
        ends_on=service.ends_on,
        now=tx.now,
    )
    return touched > 0


async def dress_service(tx: Tx, id: UUID, name: str, colour: str, legal: str) -> None:
    await tx.run(q.dress_service, id=id, name=name, colour=colour, legal=legal, now=tx.now)


async def ask_faults(tx: Tx, id: UUID, fault: str, times: int) -> bool:
    return await tx.run(q.ask_faults, id=id, fault=fault, times=times, now=tx.now) > 0


async def note_export(tx: Tx, id: UUID, rows: int, sha: str) -> None:
    await tx.run(q.note_export, id=id, rows=rows, sha=sha, now=tx.now)


async def insert_event(
    tx: Tx, service: UUID, step: Step, state: State, reason: str = "", rows: int | None = None
) -> None:
    await tx.run(
        q.insert_event,
        tenant=tx.tenant,
        service=service,
        step=step,
        state=state,
        now=tx.now,
        actor=tx.actor,
        reason=reason,
        rows=rows,
    )


async def list_events(tx: Tx, service: UUID) -> list[Event]:
    return await tx.all(Event, q.list_events, service=service, wanted=MOST_SHOWN)


async def has_stepped(tx: Tx, service: UUID, step: Step) -> bool:
    return bool(await tx.value(bool, q.has_stepped, service=service, step=step))


async def list_months(tx: Tx, service: UUID, wanted: int) -> list[MonthUse]:
    return await tx.all(MonthUse, q.list_months, service=service, wanted=wanted)


async def list_use(tx: Tx, service: UUID, wanted: int) -> list[Use]:
    return await tx.all(Use, q.list_use, service=service, wanted=wanted)


async def list_community(reads: Reads, person: int, acting: int | None) -> list[Community]:
    return await reads.all(
        Community, q.list_community, person=person, acting=acting, wanted=MOST_NEIGHBOURS
    )


async def find_of_space(reads: Reads, space: int) -> Community | None:
    return await reads.one(Community, q.find_of_space, space=space)


async def find_face(reads: Reads, id: UUID) -> Face | None:
    return await reads.one(Face, q.find_face, id=id)


async def spend_act(reads: Reads, space: int, today: date, most: int) -> bool:
    """Whether one write more may be today."""
    return await reads.value(int, q.spend_act, space=space, today=today, most=most) is not None


async def give_back(reads: Reads, space: int, counted_on: date) -> None:
    await reads.value(str, q.give_back, space=space, counted_on=counted_on)


async def list_uses_due(tx: Tx, today: date, meter: str) -> list[UseDue]:
    return await tx.all(UseDue, q.list_uses_due, today=today, meter=meter, wanted=MOST_DUE)


async def note_metered(tx: Tx, use: UseDue) -> bool:
    """Whether nobody else has told of it."""
    noted = await tx.value(
        bool,
        q.note_metered,
        service=use.service,
        day=use.day,
        known=use.metered,
        told=use.billable,
    )
    return bool(noted)


async def use_fault(reads: Reads, space: int) -> bool:
    return bool(await reads.value(bool, q.use_fault, space=space))


async def mark_filled(tx: Tx, space: int) -> bool:
    return bool(await tx.value(bool, q.mark_filled, space=space, now=tx.now))


async def list_due(tx: Tx, today: date) -> list[Due]:
    return await tx.all(Due, q.list_due, today=today, wanted=MOST_DUE)


async def list_tables(tx: Tx, names: Sequence[str]) -> list[Table]:
    return await tx.all(Table, q.list_tables, names=list(names))


async def list_piece(
    tx: Tx, table: Table, after: Sequence[str] | None, most: int, *, whole: bool = False
) -> list[Line]:
    """Rows after a mark; `whole` with the contents of their files."""
    return await tx.all(
        Line,
        q.list_piece,
        of=table.name,
        written=table.carried,
        files=list(table.files),
        key=list(table.key),
        after=None if after is None else list(after),
        whole=whole,
        most=most,
    )


async def fill_lines(tx: Tx, table: Table, lines: Sequence[str]) -> int:
    filled = await tx.value(
        int, q.fill_lines, of=table.name, written=table.carried, lines=list(lines)
    )
    return filled or 0
