"""The statements."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from hub.core.db import Tx
from hub.core.sql import load_queries
from verticals.city.reports.models import (
    Filter,
    Report,
    Sender,
    SendReport,
    Service,
    State,
    Step,
)

q = load_queries(__name__)

MOST_SERVICES, MOST_STEPS, MOST_NEAR = 100, 50, 100


async def insert_service(tx: Tx, service: Service) -> bool:
    return (
        await tx.run(
            q.insert_service,
            tenant=tx.tenant,
            code=service.code,
            name=service.name,
            description=service.description,
            keywords=list(service.keywords),
            group=service.group,
            attributes=msgspec.to_builtins(service.attributes),
        )
        == 1
    )


async def keep_active(tx: Tx, code: str, active: bool) -> bool:
    return await tx.run(q.keep_active, code=code, active=active) == 1


async def list_services(tx: Tx) -> list[Service]:
    return await tx.all(Service, q.list_services, wanted=MOST_SERVICES)


async def find_service(tx: Tx, code: str) -> Service | None:
    return await tx.one(Service, q.find_service, code=code)


async def next_number(tx: Tx) -> int:
    return await tx.value(int, q.next_number, tenant=tx.tenant) or 1


async def give_number_back(tx: Tx) -> None:
    await tx.run(q.give_number_back, tenant=tx.tenant)


async def insert_report(
    tx: Tx,
    id: UUID,
    number: int,
    command: SendReport,
    point: tuple[float, float] | None,
    duplicate_of: int | None,
) -> None:
    lat, lng = point or (None, None)
    who = {"first_name": command.first_name, "last_name": command.last_name}
    reach = {"email": command.email, "phone": command.phone, "media_url": command.media_url}
    await tx.run(
        q.insert_report,
        id=id,
        tenant=tx.tenant,
        number=number,
        service=command.service,
        description=command.description,
        address=command.address,
        lat=lat,
        lng=lng,
        attributes=dict(command.attributes),
        duplicate_of=duplicate_of,
        now=tx.now,
        **who,
        **reach,
    )


async def count_recent(tx: Tx, since: datetime) -> int:
    return await tx.value(int, q.count_recent, since=since) or 0


async def find_report(tx: Tx, id: UUID) -> Report | None:
    return await tx.one(Report, q.find_report, id=id)


async def lock_report(tx: Tx, id: UUID) -> bool:
    return await tx.value(int, q.lock_report, id=id) is not None


async def list_numbered(tx: Tx, numbers: Sequence[int]) -> list[Report]:
    return await tx.all(Report, q.list_numbered, numbers=list(numbers))


async def list_reports(tx: Tx, wanted: Filter) -> list[Report]:
    return await tx.all(
        Report,
        q.list_reports,
        since=wanted.since,
        until=wanted.until,
        states=list(wanted.states),
        services=list(wanted.services),
        wanted=wanted.wanted,
    )


async def list_before(
    tx: Tx, before: int, since: datetime, states: Sequence[str], wanted: int
) -> list[Report]:
    which = {"before": before, "since": since, "states": list(states)}
    return await tx.all(Report, q.list_before, **which, wanted=wanted)


async def list_near(
    tx: Tx, service: str, south: float, north: float, west: float, east: float
) -> list[Report]:
    square = {"south": south, "north": north, "west": west, "east": east}
    return await tx.all(Report, q.list_near, service=service, **square, wanted=MOST_NEAR)


async def find_sender(tx: Tx, id: UUID) -> Sender | None:
    return await tx.one(Sender, q.find_sender, id=id)


async def keep_answer(tx: Tx, id: UUID, state: State, answer: str, shown: bool) -> None:
    await tx.run(q.keep_answer, id=id, state=state, answer=answer, shown=shown, now=tx.now)


class KeptPhoto(msgspec.Struct, frozen=True, kw_only=True):
    """A photo as the database keeps it: sealed, or bare when it was taken in before."""

    width: int
    height: int
    content: bytes | None
    sealed: bytes | None


class BarePhoto(msgspec.Struct, frozen=True, kw_only=True):
    """A photo that is not sealed yet."""

    report: UUID
    content: bytes


class Town(msgspec.Struct, frozen=True, kw_only=True):
    tenant: int


async def insert_photo(tx: Tx, report: UUID, width: int, height: int, sealed: bytes) -> None:
    kept = {"width": width, "height": height, "sealed": sealed}
    await tx.run(q.insert_photo, report=report, tenant=tx.tenant, **kept)


async def find_photo(tx: Tx, report: UUID) -> KeptPhoto | None:
    return await tx.one(KeptPhoto, q.find_photo, report=report)


async def list_bare_photos(tx: Tx) -> list[BarePhoto]:
    return await tx.all(BarePhoto, q.list_bare_photos)


async def seal_photo(tx: Tx, report: UUID, sealed: bytes) -> None:
    await tx.run(q.seal_photo, report=report, sealed=sealed)


async def list_bare_towns(tx: Tx, after: int) -> list[int]:
    return [one.tenant for one in await tx.all(Town, q.list_bare_towns, after=after)]


async def insert_step(tx: Tx, report: UUID, state: State, words: str) -> None:
    said = {"state": state, "words": words, "now": tx.now}
    await tx.run(q.insert_step, tenant=tx.tenant, report=report, **said)


async def list_steps(tx: Tx, report: UUID) -> list[Step]:
    return await tx.all(Step, q.list_steps, report=report, wanted=MOST_STEPS)
