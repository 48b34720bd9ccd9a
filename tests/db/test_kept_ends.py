"""What the law keeps of an organisation that has left goes when its time is over, to the day; what
a chain of the whole hub names stays."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from importlib import resources
from pathlib import Path
from zoneinfo import ZoneInfo

import asyncpg
import msgspec
import pytest

from hub import audit, ledger, portability
from hub.app import compose
from hub.core.clock import DrivenClock
from hub.core.db import Database, Session, open_session
from hub.core.settings import Settings
from hub.core.vertical import Kept, Portability, Slice
from hub.exits import ending
from hub.exits.models import State, Step
from hub.portability import policy, store
from hub.portability.models import Ended
from tests.exits import World, clear_stays, perform_exits
from tests.houses import book, find_house
from tourism.declaring.actions import diligence
from tourism.declaring.models import SellerFile

PARIS = ZoneInfo("Europe/Paris")
SLICES = compose().slices
SEALED = {
    "audit_entry", "ledger_account", "ledger_transfer", "organisation", "share_move", "stay_share",
}  # fmt: skip
SAID = SellerFile(person=False, name="Hôtel", address="2 quai de l'Île", tax_number="732829320")
REMINDED = """
    insert into seller_reminder (tenant, number, at)
    select $1, number, now() from generate_series(1, 3) as number
"""
MOVED = """
    with other as (
      select id from organisation where kind = 'office' order by id limit 1),
    account as (
      insert into payee (tenant, account, payable, submitted, due, opened_at, looked_at)
      select id, 'acct_other', true, true, '{}', now(), now() from other)
    insert into share_move (id, tenant, booking, holder, parts, state, reference, asked_at,
                            answered_at)
    select gen_random_uuid(), $1, gen_random_uuid(), id, '{"fee": 4200}', 'done', 'tr_1',
           now(), now()
      from other
