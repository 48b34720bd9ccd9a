"""`hub zones`, `hub move ORGANISATION ZONE`, `hub move-out`."""

import asyncio
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from hub import run, trust
from hub.app import compose, open_database
from hub.core.clock import local_date
from hub.core.db import open_session
from hub.core.files import open_files
from hub.core.settings import Settings
from hub.hosting import store
from hub.hosting.hooks import Metering, ServersByZone
from hub.hosting.leaving import Leaver
from hub.hosting.models import HostingError, Zone
from hub.hosting.moving import Mover
from hub.hosting.placement import find_reasons, read_zones
from hub.hosting.standing import weigh

STEPS = ("copy", "confirm", "back")


def list_zones(settings: Settings, *, metered: bool = False) -> list[str]:
    """Each zone, and what keeps each vertical out of it; `metered`, also what it holds now."""
    known = read_zones(_zones_of(settings))
    holds = _meter(settings, known) if metered else dict[str, str]()
    today = local_date(datetime.now(UTC), "Europe/Paris")
    referential = trust.read_referential("secure-cloud", today)
    lines: list[str] = []
    for zone in known.values():
        lines.append(f"{zone.code}: {zone.title}, {zone.country}, {zone.operator}, {zone.level}")
        lines += [f"  {holds[zone.code]}"] if metered else []
        for vertical in compose().verticals:
            reasons = find_reasons(
                zone, vertical.data_classes, {vertical.hosting_level}, referential, today
            )
            lines.append(f"  {vertical.code}: {'; '.join(reasons) or 'may live here'}")
    return lines or [f"There are no zones: write {_zones_of(settings)}."]


def _meter(settings: Settings, zones: Mapping[str, Zone]) -> dict[str, str]:
    """What each zone holds, in words; one that does not answer says so."""

    async def act(served: Settings) -> dict[str, str]:
        databases = ServersByZone(zones.values(), served.database_url or "")
        return {code: await _measure(databases, zone) for code, zone in zones.items()}

    with run.served_database(settings) as served:
        return asyncio.run(act(served))


async def _measure(metering: Metering, zone: Zone) -> str:
    try:
        used = await metering.measure(zone.code)
    except HostingError as error:
        return str(error)
    room = f" of {zone.most}" if zone.most else ""
    return f"holds {used.organisations}{room} organisations, {used.bytes / 1e6:.0f} MB"


def move(settings: Settings, tenant: int, zone: str, step: str, folder: Path | None) -> list[str]:
    """One step of a move; what it did, as JSON."""
    known = read_zones(_zones_of(settings))
    if zone not in known:
        raise HostingError(f"There is no zone {zone!r}: {', '.join(known) or 'none'}.")
    place = folder or settings.data / "moves" / f"{tenant}-{zone}"
    place.mkdir(0o700, parents=True, exist_ok=True)

    async def act(served: Settings) -> bytes:
        assert served.database_url is not None
        now, composition = datetime.now(UTC), compose()
        referential = trust.read_referential("secure-cloud", local_date(now, "Europe/Paris"))
        here = await open_session(served.database_url)
        database = await open_database(served, composition)
        try:
            async with database.transaction() as tx:
                found = await weigh(tx, known[zone], referential)
            mover = Mover(
                here,
                ServersByZone(known.values()),
                found.zone,
                place,
                composition.slices,
                composition.verticals,
                referential,
                found.halts,
            )
            steps = {"copy": mover.copy, "confirm": mover.confirm, "back": mover.back}
            return msgspec.json.encode(await steps[step](tenant, now))
        finally:
            await database.close()
            await here.close()

    with run.served_database(settings) as served:
        return [asyncio.run(act(served)).decode()]


def move_out(settings: Settings) -> list[str]:
    """Help everybody away from withdrawn providers, as far as can be now; what was done, as JSON.
    Raises `HostingError` while another does it."""
    known = read_zones(_zones_of(settings))

    async def act(served: Settings) -> list[str]:
        assert served.database_url is not None
        composition = compose()
        home = await open_session(served.database_url)
        database = await open_database(served, composition)
        try:
            if not await store.try_to_move(home):
                raise HostingError("Another moves organisations away at this moment.")
            databases = ServersByZone(known.values(), served.database_url)
            done = await Leaver(
                database,
                known,
                databases,
                served.data,
                composition.slices,
                composition.verticals,
                open_files(served.files, served.data),
            ).run()
        finally:
            await database.close()
            await home.close()
        lines = [msgspec.json.encode({"service": one, **counts}) for one, counts in done.items()]
        return [line.decode() for line in lines] or ["Nobody has to leave."]

    with run.served_database(settings) as served:
        return asyncio.run(act(served))


def _zones_of(settings: Settings) -> Path:
    return Path(os.environ.get("HUB_ZONES") or settings.data / "zones.toml")
