"""Where an organisation of a withdrawn provider may go, and what is put by of it meanwhile."""

import asyncio
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from hub import portability, trust, withdrawals
from hub.core.clock import local_date
from hub.core.db import Database, Session
from hub.core.files import Files, Folder, carry
from hub.core.vertical import Slice, Vertical
from hub.hosting import store
from hub.hosting.hooks import Databases
from hub.hosting.models import HostingError, Zone
from hub.hosting.placement import find_classes, find_reasons
from hub.hosting.standing import Weighed, weigh
from hub.portability import Bundle
from hub.portability.keeping import next_place, pack, put_in_place
from hub.withdrawals import Choice, Withdrawal


class Destinations:
    """Every zone, as it stands now. `database` is the operator's hub, `data` keeps what is put by,
    and the archives too where no `files` are given."""

    def __init__(
        self,
        database: Database,
        zones: Mapping[str, Zone],
        databases: Databases,
        data: Path,
        slices: Sequence[Slice],
        verticals: Sequence[Vertical],
        files: Files | None = None,
    ) -> None:
        self.database, self.zones, self.databases, self.data = database, zones, databases, data
        self.slices, self.verticals = slices, verticals
        self.files: Files = files or Folder(data)

    async def put_by(self, here: Session, organisation: int, folder: Path) -> Bundle:
        """Keep everything that an organisation has, and the archive that it may take. What was put
        by before stays whole until this is."""
        now = self.database.clock.now()
        fresh = next_place(folder)
        done = await portability.export_tenant(here, organisation, fresh, self.slices, now=now)
        put_in_place(fresh, folder)
        await self.archive({"": fresh}, folder)
        return done.bundle

    async def archive(self, parts: Mapping[str, Path], folder: Path) -> None:
        """Exports become the one file that an organisation may take, where the files stand."""
        archive = folder / withdrawals.ARCHIVE
        await asyncio.to_thread(pack, parts, archive)
        await self.files.put(self._name_of(folder), archive)

    async def carry(self, folder: Path) -> None:
        """An archive of before the files stood elsewhere goes there."""
        await carry(self.files, self._name_of(folder), folder / withdrawals.ARCHIVE)

    async def drop(self, folder: Path) -> None:
        """What was put by goes; the archive first, so that a pass that was cut off comes back."""
        if await asyncio.to_thread(folder.is_dir):
            await self.files.delete(self._name_of(folder))
            await asyncio.to_thread(shutil.rmtree, folder)

    def _name_of(self, folder: Path) -> str:
        return f"{folder.relative_to(self.data).as_posix()}/{withdrawals.ARCHIVE}"

    async def find_choices(self, withdrawal: Withdrawal, bundle: Bundle) -> tuple[Choice, ...]:
        """Every zone of somebody else's, with what keeps this organisation out of it."""
        return tuple(
            [
                Choice(
                    zone=zone.code,
                    title=zone.title,
                    country=zone.country,
                    operator=zone.operator,
                    level=zone.level,
                    refused=tuple(await self._find_refusals_shown(zone, bundle)),
                )
                for zone in self.zones.values()
                if zone.service != withdrawal.service
            ]
        )

    async def _find_refusals_shown(self, zone: Zone, bundle: Bundle) -> list[str]:
        try:
            return await self.find_refusals(zone, bundle)
        except HostingError:
            return [f"{zone.code} does not answer"]

    async def find_refusals(self, zone: Zone, bundle: Bundle) -> list[str]:
        """Why an organisation may not go to a zone now. Raises `HostingError` when that cannot be
        known, because the zone does not answer at this moment."""
        today = local_date(self.database.clock.now(), "Europe/Paris")
        classes, levels = find_classes(bundle, self.verticals)
        referential = trust.read_referential("secure-cloud", today)
        found = await self.weigh(zone, referential)
        reasons = [
            *found.halts,
            *find_reasons(found.zone, classes, levels, referential, today),
        ]
        return reasons or await self._find_lack(zone, bundle.tenant)

    async def weigh(self, zone: Zone, referential: trust.Referential) -> Weighed:
        """The zone with what is proved of it now."""
        async with self.database.transaction() as tx:
            return await weigh(tx, zone, referential)

    async def _find_lack(self, zone: Zone, organisation: int) -> list[str]:
        if not zone.most:
            return []
        there = await self.databases.open(zone.code)
        try:
            full = (await store.measure(there)).organisations >= zone.most
            if full and not await store.is_living(there, organisation):
                return [f"{zone.code} takes no more than {zone.most} organisations"]
            return []
        finally:
            await there.close()
