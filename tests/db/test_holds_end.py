"""Holds whose time has passed end together: what a rush has held is on sale again within a beat."""

from contextlib import suppress
from datetime import date, datetime, timedelta
from uuid import UUID

import asyncpg
import msgspec
import pytest
from structlog.testing import capture_logs

from hub.core.clock import DrivenClock
from hub.core.db import Database, Tx
from hub.core.errors import HubError
from hub.core.settings import Settings
from hub.core.sql import parse_query
from hub.core.vertical import Nothing
from tests.houses import ARRIVAL, GUEST, NIGHTS, House, find_house, hold, left, quote
from tourism.booking.actions import holding
from tourism.booking.models import Booking, State
from tourism.paying.actions import paying
from tourism.paying.models import PayBooking
from tourism.quoting.models import MakeQuote, RoomWanted
from tourism.requests.actions import asking
from tourism.sweeping import store
from tourism.sweeping.actions import ending
from tourism.sweeping.tasks import END

MANY = 450
OVER = timedelta(minutes=15)
# As many holds again as there are asked for, of the same nights, each with its unit.
_MULTIPLY = """
with made as (
  insert into quote (id, tenant, property, arrival, departure, total_cents, document, made_at,
                     expires_at)
  select gen_random_uuid(), q.tenant, q.property, q.arrival, q.departure, q.total_cents, q.document,
         q.made_at, q.expires_at
    from booking b join quote q on q.id = b.quote, generate_series(1, $2) where b.id = $1
  returning id
), held as (
  insert into booking (id, tenant, property, quote, reference, state, revision, arrival, departure,
                       total_cents, document, held_at, expires_at)
  select gen_random_uuid(), b.tenant, b.property, m.id, 'TEST-' || row_number() over (), 'held', 1,
         b.arrival, b.departure, b.total_cents, b.document, b.held_at, b.expires_at
    from booking b, made m where b.id = $1
  returning id
)
insert into reservation (booking, number, tenant, room_type, rate_plan, adults, child_ages,
                         gross_cents)
select h.id, r.number, r.tenant, r.room_type, r.rate_plan, r.adults, r.child_ages, r.gross_cents
  from reservation r, held h where r.booking = $1
"""
_STEPS = parse_query(
    "steps",
    "select b.id, b.state, b.revision, b.expires_at, b.refund_cents, b.owed_cents, b.guest::text,"
    "       r.event, r.reason, r.actor, r.at, r.state as noted, r.revision as numbered"
    "  from booking b left join booking_revision r on r.booking = b.id and r.revision > 1"
    " order by b.id, r.revision",
)
_UNITS = parse_query("units", "select room_type, month, units_left from ari_month order by 1, 2")
_LET = parse_query("let", "select year, nights, nights_max from let_year order by 1")


_ELSEWHERE = """
select r.property, r.id as room_type, p.id as rate_plan
  from room_type r
  join rate_plan p on p.property = r.property
  join ari_month a on a.room_type = r.id and a.month = date_trunc('month', $2::date)
 where r.tenant <> $1
 order by r.property, r.id, p.id
 limit 50
"""
# More than one hold that ends in one statement takes PostgreSQL longer than a statement may.
_TOO_MANY = """
create function too_many() returns trigger language plpgsql as $$
begin
  if (select count(*) from gone) > 1 then
    raise exception 'canceling statement due to statement timeout' using errcode = '57014';
  end if;
  return null;
end $$;
create trigger too_many after update on booking referencing new table as gone
  for each statement execute function too_many();
"""


class Step(msgspec.Struct, frozen=True):
    """A booking with one of its changes."""

    id: UUID
    state: str
    revision: int
    expires_at: datetime | None
    refund_cents: int
    owed_cents: int
    guest: str | None
    event: str | None
    reason: str | None
    actor: str | None
    at: datetime | None
    noted: str | None
    numbered: int | None


class Month(msgspec.Struct, frozen=True):
    room_type: int
    month: date
    units_left: list[int]


class Year(msgspec.Struct, frozen=True):
    year: int
    nights: int
    nights_max: int


@pytest.fixture
async def house(demo: Database) -> House:
    return await find_house(demo)


async def beat(demo: Database) -> None:
    await END.task.run(demo, None, Nothing())


async def multiply(settings: Settings, held: Booking, many: int) -> None:
    admin = await asyncpg.connect(settings.database_url)
    await admin.execute(_MULTIPLY, held.id, many)
    await admin.close()


async def states(settings: Settings) -> dict[str, int]:
    """How many of the stays that were not booked are in each state."""
    admin = await asyncpg.connect(settings.database_url)
    found = await admin.fetch(
        "select state, count(*) as many from booking where state <> 'confirmed' group by state"
    )
    await admin.close()
    return {row["state"]: row["many"] for row in found}


