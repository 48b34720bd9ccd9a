"""Every change as it is written, and a whole copy each day: what is lost is what the last moment
had not sent yet."""

import asyncio
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import structlog

from hub.backups import policy, store
from hub.backups.models import BackupError
from hub.backups.taking import ASIDE, drop_old, list_copies, open_folder, prepare, take_copy
from hub.core.db import open_session
from hub.core.postgres_place import find_setpriv

log = structlog.get_logger("hub.backups")

SLOT = "usage_hub_backup"
EVERY = timedelta(days=1)
LOOK_S, WAIT_S, SEND_S = 1.0, 5.0, 30.0
SOON_S, SOON_MOST = 10.0, 3  # a receiver that ends so soon, so often, finds nothing to go on from


class Follower:
    """Keeps a folder of backups up to date until it is told to stop.

    The server keeps what the follower has not yet taken (a replication slot), up to its
    `max_slot_wal_keep_size`: a backup that hangs must not fill the service's disk. What is lost
    that way is noticed, and a new copy made.
    """

    def __init__(
        self, dsn: str, folder: Path, *, keep: int = 7, send: Callable[[], object] | None = None
    ) -> None:
        self.dsn, self.folder, self.keep = dsn, open_folder(folder), keep
        self.send = send
        self.stopping = threading.Event()
        self._receiver: subprocess.Popen[bytes] | None = None
        self._began, self._ended_soon = 0.0, 0

    def run(self) -> None:
        """Until `stopping` is set; a server that is away is waited for. With `send` what stands in
        the folder is sent on every half a minute, and keeps no change from being taken."""
        if self.send is not None:
            threading.Thread(target=self._send_on, daemon=True).start()
        try:
            while not self.stopping.is_set():
                try:
                    self._look()
                except (
                    BackupError,
                    OSError,
                    asyncpg.PostgresError,
                    asyncpg.InterfaceError,
                ) as error:
                    log.error("the backup waits", error=str(error))
                    self.stopping.wait(WAIT_S)
                self.stopping.wait(LOOK_S)
        finally:
            self.end_receiver()

    def _send_on(self) -> None:
        assert self.send is not None
        while not self.stopping.wait(SEND_S):
            try:
                self.send()
            except Exception as error:  # whatever it is, the next pass goes on from there
                log.error("the backup is not elsewhere yet", error=repr(error))

    def _look(self) -> None:
        if self._receiver is None:
            self.begin_receiver()
        elif self._receiver.poll() is not None:
            soon = time.monotonic() - self._began < SOON_S
            self._ended_soon = self._ended_soon + 1 if soon else 0
            self.begin_receiver()
        if self._wants_copy():
            name = take_copy(self.dsn, self.folder)
            drop_old(self.folder, self.keep)
            log.info("a whole copy was made", copy=name)

    def _wants_copy(self) -> bool:
        """Once a day, and when the changes do not follow on the newest copy: some were lost, and
        whoever noticed it may have been killed before the next copy was whole."""
        copies = list_copies(self.folder)
        newest = max(copies.values(), key=lambda copy: copy.begun_at, default=None)
        if newest is None or datetime.now(UTC) - newest.begun_at >= EVERY:
            return True
        names = [path.name for path in (self.folder / "wal").iterdir()]
        return not policy.follow_on(newest.first_segment, names)

    def begin_receiver(self) -> None:
        """Take every change from where the last receiver ended; from now on, if the server has
        thrown some away. What was taken before is put aside: nothing follows on it."""
        if asyncio.run(_has_lost_slot(self.dsn)) or self._ended_soon >= SOON_MOST:
            aside = self.folder / f"{ASIDE}{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
            log.error("changes were lost: a new copy is made", kept_in=str(aside))
            (self.folder / "wal").rename(aside)
            open_folder(self.folder)
            asyncio.run(_drop_slot(self.dsn))
            self._ended_soon = 0
        asyncio.run(_make_slot(self.dsn))
        command, environment = prepare(
            "pg_receivewal",
            [
                f"--directory={self.folder / 'wal'}",
                f"--slot={SLOT}",
                "--synchronous",
                "--no-loop",
                "--no-password",
            ],
            self.dsn,
        )
        self._began = time.monotonic()
        self._receiver = subprocess.Popen(
            # It ends with us, however we end.
            [find_setpriv(), "--pdeathsig=INT", "--", *command],
            env=environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    def end_receiver(self) -> None:
        if self._receiver is not None and self._receiver.poll() is None:
            self._receiver.send_signal(signal.SIGINT)
            try:
                self._receiver.wait(10)
            except subprocess.TimeoutExpired:
                self._receiver.kill()
                self._receiver.wait()


async def _has_lost_slot(dsn: str) -> bool:
    """Whether the server had to throw away what was not taken yet."""
    session = await open_session(dsn)
    try:
        return await store.has_lost_slot(session, SLOT)
    finally:
        await session.close()


async def _drop_slot(dsn: str) -> None:
    session = await open_session(dsn)
    try:
        await store.drop_slot(session, SLOT)
    finally:
        await session.close()


async def _make_slot(dsn: str) -> None:
    session = await open_session(dsn)
    try:
        await store.make_slot(session, SLOT)
    finally:
        await session.close()
