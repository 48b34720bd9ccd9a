"""Archives are made, and who leaves is erased, over an administrator's connection. One pass does
what can be done now, and may be killed anywhere: what stands is looked at again."""

import asyncio
import shutil
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import msgspec
import structlog

from hub import audit, portability
from hub.core.db import Database, Session, Tx
from hub.core.errors import HubError
from hub.core.files import Files, FilesError, Folder, carry, sha256_of
from hub.core.log import hide_values
from hub.core.vertical import Slice
from hub.exits import policy, store
from hub.exits.actions import deciding, following
from hub.exits.clearing import Clearing
from hub.exits.ending import Ending
from hub.exits.models import Exit, State
from hub.portability import keeping
from hub.portability.actions import reading
from hub.portability.bundle import read_bundle
from hub.portability.models import Bundle
from hub.portability.progress import Progress

log = structlog.get_logger(__name__)
ACTOR = "leaver"


class Busy(HubError):
    """Another makes archives and erases at this moment"""

    code = "exits-busy"


class Performer:
    """Does what only an administrator may. `data` keeps what is put by, and the archives too where
    no `files` are given."""

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
        """One pass: how many archives were made, and organisations erased; how many rows that the
        law kept have ended, if any. Raises `Busy`."""
        if not await store.try_to_work(self.home):
            raise Busy()
        done = {"archived": 0, "erased": 0, "failed": 0}
        done["failed"] += (await following.advance_each(self.database)).failed
        for one in await following.list_open(self.database):
            now = self.database.clock.now()
            if policy.is_resting(one.fault_at, now):
                continue
            try:
                if policy.wants_archive(one, now):
                    done["archived"] += await self._archive(one)
                elif one.archive_at is not None:
                    await self._carry(one)
                if one.state is State.ERASING and not policy.is_waiting(one, now):
                    done["erased"] += await self._erase(one)
            except Exception as error:  # whatever is wrong with this one, the others go on
                done["failed"] += 1
                await self._note_fault(one, error)
                if self.home.con.is_closed():
                    raise
                await self.home.execute("rollback")  # what was cut off in the middle of its own
        await self._tidy()
        ended, failed = await Ending(self.database, self.home, self.slices).run()
        done["failed"] += failed
        return done | ({"ended": ended} if ended else {})

    async def _note_fault(self, one: Exit, error: Exception) -> None:
        log.error("exit not gone on", exit=str(one.id), error=repr(error))
        try:
            async with self.transaction(one) as tx:
                await following.note_fault(tx, one.id, hide_values(str(error) or repr(error)))
        except Exception as second:
            log.error("exit not noted", exit=str(one.id), error=repr(second))

    def transaction(self, exit: Exit) -> AbstractAsyncContextManager[Tx]:
        return self.database.transaction(exit.tenant, actor=ACTOR)

    async def _archive(self, exit: Exit) -> bool:
        folder = policy.folder_of(self.data, exit.id)
        fresh, bundle = await self._export(exit, folder, telling=True)
        keeping.put_in_place(fresh, folder)
        archive, acts = folder / keeping.ARCHIVE, folder / keeping.ACTS
        await audit.take_own_chain(self.database, exit.organisation, acts)
        parts = {"": folder / keeping.ESCROW, keeping.ACTS: acts}
        await asyncio.to_thread(keeping.pack, parts, archive)
        sha256 = await asyncio.to_thread(sha256_of, archive)
        stored = await self.files.put(policy.archive_name(exit.id), archive, sha256)
        async with self.transaction(exit) as tx:
            return await following.note_archive(
                tx, exit, bundle.made_at, stored.size, sha256, bundle.rows
            )

    async def _export(
        self, exit: Exit, folder: Path, *, telling: bool = False
    ) -> tuple[Path, Bundle]:
        """Everything that an organisation has, beside what was put by, which stays as it is."""
        fresh = keeping.next_place(folder)
        tables = await reading.count_leaving(self.home, self.slices)

        async def tell(done: int) -> None:
            if telling:
                async with self.transaction(exit) as tx:
                    await following.note_progress(tx, exit, done, tables)

        progress = Progress(tables, tell)
        async with progress.telling():
            made = await portability.export_tenant(
                self.home, exit.organisation, fresh, self.slices,
                now=self.database.clock.now(), told=progress.note,
            )  # fmt: skip
        return fresh, made.bundle

    async def _erase(self, seen: Exit) -> bool:
        """Erase, with the way out in hand: nobody takes it back while rows go. The archive that can
        be fetched is left alone, also when nothing is erased after all."""
        folder = policy.folder_of(self.data, seen.id)
        owners = await following.note_owners(self.database, seen)
        async with self.transaction(seen) as tx:
            exit = await following.lock(tx, seen)
            if exit is None:
                return False
            clearing = Clearing(self.home, exit.organisation, folder, self.slices, tx.now)
            if not await clearing.is_done():
                before = read_bundle(folder / keeping.ESCROW)
                fresh, bundle = await self._export(exit, folder)
                early = policy.is_early(exit, tx.now)
                changed = early and not reading.is_same(before, bundle, self.slices)
                # A duty that came before the export is seen here, one after it stops the erasure.
                duties = await deciding.list_duties(self.database, exit.organisation)
                if changed or policy.holding(exit, duties):
                    await following.turn_back(tx, exit, changed=changed, owners=owners)
                    return False
                keeping.put_in_place(fresh, folder)
            certificate, late = await clearing.clear()
            said = msgspec.to_builtins(certificate)
            said["archive"] = msgspec.to_builtins(policy.archive_of(exit))
            if late:
                said["late"] = msgspec.to_builtins(late)
            await following.finish(tx, exit, said, owners)
        await self._drop(folder)
        return True

    async def _carry(self, exit: Exit) -> None:
        archive = policy.folder_of(self.data, exit.id) / keeping.ARCHIVE
        await carry(self.files, policy.archive_name(exit.id), archive)

    async def _tidy(self) -> None:
        """What was put by goes with its way out, also after a pass that was cut off."""
        known = {str(one.id) for one in await following.list_open(self.database)}
        folders = self.data / "exits"
        for folder in folders.iterdir() if folders.is_dir() else ():
            if folder.name not in known:
                await self._drop(folder)

    async def _drop(self, folder: Path) -> None:
        """The archive first: the folder says, until it is gone too, that it was made here."""
        try:
            await self.files.delete(f"exits/{folder.name}/{keeping.ARCHIVE}")
        except FilesError as error:
            log.warning("archive not deleted", exit=folder.name, error=str(error))
        else:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