async def hold_elsewhere(demo: Database, admin: asyncpg.Connection, house: House) -> Booking:
    """Of some other house, a hold of a room that it sells at any party and length."""
    found = await admin.fetch(_ELSEWHERE, house.tenant, ARRIVAL)
    for row in found:
        wish = MakeQuote(
            property=row["property"],
            arrival=ARRIVAL,
            departure=ARRIVAL + timedelta(days=7),
            rate_plan=row["rate_plan"],
            rooms=(RoomWanted(room_type=row["room_type"], adults=1),),
        )
        with suppress(HubError):
            return await hold(demo, await quote(demo, wish))
    raise AssertionError("no other house sells anything")


async def state_of(admin: asyncpg.Connection, booking: Booking) -> str:
    return await admin.fetchval("select state from booking where id = $1", booking.id)


async def units(demo: Database, house: House) -> list[int]:
    async with demo.transaction(house.tenant) as tx:
        return await left(tx, house.types["double"], ARRIVAL, NIGHTS)


async def test_all_holds_of_a_rush_end_in_one_beat_and_give_each_unit_back_once(
    demo: Database, demo_settings: Settings, house: House, clock: DrivenClock
) -> None:
    held = await hold(demo, await quote(demo, house.wish()))
    await multiply(demo_settings, held, MANY)
    before = await units(demo, house)
    clock.forward(OVER - timedelta(seconds=1))
    await beat(demo)
    assert (await states(demo_settings))["held"] == MANY + 1  # not yet
    clock.forward(timedelta(seconds=1))
    await beat(demo)
    ended = await states(demo_settings)
    assert (ended["expired"], ended.get("held", 0)) == (MANY + 1, 0)
    await beat(demo)
    assert await units(demo, house) == [n + MANY + 1 for n in before]


async def test_what_is_over_is_not_announced_again_and_again(
    demo: Database, demo_settings: Settings, house: House, clock: DrivenClock
) -> None:
    await hold(demo, await quote(demo, house.wish()))
    admin = await asyncpg.connect(demo_settings.database_url)
    told = "message #>> '{headers,task}' = 'booking.release_hold'"
    count = f"select count(*) from pgmq.q_celery where {told}"
    for passed in (timedelta(), OVER - timedelta(seconds=2), timedelta(seconds=2), timedelta(1)):
        clock.forward(passed)
        await beat(demo)
        assert await admin.fetchval(count) == 0
    await admin.close()
    assert (await states(demo_settings))["expired"] == 1  # by the sweep itself


async def make_all_kinds(demo: Database, settings: Settings, house: House) -> list[Booking]:
    """Holds of a furnished let, whose nights are counted: over a month's end and a year's, of
    several rooms, one that is being paid, and one that is asked of the house."""
    admin = await asyncpg.connect(settings.database_url)
    await admin.execute("update property set kind = 'furnished' where id = $1", house.id)
    await admin.close()
    double = house.types["double"]
    two = (RoomWanted(room_type=double, adults=2), RoomWanted(room_type=double, adults=1))
    wishes = (
        house.wish(),
        house.wish(*two, arrival=ARRIVAL + timedelta(days=1)),
        house.wish(arrival=date(2026, 12, 30), nights=4),
        house.wish(nights=1),
    )
    held = [await hold(demo, await quote(demo, wish)) for wish in wishes]
    command = PayBooking(
        guest=GUEST, payment_method="pm_card_visa", total_cents=held[-1].total_cents
    )
    async with demo.transaction(house.tenant, actor="guest") as tx:
        await paying.begin_payment(tx, held[-1].id, command, "first")
    return held


async def read_all(tx: Tx) -> tuple[list[Step], list[Month], list[Year]]:
    return (
        await tx.all(Step, _STEPS),
        await tx.all(Month, _UNITS),
        await tx.all(Year, _LET),
    )


async def test_many_that_end_together_leave_what_each_would_by_itself(
    demo: Database, demo_settings: Settings, house: House, clock: DrivenClock
) -> None:
    held = await make_all_kinds(demo, demo_settings, house)
    clock.forward(timedelta(hours=1))
    tx = Tx(demo, house.tenant, "system")
    try:
        for booking in held:
            assert await holding.release_expired_hold(tx, booking.id)
        one_by_one = await read_all(tx)
    finally:
        await tx.close(keep=False)
    ids = [booking.id for booking in held]
    async with demo.transaction(house.tenant) as tx:
        untouched = await read_all(tx)
        assert await store.end_holds(tx, ids) == len(held)
        together = await read_all(tx)
    assert together == one_by_one
    assert all(a != b for a, b in zip(together, untouched, strict=True))
    async with demo.transaction(house.tenant) as tx:
        assert await store.end_holds(tx, ids) == 0
        assert await read_all(tx) == together


