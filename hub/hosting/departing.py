"""What can be done now for one organisation that leaves a withdrawn provider: it is put by, copied,
copied a last time and erased. Killed anywhere it looks again at what stands on both sides."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from pathlib import Path

import msgspec

from hub import exits, portability, trust, withdrawals
from hub.core.clock import local_date
from hub.core.db import Session, Tx
from hub.hosting import store
from hub.hosting.bundles import digest, newest, prove, verified
from hub.hosting.destinations import Destinations
from hub.hosting.models import HostingError, Zone
from hub.hosting.moving import Mover
from hub.portability import Arrival, Bundle, Certificate, Going
from hub.portability.keeping import ESCROW
from hub.withdrawals import TAKE_AWAY, Departure, Proof, State, Withdrawal

ACTOR = "mover"
MOST_LATE = 3  # how often rows of the last moment are fetched in one pass


class Departing:
    """The next step of one organisation. `here` is where it lives; none when the provider does not
    answer, and `away` when it has not for so long that what was put by takes its place."""

    def __init__(
        self,
        destinations: Destinations,
        withdrawal: Withdrawal,
        departure: Departure,
        here: Session | None,
        *,
        away: bool,
    ) -> None:
        self.destinations, self.withdrawal, self.departure = destinations, withdrawal, departure
        self.here, self.away = here, away
        self.database, self.databases = destinations.database, destinations.databases
        self.slices = destinations.slices
        self.organisation, self.now = departure.organisation, self.database.clock.now()
        self.folder = withdrawals.folder_of(
            destinations.data, withdrawal.id, departure.zone, departure.organisation
        )

    async def go_on(self) -> str:
        """Do it; what was done, in a word."""
        if await self._leave_by_notice():
            return "left"
        match self.departure.state:
            case State.CHOSEN if self.here is not None or self.away:
                return await self._copy()
            case State.COPIED if self.here is not None and self._is_escrowed():
                return await self._copy()  # the provider is back: what it has is newer
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

    async def _leave_by_notice(self) -> bool:
        """Who was erased here by its own notice goes nowhere; no copy of it is left anywhere."""
        departure = self.departure
        if self.here is None or not departure.at_home or departure.state is State.GONE:
            return False
        if await store.is_living(self.here, self.organisation):
            return False
        certificate = await exits.find_certificate(
            self.database, self.organisation, since=self.withdrawal.began_at
        )
        if certificate is None:
            return False
        if departure.copy_in:
            await self._clear(departure.copy_in)
        async with self._transaction() as tx:
            if await withdrawals.note_left(tx, departure, certificate) is None:
                return False
        await store.release(self.here, self.organisation)
        await self.destinations.drop(self.folder)
        return True

    def _is_escrowed(self) -> bool:
        proof = self.departure.proof
        return proof is not None and proof.escrowed is not None

    async def _keep(self) -> None:
        """Put by what it has once a day, so that a provider that vanishes takes nothing along."""
        here = self.here
        if here is None or withdrawals.is_kept_fresh(self.departure, self.now):
            return
        await self._check_living(here)
        bundle = await self.destinations.put_by(here, self.organisation, self.folder)
        choices = await self.destinations.find_choices(self.withdrawal, bundle)
        async with self._transaction() as tx:
            await withdrawals.note_kept(tx, self.departure.id, choices)

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
        zone = self._target()
        refused = ["it is no zone any more"] if zone is None else (
            await self.destinations.find_refusals(zone, self._escrow())
        )  # fmt: skip
        if zone is None or refused:
            return await self._turn_back(refused)
        if not await self._prepare(zone):
            return "decided otherwise"
        if self.here is None:
            return await self._copied(await self._bring_newest(zone))
        return await self._copied(await self._bring(self.here, zone))

    async def _prepare(self, zone: Zone) -> bool:
        """Nobody writes to the copy before the organisation lives there; whether it still wants
        to."""
        there = await self.databases.open(zone.code)
        try:
            await self._check_same(there, zone)
            known = await store.find_born(there, self.organisation) is not None
            async with self._transaction() as tx:
                if not await withdrawals.note_copying(tx, self.departure, zone.code):
                    return False
            # What the law keeps there from a former life stays if it is not copied in the end.
            reason = store.NOT_AGAIN if known else store.NOT_YET
            await store.hold(there, self.organisation, reason, self.now)
            return True
        finally:
            await there.close()

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
        return self.destinations.zones.get(self.departure.choice or "")

    def _escrow(self) -> Bundle:
        return portability.verify_bundle(self.folder / ESCROW)

    async def _turn_back(self, reasons: Sequence[str]) -> str:
        async with self._transaction() as tx:
            done = await withdrawals.turn_back(tx, self.departure, "; ".join(reasons))
        return "decided otherwise" if done is None else "turned back"

    async def _copied(self, proof: Proof) -> str:
        return "copied" if await self._note_copied(proof) else "decided otherwise"

    async def _note_copied(self, proof: Proof) -> bool:
        async with self._transaction() as tx:
            after = await withdrawals.note_copied(tx, self.departure, proof)
        self.departure = after or self.departure
        return after is not None

    async def _take_away(self) -> Proof:
        """Nothing is brought anywhere: what was put by is read again, file by file."""
        escrowed = None
        if self.here is None:
            left = self._escrow()
            escrowed = left.made_at
        else:
            await self._check_living(self.here)
            left = await self.destinations.put_by(self.here, self.organisation, self.folder)
        return prove(left, self._escrow(), self.now, escrowed)

    async def _mover(self, here: Session, zone: Zone) -> Mover:
        referential = trust.read_referential("secure-cloud", local_date(self.now, "Europe/Paris"))
        found = await self.destinations.weigh(zone, referential)
        return Mover(
            here,
            self.databases,
            found.zone,
            self._side(zone.code),
            self.slices,
            self.destinations.verticals,
            referential,
            found.halts,
        )

    def _side(self, zone: str) -> Path:
        return self.folder / "moves" / zone

    def _put_by(self, zone: Zone | None) -> list[Path]:
        """The exports of the old place that may be whole here."""
        sides = [] if zone is None else [self._side(zone.code) / "here"]
        return [*sides, self.folder / ESCROW]

    async def _bring(self, here: Session, zone: Zone) -> Proof:
        await self._check_living(here)
        mover = await self._mover(here, zone)
        await mover.copy(self.organisation, self.now)
        side = self._side(zone.code)
        left, arrived = (portability.verify_bundle(side / one) for one in ("here", "there"))
        return prove(left, arrived, self.now)

    async def _bring_newest(self, zone: Zone) -> Proof:
        """The provider is away: the newest of what was put by goes where the organisation chose,
        over a copy that may stand there."""
        folder = newest(self._put_by(zone))
        bundle = portability.verify_bundle(folder)
        there = await self.databases.open(zone.code)
        side = self._side(zone.code) / "there"
        try:
            known = await store.find_born(there, self.organisation) is not None
            arrival = Arrival.ANEW if known else Arrival.FIRST
            await portability.import_tenant(there, folder, self.slices, arrival, copy=True)
            done = await portability.export_tenant(
                there, self.organisation, side, self.slices, now=self.now
            )
        finally:
            await there.close()
        if digest(done.bundle) != digest(bundle):
            raise HostingError(f"{zone.code} differs from what was put by.")
        return prove(bundle, done.bundle, self.now, bundle.made_at)

    async def _clear(self, zone: str) -> None:
        """What was copied to a zone that the organisation does not want any more goes, whole."""
        if zone in self.destinations.zones:
            there = await self.databases.open(zone)
            try:
                await self._clear_there(there, zone)
                await store.release(there, self.organisation)
            finally:
                await there.close()
        async with self._transaction() as tx:
            await withdrawals.note_copying(tx, self.departure, None)

    async def _clear_there(self, there: Session, zone: str) -> None:
        if await store.find_born(there, self.organisation) is None:
            return
        if await store.is_held_as(there, self.organisation, store.NOT_YET):
            await portability.clear_copy(there, self.organisation, self.slices)
            return
        side = self._side(zone) / "there"
        await portability.export_tenant(there, self.organisation, side, self.slices, now=self.now)
        await portability.erase_tenant(
            there, self.organisation, side, self.slices, now=self.now, going=Going.COPY
        )

    async def _finish(self) -> str:
        zone, here = self._target(), self.here
        if zone is None and self.departure.choice != TAKE_AWAY:
            raise HostingError(f"{self.departure.choice} is no zone any more: nothing is erased.")
        lives_there = zone is not None and not await self._is_held_there(zone)
        if here is None:
            if zone is not None and not lives_there:
                await self._go_without(zone)
            raise HostingError(
                f"{self.departure.zone} does not answer: what it holds is not erased yet."
            )
        await portability.check_not_on_hold(here, self.organisation)
        await store.hold(here, self.organisation, "it is leaving", self.now)
        if not lives_there and await store.is_living(here, self.organisation):
            refused = [] if zone is None else (
                await self.destinations.find_refusals(zone, self._escrow())
            )  # fmt: skip
            if refused:
                await store.release(here, self.organisation)
                return await self._turn_back(refused)
            await self._last_copy(here, zone)
        # Where it lives elsewhere, what the law keeps here must be there too.
        whole = zone is not None and not lives_there
        # From then on it is told where it lives.
        left_at = (self.departure.opened_at if lives_there else None) or self.now
        return await self._close(here, zone, await self._erase(here, zone, left_at, whole=whole))

    async def _go_without(self, zone: Zone) -> None:
        """It was accepted, and the provider is away: the organisation lives where it chose, with
        the newest of what was put by. Whatever the provider holds is compared when it answers."""
        if not self._is_escrowed():
            if not self.away:
                return
            if not await self._note_copied(await self._bring_newest(zone)):
                raise HostingError("Somebody has decided otherwise.")
        async with self._transaction() as tx:
            opened_at = await withdrawals.note_opened(tx, self.departure)
        if opened_at is not None:
            await self._open_there(zone, opened_at)

    async def _close(self, here: Session, zone: Zone | None, certificate: Certificate) -> str:
        if zone is not None:
            await self._open_there(zone, certificate.left_at or certificate.erased_at)
        await store.release(here, self.organisation)
        async with self._transaction() as tx:
            said = msgspec.to_builtins(certificate)
            done = await withdrawals.note_finished(tx, self.departure, said)
        if done is None:
            return "decided otherwise"
        await self._tidy()
        return "gone"

    async def _erase(
        self, here: Session, zone: Zone | None, left_at: datetime, *, whole: bool
    ) -> Certificate:
        """Erase what was brought. Rows of that very moment are fetched after it."""
        folder = self._brought(zone)
        left: dict[str, int] = {}
        for _ in range(MOST_LATE):
            if await self._has_late(here, folder):
                await self._fetch_late(here, zone, left_at)
            certificate = await portability.erase_tenant(
                here, self.organisation, folder, self.slices,
                now=self.now, whole=whole, left_at=left_at,
            )  # fmt: skip
            left = certificate.left
            if not left:
                return certificate
        raise HostingError(f"Rows are written again and again: {left}.")

    def _brought(self, zone: Zone | None) -> Path:
        """The export that was brought: the one that the proof is of."""
        assert self.departure.proof is not None
        for folder in self._put_by(zone):
            bundle = verified(folder)
            if bundle and digest(bundle) == self.departure.proof.source_sha256:
                return folder
        raise HostingError("What was brought is not put by any more: nothing is erased.")

    async def _has_late(self, here: Session, folder: Path) -> bool:
        if await store.is_living(here, self.organisation):
            return False
        return bool(await portability.find_left(here, folder, self.slices))

    async def _fetch_late(self, here: Session, zone: Zone | None, left_at: datetime) -> None:
        late = self.folder / "late"
        await portability.export_tenant(here, self.organisation, late, self.slices, now=self.now)
        if zone is None:
            parts = {"": self.folder / ESCROW, "late/": late}
            await self.destinations.archive(parts, self.folder)
        else:
            there = await self.databases.open(zone.code)
            try:
                await portability.import_tenant(there, late, self.slices, Arrival.BESIDE)
            finally:
                await there.close()
        await portability.erase_tenant(
            here, self.organisation, late, self.slices, now=self.now, left_at=left_at
        )

    async def _tidy(self) -> None:
        """What was put by goes too: at once, or when the time to fetch it is over."""
        until = withdrawals.retrieve_until(self.departure, self.withdrawal)
        fetches = self.departure.choice == TAKE_AWAY and self.now < until
        if fetches:
            await self.destinations.carry(self.folder)
        else:
            await self.destinations.drop(self.folder)

    async def _last_copy(self, here: Session, zone: Zone | None) -> None:
        """Whatever was written until it was held goes along, and both sides are compared."""
        before = self.departure.proof
        proof = await (self._take_away() if zone is None else self._bring(here, zone))
        if not proof.equal:
            raise HostingError("Both sides differ.")
        if before is not None and (proof.target_sha256, proof.escrowed) == (
            before.target_sha256,
            before.escrowed,
        ):
            return
        if not await self._note_copied(proof):
            raise HostingError("Somebody has decided otherwise.")

    async def _is_held_there(self, zone: Zone) -> bool:
        there = await self.databases.open(zone.code)
        try:
            return await store.is_held(there, self.organisation)
        finally:
            await there.close()

    async def _open_there(self, zone: Zone, at: datetime) -> None:
        there = await self.databases.open(zone.code)
        try:
            if await store.is_held(there, self.organisation):
                await portability.settle_tenant(there, self.organisation, self.slices, at)
            await store.release(there, self.organisation)
        finally:
            await there.close()
