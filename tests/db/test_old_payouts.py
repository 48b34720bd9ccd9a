"""A payout is followed to the bank whatever its age, in the books in which it has left the balance;
one that cannot be followed keeps no other one from it."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from importlib import resources

import asyncpg
import pytest

from hub.core.clock import DrivenClock
from hub.core.migrate import role_dsn
from hub.core.settings import Settings
from hub.core.sql import Query
from tests.conftest import SECRET
from tests.db.test_bank_leg import balances, gap, own
from tests.db.test_money_agrees import night, settled
from tests.money import Town
from tourism.booking.models import Booking
from tourism.reconciling import store
from tourism.reconciling.actions import banking
from tourism.reconciling.models import BreakKind

OLD = timedelta(days=130)


async def pay_out_unheard(town: Town, clock: DrivenClock, cents: int) -> None:
    """A payout whose line is posted, and of which nothing more is heard for months."""
    await own(town, payout_cents=cents)
    clock.forward(timedelta(hours=2))
    await banking_night(town)
    clock.forward(OLD)
    await town.hear()


async def banking_night(town: Town) -> dict[str, BreakKind]:
    found = await night(town)
    return {key: kind for key, kind in found.items() if key == "payout"}


async def in_transit(town: Town, booked: Booking) -> int:
    return (await balances(town, booked)).get("bank.transit", 0)


async def other_books(town: Town, booked: Booking) -> int:
    """Another organisation runs this hub, and holds money at the service too."""
    admin, platform = town.queue.admin, booked.quote.split.platform
    other = await admin.fetchval(
        "select min(id) from organisation where id <> $1 and kind <> 'operator'", platform
    )
    await admin.execute("update organisation set kind = 'federation' where kind = 'operator'")
    await admin.execute("update organisation set kind = 'operator' where id = $1", other)
    columns = "scheme, code, currency"
    await admin.execute(
        f"insert into ledger_account (tenant, {columns}) select $1, $1, code, currency"
        "  from ledger_account where code = 'psp.cash' and tenant = $2 limit 1",
        other,
        platform,
    )
    assert await admin.fetchval("select balance_owner()") == other
    return int(other)


async def test_a_payout_of_months_ago_is_followed_to_its_end(
    town: Town, clock: DrivenClock
) -> None:
    booked = await settled(town, clock)
    await own(town, topup_cents=9_000)
    await own(town, payout_cents=1_000, payout_fails="account_closed")
    await pay_out_unheard(town, clock, 3_000)
    assert await in_transit(town, booked) == 4_000
    await banking_night(town)
    assert await in_transit(town, booked) == 0
    assert await gap(town) == 0


async def test_old_payouts_are_asked_about_in_turn(
    town: Town, clock: DrivenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three that never end keep a fourth from nothing, though two a night are asked about."""
    booked = await settled(town, clock)
    await own(town, topup_cents=9_000)
    for cents in (100, 200, 300):
        await own(town, payout_cents=cents)
        clock.forward(timedelta(hours=1))
    await pay_out_unheard(town, clock, 400)
    for payout in town.fake.books.all("payout"):
        if payout["amount"] < 400:
            payout["status"] = "in_transit"
    monkeypatch.setattr(banking, "OLD_MOST", 2)
    assert await banking_night(town) == {"payout": BreakKind.PAYOUT_LATE}
    assert await in_transit(town, booked) == 1_000
    clock.forward(timedelta(days=1))
    await banking_night(town)
    assert await in_transit(town, booked) == 600


async def test_an_old_payout_of_which_the_service_tells_nothing_is_a_difference(
    town: Town, clock: DrivenClock
) -> None:
    booked = await settled(town, clock)
    await own(town, topup_cents=9_000)
    await own(town, payout_cents=700)
    await pay_out_unheard(town, clock, 900)
    lost = next(one for one in town.fake.books.all("payout") if one["amount"] == 700)
    line = town.fake.books.things[lost["balance_transaction"]]
    source, line["source"] = line["source"], None
    assert await banking_night(town) == {"payout": BreakKind.PAYOUT_GONE}
    assert await in_transit(town, booked) == 700
    line["source"] = source
    clock.forward(timedelta(days=1))
    assert await banking_night(town) == {}
    assert await in_transit(town, booked) == 0


async def test_what_comes_of_a_payout_is_posted_where_it_has_left_the_balance(
    town: Town, clock: DrivenClock
) -> None:
    booked = await settled(town, clock)
    await own(town, topup_cents=9_000)
    await own(town, payout_cents=1_000, payout_fails="account_closed")
    await own(town, payout_cents=3_000)
    clock.forward(timedelta(hours=2))
    assert await night(town) == {}
    await other_books(town, booked)
    clock.forward(timedelta(days=4))
    await town.hear()
    clock.forward(timedelta(hours=2))
    assert await night(town) == {}
    found = await balances(town, booked)
    assert (found["bank.transit"], found["bank.current"]) == (0, 3_000 - 9_000)
    (arrived,) = [one for one in town.fake.books.all("payout") if one["status"] == "paid"]
    await own(town, return_payout=arrived["id"])
    clock.forward(timedelta(hours=2))
    assert await night(town) == {}
    found = await balances(town, booked)
    assert (found["bank.transit"], found["bank.current"]) == (0, -9_000)
    assert await gap(town) == 0


