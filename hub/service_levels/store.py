"""The statements of service levels."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from hub.core.db import Tx
from hub.core.sql import load_queries
from hub.service_levels.models import (
    AnnounceWork,
    ChangeIncident,
    Due,
    Incident,
    Measured,
    Month,
    MonthMeasured,
    ReportIncident,
    Span,
    Work,
)

q = load_queries(__name__)

MOST = 1_000


async def insert_pulse(tx: Tx, service: str, at: datetime, *, ok: bool, ms: int) -> None:
    await tx.run(q.insert_pulse, service=service, now=at, ok=ok, ms=ms)


async def list_up(tx: Tx, service: str, span: Span) -> list[int]:
    found = await tx.value(
        list[int], q.list_up, service=service, since=span.since, until=span.until
    )
    return found or []


async def find_first_pulse(tx: Tx, service: str) -> datetime | None:
    return await tx.value(datetime, q.find_first_pulse, service=service)


async def list_runs(
    tx: Tx, service: str, span: Span, gap: timedelta, least: timedelta
) -> list[Span]:
    return await tx.all(
        Span,
        q.list_runs,
        service=service,
        since=span.since,
        until=span.until,
        gap=gap,
        least=least,
        wanted=MOST,
    )


async def keep_measured(tx: Tx, service: str, month: date, measured: Measured) -> None:
    values = msgspec.structs.asdict(measured)
    await tx.run(q.keep_measured, service=service, month=month, now=tx.now, **values)


async def list_measured(tx: Tx, service: str, wanted: int) -> list[MonthMeasured]:
    return await tx.all(MonthMeasured, q.list_measured, service=service, wanted=wanted)


async def insert_incident(tx: Tx, id: UUID, service: str, said: ReportIncident) -> None:
    values = msgspec.structs.asdict(said)
    await tx.run(q.insert_incident, id=id, service=service, now=tx.now, **values)


async def mark_told(tx: Tx, id: UUID) -> None:
    await tx.run(q.mark_told, id=id, now=tx.now)


async def insert_told(tx: Tx, about: UUID) -> bool:
    """False when the organisation had its letters."""
    return await tx.run(q.insert_told, tenant=tx.tenant, about=about, now=tx.now) == 1


class Owned(msgspec.Struct, frozen=True, kw_only=True):
    tenant: int


async def list_owned(tx: Tx, after: int, named: Sequence[int], wanted: int) -> list[int]:
    found = await tx.all(Owned, q.list_owned, after=after, named=list(named), wanted=wanted)
    return [one.tenant for one in found]


async def find_work(tx: Tx, id: UUID) -> Work | None:
    return await tx.one(Work, q.find_work, id=id)


async def change_incident(tx: Tx, id: UUID, said: ChangeIncident) -> None:
    await tx.run(q.change_incident, id=id, now=tx.now, **msgspec.structs.asdict(said))


async def find_incident(tx: Tx, id: UUID) -> Incident | None:
    return await tx.one(Incident, q.find_incident, id=id)


async def list_incidents(tx: Tx, service: str, span: Span, wanted: int = MOST) -> list[Incident]:
    return await tx.all(
        Incident,
        q.list_incidents,
        service=service,
        since=span.since,
        until=span.until,
        wanted=wanted,
    )


async def insert_work(tx: Tx, id: UUID, service: str, said: AnnounceWork) -> None:
    values = msgspec.structs.asdict(said)
    await tx.run(q.insert_work, id=id, service=service, now=tx.now, **values)


async def list_works(tx: Tx, service: str, span: Span, wanted: int = MOST) -> list[Work]:
    return await tx.all(
        Work, q.list_works, service=service, since=span.since, until=span.until, wanted=wanted
    )


async def insert_month(tx: Tx, closed: Month) -> None:
    values = msgspec.structs.asdict(closed)
    client, closed_at = values.pop("tenant"), values.pop("closed_at")
    await tx.run(q.insert_month, tenant=tx.tenant, client=client, now=closed_at, **values)


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """An affair, and how many rows of a client's month are about it."""

    affair: str
    rows: int


async def list_rows(tx: Tx, service: str, month: date, client: int) -> dict[str, int]:
    found = await tx.all(
        Row,
        q.list_rows,
        tenant=tx.tenant,
        service=service,
        month=month,
        client=client,
        wanted=MOST,
    )
    return {one.affair: one.rows for one in found}


async def lock_client(tx: Tx, client: int) -> None:
    await tx.run(q.lock_client, tenant=tx.tenant, client=client)


async def note_looked_at(tx: Tx, service: str, month: date, due: Due, looked_at: datetime) -> None:
    await tx.run(
        q.note_looked_at,
        tenant=tx.tenant,
        service=service,
        month=month,
        client=due.client,
        through=due.through,
        looked_at=looked_at,
    )


async def list_due(
    tx: Tx, service: str, month: date, last: date, span: Span, note: str, after: int, wanted: int
) -> list[Due]:
    return await tx.all(
        Due,
        q.list_due,
        tenant=tx.tenant,
        service=service,
        month=month,
        delivered=f"{month:%Y-%m}",
        last=last.isoformat(),
        since=span.since,
        until=span.until,
        note=note,
        after=after,
        wanted=wanted,
    )


async def list_months(tx: Tx, wanted: int) -> list[Month]:
    return await tx.all(Month, q.list_months, tenant=tx.tenant, wanted=wanted)
