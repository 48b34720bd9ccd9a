"""The rows of an organisation go, also those that somebody wrote in that very moment: a guest is
never stopped, and whoever waited for the locks of an erasure writes after it."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from hub import portability
from hub.core.db import Session
from hub.core.errors import HubError
from hub.core.vertical import Slice
from hub.exits import store
from hub.portability import keeping
from hub.portability.actions import erasing
from hub.portability.models import Certificate

MOST_ROUNDS = 6  # how often rows of the last moment are looked for in one pass
_DONE = (erasing.CERTIFICATE, erasing.PREPARED)


class StillWritten(HubError):
    """Rows are written again and again while they are erased"""

    code = "exit-still-written"


class Clearing:
    """Erases what the export in the folder holds. Killed anywhere it looks again at what stands."""

    def __init__(
        self,
        home: Session,
        organisation: int,
        folder: Path,
        slices: Sequence[Slice],
        now: datetime,
    ) -> None:
        self.home, self.organisation, self.folder = home, organisation, folder
        self.slices, self.now = slices, now
        self.escrow = folder / keeping.ESCROW

    async def is_done(self) -> bool:
        """The rows of the export went before: its certificate stands, or nobody belongs to the
        organisation any more."""
        if (self.escrow / erasing.CERTIFICATE).exists():
            return True
        return not await store.is_living(self.home, self.organisation)

    async def clear(self) -> tuple[Certificate, tuple[Certificate, ...]]:
        """The certificate of the export, and those of late rows, each with an export of its own
        beside it. Raises `StillWritten`, and what an erasure raises."""
        for _ in range(MOST_ROUNDS):
            if await self.is_done() and await portability.find_left(
                self.home, self.escrow, self.slices
            ):
                await self._clear_late()
                continue
            certificate = await self._erase(self.escrow)
            if not certificate.left:
                return certificate, tuple(map(self._read_late, self.list_late()))
        raise StillWritten()

    def list_late(self) -> list[Path]:
        """The exports of late rows that were erased, oldest first."""
        found = sorted(self.folder.glob("late-*"))
        return [one for one in found if any((one / name).exists() for name in _DONE)]

    async def _clear_late(self) -> None:
        # One that was erased holds rows which stand nowhere else: the next has its own place.
        late = self.folder / f"late-{len(self.list_late()) + 1:02}"
        await portability.export_tenant(
            self.home, self.organisation, late, self.slices, now=self.now
        )
        await self._erase(late)

    async def _erase(self, folder: Path) -> Certificate:
        return await portability.erase_tenant(
            self.home, self.organisation, folder, self.slices, now=self.now, left_at=self.now
        )

    def _read_late(self, folder: Path) -> Certificate:
        path = next(folder / name for name in _DONE if (folder / name).exists())
        found = msgspec.json.decode(path.read_bytes(), type=Certificate)
        return msgspec.structs.replace(found, left={})
