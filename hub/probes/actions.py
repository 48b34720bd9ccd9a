"""Measure services, each thing by itself: one probe that fails keeps no other from looking."""

import asyncio
import os
import tempfile
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path

import structlog

from hub import audit, service_levels, trust
from hub.core import outbox
from hub.core.db import Database, Session, Tx
from hub.core.log import hide_values
from hub.core.settings import Settings
from hub.core.vertical import Slice
from hub.probes import store
from hub.probes.looking import (
    components,
    isolation,
    places,
    records,
    rehearsal,
    sealing,
    signing_in,
    transport,
)
from hub.probes.models import Restored, RunProbes
from hub.probes.world import Probe, World
from hub.trust import Found, Service

log = structlog.get_logger("hub.probes")

# A worker's task is cut off after 25 seconds: a probe is given up before, and that is written down.
PATIENCE_S, TASK_PATIENCE_S = 300.0, 20.0
UNMEASURED = "La mesure n'a pas pu être faite : %(why)s."


async def look_at_availability(world: World) -> Found:
    """What was measured each minute by the public address (ACC-01)."""
    async with world.database.transaction() as tx:
        return await service_levels.find_availability(tx, world.service.code)


async def look_at_incidents(world: World) -> Found:
    """How quickly clients were told (ACC-02)."""
    async with world.database.transaction() as tx:
        return await service_levels.find_incident_times(tx, world.service.code)


SENTENCES = (
    UNMEASURED,
    *transport.SENTENCES,
    *signing_in.SENTENCES,
    *isolation.SENTENCES,
    *sealing.SENTENCES,
    *records.SENTENCES,
    *components.SENTENCES,
    *places.SENTENCES,
    *rehearsal.SENTENCES,
)
PROBES: tuple[Probe, ...] = (
    Probe(code="tls", run=transport.look_at_transport, inside=False),
    Probe(code="availability", run=look_at_availability, inside=False),
    Probe(code="incidents", run=look_at_incidents, inside=False),
    Probe(code="admin-sign-in", run=signing_in.look_at_sign_in),
    Probe(code="isolation", run=isolation.look_at_isolation),
    Probe(code="keys", run=sealing.look_at_keys),
    Probe(code="audit-log", run=records.look_at_audit),
    Probe(code="clock", run=records.look_at_clock),
    Probe(code="restore", run=records.look_at_restore),
    Probe(code="sbom", run=components.look_at_components),
    Probe(code="vulnerabilities", run=components.look_at_weaknesses),
    Probe(code="residency", run=places.look_at_places),
    Probe(code="egress", run=places.look_at_egress),
)


def world_of(database: Database, settings: Settings, service: Service) -> World:
    """What this process may look at: the files that the operator keeps beside its data."""
    named = os.environ.get
    authorities = named("HUB_AUTHORITIES")
    return World(
        database=database,
        settings=settings,
        service=service,
        places=places.read_places(Path(named("HUB_PLACES") or settings.data / "places.toml")),
        advisories=Path(named("HUB_ADVISORIES") or settings.data / "advisories"),
        authorities=Path(authorities) if authorities else None,
    )


async def ask_probes(tx: Tx, service: str) -> None:
    """Let the worker measure a service now. Raises `NotFound`."""
    found = await trust.find_service(tx, service)
    await outbox.emit(tx, RunProbes(service=found.code))
    await audit.record(tx, action="probes.asked", subject=f"service:{found.code}")


async def ask_all(tx: Tx) -> None:
    """Let the worker measure every service, each probe by a message of its own: one that is slow or
    fails keeps no other from looking."""
    for one in await trust.list_services(tx):
        await _ask(tx, one)


async def ask_each(tx: Tx, service: str) -> None:
    """The same for one service. Raises `NotFound`."""
    await _ask(tx, await trust.find_service(tx, service))


async def _ask(tx: Tx, service: Service) -> None:
    wanted = (one.code for one in PROBES if service.run_here or not one.inside)
    await outbox.emit(tx, *(RunProbes(service=service.code, probe=code) for code in wanted))


async def run_probes(
    world: World,
    codes: Iterable[str] | None = None,
    probes: Sequence[Probe] = PROBES,
    patience_s: float = PATIENCE_S,
) -> dict[str, Found]:
    """Look, and write down what was found; a probe that fails has found nothing good."""
    found: dict[str, Found] = {}
    wanted = None if codes is None else set(codes)
    for probe in probes:
        if wanted is not None and probe.code not in wanted:
            continue
        if probe.inside and not world.service.run_here:
            continue
        found[probe.code] = await _look(probe, world, patience_s)
        await note(world.database, world.service, probe.code, found[probe.code])
    return found


async def _look(probe: Probe, world: World, patience_s: float) -> Found:
    try:
        return await asyncio.wait_for(probe.run(world), patience_s)
    except Exception as error:
        log.error("a probe failed", probe=probe.code, error=repr(error), exc_info=error)
        return Found(
            rank=0,
            says=UNMEASURED,
            filled={"why": type(error).__name__},
            detail={"error": hide_values(str(error))[:500]},
        )


async def note(database: Database, service: Service, code: str, found: Found) -> None:
    """Keep one finding."""
    async with database.transaction(service.operator) as tx:
        await trust.record_finding(tx, service, code, found)


async def run_one(
    database: Database, settings: Settings, service: str, probe: str | None = None
) -> dict[str, Found]:
    """Measure one service; with a `probe` this one, within a worker's time. Raises `NotFound`."""
    async with database.transaction() as tx:
        found = await trust.find_service(tx, service)
    world = world_of(database, settings, found)
    if probe is None:
        return await run_probes(world, None, PROBES)
    return await run_probes(world, [probe], PROBES, TASK_PATIENCE_S)


async def rehearse(
    database: Database,
    session: Session,
    service: Service,
    tenant: int,
    slices: Sequence[Slice],
    open_empty: Callable[[], Awaitable[Session]],
) -> dict[str, Found]:
    """Rehearse leaving with a sample organisation, and write down what was found."""
    with tempfile.TemporaryDirectory(prefix="hub-rehearsal-") as place:
        folder = Path(place) / "export"
        left = await rehearsal.rehearse_export(
            session, tenant, folder, slices, database.clock.now()
        )
        found = {"export": left.found}
        if left.exported is not None:
            found["round-trip"] = await rehearsal.rehearse_round_trip(
                left.exported, folder, slices, open_empty
            )
        else:
            found["round-trip"] = left.found
    for code, one in found.items():
        await note(database, service, code, one)
    return found


async def note_restored(tx: Tx, done: Restored) -> None:
    """Write down a backup that was restored."""
    await store.insert_restored(tx, done)
    if tx.tenant is not None:
        await audit.record(tx, action="probes.restored", subject="backup")
