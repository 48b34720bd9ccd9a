"""An organisation moves from one zone to another while it is served; nothing is given up before
both sides are equal, line by line.

There is no state to lose: each step looks at what stands on both sides, and may be killed and
begun again. Whatever is written meanwhile is found by the next step, which asks to copy again.
"""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from hub import portability
from hub.core.clock import local_date
from hub.core.db import Session
from hub.core.vertical import Slice, Vertical
from hub.hosting import store
from hub.hosting.hooks import Databases
from hub.hosting.models import HostingError, Moved, Zone
from hub.hosting.placement import find_classes, find_reasons
from hub.portability import Arrival, Bundle, Going
from hub.portability.errors import AlreadyHeld, ChangedSinceExport, TenantUnknown
from hub.trust.models import Referential


class Mover:
    """Moves between two zones. `here` is the connection to where the organisation lives now;
    `folder` keeps both exports; `halts` say why nobody new may come to the zone now."""

    def __init__(
        self,
        here: Session,
        databases: Databases,
        zone: Zone,
        folder: Path,
        slices: Sequence[Slice],
        verticals: Sequence[Vertical],
        referential: Referential,
        halts: Sequence[str] = (),
    ) -> None:
        self.here, self.databases, self.zone, self.folder = here, databases, zone, folder
        self.slices, self.verticals, self.referential = slices, verticals, referential
        self.halts = halts

    async def copy(self, tenant: int, now: datetime) -> Moved:
        """Bring everything to the zone, or bring what is there up to date; the organisation goes on
        where it is. Raises `HostingError` with every reason when its data may not live there."""
        left = await self._leave(tenant, now)
        self._check_place(left, local_date(now, "Europe/Paris"))
        there = await self.databases.open(self.zone.code)
        try:
            await self._check_same(there, tenant)
            arrived = await self._arrived(there, tenant, now)
            # What was copied before has gone on living here: what is there makes room.
            changed = arrived is not None and arrived.tables != left.tables
            await self._bring(there, Arrival.ANEW if changed else Arrival.FIRST)
            return await self._compare(there, left, now)
        finally:
            await there.close()

    async def confirm(self, tenant: int, now: datetime) -> Moved:
        """It lives there from now on: what is here is erased, with a certificate in the folder.
        Raises `HostingError` when one side was written since the copy, `UnderLegalHold`."""
        await portability.check_not_on_hold(self.here, tenant)
        left = await self._leave(tenant, now)
        self._check_place(left, local_date(now, "Europe/Paris"))
        there = await self.databases.open(self.zone.code)
        try:
            done = await self._compare(there, left, now)
            await portability.settle_tenant(there, tenant, self.slices, now)
        finally:
            await there.close()
        return await self._erase(self.here, "here", done, now, Going.LEFT)

    async def back(self, tenant: int, now: datetime) -> Moved:
        """It stays here: the copy is erased. Raises `HostingError` when the copy has been written
        to, so that nothing that somebody did there is lost."""
        left = await self._leave(tenant, now)
        there = await self.databases.open(self.zone.code)
        try:
            arrived = await self._arrived(there, tenant, now)
            if arrived is None:
                raise HostingError(f"{left.name} is not in {self.zone.code}.")
            done = Moved(organisation=tenant, name=left.name, rows=arrived.rows, tables=0)
            if arrived.tables != left.tables:
                raise HostingError(self._differ(left, arrived))
            return await self._erase(there, "there", done, now, Going.COPY)
        finally:
            await there.close()

    async def _check_same(self, there: Session, tenant: int) -> None:
        """Raises `HostingError` when the number is somebody else's there, before anything of theirs
        is touched."""
        born = await store.find_born(there, tenant)
        if born is not None and born != await store.find_born(self.here, tenant):
            raise HostingError(f"{self.zone.code} holds somebody else under the number {tenant}.")

    async def _leave(self, tenant: int, now: datetime) -> Bundle:
        done = await portability.export_tenant(
            self.here, tenant, self.folder / "here", self.slices, now=now
        )
        return done.bundle

    async def _arrived(self, there: Session, tenant: int, now: datetime) -> Bundle | None:
        try:
            done = await portability.export_tenant(
                there, tenant, self.folder / "there", self.slices, now=now
            )
        except TenantUnknown:
            return None
        return done.bundle

    async def _bring(self, there: Session, arrival: Arrival) -> None:
        try:
            await portability.import_tenant(
                there, self.folder / "here", self.slices, arrival, copy=True
            )
        except AlreadyHeld as error:
            raise HostingError(f"Nothing was copied to {self.zone.code}: {error}") from error

    def _check_place(self, left: Bundle, today: date) -> None:
        classes, levels = find_classes(left, self.verticals)
        reasons = [*self.halts]
        reasons += find_reasons(self.zone, classes, levels, self.referential, today)
        if reasons:
            raise HostingError(
                f"{left.name} may not live in {self.zone.code}: {'; '.join(reasons)}."
            )

    async def _compare(self, there: Session, left: Bundle, now: datetime) -> Moved:
        arrived = await self._arrived(there, left.tenant, now)
        if arrived is None or arrived.tables != left.tables:
            raise HostingError(self._differ(left, arrived))
        try:
            await portability.check_named(there, self.folder / "here", self.slices)
        except AlreadyHeld as error:
            raise HostingError(f"{self.zone.code} holds somebody else: {error}") from error
        return Moved(
            organisation=left.tenant,
            name=left.name,
            rows=left.rows,
            tables=sum(1 for table in left.tables if table.rows),
        )

    def _differ(self, left: Bundle, arrived: Bundle | None) -> str:
        if arrived is None:
            return f"{left.name} has not been copied to {self.zone.code} yet."
        sums = {table.table: table.sha256 for table in arrived.tables}
        names = [table.table for table in left.tables if sums.get(table.table) != table.sha256]
        return f"Both sides differ in {', '.join(names)}: something was written since the copy."

    async def _erase(
        self, session: Session, side: str, done: Moved, now: datetime, going: Going
    ) -> Moved:
        try:
            gone = await portability.erase_tenant(
                session, done.organisation, self.folder / side, self.slices,
                now=now, whole=True, going=going, left_at=now,
            )  # fmt: skip
        except ChangedSinceExport as error:
            raise HostingError(f"Something was written in this moment: {error}") from error
        if gone.left:
            raise HostingError(
                f"It is erased, but rows were written in this moment, and stay: {gone.left}."
            )
        return Moved(
            organisation=done.organisation,
            name=done.name,
            rows=done.rows,
            tables=done.tables,
            erased=sum(gone.erased.values()),
            kept=sum(one.rows for one in gone.kept),
        )
