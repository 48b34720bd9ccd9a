"""What an administrator's connection does once a night (`hub night`): leaving is rehearsed with a
sample organisation from each service that runs here, and, once a month, a restore of the backups.

Nothing is done twice: whatever was written down less than 20 hours ago (28 days for a restore)
counts. A service has its first night once it has stood here as long.
"""

import asyncio
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import structlog

from hub import errands, probes, run, trust
from hub.app import compose, open_database
from hub.backups import command as backups
from hub.core.clock import Clock, SystemClock, local_date
from hub.core.db import Database, open_session
from hub.core.log import hide_values
from hub.core.settings import Settings

log = structlog.get_logger("hub.nights")

REST = timedelta(hours=20)
RESTORE_REST = timedelta(days=28)
FOLDER = "HUB_BACKUPS"
PREFIXES = ("hub-rehearsal-", "hub-restored-")  # as probes and backups name their folders
LEFT_S = 86_400


def keep_watch(settings: Settings) -> tuple[int, list[str]]:
    """All that is due; how much of it failed, and what was done in words. What a rehearsal that was
    killed has left in the machine's folder of temporary files goes first: it is somebody's data."""
    sweep(Path(tempfile.gettempdir()), time.time())
    with run.served_database(settings) as served:
        failed, lines = asyncio.run(rehearse_due(served, SystemClock()))
        folder = os.environ.get(FOLDER)
        if folder and asyncio.run(is_restore_due(served, SystemClock())):
            done, said = rehearse_restore(served, Path(folder))
            failed, lines = failed + (not done), [*lines, *said]
    return failed, lines or ["Nothing is due."]


def sweep(folder: Path, now: float) -> None:
    """Remove what rehearsals left there more than a day ago."""
    for prefix in PREFIXES:
        for one in folder.glob(f"{prefix}*"):
            if now - one.stat().st_mtime > LEFT_S:
                shutil.rmtree(one, ignore_errors=True)


async def rehearse_due(settings: Settings, clock: Clock) -> tuple[int, list[str]]:
    """Rehearse leaving each service that was not left since the last night; how many fell short of
    the first level, and what was found. One that fails keeps no other from its turn."""
    assert settings.database_url is not None
    now, lines, failed = clock.now(), list[str](), 0
    session = await open_session(settings.database_url)
    database = await open_database(settings, compose(), clock=clock)
    try:
        for code in await probes.list_unrehearsed(session, now - REST):
            night = local_date(now, "Europe/Paris").isoformat()
            sample = await probes.find_sample(session, code, night)
            if sample is None:
                lines.append(f"{code}: nobody to rehearse with")
                continue
            found = await _rehearse(settings, database, code, sample)
            failed += any(one.rank == 0 for one in found.values())
            lines += [f"{code}, {name}: {one.says % one.filled}" for name, one in found.items()]
    finally:
        await database.close()
        await session.close()
    return failed, lines


async def _rehearse(
    settings: Settings, database: Database, code: str, sample: int
) -> dict[str, trust.Found]:
    async with database.transaction() as tx:
        service = await trust.find_service(tx, code)
    try:
        return await errands.rehearse_leaving(settings, database, service, sample)
    except Exception as error:
        log.error("leaving was not rehearsed", service=code, error=repr(error), exc_info=error)
        found = trust.Found(
            rank=0, says=probes.UNMEASURED, filled={"why": type(error).__name__},
            detail={"error": hide_values(str(error))[:500]},
        )  # fmt: skip
        for name in ("export", "round-trip"):
            await probes.note(database, service, name, found)
        return {"export": found, "round-trip": found}


async def is_restore_due(settings: Settings, clock: Clock) -> bool:
    """Whether no sound restore was measured for a month, and none was tried this night."""
    assert settings.database_url is not None
    session = await open_session(settings.database_url)
    try:
        times = await probes.find_restore_times(session)
    finally:
        await session.close()
    sound, tried = (
        at is not None and clock.now() - at <= rest
        for at, rest in ((times.sound_at, RESTORE_REST), (times.tried_at, REST))
    )
    return not sound and not tried


def rehearse_restore(
    settings: Settings,
    folder: Path,
    rehearse: Callable[[Settings, Path, int], list[str]] = backups.rehearse,
) -> tuple[bool, list[str]]:
    """Restore the backups beside the service. One that cannot be done is written down as such:
    backups that do not come back are none."""
    try:
        return True, rehearse(settings, folder, 1)
    except Exception as error:
        log.error("the backups were not restored", error=repr(error), exc_info=error)
        words = hide_values(f"{type(error).__name__}: {error}")[:2_000]
        broken = probes.Restored(
            rpo_s=0, rto_s=0, sites=1, invariants=False, words=words, measured=True
        )
        asyncio.run(errands.note_restored(settings, broken))
        return False, [f"restore: {words}"]
