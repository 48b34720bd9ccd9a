"""Exports are made, and gone with their time, over an administrator's connection. One pass does
what can be done now, and may be killed anywhere: what stands is looked at again."""

import asyncio
import shutil
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from uuid import UUID

import structlog

from hub import audit, portability
from hub.core.db import Database, Session, Tx
from hub.core.errors import HubError
from hub.core.files import Files, FilesError, Folder, sha256_of
from hub.core.vertical import Slice
from hub.exports import policy, store
from hub.exports.actions import making
from hub.exports.models import Known
from hub.portability import keeping
from hub.portability.actions import reading
from hub.portability.progress import Progress

log = structlog.get_logger(__name__)
ACTOR = "exporter"


class Busy(HubError):
    """Another makes exports at this moment"""

    code = "exports-busy"


class Exporter:
    """Makes what was asked for. `data` is where it works; the archives stand in `files`, or there
    too where none are given."""

    def __init__(
        self,
        database: Database,
        home: Session,
        data: Path,
        slices: Sequence[Slice],
        files: Files | None = None,
    ) -> None:
        self.database, self.home, self.data, self.slices = database, home, data, slices
        self.files: Files = files or Folder(data)

    async def run(self) -> dict[str, int]:
        """One pass: how many exports were made, how many ended with their time, how many failed.
        Raises `Busy`."""
        if not await store.try_to_work(self.home):
            raise Busy()
        done = {"made": 0, "ended": 0, "failed": 0}
        for one in await making.list_due(self.database):
            try:
                did = await self._go_on(one)
            except Exception as error:  # whatever is wrong with this one, the others are made
                log.error("export not made", export=str(one.id), error=repr(error))
                done["failed"] += 1
                if self.home.con.is_closed():
                    raise
                await self.home.execute("rollback")  # what was cut off in the middle of its own
            else:
                if did:
                    done[did] += 1
        await self._tidy()
        return done

    def _transaction(self, one: Known) -> AbstractAsyncContextManager[Tx]:
        return self.database.transaction(one.tenant, actor=ACTOR)

    async def _go_on(self, one: Known) -> str:
        """What was done for an export: `made`, `ended`, or nothing."""
        async with self._transaction(one) as tx:
            export = await making.find_export(tx, one.id)
        if export is None:
            return ""
        if policy.is_over(export, self.database.clock.now()):
            await self._end(one)
            return "ended"
        if export.state not in policy.UNDERWAY:
            return ""
        return "made" if await self._make(one) else ""

    async def _make(self, one: Known) -> bool:
        tables = await reading.count_leaving(self.home, self.slices)
        async with self._transaction(one) as tx:
            begun = await making.begin(tx, one.id, tables)
        if not begun:
            await self._clear(one.id)
            return False
        rows = await self._write(one, tables)
        folder = policy.folder_of(self.data, one.id)
        archive, acts = folder / policy.ARCHIVE, folder / keeping.ACTS
        await audit.take_own_chain(self.database, one.tenant, acts)
        parts = {"": folder / policy.ROWS, keeping.ACTS: acts}
        await asyncio.to_thread(keeping.pack, parts, archive)
        sha256 = await asyncio.to_thread(sha256_of, archive)
        stored = await self.files.put(policy.archive_name(one.id), archive, sha256)
        await asyncio.to_thread(shutil.rmtree, folder / policy.ROWS, ignore_errors=True)
        await asyncio.to_thread(acts.unlink)
        async with self._transaction(one) as tx:
            return await making.finish(tx, one.id, stored.size, sha256, rows)

    async def _write(self, one: Known, tables: int) -> int:
        """How many rows an organisation has; what an earlier pass wrote is gone on with."""
        folder = policy.folder_of(self.data, one.id)
        await asyncio.to_thread(folder.mkdir, 0o700, parents=True, exist_ok=True)

        async def tell(done: int) -> None:
            async with self._transaction(one) as tx:
                await making.note_progress(tx, one.id, done)

        progress = Progress(tables, tell)
        async with progress.telling():
            made = await portability.export_tenant(
                self.home, one.tenant, folder / policy.ROWS, self.slices,
                now=self.database.clock.now(), told=progress.note,
            )  # fmt: skip
        return made.bundle.rows

    async def _end(self, one: Known) -> None:
        """The file first: the row says, until it is gone too, that there is one."""
        await self.files.delete(policy.archive_name(one.id))
        await self._clear(one.id)
        async with self._transaction(one) as tx:
            await making.forget(tx, one.id)

    async def _tidy(self) -> None:
        """What no row names goes: of who was erased, or of a pass that was cut off."""
        try:
            names = [one.name async for one in self.files.list(f"{policy.FOLDER}/")]
            archives = {id: name for name in names if (id := policy.export_of(name))}
            for id in await making.list_lost(self.database, list(archives)):
                await self.files.delete(archives[id])
        except FilesError as error:
            log.warning("exports not tidied", error=str(error))
        folders = await asyncio.to_thread(self._list_folders)
        for id in await making.list_lost(self.database, folders):
            await self._clear(id)

    def _list_folders(self) -> list[UUID]:
        place = self.data / policy.FOLDER
        found = place.iterdir() if place.is_dir() else ()
        return [id for one in found if (id := policy.read_id(one.name))]

    async def _clear(self, id: UUID) -> None:
        """What was written of it on this machine goes."""
        folder = policy.folder_of(self.data, id)
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
