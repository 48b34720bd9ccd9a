"""While an order keeps what an organisation has, nothing of it is erased, whatever time is over."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hub import audit, portability
from hub.app import compose
from hub.core.clock import DrivenClock
from hub.core.db import Database, Session, open_session
from hub.core.errors import Invalid
from hub.core.settings import Settings
from hub.core.vertical import Nothing
from hub.own_data import store as own_data
from hub.portability import Going
from hub.portability.errors import TenantUnknown, UnderLegalHold
from tests.exits import perform_exits
from tests.houses import find_house
from tourism.police import actions as police
from tourism.police.tasks import announce_old_sheets_later

SLICES = compose().slices
ORDER = "TJ Mende, ordonnance 26/0142"
REMINDED = "insert into seller_reminder (tenant, number, at) values ($1, 1, now())"


@pytest.fixture
async def source(demo_settings: Settings) -> AsyncIterator[Session]:
    assert demo_settings.database_url
    session = await open_session(demo_settings.database_url)
    yield session
    await session.close()


async def test_nothing_of_a_house_is_erased_before_the_order_is_lifted(
    demo: Database, clock: DrivenClock, source: Session, tmp_path: Path
) -> None:
    house, now = (await find_house(demo)).tenant, clock.now()
    await portability.export_tenant(source, house, tmp_path, SLICES, now=now)
    await portability.place_hold(source, house, ORDER, now)
    with pytest.raises(UnderLegalHold):
        await portability.erase_tenant(source, house, tmp_path, SLICES, now=now)
    async with demo.transaction(house) as tx:
        assert await own_data.is_on_hold(tx, [house])
        assert not await own_data.is_on_hold(tx, [house + 1])
    assert await portability.lift_hold(source, house, now)
    assert not await portability.lift_hold(source, house, now)
    async with demo.transaction(house) as tx:
        acts = [one.action for one in await audit.list_entries(tx, wanted=2)]
    assert acts == ["legal_hold.lift", "legal_hold.place"]
    again = await portability.export_tenant(source, house, tmp_path, SLICES, now=now)
    assert again.bundle.rows
    done = await portability.erase_tenant(source, house, tmp_path, SLICES, now=now)
    assert done.erased


async def test_a_copy_goes_also_where_an_order_keeps_what_is_there(
    demo: Database, clock: DrivenClock, source: Session, tmp_path: Path
) -> None:
    house, now = (await find_house(demo)).tenant, clock.now()
    await portability.export_tenant(source, house, tmp_path, SLICES, now=now)
    await portability.place_hold(source, house, ORDER, now)
    await portability.export_tenant(source, house, tmp_path, SLICES, now=now)
    done = await portability.erase_tenant(
        source, house, tmp_path, SLICES, now=now, going=Going.COPY
    )
    assert done.erased


async def test_what_the_law_kept_stays_beyond_its_time(
    demo: Database,
    demo_settings: Settings,
    clock: DrivenClock,
    source: Session,
    tmp_path: Path,
) -> None:
    house, now = (await find_house(demo)).tenant, clock.now()
    await source.con.execute(REMINDED, house)
    await portability.export_tenant(source, house, tmp_path, SLICES, now=now)
    await portability.erase_tenant(source, house, tmp_path, SLICES, now=now)
    await portability.place_hold(source, house, ORDER, now)
    clock.set(datetime(now.year + 11, 1, 2, tzinfo=UTC))
    assert "ended" not in await perform_exits(demo, demo_settings)
    assert await portability.lift_hold(source, house, clock.now())
    assert (await perform_exits(demo, demo_settings))["ended"]


async def test_police_sheets_of_a_house_under_an_order_are_not_destroyed(
    demo: Database, clock: DrivenClock, source: Session
) -> None:
    house = (await find_house(demo)).tenant
    async with demo.transaction(house, actor="person:1") as tx:
        await police.prepare_sheet(tx, None)
    clock.set(datetime(2027, 8, 1, 12, tzinfo=UTC))
    told = "select count(*) from pgmq.q_celery where message::text like '%destroy_old_sheets%'"

    async def announced() -> int:
        before = await source.con.fetchval(told)
        await announce_old_sheets_later.run(demo, None, Nothing())
        return await source.con.fetchval(told) - before

    await portability.place_hold(source, house, ORDER, clock.now())
    assert await announced() == 0
    await portability.lift_hold(source, house, clock.now())
    assert await announced() == 1


async def test_an_order_that_is_lifted_ends_itself_only(
    demo: Database, clock: DrivenClock, source: Session
) -> None:
    house, now = (await find_house(demo)).tenant, clock.now()
    for order in (ORDER, "DGFiP 26/77", ORDER):
        await portability.place_hold(source, house, order, now)
    with pytest.raises(Invalid, match="DGFiP 26/77; TJ Mende"):
        await portability.lift_hold(source, house, now)
    assert not await portability.lift_hold(source, house, now, "TJ Mende")
    assert await portability.lift_hold(source, house, now, ORDER)
    async with demo.transaction(house) as tx:
        assert await own_data.is_on_hold(tx, [house])
    assert await portability.lift_hold(source, house, now)
    async with demo.transaction(house) as tx:
        assert not await own_data.is_on_hold(tx, [house])
        acts = await audit.list_entries(tx, wanted=4)
    assert [(one.action, one.detail["order"]) for one in acts] == [
        ("legal_hold.lift", "DGFiP 26/77"),
        ("legal_hold.lift", ORDER),
        ("legal_hold.place", "DGFiP 26/77"),
        ("legal_hold.place", ORDER),
    ]


async def test_an_order_is_named_and_is_of_an_organisation(
    demo: Database, clock: DrivenClock, source: Session
) -> None:
    with pytest.raises(Invalid):
        await portability.place_hold(source, (await find_house(demo)).tenant, " ", clock.now())
    with pytest.raises(TenantUnknown):
        await portability.place_hold(source, 2**30, ORDER, clock.now())
