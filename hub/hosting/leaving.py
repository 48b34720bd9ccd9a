"""Everybody who lives with a withdrawn provider is told, copied to where they chose, and erased
there once they have accepted. One pass does what can be done now, and may be killed anywhere: what
stands is looked at again, and what each organisation decided is in the operator's hub."""

import asyncio
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import asyncpg
import msgspec
import structlog

from hub import approvals, portability, trust, withdrawals
from hub.core.clock import local_date
from hub.core.db import Database, Session, Tx
from hub.core.errors import HubError
from hub.core.vertical import Slice, Vertical
from hub.hosting import store
from hub.hosting.bundles import ESCROW, digest, next_place, pack, prove, put_in_place
from hub.hosting.hooks import Databases
from hub.hosting.models import HOME, HostingError, Zone
from hub.hosting.moving import Mover
from hub.hosting.placement import find_classes, find_halts, find_reasons
from hub.portability import Bundle
from hub.withdrawals import TAKE_AWAY, Choice, Departure, Found, State, Withdrawal

log = structlog.get_logger(__name__)
ACTOR = "mover"
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
    ) -> None:
        self.database, self.zones, self.databases, self.data = database, zones, databases, data
        self.slices, self.verticals = slices, verticals

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
            reached = here is not None
            if here is not None:
                reached = await self._tell(withdrawal, zone, here, counts)
            async for departure in withdrawals.walk(self.database, withdrawal, tuple(State)):
                if departure.zone == zone.code:
                    step = Step(self, withdrawal, departure, here)
                    counts[await self._try(step)] += 1
        finally:
            if here is not None:
                await here.close()
        return reached

    async def _open(self, zone: str) -> Session | None:
        try:
            return await self.databases.open(zone)
        except HostingError:
            return None

    async def _try(self, step: "Step") -> str:
        """What came of it, in a word."""
        try:
            return await step.go_on()
        except BROKEN as error:
            async with self.database.transaction(step.withdrawal.tenant, actor=ACTOR) as tx:
                await withdrawals.note_fault(tx, step.departure, str(error) or repr(error))
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
        found = Found(
            zone=zone.code,
            organisation=one.id,
            at_home=zone.database == HOME,
            kind=one.kind,
            name=one.name,
            persons=one.persons,
            choices=await self.find_choices(withdrawal, await self.put_by(here, one.id, folder)),
            readers=await store.list_deciders(here, one.id),
        )
        async with self.database.transaction(withdrawal.tenant, actor=ACTOR) as tx:
            return await withdrawals.tell(tx, withdrawal, found)

    async def put_by(self, here: Session, organisation: int, folder: Path) -> Bundle:
        """Keep everything that an organisation has, and the archive that it may take. What was put
        by before stays whole until this is."""
        now = self.database.clock.now()
        fresh = next_place(folder)
        done = await portability.export_tenant(here, organisation, fresh, self.slices, now=now)
        put_in_place(fresh, folder)
        await asyncio.to_thread(pack, fresh, folder / withdrawals.ARCHIVE)
        return done.bundle

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
                    refused=tuple(await self.find_refusals(zone, bundle)),
                )
                for zone in self.zones.values()
                if zone.service != withdrawal.service
            ]
        )

    async def find_refusals(self, zone: Zone, bundle: Bundle) -> list[str]:
        """Why an organisation may not go to a zone now."""
        today = local_date(self.database.clock.now(), "Europe/Paris")
        classes, levels = find_classes(bundle, self.verticals)
        return [
            *await self.find_halts(zone),
            *find_reasons(
                zone, classes, levels, trust.read_referential("secure-cloud", today), today
            ),
            *await self._find_lack(zone, bundle.tenant),
        ]

    async def find_halts(self, zone: Zone) -> list[str]:
        """Why nobody may go to a zone now."""
        state = await approvals.find_state(self.database.at_once, zone.service)
        return find_halts(zone, state)

    async def _find_lack(self, zone: Zone, organisation: int) -> list[str]:
        if not zone.most:
            return []
        there = await self._open(zone.code)
        if there is None:
            return [f"{zone.code} does not answer"]
        try:
            full = await store.count_living(there) >= zone.most
            if full and not await store.is_living(there, organisation):
                return [f"{zone.code} takes no more than {zone.most} organisations"]
            return []
        finally:
            await there.close()


