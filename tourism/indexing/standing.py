"""What a writer tells all others of where it stands, so that nobody prunes what it needs."""

import secrets
import socket
import time
from pathlib import Path

from hub.core.db import Session
from tourism.indexing import store

NOTE_S, PRUNE_S = 5.0, 30.0


class Standing:
    """One writer's row of `index_writer`. While it is noted again within the retention, the feed
    keeps every transaction from its `applied` on: those that the file in use has not read yet, and
    those that a build may not have seen. Machines may share a name, so each writer has its own."""

    def __init__(self, session: Session, data: Path, retention_s: float) -> None:
        self.session, self.retention_s = session, retention_s
        self.name = f"{socket.gethostname()}:{data.resolve()}"[:200] + f":{secrets.token_hex(8)}"
        self.asleep = False
        self._held: int | None = None  # from where on a build that reads needs the feed
        self._noted_at = self._pruned_at = time.monotonic()

    async def note(self, applied: int | None, *, asleep: bool) -> int:
        """Say from where on the feed is needed, and whether to be woken: from `applied`, or, with
        None, only what comes from here on; but all that is held. What was said."""
        if self._held is not None:
            applied = self._held
        elif applied is None:
            applied = (await store.open_feed(self.session)).horizon
        await store.keep_writer(self.session, self.name, applied, asleep=asleep)
        self.asleep, self._noted_at = asleep, time.monotonic()
        return applied

    async def hold(self, applied: int | None) -> None:
        """To be called before a build reads: what comes from now on is kept until `release`."""
        self._held = None
        self._held = await self.note(applied, asleep=self.asleep)

    def release(self) -> None:
        self._held = None

    async def look_after(self, applied: int | None) -> None:
        """Note it again after a while, and prune."""
        now = time.monotonic()
        if now - self._noted_at > NOTE_S:
            await self.note(applied, asleep=self.asleep)
        if now - self._pruned_at > min(PRUNE_S, self.retention_s / 2):
            self._pruned_at = now
            await store.prune_changes(self.session, self.retention_s)