"""
COUNT = "select count(*) from {} where tenant = $1"


@pytest.fixture
async def source(demo_settings: Settings) -> AsyncIterator[Session]:
    assert demo_settings.database_url
    session = await open_session(demo_settings.database_url)
    yield session
    await session.close()


@pytest.fixture
async def gone(demo: Database, demo_settings: Settings, clock: DrivenClock) -> World:
    """A house that had a stay, was asked for its file, gave it, and was erased."""
    house = await find_house(demo)
    await book(demo, house.wish())
    await clear_stays(demo_settings, house.tenant)
    leaving = World(demo, demo_settings, clock)
    leaving.organisation = house.tenant
    async with demo.transaction(house.tenant, actor="person:1") as tx:
        await diligence.keep_seller_file(tx, SAID)
    await leaving.ask(REMINDED, house.tenant)
    await leaving.give()
    await leaving.decide(Step.END)
    await leaving.perform()
    await leaving.fetch()
    await leaving.decide(Step.ERASE)
    await leaving.perform()
    assert (await leaving.look()).state is State.ERASED
    return leaving


def last_minute(year: int) -> datetime:
    """A minute before the year is over in Paris."""
    return datetime(year, 12, 31, 23, 59, tzinfo=PARIS)


def first_minute(year: int) -> datetime:
    return datetime(year, 1, 1, 0, 1, tzinfo=PARIS)


async def count_of(session: Session, tenant: int) -> dict[str, int]:
    """The kept rows of an organisation, by table."""
    rules = policy.rules_of(SLICES)
    found: dict[str, int] = {}
    for table in await store.list_tables(session):
        if table.name in rules.kept:
            found[table.name] = await store.count(session, table.name, rules.by(table), tenant)
    return {name: rows for name, rows in found.items() if rows}


async def test_kept_rows_go_after_the_tenth_year_to_the_day_and_the_chains_stay(
    gone: World, demo: Database, clock: DrivenClock, source: Session
) -> None:
    year = clock.now().year + 10
    kept = await count_of(source, gone.organisation)
    assert {"seller_file", "seller_reminder", "organisation", "audit_entry"} <= kept.keys()
    async with demo.transaction(gone.organisation) as tx:
        balances = await ledger.list_balances(tx)
    other = "insert into seller_reminder (tenant, number, at) select id, 1, now() from organisation"
    await source.execute(f"{other} where id <> {gone.organisation} and kind = 'lodging'")
    others = "select count(*) from seller_reminder where tenant <> $1"
    before = await source.con.fetchval(others, gone.organisation)
    assert before

    clock.set(last_minute(year))
    assert await gone.perform() == {"archived": 0, "erased": 0, "failed": 0}
    assert await count_of(source, gone.organisation) == kept
    clock.set(first_minute(year + 1))
    ended = sum(rows for name, rows in kept.items() if name not in SEALED)
    assert (await gone.perform())["ended"] == ended
    assert await count_of(source, gone.organisation) == {
        name: rows for name, rows in kept.items() if name in SEALED
    }
    assert await source.con.fetchval(others, gone.organisation) == before
    async with demo.transaction(gone.organisation) as tx:
        assert await ledger.list_balances(tx) == balances
        assert (await audit.verify_chain(tx)).broken_at is None
    said = await source.con.fetchrow(
        "select actor, at, detail from audit_entry where action = 'exit.ending'"
    )
    assert said is not None
    assert said["actor"] == "leaver"
    assert said["at"] == clock.now()
    detail = said["detail"]
    assert detail["organisation"] == gone.organisation
    assert detail["rows"] == {name: rows for name, rows in kept.items() if name not in SEALED}
    assert await source.con.fetchval("select ended_at from erased_organisation") == clock.now()
    assert await gone.perform() == {"archived": 0, "erased": 0, "failed": 0}
    assert await source.con.fetchval(
        "select count(*) from audit_entry where action = 'exit.ending'"
    ) == 1  # fmt: skip


async def test_each_table_has_its_own_time(
    gone: World, clock: DrivenClock, source: Session
) -> None:
    erased_on = clock.now().date()
    slices = [
        msgspec.structs.replace(
            one,
            portability=msgspec.structs.replace(
                one.portability,
                kept={**one.portability.kept, "seller_reminder": Kept(years=5, why="a law")},
            ),
        )
        if "seller_reminder" in one.portability.kept
        else one
        for one in SLICES
    ]

    async def end(today: datetime) -> Ended:
        return await portability.end_kept(
            source, gone.organisation, erased_on, slices, today=today.date(), most=100
        )

    early = await end(last_minute(erased_on.year + 5))
    assert (early.gone, early.stays) == ({}, {})
    assert early.next_on == first_minute(erased_on.year + 6).date()
    done = await end(first_minute(erased_on.year + 6))
    assert (done.gone, done.stays) == ({"seller_reminder": 3}, {})
    assert done.next_on == first_minute(erased_on.year + 11).date()
    assert (await count_of(source, gone.organisation))["seller_file"] == 1


async def test_what_others_have_received_is_the_same_after_the_kept_rows_have_gone(
    gone: World, clock: DrivenClock, source: Session
) -> None:
    await source.con.execute(MOVED, gone.organisation)
    accounts = "select account, cents from moved_to_accounts('2020-01-01', '', 1000)"
    before = await source.con.fetch(accounts)
    assert 4_200 in [row["cents"] for row in before]
    shares = "select sum(earned_cents) from stay_share where tenant = $1 and holder <> tenant"
    earned = await source.con.fetchval(shares, gone.organisation)
    clock.set(first_minute(clock.now().year + 11))
    assert (await gone.perform())["ended"]
    assert await source.con.fetch(accounts) == before
    assert await source.con.fetchval(shares, gone.organisation) == earned


async def test_rows_that_name_each_other_go_some_at_a_time(
    gone: World, clock: DrivenClock, source: Session
) -> None:
    await source.execute(
        "create table voucher (tenant int not null, id int not null, cancels int,"
        " primary key (tenant, id), foreign key (tenant, cancels) references voucher (tenant, id))"
    )
    await source.con.execute(
        "insert into voucher select $1, n, nullif(n - 1, 0) from generate_series(1, 5) n",
        gone.organisation,
    )
    erased_on = clock.now().date()
    said = Portability(kept={"voucher": Kept(years=5, why="a law")})
    slices = [Slice(package="tests", portability=said)]
    ended: list[Ended] = []
    for _ in range(4):
        ended.append(
            await portability.end_kept(
                source, gone.organisation, erased_on, slices,
                today=first_minute(erased_on.year + 6).date(), most=2,
            )
        )  # fmt: skip
    assert [one.gone.get("voucher", 0) for one in ended] == [2, 2, 1, 0]
    assert ended[-1].stays == {}
    await source.execute("drop table voucher")


async def test_a_pass_takes_some_rows_and_the_next_goes_on(
    gone: World, clock: DrivenClock, source: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ending, "MOST_ROWS", 2)
    clock.set(first_minute(clock.now().year + 11))
    kept = await count_of(source, gone.organisation)
    due = sum(rows for name, rows in kept.items() if name not in SEALED)
    assert due > 2
    passes = 0
    while (await gone.perform()).get("ended"):
        passes += 1
    assert passes == -(-due // 2)
    assert (await count_of(source, gone.organisation)).keys() <= SEALED


async def test_what_others_rows_name_stays_and_the_rest_goes(
    gone: World, clock: DrivenClock, source: Session
) -> None:
    await source.execute(
        "create table witness (tenant int not null references seller_file (tenant))"
    )
    await source.con.execute("insert into witness values ($1)", gone.organisation)
    clock.set(first_minute(clock.now().year + 11))
    await gone.perform()
    left = await count_of(source, gone.organisation)
    assert left.keys() - SEALED == {"seller_file"}
    assert await source.con.fetchval("select ended_at from erased_organisation") is None
    await source.execute("drop table witness")
    clock.set(first_minute(clock.now().year + 2))
    assert (await gone.perform())["ended"] == 1


async def test_what_is_kept_of_two_lives_goes_with_the_last(gone: World, source: Session) -> None:
    day = last_minute(2060).date()
    [first] = await portability.list_ending(source, day)
    await portability.note_ending(source, gone.organisation, None, last_minute(2050))
    assert await portability.list_ending(source, day) == []
    again = first.erased_on + timedelta(days=400)
    await store.note_erased(source, gone.organisation, again)
    [last] = await portability.list_ending(source, day)
    assert (last.organisation, last.erased_on) == (gone.organisation, again)


async def test_what_is_kept_ends_also_after_an_erasure_by_hand(
    demo: Database, demo_settings: Settings, clock: DrivenClock, source: Session, tmp_path: Path
) -> None:
    house, now = (await find_house(demo)).tenant, clock.now()
    await source.con.execute(REMINDED, house)
    await portability.export_tenant(source, house, tmp_path, SLICES, now=now)
    await portability.erase_tenant(source, house, tmp_path, SLICES, now=now)
    assert (await count_of(source, house))["seller_reminder"] == 3
    clock.set(last_minute(now.year + 10))
    assert "ended" not in await perform_exits(demo, demo_settings)
    clock.set(first_minute(now.year + 11))
    assert (await perform_exits(demo, demo_settings))["ended"] >= 3
    assert (await count_of(source, house)).keys() <= SEALED


async def test_who_was_erased_before_the_list_was_kept_is_in_it(
    gone: World, clock: DrivenClock, source: Session, owner: asyncpg.Connection
) -> None:
    before = await portability.list_ending(source, last_minute(2060).date())
    assert [one.organisation for one in before] == [gone.organisation]
    await source.execute("delete from erased_organisation")
    schema = resources.files("hub.exits").joinpath("schema", "009_every_way.sql")
    async with owner.transaction():
        await owner.execute(schema.read_text("utf-8"))
    assert await portability.list_ending(source, last_minute(2060).date()) == before


async def test_a_house_that_was_erased_by_hand_before_the_list_was_kept_is_in_it(
    demo: Database, clock: DrivenClock, source: Session, owner: asyncpg.Connection, tmp_path: Path
) -> None:
    house, now = (await find_house(demo)).tenant, clock.now()
    schema = resources.files("tourism.declaring").joinpath("schema", "005_listed.sql")

    async def upgrade() -> list[int]:
        async with owner.transaction():
            await owner.execute(schema.read_text("utf-8"))
        listed = await portability.list_ending(source, last_minute(2060).date())
        return [one.organisation for one in listed]

    assert await upgrade() == [], "it is here"
    await portability.export_tenant(source, house, tmp_path, SLICES, now=now)
    await portability.erase_tenant(source, house, tmp_path, SLICES, now=now)
    await source.execute("delete from erased_organisation")
    assert await upgrade() == [house]
    assert await upgrade() == [house]


async def test_nothing_ends_of_one_that_has_come_back_or_on_which_it_fails(
    gone: World, clock: DrivenClock, source: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.set(first_minute(clock.now().year + 11))
    kept = await count_of(source, gone.organisation)

    async def fail(*_: object, **__: object) -> None:
        raise KeyError("whatever")

    with monkeypatch.context() as broken:
        broken.setattr(ending.portability, "end_kept", fail)
        assert (await gone.perform())["failed"] == 1
        assert (await gone.perform())["failed"] == 0, "it has another day"
    clock.set(first_minute(clock.now().year + 1))
    await gone.ask(
        "insert into membership (tenant, person, role, since)"
        " select $1, person, role, since from membership limit 1",
        gone.organisation,
    )
    assert await gone.perform() == {"archived": 0, "erased": 0, "failed": 0}
    assert await count_of(source, gone.organisation) == kept