async def test_a_payout_that_cannot_be_followed_stops_no_other(
    town: Town, clock: DrivenClock
) -> None:
    booked = await settled(town, clock)
    await own(town, topup_cents=9_000)
    await own(town, payout_cents=1_000)
    clock.forward(timedelta(hours=2))
    assert await night(town) == {}
    # The ledger has no arrival that the return of this one could turn around.
    await town.queue.admin.execute("update own_payout set arrived = true")
    (first,) = town.fake.books.all("payout")
    await own(town, return_payout=first["id"])
    await own(town, payout_cents=2_000)
    clock.forward(timedelta(days=4))
    await town.hear()
    clock.forward(timedelta(hours=2))
    assert await night(town) == {"payout": BreakKind.PAYOUT_DIFFERS}
    assert (await balances(town, booked))["bank.current"] == 2_000 - 9_000
    await town.queue.admin.execute("update own_payout set arrived = false where cents = 1000")
    assert await night(town) == {}


@pytest.fixture
async def definer(demo_settings: Settings) -> AsyncIterator[asyncpg.Connection]:
    """Who runs the schema's files."""
    connection = await asyncpg.connect(role_dsn(demo_settings.database_url, "hub_owner", SECRET))
    yield connection
    await connection.close()


async def test_lines_that_were_kept_before_the_bank_leg_are_named_and_know_their_books(
    town: Town, clock: DrivenClock, definer: asyncpg.Connection
) -> None:
    booked = await settled(town, clock)
    await own(town, topup_cents=9_000, payout_cents=500)
    clock.forward(timedelta(hours=2))
    assert await night(town) == {}
    admin = town.queue.admin
    (payout,) = town.fake.books.all("payout")
    async with definer.transaction():
        await definer.execute(
            "alter table service_line drop column source, drop column holder,"
            " drop column followed_at, drop column ended"
        )
        await definer.execute("drop index service_line_own")
        await definer.execute(_schema("005_followed_payouts.sql"))
    rows = await admin.fetch("select id, holder, ended from service_line where key like 'own%'")
    platform = booked.quote.split.platform
    assert {(row["id"], row["holder"], row["ended"]) for row in rows} == {
        (row["id"], platform, False) for row in rows
    }
    assert payout["balance_transaction"] in {row["id"] for row in rows}
    clock.forward(OLD)
    await town.hear()
    await night(town)
    assert await in_transit(town, booked) == 0


async def test_what_was_read_before_the_bank_leg_is_posted_and_followed(
    town: Town, clock: DrivenClock, definer: asyncpg.Connection
) -> None:
    booked = await settled(town, clock)
    await own(town, topup_cents=9_000)
    await own(town, payout_cents=600)
    (payout,) = town.fake.books.all("payout")
    line = town.fake.books.things[payout["balance_transaction"]]
    clock.forward(OLD)
    await town.hear()
    async with definer.transaction():
        await definer.execute(
            "alter table service_line drop column source, drop column holder,"
            " drop column followed_at, drop column ended, drop column posted_at"
        )
        await definer.execute("drop table own_payout; drop index service_line_own")
        await definer.execute(
            "insert into service_line (id, key, kind, cents, at, kept_at)"
            " values ($1, 'unknown:' || $1, 'payout', -600, $2, $2)",
            line["id"],
            datetime.fromtimestamp(line["created"], UTC),
        )
        await definer.execute(_schema("004_bank_leg.sql"))
        await definer.execute(_schema("005_followed_payouts.sql"))
    await night(town)
    found = await balances(town, booked)
    assert (found["bank.transit"], found["bank.current"]) == (0, 600 - 9_000)


def _schema(name: str) -> str:
    return resources.files("tourism.reconciling").joinpath("schema", name).read_text("utf-8")


async def test_no_statement_about_own_lines_reads_them_all(
    town: Town, definer: asyncpg.Connection
) -> None:
    await definer.execute(
        "insert into service_line (id, key, kind, cents, at, kept_at, posted_at)"
        " select 'txn_' || n, case when n % 100 = 0 then 'own:txn_' else 'charge:' end || n,"
        "        'payout', 1, now() - n * interval '1 hour', now(), now()"
        "   from generate_series(1, 20000) n"
    )
    await definer.execute(
        "insert into own_payout (id, line, cents, state, arrives_on)"
        " select 'po_' || n, 'txn_' || n, 1, 'paid', current_date"
        "   from generate_series(100, 20000, 100) n"
    )
    await definer.execute("analyze service_line; analyze own_payout")
    for query, values in _statements():
        lines = await definer.fetch(f"explain {query.sql}", *query.arguments(values))
        plan = "\n".join(row[0] for row in lines)
        assert "Seq Scan on service_line" not in plan, f"{query.name}: {plan}"
        if {"line", "ids"} & set(values):
            assert re.search(r"Index Cond: \(\((l\.)?id = ", plan), f"{query.name}: {plan}"
    del town


def _statements() -> list[tuple[Query, dict[str, object]]]:
    at = datetime.now(UTC)
    q = store.q
    payout: dict[str, object] = {"id": "po_100", "line": "txn_100", "cents": 1, "state": "paid"}
    return [
        (q.list_line_holders, {"owner": 1, "wanted": 1_000}),
        (q.list_lines_to_post, {"owner": 1, "holder": 1, "wanted": 1_000}),
        (q.mark_posted, {"ids": ["txn_100"], "keys": ["own:txn_100"], "holder": 1, "now": at}),
        (q.find_line_holder, {"line": "txn_100"}),
        (q.list_payouts_to_follow, {"before": at, "wanted": 50}),
        (q.mark_followed, {"ids": ["txn_100"], "now": at}),
        (q.mark_ended, {"line": "txn_100", "ended": True}),
        (q.keep_own_payout, payout | {"failure": None, "arrives_on": at.date()}),
        (q.sum_own_months, {"since": at - timedelta(days=100), "wanted": 500}),
    ]
