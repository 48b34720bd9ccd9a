"""A house moves to a zone on another PostgreSQL: what was collected here is declared here, once."""

import itertools
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Self
from uuid import UUID

import asyncpg
import msgspec
import pytest

from hub import portability, trust
from hub.app import compose, open_database
from hub.core import postgres
from hub.core.clock import DrivenClock, SeededIds
from hub.core.db import Database, Session, open_session
from hub.core.settings import Settings
from hub.hosting import Mover, ServersByZone, Zone
from hub.portability import Going
from tests.conftest import NOW, quick_folder, settings_for
from tests.db.conftest import town, world
from tests.db.test_declaring_after_leaving import live, told
from tests.faults.leavers import elsewhere
from tests.houses import ARRIVAL, hold, quote
from tests.money import Town, World
from tests.served import Queue
from tourism.booking.models import Booking
from tourism.declaring import store as declaring
from tourism.declaring.actions import making
from tourism.paying.actions import cancelling
from tourism.paying.models import CancelBooking
from tourism.settlement.actions import settling

__all__ = ["elsewhere", "town", "world"]  # fixtures

SLICES = compose().slices
REFERENTIAL = trust.read_referential("secure-cloud", NOW.date())
KEPT = "select count(*) from left_stay where tenant = $1"
_numbers = itertools.count()


@pytest.fixture
def place() -> Iterator[Path]:
    folder = quick_folder("hub-moved-house-")
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
async def zones(elsewhere: postgres.Server, demo_settings: Settings) -> AsyncIterator[list[Zone]]:
    name, con = f"moved_house_{next(_numbers)}", await asyncpg.connect(elsewhere.dsn())
    await con.execute(f"create database {name} template empty_hub")
    assert demo_settings.database_url is not None
    addresses = {"home": demo_settings.database_url, "lyon": elsewhere.dsn(database=name)}
    yield [
        Zone(code=code, title=code, country="FR", operator="Exemple", level="gold", database=url)
        for code, url in addresses.items()
    ]
    await con.execute(f"drop database {name} with (force)")
    await con.close()


@pytest.fixture
async def there(
    zones: list[Zone], demo_settings: Settings, clock: DrivenClock
) -> AsyncIterator[Database]:
    """The application's pools on the other hub."""
    settings = settings_for(zones[1].database, demo_settings.data)
    database = await open_database(settings, compose(), clock=clock, ids=SeededIds(3))
    yield database
    await database.close()


async def sell(town: Town, days: int) -> Booking:
    """A paid stay of three nights, so many days after the first."""
    wish = town.house.wish(arrival=ARRIVAL + timedelta(days=days))
    booked = await hold(town.demo, await quote(town.demo, wish))
    await town.pay(booked, "pm_card_visa")
    return booked


async def visited(town: Town, clock: DrivenClock) -> Booking:
    """A house with one stay that is over, and one to come."""
    await sell(town, 21)
    booked = await live(town, clock)
    async with town.demo.transaction(booked.quote.split.platform) as tx:
        assert await making.find_taxes(tx)
    return booked


def mover(zones: list[Zone], here: Session, to: str, folder: Path) -> Mover:
    zone = next(one for one in zones if one.code == to)
    made = compose()
    return Mover(
        here, ServersByZone(zones), zone, folder / to, made.slices, made.verticals, REFERENTIAL
    )