async def test_a_request_that_is_over_lapses_beside_the_holds(
    demo: Database, demo_settings: Settings, house: House, clock: DrivenClock
) -> None:
    held = await hold(demo, await quote(demo, house.wish()))
    admin = await asyncpg.connect(demo_settings.database_url)
    await admin.execute("update room_type set on_request = true where property = $1", house.id)
    await admin.close()
    made = await quote(demo, house.wish())
    async with demo.transaction(house.tenant, actor="guest") as tx:
        asked = await asking.ask_house(tx, made.id, GUEST)
    clock.forward(timedelta(days=2))
    async with demo.transaction(house.tenant) as tx:
        assert await store.end_holds(tx, [held.id, asked.id]) == 1  # a request takes no rooms
    await beat(demo)
    assert await states(demo_settings) == {"expired": 1, State.LAPSED: 1}


async def test_one_that_cannot_end_keeps_none_of_the_others(
    demo: Database, demo_settings: Settings, house: House, clock: DrivenClock
) -> None:
    others = [await hold(demo, await quote(demo, house.wish())) for _ in range(3)]
    lost = await hold(demo, await quote(demo, house.wish(arrival=date(2027, 5, 3))))
    admin = await asyncpg.connect(demo_settings.database_url)
    await admin.execute("delete from ari_month where month = '2027-05-01'")
    clock.forward(OVER)
    await beat(demo)
    found = await admin.fetch("select id from booking where state = 'held'")
    await admin.close()
    assert [row["id"] for row in found] == [lost.id]
    assert (await states(demo_settings))["expired"] == len(others)


async def test_who_is_just_being_served_is_left_for_the_next_beat(
    demo: Database, demo_settings: Settings, house: House, clock: DrivenClock
) -> None:
    held = [await hold(demo, await quote(demo, house.wish())) for _ in range(2)]
    clock.forward(OVER)
    admin = await asyncpg.connect(demo_settings.database_url)
    async with admin.transaction():
        await admin.execute("select from booking where id = $1 for update", held[0].id)
        await beat(demo)  # waits for nobody
    await admin.close()
    assert await states(demo_settings) == {"held": 1, "expired": 1}
    await beat(demo)
    assert await states(demo_settings) == {"expired": 2}


async def test_a_house_whose_months_stay_locked_is_left_and_keeps_no_other_waiting(
    demo: Database, demo_settings: Settings, house: House, clock: DrivenClock
) -> None:
    """It is asked once, and not for each of its holds; what was held elsewhere ends meanwhile."""
    admin = await asyncpg.connect(demo_settings.database_url)
    locked = [await hold(demo, await quote(demo, house.wish())) for _ in range(3)]
    another = await hold_elsewhere(demo, admin, house)
    clock.forward(OVER)
    async with admin.transaction():
        await admin.execute(
            "select from ari_month where room_type = $1 for update", house.types["double"]
        )
        with capture_logs() as told:
            await beat(demo)
        assert await state_of(admin, another) == "expired"
        assert await states(demo_settings) == {"held": len(locked), "expired": 1}
    await admin.close()
    assert [line["event"] for line in told] == ["house left for the next time"]
    await beat(demo)
    assert await states(demo_settings) == {"expired": len(locked) + 1}


async def test_a_request_beside_a_locked_booking_of_its_house_waits_for_the_next_beat(
    demo: Database, demo_settings: Settings, house: House, clock: DrivenClock
) -> None:
    admin = await asyncpg.connect(demo_settings.database_url)
    await admin.execute("update room_type set on_request = true where property = $1", house.id)
    asked: list[Booking] = []
    for _ in range(3):
        made = await quote(demo, house.wish())
        async with demo.transaction(house.tenant, actor="guest") as tx:
            asked.append(await asking.ask_house(tx, made.id, GUEST))
    clock.forward(timedelta(days=2))
    async with admin.transaction():
        await admin.execute("select from booking where id = $1 for update", asked[0].id)
        with capture_logs() as told:
            await beat(demo)
    await admin.close()
    assert [line["event"] for line in told] == ["house left for the next time"]
    await beat(demo)
    assert await states(demo_settings) == {State.LAPSED: 3}


async def test_of_a_house_that_asks_too_much_at_once_some_end_with_each_beat(
    demo: Database,
    demo_settings: Settings,
    house: House,
    clock: DrivenClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for _ in range(3):
        await hold(demo, await quote(demo, house.wish()))
    admin = await asyncpg.connect(demo_settings.database_url)
    await admin.execute(_TOO_MANY)
    await admin.close()
    monkeypatch.setattr(ending, "_FEW", 1)
    clock.forward(OVER)
    for ended in (1, 2, 3):  # two are still too many; the last one by itself is not
        await beat(demo)
        assert (await states(demo_settings))["expired"] == ended
