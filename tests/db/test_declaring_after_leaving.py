"""What the booking centre must still tell of a house that has left (CGCT L2333-34, CGI
1649 ter A, EU 2024/1028): the same as if it had stayed, and nothing more of it."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from hub import portability
from hub.app import compose
from hub.core.clock import DrivenClock
from hub.core.db import Database, Session, open_session
from hub.core.settings import Settings
from hub.exits.models import State, Step
from hub.portability import Arrival, policy, store
from tests.db.test_declaring import departed, rows_of
from tests.exits import World
from tests.money import Town
from tourism.booking.models import Booking
from tourism.declaring.actions import diligence, making
from tourism.declaring.models import SellerFile
from tourism.lodging import find_own_property

SLICES = compose().slices
FEBRUARY = date(2027, 2, 1)
SAID = SellerFile(person=False, name="Hôtel", address="2 quai de l'Île", tax_number="732829320")


@pytest.fixture
async def source(demo_settings: Settings) -> AsyncIterator[Session]:
    assert demo_settings.database_url
    session = await open_session(demo_settings.database_url)
    yield session
    await session.close()


async def told(town: Town, booked: Booking, at: Database | None = None) -> dict[str, object]:
    """All that the booking centre would tell of the house now, at home or at another hub."""
    async with (at or town.demo).transaction(booked.quote.split.platform) as tx:
        years, sellers = await making.year_of(tx, town.demo.clock.now().year)
        nights = await making.find_short_lets(tx, FEBRUARY)
        return {
            "tax": await making.find_taxes(tx),
            "year": [one for one in years if one.seller == booked.tenant],
            "seller": sellers.get(booked.tenant),
            "nights": [one for one in nights if one.property == booked.property],
        }


async def live(town: Town, clock: DrivenClock) -> Booking:
    """A furnished let with a stay that is over, paid and shared, and of which nothing is told."""
    booked = await departed(town, clock)
    await town.queue.admin.execute(
        "update property set kind = 'furnished' where id = $1", booked.property
    )
    for _ in range(3):
        clock.forward(timedelta(days=1, minutes=1))
        await town.hear()
    return booked


async def test_a_house_that_has_left_is_still_declared_and_nothing_else_of_it_is_left(
    town: Town, clock: DrivenClock, demo_settings: Settings, source: Session
) -> None:
    booked = await live(town, clock)
    platform, year = booked.quote.split.platform, clock.now().year
    await diligence.remind_sellers(town.demo, platform, year)
    async with town.demo.transaction(booked.tenant, actor="person:1") as tx:
        await diligence.keep_seller_file(tx, SAID)
    before = await told(town, booked)
    assert all(before.values()), before
    await town.queue.admin.execute(
        "update booking set state = 'cancelled', cancelled_at = now()"
        " where tenant = $1 and departure > $2",
        booked.tenant,
        clock.now().date(),
    )

    leaving = World(town.demo, demo_settings, clock)
    leaving.organisation = booked.tenant
    await leaving.give()
    await leaving.decide(Step.END)
    await leaving.perform()
    await leaving.fetch()
    await leaving.decide(Step.ERASE)
    assert (await leaving.perform())["erased"] == 1
    gone = await leaving.look()
    assert gone.state is State.ERASED

    async with town.demo.transaction(booked.tenant) as tx:
        assert await find_own_property(tx) is None
    assert await told(town, booked) == before
    async with town.demo.transaction(platform, actor="person:1") as tx:
        taxes = await making.declare_taxes(tx)
        (taxed, *_) = [await making.find_file(tx, id) for id in taxes]
        report = await making.find_file(tx, await making.report_year(tx, year))
        month = await making.report_month(tx, FEBRUARY, "http://site.test")
        assert rows_of((await making.find_file(tx, month)).file)
    assert booked.quote.breakdown.tourist_tax_cents > 0
    assert any(row["depart"] == str(booked.departure) for row in rows_of(taxed.file))
    assert "732829320" in report.file.decode("utf-8-sig")
    async with town.demo.transaction(platform) as tx:
        assert await making.find_taxes(tx) == []

    rules = policy.rules_of(SLICES)
    kept: set[str] = set()
    for table in await store.list_tables(source):
        if rules.leaves(table) or table.name in rules.kept:
            rows = await store.count(source, table.name, rules.by(table), booked.tenant)
            assert not rows or table.name in rules.kept, table.name
            kept |= {table.name} if rows else set()
    assert {"left_stay", "left_seller", "seller_reminder", "seller_file"} <= kept
    for name in ("left_stay", "left_seller"):
        said = await source.con.fetchval(f"select string_agg(to_jsonb(t)::text, '') from {name} t")
        assert not any(word in said for word in ("Martin", "@", "+33")), name
    assert {one["table"] for one in gone.certificate["kept"]} >= {"left_stay"}  # type: ignore[index]

    # Nobody is there who could be reminded, and nothing is written in its name.
    await town.queue.admin.execute("delete from seller_file where tenant = $1", booked.tenant)
    assert await diligence.remind_sellers(town.demo, platform, year) == 0
    reminders = "select count(*) from seller_reminder where tenant = $1"
    assert await source.con.fetchval(reminders, booked.tenant) == 1


async def test_a_house_that_comes_back_is_declared_once(
    town: Town, clock: DrivenClock, source: Session, tmp_path: Path
) -> None:
    booked = await live(town, clock)
    before = await told(town, booked)
    now = clock.now()
    left = await portability.export_tenant(source, booked.tenant, tmp_path / "1", SLICES, now=now)
    await portability.erase_tenant(source, booked.tenant, tmp_path / "1", SLICES, now=now)
    assert await told(town, booked) == before
    await portability.import_tenant(source, tmp_path / "1", SLICES, Arrival.FIRST)
    assert await told(town, booked) == before
    again = await portability.export_tenant(source, booked.tenant, tmp_path / "2", SLICES, now=now)
    assert again.bundle.tables == left.bundle.tables
    await portability.erase_tenant(source, booked.tenant, tmp_path / "2", SLICES, now=now)
    assert await told(town, booked) == before
