"""Everybody who lives with a withdrawn provider is told, copied to where they chose, and erased
there once they have accepted. One pass does what can be done now, and may be killed anywhere: what
stands is looked at again, and what each organisation decided is in the operator's hub."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import asyncpg
import structlog

from hub import withdrawals
from hub.core.db import Database, Session
from hub.core.errors import HubError
from hub.core.files import Files
from hub.core.log import hide_values
from hub.core.vertical import Slice, Vertical
from hub.hosting import store
from hub.hosting.departing import ACTOR, Departing
from hub.hosting.destinations import Destinations
from hub.hosting.hooks import Databases
from hub.hosting.models import HOME, HostingError, SettingWrong, Zone
from hub.withdrawals import Found, State, Withdrawal

log = structlog.get_logger(__name__)
BROKEN = (HubError, HostingError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError,
          TimeoutError)  # fmt: skip
Counts = Counter[str]


class Leaver:
    """Moves everybody away. `database` is the operator's hub, `data` keeps what is put by."""

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
        self.destinations = Destinations(database, zones, databases, data, slices, verticals, files)

    async def run(self) -> dict[str, Counts]:
        """One pass over every open withdrawal: by service, what happened and what stands."""
        done: dict[str, Counts] = {}
        for withdrawal in await withdrawals.list_open(self.database):
            done[withdrawal.service] = counts = Counts()
            reached = True
            for zone in self.zones.values():
                if zone.service == withdrawal.service:
                    reached &= await self._leave(withdrawal, zone, counts)
            if reached and any(one.service == withdrawal.service for one in self.zones.values()):
                async with self.database.transaction(withdrawal.tenant, actor=ACTOR) as tx:
                    counts["closed"] += await withdrawals.note_looked(tx, withdrawal)
        return done

    async def _leave(self, withdrawal: Withdrawal, zone: Zone, counts: Counts) -> bool:
        """Whether the zone answered, and everybody there was told."""
        here = await self._open(zone.code)
        try:
            away = await self._note_answer(withdrawal, zone, answers=here is not None)
            reached = here is not None
            if here is not None:
                reached = await self._tell(withdrawal, zone, here, counts)
            async for departure in withdrawals.walk(self.database, withdrawal, tuple(State)):
                if departure.zone == zone.code:
                    step = Departing(self.destinations, withdrawal, departure, here, away=away)
                    counts[await self._try(step)] += 1
        finally:
            if here is not None:
                await here.close()
        return reached

    async def _open(self, zone: str) -> Session | None:
        """None where the provider does not answer. Raises `SettingWrong`: who cannot ask must not
        take a provider for silent, and leave it from what was put by."""
        try:
            return await self.databases.open(zone)
        except SettingWrong:
            raise
        except HostingError:
            return None

    async def _note_answer(self, withdrawal: Withdrawal, zone: Zone, *, answers: bool) -> bool:
        """Whether the provider has been silent for so long that it is not waited for."""
        async with self.database.transaction(withdrawal.tenant, actor=ACTOR) as tx:
            if not answers:
                return await withdrawals.note_silence(tx, withdrawal, zone.code)
            await withdrawals.note_answer(tx, withdrawal, zone.code)
        return False

    async def _try(self, step: Departing) -> str:
        """What came of it, in a word."""
        try:
            return await step.go_on()
        except BROKEN as error:
            async with self.database.transaction(step.withdrawal.tenant, actor=ACTOR) as tx:
                said = hide_values(str(error) or repr(error))
                await withdrawals.note_fault(tx, step.departure, said)
            return "failed"

    async def _tell(
        self, withdrawal: Withdrawal, zone: Zone, here: Session, counts: Counts
    ) -> bool:
        """Whether everybody who lives there was told; one whose export fails stops no other."""
        async with self.database.transaction(withdrawal.tenant, actor=ACTOR) as tx:
            known = await withdrawals.list_known(tx, withdrawal, zone.code)
        everybody = True
        for one in await store.list_living(here):
            if one.id in known:
                continue
            try:
                counts["told"] += await self._tell_one(withdrawal, zone, here, one)
            except BROKEN as error:
                log.error("not told", zone=zone.code, organisation=one.id, error=repr(error))
                counts["untold"] += 1
                everybody = False
        return everybody

    async def _tell_one(
        self, withdrawal: Withdrawal, zone: Zone, here: Session, one: store.Living
    ) -> int:
        folder = withdrawals.folder_of(self.data, withdrawal.id, zone.code, one.id)
        bundle = await self.destinations.put_by(here, one.id, folder)
        if not await store.is_living(here, one.id):  # erased while the others were told
            await self.destinations.drop(folder)
            return 0
        found = Found(
            zone=zone.code,
            organisation=one.id,
            at_home=zone.database == HOME,
            kind=one.kind,
            name=one.name,
            persons=one.persons,
            choices=await self.destinations.find_choices(withdrawal, bundle),
            readers=await store.list_deciders(here, one.id),
        )
        async with self.database.transaction(withdrawal.tenant, actor=ACTOR) as tx:
            return await withdrawals.tell(tx, withdrawal, found)