async def test_a_house_that_has_moved_is_declared_where_it_was_paid_and_its_next_stays_are_not(
    town: Town, clock: DrivenClock, zones: list[Zone], place: Path
) -> None:
    booked = await visited(town, clock)
    now, tenant = clock.now(), booked.tenant
    to_come = "select count(*) from booking where tenant = $1 and departure > $2"
    here, there = [await open_session(zone.database) for zone in zones]
    try:
        before = await told(town, booked)
        assert all(before.values()), before
        assert await here.con.fetchval(to_come, tenant, now.date())

        away = mover(zones, here, "lyon", place)
        await away.copy(tenant, now)
        await away.back(tenant, now)
        assert await there.con.fetchval(KEPT, tenant) == 0, "it has never lived there"
        await away.copy(tenant, now)
        await away.confirm(tenant, now)
        after = await told(town, booked)
        assert (after["tax"], after["seller"]) == (before["tax"], before["seller"])
        assert await there.con.fetchval(to_come, tenant, now.date())
        kept = await here.con.fetchval(KEPT, tenant)

        # It comes back, goes again, and is told of as before.
        home = mover(zones, there, "home", place)
        await home.copy(tenant, now)
        assert await told(town, booked) == before
        await home.back(tenant, now)
        assert await told(town, booked) == after
        assert await here.con.fetchval(KEPT, tenant) == kept, "a copy that goes takes nothing"
        await home.copy(tenant, now)
        await home.confirm(tenant, now)
        assert await told(town, booked) == before
    finally:
        await here.close()
        await there.close()


async def test_the_nights_that_a_house_has_let_are_told_of_after_it_has_moved(
    town: Town, clock: DrivenClock, zones: list[Zone], place: Path
) -> None:
    booked = await visited(town, clock)
    clock.forward(timedelta(days=1))
    here = await open_session(zones[0].database)
    try:
        await here.con.execute(
            "update booking set state = 'cancelled', cancelled_at = now()"
            " where tenant = $1 and departure > $2",
            booked.tenant,
            clock.now().date(),
        )
        before = await told(town, booked)
        assert all(before.values()), before
        away = mover(zones, here, "lyon", place)
        await away.copy(booked.tenant, clock.now())
        await away.confirm(booked.tenant, clock.now())
        assert await told(town, booked) == before
    finally:
        await here.close()


class Told(msgspec.Struct, frozen=True):
    """What a hub tells of a house: tax by stay, what it was paid, for how many stays, and its
    guests by night."""

    tax: Counter[UUID]
    paid_cents: int
    stays: int
    nights: Counter[date]

    def and_also(self, other: Self) -> Self:
        tax, nights = Counter(self.tax), Counter(self.nights)
        tax.update(other.tax)
        nights.update(other.nights)
        return type(self)(tax, self.paid_cents + other.paid_cents, self.stays + other.stays, nights)


NOTHING = Told(Counter(), 0, 0, Counter())


async def tell(hub: Database, stays: Sequence[Booking]) -> Told:
    one, ids = stays[0], {stay.id for stay in stays}
    tax, nights = Counter[UUID](), Counter[date]()
    async with hub.transaction(one.quote.split.platform) as tx:
        for line in await declaring.list_taxes_to_declare(tx, date(2028, 1, 1), 100_000):
            tax.update({line.booking: line.cents} if line.booking in ids else {})
        for month in (date(2027, 2, 1), date(2027, 3, 1)):
            for night in await making.find_short_lets(tx, month):
                nights.update({night.night: night.guests} if night.property == one.property else {})
        years, _ = await making.year_of(tx, 2027)
    listings = [item for year in years if year.seller == one.tenant for item in year.listings]
    paid = sum(sum(item.paid_cents) for item in listings)
    return Told(tax, paid, sum(item.count_lettings() for item in listings), nights)


