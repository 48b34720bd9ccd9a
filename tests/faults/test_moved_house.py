"""A house moves to a zone on another PostgreSQL: what was collected here is declared here, once."""

import itertools
import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest

from hub import portability, trust
from hub.app import compose
from hub.core import postgres
from hub.core.clock import DrivenClock
from hub.core.db import Session, open_session
from hub.core.settings import Settings
from hub.hosting import Mover, ServersByZone, Zone
from hub.portability import Going
from tests.conftest import NOW, quick_folder
from tests.db.conftest import town, world
from tests.db.test_declaring_after_leaving import live, told
from tests.faults.leavers import elsewhere
from tests.houses import ARRIVAL, hold, quote
from tests.money import Town
from tourism.booking.models import Booking
from tourism.declaring.actions import making

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


async def visited(town: Town, clock: DrivenClock) -> Booking:
    """A house with one stay that is over, and one to come."""
    wish = town.house.wish(arrival=ARRIVAL + timedelta(days=21))
    await town.pay(await hold(town.demo, await quote(town.demo, wish)), "pm_card_visa")
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
        over = "select count(*) from left_stay where tenant = $1 and departure > $2 and was_let"
        assert await here.con.fetchval(over, tenant, now.date()) == 0
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
