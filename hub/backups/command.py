"""`hub backup FOLDER`, `hub restore FOLDER`."""

import asyncio
import contextlib
import math
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Generator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import msgspec

from hub import errands, run
from hub.backups import store
from hub.backups.elsewhere import Elsewhere, open_place, scratch_of, was_sent_to
from hub.backups.following import Follower
from hub.backups.models import BackupError, Restoration, Soundness
from hub.backups.restoring import restore
from hub.backups.soundness import look_whether_sound
from hub.backups.taking import drop_old, take_copy
from hub.core import postgres
from hub.core.db import open_session
from hub.core.postgres_place import choose_home, server_account
from hub.core.settings import Settings, read_settings
from hub.probes import Restored


def back_up(
    settings: Settings, folder: Path, *, follow: bool, keep: int, to: str | None = None
) -> list[str]:
    """One whole copy; or one each day and every change meanwhile, until SIGINT or SIGTERM. What
    stands in the folder is sent on to a place of files, where one is named."""
    if keep < 1:
        raise BackupError("Keep at least one copy.")
    if to:
        open_place(to, folder)  # says at once what is wrong with the setting
    send = partial(_send, to, folder, keep) if to else None
    with run.served_database(settings) as served:
        assert served.database_url is not None
        if not follow:
            name = take_copy(served.database_url, folder)
            drop_old(folder, keep)
            return [name, f"{send()} files sent"] if send else [name]
        follower = Follower(served.database_url, folder, keep=keep, send=send)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: follower.stopping.set())
        follower.run()
        return []


def _send(to: str, folder: Path, keep: int) -> int:
    with scratch_of(folder) as scratch:
        return asyncio.run(Elsewhere(open_place(to, folder), scratch).send(folder, keep))


@contextlib.contextmanager
def _at_hand(place: str, until: datetime | None, data: Path) -> Generator[Path]:
    """The folder of backups itself; or what is needed of a place to which they were sent, in a
    folder of this machine that goes afterwards."""
    if "://" not in place and not was_sent_to(Path(place)):
        yield Path(place)
        return
    with scratch_of(data) as folder:
        asyncio.run(Elsewhere(open_place(place, folder), folder).fetch(folder, until))
        yield folder


def bring_back(place: str, until: str | None) -> list[str]:
    """Into this machine's HUB_DATA, which holds no database yet; what came back, as JSON."""
    kept = Path(os.environ.get("HUB_DATA", ".hub")) / "secret.key"
    if not os.environ.get("HUB_SECRET_KEY") and not kept.exists():
        raise BackupError(f"Give the old HUB_SECRET_KEY, or put the old secret.key at {kept}.")
    settings = read_settings()
    if settings.database_url is not None:
        raise BackupError("A restore makes a database of its own: leave DATABASE_URL out.")
    home, instant = settings.data / "postgres", read_instant(until)
    with _at_hand(place, instant, settings.data) as folder:
        done = restore(folder, home, until=instant, binaries=run.named_binaries())
    with run.served_database(settings) as served:
        sound = asyncio.run(look_whether_sound(served))
    return [_tell(done, sound)]


def rehearse(settings: Settings, backups: str | Path, sites: int) -> list[str]:
    """Restore the running service's backups beside it, look, write down what it took (SEC-07)."""
    with run.served_database(settings) as served:
        assert served.database_url is not None
        asyncio.run(_write_something(served.database_url))
        lost_at = datetime.now(UTC)
        place = Path(tempfile.mkdtemp(prefix="hub-restored-"))
        try:
            done, sound, seconds = _bring_back_beside(settings, str(backups), place)
        finally:
            with contextlib.suppress(FileNotFoundError):
                shutil.rmtree(choose_home(place / "postgres", server_account()))
            shutil.rmtree(place, ignore_errors=True)
        lost = (lost_at - done.last_act_at).total_seconds() if done.last_act_at else math.inf
        record = Restored(
            rpo_s=min(max(0, math.ceil(lost)), 2**31 - 1),
            rto_s=math.ceil(seconds),
            sites=sites,
            invariants=not sound.faults,
            words=done.copy,
            measured=True,
        )
        asyncio.run(errands.note_restored(served, record))
    return [_tell(done, sound), msgspec.json.encode(record).decode()]


def _bring_back_beside(
    settings: Settings, backups: str, place: Path
) -> tuple[Restoration, Soundness, float]:
    began = time.monotonic()
    with _at_hand(backups, None, place) as folder:
        done = restore(folder, place / "postgres", binaries=run.named_binaries())
    server = postgres.start(place / "postgres", binaries=run.named_binaries())
    try:
        seconds = time.monotonic() - began
        url = server.dsn(database=run.DATABASE_NAME)
        beside = msgspec.structs.replace(settings, database_url=url, data=place)
        return done, asyncio.run(look_whether_sound(beside)), seconds
    finally:
        server.stop()


async def _write_something(dsn: str) -> None:
    session = await open_session(dsn)
    try:
        await store.write_something(session)
    finally:
        await session.close()


def read_instant(text: str | None) -> datetime | None:
    """An instant with its zone, as `2026-11-27T01:02:03Z`."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise BackupError(f"{text!r} is no instant: write it as 2026-11-27T01:02:03Z.")
    return found


def _tell(done: Restoration, sound: Soundness) -> str:
    told = msgspec.to_builtins(done, enc_hook=str) | msgspec.to_builtins(sound)
    return msgspec.json.encode(told).decode()