async def test_each_stay_of_a_house_that_moves_and_comes_back_is_told_by_one_hub(
    town: Town, clock: DrivenClock, zones: list[Zone], there: Database, place: Path
) -> None:
    running, later, cancelled = [await sell(town, days) for days in (6, 14, 21)]
    over = await live(town, clock)
    stays, tenant = [over, running, later, cancelled], over.tenant
    assert running.arrival < clock.now().date() < running.departure
    here, other = [await open_session(zone.database) for zone in zones]
    admin = await asyncpg.connect(zones[1].database)
    try:
        alone = await tell(town.demo, stays)
        assert set(alone.tax) == {stay.id for stay in stays}
        assert min(alone.paid_cents, alone.stays) > 0

        away = mover(zones, here, "lyon", place)
        await away.copy(tenant, clock.now())
        clock.forward(timedelta(days=1))
        assert await tell(there, stays) == NOTHING, "a copy"
        await away.confirm(tenant, clock.now())
        left, moved_on = await tell(town.demo, stays), clock.now().date()
        arrived = await tell(there, stays)
        assert (left.tax, left.paid_cents, left.stays) == (alone.tax, alone.paid_cents, alone.stays)
        assert (arrived.tax, arrived.paid_cents, arrived.stays) == ({}, 0, 0)
        assert max(left.nights) < moved_on <= min(arrived.nights)
        assert left.and_also(arrived) == alone

        # It goes on there: a stay is cancelled, the others are shared out.
        clock.forward(timedelta(minutes=1))
        async with there.transaction(tenant, actor="guest") as tx:
            _, refund = await cancelling.preview_refund(tx, cancelled.id)
            command = CancelBooking(refund_cents=refund.refund_cents)
            await cancelling.cancel_booking(tx, cancelled.id, command)
        clock.forward(later.departure + timedelta(days=1) - clock.now().date())
        new = World(there, town.fake, Queue(there, admin), town.house)
        for _ in range(3):
            async with there.transaction() as tx:
                await settling.announce_due_stays(tx)
            await new.queue.run()
            clock.forward(timedelta(days=1, minutes=1))
        assert await tell(town.demo, stays) == left
        gone_on = await tell(there, stays)
        assert gone_on.tax == {cancelled.id: -alone.tax[cancelled.id]}
        assert gone_on.stays == 2
        assert gone_on.paid_cents > 0
        every = left.and_also(gone_on)
        let = (over, running, later)
        assert all(every.tax[one.id] == alone.tax[one.id] for one in let)
        slept = {one.departure - timedelta(days=back) for one in let for back in (1, 2, 3)}
        assert set(every.nights) == slept

        # It comes back.
        home = mover(zones, other, "home", place)
        await home.copy(tenant, clock.now())
        assert await tell(town.demo, stays) == left, "a copy"
        await home.back(tenant, clock.now())
        assert await tell(town.demo, stays) == left
        clock.forward(timedelta(days=1))
        await home.copy(tenant, clock.now())
        await home.confirm(tenant, clock.now())
        assert await tell(town.demo, stays) == left
        assert await tell(there, stays) == gone_on
    finally:
        await admin.close()
        await here.close()
        await other.close()


async def test_an_erasure_of_a_copy_puts_nothing_by(
    town: Town, clock: DrivenClock, zones: list[Zone], place: Path
) -> None:
    booked = await visited(town, clock)
    here, there = [await open_session(zone.database) for zone in zones]
    now = clock.now()
    try:
        for side, session in (("here", here), ("there", there)):
            if session is there:
                await portability.import_tenant(there, place / "here", SLICES)
            await portability.export_tenant(session, booked.tenant, place / side, SLICES, now=now)
        await portability.erase_tenant(
            there, booked.tenant, place / "there", SLICES, now=now, going=Going.COPY
        )
        assert await there.con.fetchval(KEPT, booked.tenant) == 0
    finally:
        await here.close()
        await there.close()


async def test_the_nights_between_an_export_and_a_late_erasure_are_told_by_one_hub(
    town: Town, clock: DrivenClock, zones: list[Zone], there: Database, place: Path
) -> None:
    """A house is moved by hand: exported, imported where it goes, and erased some nights later."""
    running, over = await sell(town, 6), await live(town, clock)
    stays, tenant = [over, running], over.tenant
    assert running.arrival < clock.now().date() < running.departure
    here, other = [await open_session(zone.database) for zone in zones]
    try:
        alone, moved_on = await tell(town.demo, stays), clock.now().date()
        folder = place / "by-hand"
        for wait in (timedelta(), timedelta(hours=20)):  # made again, with nothing new in it
            clock.forward(wait)
            await portability.export_tenant(here, tenant, folder, SLICES, now=clock.now())
        await portability.import_tenant(other, folder, SLICES)
        clock.forward(timedelta(days=3))
        await portability.erase_tenant(here, tenant, folder, SLICES, now=clock.now())
        left, arrived = await tell(town.demo, stays), await tell(there, stays)
        assert max(left.nights) < moved_on <= min(arrived.nights)
        assert left.and_also(arrived) == alone
    finally:
        await here.close()
        await other.close()
