"""The statements of simulations."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from hub.core.db import Tx
from hub.core.sql import load_queries
from hub.rules import RuleText
from hub.simulations.models import Effect, PlaceEffect, Sides, Simulation, Step, Sums, Tally

q = load_queries(__name__)


async def insert_simulation(
    tx: Tx,
    id: UUID,
    subject: str,
    before: RuleText,
    after: RuleText,
    since: datetime,
    until: datetime,
    total: int,
) -> None:
    await tx.run(
        q.insert_simulation,
        tenant=tx.tenant,
        id=id,
        subject=subject,
        before=before,
        after=after,
        since=since,
        until=until,
        total=total,
        now=tx.now,
        ended_at=None if total else tx.now,
    )


async def find_simulation(tx: Tx, id: UUID) -> Simulation | None:
    return await tx.one(Simulation, q.find_simulation, id=id)


async def lock_simulation(tx: Tx, id: UUID) -> Simulation | None:
    return await tx.one(Simulation, q.lock_simulation, id=id)


async def find_newest(tx: Tx, subject: str) -> Simulation | None:
    return await tx.one(Simulation, q.find_newest, subject=subject)


async def keep_progress(
    tx: Tx,
    id: UUID,
    *,
    done: int,
    after_at: datetime,
    after_id: UUID,
    sums: Sums,
    fault: str,
    ended_at: datetime | None,
) -> None:
    await tx.run(
        q.keep_progress,
        id=id,
        done=done,
        after_at=after_at,
        after_id=after_id,
        sums=sums,
        fault=fault,
        ended_at=ended_at,
    )


async def add_members(tx: Tx, id: UUID, members: Mapping[int, Tally]) -> None:
    tallies = list(members.values())
    await tx.run(
        q.add_members,
        tenant=tx.tenant,
        simulation=id,
        members=list(members),
        places=[tally.place for tally in tallies],
        bookings=[tally.bookings for tally in tallies],
        bases=[tally.base_cents for tally in tallies],
        befores=[tally.before_cents for tally in tallies],
        afters=[tally.after_cents for tally in tallies],
    )


async def list_effects(tx: Tx, id: UUID, wanted: int) -> list[Effect]:
    return await tx.all(Effect, q.list_effects, simulation=id, wanted=wanted)


async def find_effect(tx: Tx, id: UUID, member: int) -> Effect | None:
    return await tx.one(Effect, q.find_effect, simulation=id, member=member)


async def count_effects(tx: Tx, id: UUID) -> list[Step]:
    return await tx.all(Step, q.count_effects, simulation=id)


async def count_sides(tx: Tx, id: UUID) -> Sides:
    found = await tx.one(Sides, q.count_sides, simulation=id)
    assert found is not None
    return found


async def list_places(tx: Tx, id: UUID) -> list[PlaceEffect]:
    return await tx.all(PlaceEffect, q.list_places, simulation=id)
