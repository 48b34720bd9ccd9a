"""Begin a simulation, do its next step, and look at what it found."""

from datetime import datetime
from uuid import UUID

import msgspec

from hub import agreements, audit
from hub.core import outbox
from hub.core.db import Tx
from hub.core.errors import HubError, NotFound
from hub.rules import Facts, RuleText
from hub.simulations import store
from hub.simulations.models import (
    Effect,
    PlaceEffect,
    Sides,
    Simulation,
    SimulationGoesOn,
    Step,
)
from hub.simulations.policy import Replayer

CHUNK = 20_000
EFFECTS_MAX = 5_000


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    """What a simulation shows: the distribution over members, the two sides, the departments."""

    steps: list[Step]
    sides: Sides
    places: list[PlaceEffect]


async def start_simulation(
    tx: Tx,
    *,
    subject: str,
    before: RuleText,
    after: RuleText,
    since: datetime,
    until: datetime,
) -> UUID:
    """Replay what was shared under the caller's scheme between two instants under two texts.

    The work is done in the background, a step a task, and can be found again by its subject.
    """
    id = tx.uuid()
    total = await agreements.count_past(tx, since, until)
    await store.insert_simulation(tx, id, subject, before, after, since, until, total)
    await audit.record(
        tx, action="simulation.started", subject=subject[:200], detail={"bookings": total}
    )
    if total:
        await outbox.emit(tx, SimulationGoesOn(simulation=id))
    return id


async def go_on(tx: Tx, id: UUID, chunk: int = CHUNK) -> bool:
    """The next step; whether steps are left. A step that is done already is not done again."""
    simulation = await store.lock_simulation(tx, id)
    if simulation is None:
        return False
    place = (simulation.after_at, simulation.after_id)
    past = await agreements.list_past(tx, simulation.since, simulation.until, place, chunk)
    replayer = Replayer(simulation.before, simulation.after, simulation.sums, _absent(simulation))
    fault = ""
    try:
        replayer.replay(past)
    except HubError as error:
        fault = str(error)[:500]
    over = bool(fault) or len(past) < chunk
    await store.add_members(tx, id, replayer.members)
    await store.keep_progress(
        tx,
        id,
        done=simulation.done + len(past),
        after_at=past[-1].made_at if past else simulation.after_at,
        after_id=past[-1].id if past else simulation.after_id,
        sums=replayer.sums(),
        fault=fault,
        ended_at=tx.now if over else None,
    )
    if not over:
        await outbox.emit(tx, SimulationGoesOn(simulation=id))
    return not over


def _absent(simulation: Simulation) -> Facts:
    """The facts of bookings that say nothing of a subject."""
    vocabulary = agreements.vocabularies()[simulation.after.vocabulary]
    return {s.code: s.absent for s in vocabulary.subjects if s.absent is not None}


async def find_simulation(tx: Tx, id: UUID) -> Simulation:
    """Raises `NotFound`."""
    found = await store.find_simulation(tx, id)
    if found is None:
        raise NotFound("There is no such simulation.")
    return found


async def find_newest(tx: Tx, subject: str) -> Simulation | None:
    """The newest simulation of a subject."""
    return await store.find_newest(tx, subject)


async def find_findings(tx: Tx, id: UUID) -> Findings:
    """What may be shown of a simulation to every member: no figure of one house is in it."""
    return Findings(
        steps=await store.count_effects(tx, id),
        sides=await store.count_sides(tx, id),
        places=await store.list_places(tx, id),
    )


async def find_effect(tx: Tx, id: UUID, member: int) -> Effect | None:
    """What changes for one member: for its own eyes."""
    return await store.find_effect(tx, id, member)


async def list_effects(tx: Tx, id: UUID) -> list[Effect]:
    """Member by member, those that win most first."""
    return await store.list_effects(tx, id, EFFECTS_MAX)