class Step:
    """What can be done now for one organisation. `here` is where it lives; none when the provider
    does not answer."""

    def __init__(
        self, leaver: Leaver, withdrawal: Withdrawal, departure: Departure, here: Session | None
    ) -> None:
        self.leaver, self.withdrawal, self.departure, self.here = (
            leaver,
            withdrawal,
            departure,
            here,
        )
        self.database, self.databases = leaver.database, leaver.databases
        self.organisation, self.now = departure.organisation, leaver.database.clock.now()
        self.folder = withdrawals.folder_of(
            leaver.data, withdrawal.id, departure.zone, departure.organisation
        )

    async def go_on(self) -> str:
        """Do it; what was done, in a word."""
        match self.departure.state:
            case State.CHOSEN:
                return await self._copy()
            case State.ACCEPTED:
                return await self._finish()
            case State.HELD if self.here is not None:
                await store.hold(self.here, self.organisation, "no choice in time", self.now)
            case State.GONE:
                await self._tidy()
                return "gone already"
            case _:
                pass
        await self._keep()
        return f"waiting: {self.departure.state.value}"

    async def _keep(self) -> None:
        """Put by what it has once a day, so that a provider that vanishes takes nothing along."""
        departure, here = self.departure, self.here
        escrowed = departure.proof is not None and departure.proof.escrowed is not None
        if here is None or escrowed or withdrawals.is_kept_fresh(departure, self.now):
            return
        await self._check_living(here)
        bundle = await self.leaver.put_by(here, self.organisation, self.folder)
        choices = await self.leaver.find_choices(self.withdrawal, bundle)
        async with self._transaction() as tx:
            await withdrawals.note_kept(tx, departure.id, choices)

    def _transaction(self) -> AbstractAsyncContextManager[Tx]:
        return self.database.transaction(self.withdrawal.tenant, actor=ACTOR)

    async def _check_living(self, here: Session) -> None:
        if not await store.is_living(here, self.organisation):
            raise HostingError(f"Nobody belongs to {self.departure.name} in {self.departure.zone}.")

    async def _copy(self) -> str:
        departure = self.departure
        if departure.copy_in and departure.copy_in != departure.choice:
            await self._clear(departure.copy_in)
        if departure.choice == TAKE_AWAY:
            return await self._copied(await self._take_away())
        zone, bundle = self._target(), self._escrow()
        refused = ["it is no zone any more"] if zone is None else (
            await self.leaver.find_refusals(zone, bundle)
        )  # fmt: skip
        if zone is None or refused:
            return await self._turn_back(refused)
        there = await self.databases.open(zone.code)
        try:
            await self._check_same(there, zone)
            async with self._transaction() as tx:
                if not await withdrawals.note_copying(tx, departure, zone.code):
                    return "decided otherwise"
            # Nobody writes to the copy before the organisation lives there.
            await store.hold(there, self.organisation, "not here yet", self.now)
        finally:
            await there.close()
        if self.here is None:
            return await self._copied(await self._bring_escrow(zone, bundle))
        return await self._copied(await self._bring(self.here, zone))

    async def _check_same(self, there: Session, zone: Zone) -> None:
        """Raises `HostingError` when the number is somebody else's there, before anything of theirs
        is held, noted as a copy, or cleared."""
        born = await store.find_born(there, self.organisation)
        if born is None or self.departure.copy_in == zone.code:
            return
        if self.here is None or born != await store.find_born(self.here, self.organisation):
            number = self.organisation
            raise HostingError(f"{zone.code} holds somebody else under the number {number}.")

    def _target(self) -> Zone | None:
        return self.leaver.zones.get(self.departure.choice or "")

    def _escrow(self) -> Bundle:
        return portability.verify_bundle(self.folder / ESCROW)

    async def _turn_back(self, reasons: Sequence[str]) -> str:
        async with self._transaction() as tx:
            done = await withdrawals.turn_back(tx, self.departure, "; ".join(reasons))
        return "decided otherwise" if done is None else "turned back"

    async def _copied(self, proof: withdrawals.Proof) -> str:
        async with self._transaction() as tx:
            done = await withdrawals.note_copied(tx, self.departure, proof)
        return "decided otherwise" if done is None else "copied"

    async def _take_away(self) -> withdrawals.Proof:
        """Nothing is brought anywhere: what was put by is read again, file by file."""
        escrowed = None
        if self.here is None:
            left = self._escrow()
            escrowed = left.made_at
        else:
            await self._check_living(self.here)
            left = await self.leaver.put_by(self.here, self.organisation, self.folder)
        return prove(left, self._escrow(), self.now, escrowed)

    async def _mover(self, here: Session, zone: Zone) -> Mover:
        today = local_date(self.now, "Europe/Paris")
        return Mover(
            here,
            self.databases,
            zone,
            self._side(zone.code),
            self.leaver.slices,
            self.leaver.verticals,
            trust.read_referential("secure-cloud", today),
            await self.leaver.find_halts(zone),
        )

    def _side(self, zone: str) -> Path:
        return self.folder / "moves" / zone

    async def _bring(self, here: Session, zone: Zone) -> withdrawals.Proof:
        await self._check_living(here)
        mover = await self._mover(here, zone)
        await mover.copy(self.organisation, self.now)
        side = self._side(zone.code)
        left, arrived = (portability.verify_bundle(side / one) for one in ("here", "there"))
        return prove(left, arrived, self.now)

    async def _bring_escrow(self, zone: Zone, bundle: Bundle) -> withdrawals.Proof:
        """The provider does not answer: what was put by goes where the organisation chose."""
        there = await self.databases.open(zone.code)
        side = self._side(zone.code) / "there"
        try:
            await portability.import_tenant(there, self.folder / ESCROW, self.leaver.slices)
            done = await portability.export_tenant(
                there, self.organisation, side, self.leaver.slices, now=self.now
            )
        finally:
            await there.close()
        if digest(done.bundle) != digest(bundle):
            raise HostingError(f"{zone.code} differs from what was put by.")
        return prove(bundle, done.bundle, self.now, bundle.made_at)

    async def _clear(self, zone: str) -> None:
        """What was copied to a zone that the organisation does not want any more goes."""
        if zone in self.leaver.zones:
            there = await self.databases.open(zone)
            try:
                mover = await self._mover(there, self.leaver.zones[zone])
                await mover.clear(self.organisation, self.now)
                await store.release(there, self.organisation)
            finally:
                await there.close()
        async with self._transaction() as tx:
            await withdrawals.note_copying(tx, self.departure, None)

    async def _finish(self) -> str:
        departure, here = self.departure, self.here
        assert departure.proof is not None
        zone = self._target()
        if zone is None and departure.choice != TAKE_AWAY:
            raise HostingError(f"{departure.choice} is no zone any more: nothing is erased.")
        if departure.proof.escrowed is not None and zone is not None:
            await self._open_there(zone)  # it lives there, whatever has become of the provider
        if here is None:
            raise HostingError(
                f"{departure.zone} does not answer: what it holds is not erased yet."
            )
        await store.hold(here, self.organisation, "it is leaving", self.now)
        folder = self.folder / ESCROW
        if departure.proof.escrowed is None and zone is not None:
            folder = self._side(zone.code) / "here"
        if await store.is_living(here, self.organisation) and departure.proof.escrowed is None:
            refused = [] if zone is None else await self.leaver.find_refusals(zone, self._escrow())
            if refused:
                await store.release(here, self.organisation)
                return await self._turn_back(refused)
            await self._last_copy(here, zone)
        # Where it lives elsewhere, what the law keeps here must be there too.
        whole = zone is not None and departure.proof.escrowed is None
        certificate = await portability.erase_tenant(
            here, self.organisation, folder, self.leaver.slices, now=self.now, whole=whole
        )
        if certificate.left:
            raise HostingError(f"Rows were written in this moment, and stay: {certificate.left}.")
        if zone is not None:
            await self._open_there(zone)
        await store.release(here, self.organisation)
        async with self._transaction() as tx:
            said = msgspec.to_builtins(certificate)
            done = await withdrawals.note_finished(tx, self.departure, said)
        if done is None:
            return "decided otherwise"
        await self._tidy()
        return "gone"

    async def _tidy(self) -> None:
        """What was put by goes too: at once, or when the time to fetch it is over."""
        fetches = self.departure.choice == TAKE_AWAY and self.now < self.withdrawal.retrieve_until
        if not fetches and self.folder.is_dir():
            await asyncio.to_thread(shutil.rmtree, self.folder)

    async def _last_copy(self, here: Session, zone: Zone | None) -> None:
        """Whatever was written until it was held goes along, and both sides are compared."""
        proof = await (self._take_away() if zone is None else self._bring(here, zone))
        assert self.departure.proof is not None
        if not proof.equal:
            raise HostingError("Both sides differ.")
        if proof.target_sha256 != self.departure.proof.target_sha256:
            async with self._transaction() as tx:
                after = await withdrawals.note_copied(tx, self.departure, proof)
            if after is None:
                raise HostingError("Somebody has decided otherwise.")
            self.departure = after

    async def _open_there(self, zone: Zone) -> None:
        there = await self.databases.open(zone.code)
        try:
            await store.release(there, self.organisation)
        finally:
            await there.close()
