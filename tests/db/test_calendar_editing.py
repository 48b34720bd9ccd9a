"""The hotelier's calendar against the real database: preview, apply, conflicts, undo, push."""

from datetime import date, timedelta

import asyncpg
import pytest

from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.errors import NotFound
from tests.houses import ARRIVAL, House, book, find_house, hold, left, quote
from tourism import calendar, lodging
from tourism.calendar.actions import applying, editing, reading
from tourism.calendar.errors import CalendarMoved, ChangeNotUndoable
from tourism.calendar.models import (
    Change,
    ChangeSet,
    ChangeState,
    CopySeason,
    EditCalendar,
    Field,
    Operation,
    PushCalendar,
    RowKey,
    Undone,
    Values,
)
from tourism.calendar.policy.cells import days_of, value_at
from tourism.lodging.models import Property, SaveRoomType
from tourism.quoting.errors import NotSellable
from tourism.rates.errors import EditInvalid

SUMMER = (date(2027, 7, 1), date(2027, 7, 31))
SHORT = (ARRIVAL, ARRIVAL + timedelta(days=2))


class Desk:
    """The hotelier's verbs, one transaction each."""

    def __init__(self, database: Database, house: House) -> None:
        self.database = database
        self.house = house
        self.double = RowKey(house.types["double"])
        self.family = RowKey(house.types["family"])
        self.saver = RowKey(house.types["double"], house.plans["saver"])

    async def property(self) -> Property:
        found = await lodging.find_property(self.database.reader, self.house.id)
        assert found is not None
        return found

    async def preview(
        self, *changes: Change, rows: tuple[RowKey, ...] = (), days=SUMMER, weekdays=()
    ) -> ChangeSet:
        edit = EditCalendar(
            rows=rows or (self.double,),
            first=days[0],
            last=days[1],
            changes=changes,
            weekdays=weekdays,
        )
        async with self.database.transaction(self.house.tenant, actor="person:1") as tx:
            return await editing.preview_edit(tx, await self.property(), edit)

    async def apply(self, change: ChangeSet, tenant: int | None = None) -> ChangeSet:
        async with self.database.transaction(tenant or self.house.tenant, actor="person:1") as tx:
            return await applying.apply_change(tx, await self.property(), change.id)

    async def undo(self, change: ChangeSet) -> Undone:
        async with self.database.transaction(self.house.tenant, actor="person:2") as tx:
            return await applying.undo_change(tx, await self.property(), change.id)

    async def push(self, *values: Values) -> ChangeSet:
        async with self.database.transaction(self.house.tenant, actor="person:1") as tx:
            return await editing.push_calendar(
                tx, await self.property(), PushCalendar(values=values)
            )

    async def cell(self, key: RowKey, field: Field, day: date) -> int:
        async with self.database.transaction(self.house.tenant) as tx:
            months = await reading.read_calendar(tx, await self.property(), [key], day, day)
        return value_at(months, key, field, day)


@pytest.fixture
async def desk(demo: Database) -> Desk:
    return Desk(demo, await find_house(demo))


def price(cents: int, operation: Operation = Operation.SET) -> Change:
    return Change(field=Field.PRICE, amount=cents, operation=operation)


async def test_a_preview_changes_nothing_and_shows_every_cell_before_and_after(desk: Desk) -> None:
    change = await desk.preview(price(12_000), Change(field=Field.MIN_STAY, amount=2))
    assert change.state is ChangeState.PREVIEWED
    assert change.number is None
    assert change.cells == 62
    assert change.summary["lowest_price_cents"] == 12_000
    assert await desk.cell(desk.double, Field.PRICE, SUMMER[0]) in {9_800, 11_270}
    before = {cents for piece in change.pieces for cents in piece.before if piece.field == "price"}
    assert before == {9_800, 11_270}


async def test_an_applied_change_is_numbered_recorded_and_searched_with_at_once(
    desk: Desk, demo: Database
) -> None:
    change = await desk.apply(await desk.preview(price(12_000), weekdays=(5, 6)))
    assert change.number == 1
    friday, monday = date(2027, 7, 2), date(2027, 7, 5)
    assert await desk.cell(desk.double, Field.PRICE, friday) == 12_000
    assert await desk.cell(desk.double, Field.PRICE, monday) == 9_800
    offer = await quote(demo, desk.house.wish(arrival=friday, nights=1))
    assert offer.breakdown.rooms_gross_cents == 12_000


async def test_applying_twice_is_applying_once(desk: Desk) -> None:
    change = await desk.preview(price(500, Operation.ADD))
    first = await desk.apply(change)
    again = await desk.apply(change)
    assert again.number == first.number == 1
    assert await desk.cell(desk.double, Field.PRICE, date(2027, 7, 5)) == 10_300


async def test_a_change_by_percent_is_rounded_to_its_step_and_never_below_nothing(
    desk: Desk,
) -> None:
    up = Change(field=Field.PRICE, amount=1_234, operation=Operation.PERCENT, step_cents=100)
    await desk.apply(await desk.preview(up))
    assert await desk.cell(desk.double, Field.PRICE, date(2027, 7, 5)) == 11_000  # 110.09
    down = price(-1_000_000, Operation.ADD)
    await desk.apply(await desk.preview(down))
    assert await desk.cell(desk.double, Field.PRICE, date(2027, 7, 5)) == 0


@pytest.mark.parametrize(
    "change",
    [
        price(-20_000, Operation.ADD),
        Change(field=Field.PRICE, amount=-10_000, operation=Operation.PERCENT),
        price(0),
    ],
    ids=["200 euros less", "a hundred percent less", "nothing"],
)
async def test_a_night_without_a_price_is_told_before_and_is_not_sold(
    desk: Desk, demo: Database, change: Change
) -> None:
    two = (ARRIVAL, ARRIVAL + timedelta(days=1))
    kept = await quote(demo, desk.house.wish())
    shown = await desk.preview(change, days=two)
    assert shown.summary["priceless"] == 2
    assert shown.summary["lowest_price_cents"] is None
    await desk.apply(shown)
    for plan in ("flexible", "saver"):
        with pytest.raises(NotSellable) as refused:
            await quote(demo, desk.house.wish(plan=plan))
        assert refused.value.extra["obstacles"] == ["no_price"]
    with pytest.raises(NotSellable):
        await hold(demo, kept)
    # A plan with a price of its own is sold, and no other.
    await desk.apply(await desk.preview(price(7_000), rows=(desk.saver,), days=two))
    own = await quote(demo, desk.house.wish(plan="saver", nights=2))
    assert own.breakdown.rooms_gross_cents == 14_000
    with pytest.raises(NotSellable):
        await quote(demo, desk.house.wish(nights=2))


async def test_nights_that_are_opened_without_a_price_are_counted(desk: Desk) -> None:
    shut = Change(field=Field.CLOSED, amount=1)
    await desk.apply(await desk.preview(price(0), shut, days=SUMMER))
    opened = await desk.preview(Change(field=Field.CLOSED, amount=0), days=SUMMER)
    assert opened.summary["priceless"] == 31
    both = await desk.preview(Change(field=Field.CLOSED, amount=0), price(9_900), days=SUMMER)
    assert both.summary["priceless"] == 0
    away = await desk.preview(Change(field=Field.MIN_STAY, amount=2), days=SUMMER)
    assert away.summary["priceless"] == 0


async def test_nights_that_a_plan_sells_or_the_house_closes_are_not_told_to_lack_a_price(
    desk: Desk, demo: Database
) -> None:
    """A house may set its prices in the rows of its plans alone."""
    two, second = (ARRIVAL, ARRIVAL + timedelta(days=1)), ARRIVAL + timedelta(days=1)
    await desk.apply(await desk.preview(price(7_000), rows=(desk.saver,), days=two))
    none = await desk.preview(price(0), days=SHORT)
    assert none.summary["priceless"] == 1  # the third night
    gone = await desk.preview(price(0), rows=(desk.double, desk.saver), days=SHORT)
    assert gone.summary["priceless"] == 3
    await desk.apply(none)
    sold = await quote(demo, desk.house.wish(plan="saver", nights=2))
    assert sold.breakdown.rooms_gross_cents == 14_000
    shut, open_again = (Change(field=Field.CLOSED, amount=n) for n in (1, 0))
    await desk.apply(await desk.preview(shut, days=SHORT))
    opened = await desk.preview(open_again, days=SHORT)
    assert opened.summary["priceless"] == 1
    third = (ARRIVAL + timedelta(days=2),) * 2
    house = (RowKey(0),)
    await desk.apply(await desk.preview(shut, rows=house, days=third))
    assert (await desk.preview(open_again, days=SHORT)).summary["priceless"] == 0
    both = await desk.preview(open_again, rows=(desk.double, *house), days=SHORT)
    assert both.summary["priceless"] == 1
    pushed = await desk.push(
        Values(room_type=desk.double.room_type, field=Field.CLOSED, first=second, values=(0, 0))
    )
    assert pushed.summary["priceless"] == 0


async def test_a_colleagues_later_edit_is_listed_and_nothing_is_half_applied(desk: Desk) -> None:
    mine = await desk.preview(price(13_000))
    theirs = await desk.preview(price(8_000), days=(date(2027, 7, 14), date(2027, 7, 15)))
    await desk.apply(theirs)
    with pytest.raises(CalendarMoved) as refused:
        await desk.apply(mine)
    assert refused.value.extra["count"] == 2
    told = refused.value.extra["cells"]
    assert [(cell.on.day, cell.now, cell.after) for cell in told] == [  # pyright: ignore
        (14, 8_000, 13_000),
        (15, 8_000, 13_000),
    ]
    assert await desk.cell(desk.double, Field.PRICE, date(2027, 7, 5)) == 9_800
    assert await desk.cell(desk.double, Field.PRICE, date(2027, 7, 14)) == 8_000


async def test_a_sale_between_preview_and_apply_is_no_conflict_and_is_kept(
    desk: Desk, demo: Database
) -> None:
    change = await desk.preview(
        Change(field=Field.OFFERED, amount=10), days=(ARRIVAL, ARRIVAL + timedelta(days=2))
    )
    await book(demo, desk.house.wish())
    await desk.apply(change)
    async with demo.transaction(desk.house.tenant) as tx:
        assert await left(tx, desk.double.room_type, ARRIVAL, 3) == [9, 9, 9]


async def test_fewer_rooms_than_are_sold_cannot_be_offered(desk: Desk, demo: Database) -> None:
    await book(demo, desk.house.wish())
    days = (ARRIVAL, ARRIVAL + timedelta(days=4))
    none = await desk.preview(Change(field=Field.OFFERED, amount=0), days=days)
    assert len(none.summary["short"]) == 3  # pyright: ignore
    with pytest.raises(CalendarMoved, match="fewer rooms"):
        await desk.apply(none)
    broken = await desk.preview(Change(field=Field.OUT_OF_ORDER, amount=11), days=days)
    await desk.apply(broken)
    async with demo.transaction(desk.house.tenant) as tx:
        assert await left(tx, desk.double.room_type, ARRIVAL, 5) == [0, 0, 0, 1, 1]


async def test_undo_gives_back_what_was_before_but_not_what_was_changed_since(desk: Desk) -> None:
    change = await desk.apply(await desk.preview(price(13_000)))
    later = (date(2027, 7, 14), date(2027, 7, 15))
    await desk.apply(await desk.preview(price(8_000), days=later))
    undone = await desk.undo(change)
    assert undone.change.number == 3
    assert [cell.on.day for cell in undone.kept] == [14, 15]
    assert await desk.cell(desk.double, Field.PRICE, date(2027, 7, 5)) == 9_800
    assert await desk.cell(desk.double, Field.PRICE, date(2027, 7, 14)) == 8_000
    with pytest.raises(ChangeNotUndoable):
        await desk.undo(change)
    # An undo is a change like any other: it can itself be undone.
    await desk.undo(undone.change)
    assert await desk.cell(desk.double, Field.PRICE, date(2027, 7, 5)) == 13_000


async def test_each_restriction_is_kept_by_itself_and_all_must_pass(
    desk: Desk, demo: Database
) -> None:
    days = (ARRIVAL, ARRIVAL)
    for key, field in (
        (desk.double, Field.CLOSED_TO_ARRIVAL),
        (RowKey(0), Field.CLOSED),
        (desk.saver, Field.MIN_THROUGH),
    ):
        amount = 1 if field is not Field.MIN_THROUGH else 5
        await desk.apply(
            await desk.preview(Change(field=field, amount=amount), rows=(key,), days=days)
        )
    with pytest.raises(NotSellable) as refused:
        await quote(demo, desk.house.wish(plan="saver"))
    assert refused.value.extra["obstacles"] == ["closed", "closed_to_arrival", "min_stay_through"]
    # Opening the house again clears neither the room type's nor the plan's own restriction.
    await desk.apply(
        await desk.preview(Change(field=Field.CLOSED, amount=0), rows=(RowKey(0),), days=days)
    )
    with pytest.raises(NotSellable) as refused:
        await quote(demo, desk.house.wish(plan="saver"))
    assert refused.value.extra["obstacles"] == ["closed_to_arrival", "min_stay_through"]


async def test_a_hold_of_a_stay_that_was_closed_meanwhile_is_refused(
    desk: Desk, demo: Database
) -> None:
    offer = await quote(demo, desk.house.wish(plan="saver"))
    stop = Change(field=Field.CLOSED, amount=1)
    await desk.apply(await desk.preview(stop, rows=(desk.saver,), days=(ARRIVAL, ARRIVAL)))
    with pytest.raises(NotSellable):
        await hold(demo, offer)


async def test_a_plans_own_price_replaces_what_it_would_follow(desk: Desk, demo: Database) -> None:
    days = (ARRIVAL, ARRIVAL + timedelta(days=2))
    await desk.apply(await desk.preview(price(7_777), rows=(desk.saver,), days=days))
    assert (await quote(demo, desk.house.wish(plan="saver"))).breakdown.rooms_gross_cents == 23_331
    # Zero follows the derivation again: ten percent under the room type's 112.70, 98.00, 98.00.
    await desk.apply(await desk.preview(price(0), rows=(desk.saver,), days=days))
    again = await quote(demo, desk.house.wish(plan="saver"))
    assert again.breakdown.rooms_gross_cents == 10_143 + 8_820 + 8_820


async def test_a_plans_price_moves_from_what_it_sells_for(desk: Desk) -> None:
    """Its own price where it has one, the derived one where it has none."""
    july = date(2027, 7, 5)  # 98 euros; the plan asks a tenth less
    two = (july, july + timedelta(days=1))
    row = (desk.saver,)
    await desk.apply(await desk.preview(price(1_000, Operation.ADD), rows=row, days=two))
    assert await desk.cell(desk.saver, Field.PRICE, july) == 9_820
    up = Change(field=Field.PRICE, amount=1_000, operation=Operation.PERCENT)
    await desk.apply(await desk.preview(up, rows=row, days=(july, july)))
    assert await desk.cell(desk.saver, Field.PRICE, july) == 10_802
    assert await desk.cell(desk.saver, Field.PRICE, two[1]) == 9_820
    other = date(2027, 7, 8)
    both = await desk.preview(up, rows=(desk.double, desk.saver), days=(other, other))
    assert [piece.rate_plan for piece in both.pieces] == [0]  # the plan follows as before
    with pytest.raises(EditInvalid, match="leave nothing") as refused:
        await desk.preview(price(-20_000, Operation.ADD), rows=row, days=two)
    assert refused.value.extra["field"] == "price"
    await desk.apply(await desk.preview(price(0), days=(july, july)))
    with pytest.raises(EditInvalid, match="None of these nights") as refused:
        await desk.preview(price(1_000, Operation.ADD), days=(july, july))
    assert refused.value.extra["field"] == "price"
    some = await desk.preview(price(1_000, Operation.ADD), days=two)
    assert some.cells == 1  # a night without a price stays without


async def test_a_season_is_copied_to_next_year_with_saturdays_on_saturdays(desk: Desk) -> None:
    season = (date(2026, 12, 19), date(2026, 12, 27))  # Saturday to Sunday
    await desk.apply(await desk.preview(price(20_000), days=season, weekdays=(6,)))
    copy = CopySeason(
        rows=(desk.double,), first=season[0], last=season[1], to_first=date(2027, 12, 19)
    )
    async with desk.database.transaction(desk.house.tenant, actor="person:1") as tx:
        change = await editing.preview_copy(tx, await desk.property(), copy)
    await desk.apply(change)
    assert await desk.cell(desk.double, Field.PRICE, date(2027, 12, 18)) == 20_000  # a Saturday
    assert await desk.cell(desk.double, Field.PRICE, date(2027, 12, 25)) == 20_000
    assert await desk.cell(desk.double, Field.PRICE, date(2027, 12, 20)) == 9_800


async def test_a_year_is_pushed_in_one_transaction_and_can_be_undone(desk: Desk) -> None:
    first = date(2027, 1, 1)
    year = [10_000 + day for day in range(365)]
    pushed = await desk.push(
        Values(room_type=desk.double.room_type, field=Field.PRICE, first=first, values=tuple(year)),
        Values(
            room_type=desk.saver.room_type,
            rate_plan=desk.saver.rate_plan,
            field=Field.MIN_STAY,
            first=first,
            values=(2,) * 365,
        ),
    )
    assert pushed.cells == 730
    assert await desk.cell(desk.double, Field.PRICE, date(2027, 12, 31)) == 10_364
    assert await desk.cell(desk.saver, Field.MIN_STAY, date(2027, 6, 1)) == 2
    await desk.undo(pushed)
    assert await desk.cell(desk.saver, Field.MIN_STAY, date(2027, 6, 1)) == 0


@pytest.mark.parametrize(
    ("change", "days", "field"),
    [
        ((), SUMMER, "changes"),
        ((price(-1),), SUMMER, "price"),
        ((price(12_000),), (SUMMER[1], SUMMER[0]), "last"),
        ((price(12_000),), (date(2026, 11, 1), SUMMER[0]), "first"),
        ((price(12_000),), (SUMMER[0], date(2040, 1, 1)), "last"),
        ((Change(field=Field.MIN_STAY, amount=400),), SUMMER, "min_stay"),
        (
            (Change(field=Field.MIN_STAY, amount=1, operation=Operation.PERCENT),),
            SUMMER,
            "min_stay",
        ),
        ((price(1), price(2)), SUMMER, "changes"),
    ],
)
async def test_an_edit_that_cannot_be_names_its_field(desk: Desk, change, days, field) -> None:
    with pytest.raises(EditInvalid) as refused:
        await desk.preview(*change, days=days)
    assert refused.value.extra["field"] == field


async def test_another_houses_rows_and_changes_are_out_of_reach(
    desk: Desk, demo: Database, admin: asyncpg.Connection
) -> None:
    stranger: int = await demo.reader.value(  # pyright: ignore
        int, _OTHER, tenant=desk.house.tenant
    )
    with pytest.raises(EditInvalid):
        await desk.preview(price(1), rows=(RowKey(stranger),))
    change = await desk.preview(price(12_000))
    with pytest.raises(NotFound):
        await desk.apply(change, tenant=desk.house.tenant + 1)


from hub.core.sql import parse_query  # noqa: E402

_OTHER = parse_query("other", "select id from room_type where tenant <> :tenant limit 1")


async def test_a_guest_gets_an_offer_while_the_house_edits_its_calendar(
    demo: Database, desk: Desk
) -> None:
    change = await desk.preview(Change(field=Field.OUT_OF_ORDER, amount=1))
    async with demo.transaction(desk.house.tenant, actor="person:1") as tx:
        applied = await applying.apply_change(tx, await desk.property(), change.id)
        # Inserting an offer touches the house's key; were it locked, this would wait in vain.
        made = await quote(demo, desk.house.wish())
    assert (applied.state, made.property) == (ChangeState.APPLIED, desk.house.id)


async def opened(desk: Desk, type: str, first: date, last: date) -> list[tuple[int, int]]:
    """What each night of a room type offers, and what of it is left."""
    key = RowKey(desk.house.types[type])
    async with desk.database.transaction(desk.house.tenant) as tx:
        months = await reading.read_calendar(tx, await desk.property(), [key], first, last)
        free = await left(tx, key.room_type, first, (last - first).days + 1)
    found = [value_at(months, key, Field.OFFERED, day) for day in days_of(first, last)]
    return list(zip(found, free, strict=True))


async def resize(desk: Desk, type: str, units: int) -> None:
    house = await desk.property()
    async with desk.database.transaction(desk.house.tenant, actor="person:1") as tx:
        known = {one.id: one for one in await lodging.list_room_types(tx, house.id)}
        now = known[desk.house.types[type]]
        said = {
            name: getattr(now, name)
            for name in SaveRoomType.__struct_fields__
            if name not in {"name", "units"}
        }
        await calendar.save_room_type(
            tx, house, SaveRoomType(name=now.name or now.code, units=units, **said)
        )


async def test_a_room_types_new_number_of_units_is_what_its_nights_offer(
    desk: Desk, demo: Database
) -> None:
    nights, second = (ARRIVAL, ARRIVAL + timedelta(days=3)), ARRIVAL + timedelta(days=1)
    await book(demo, desk.house.wish())
    assert await opened(desk, "double", *nights) == [(12, 11)] * 3 + [(12, 12)]
    await resize(desk, "double", 4)
    assert await opened(desk, "double", *nights) == [(4, 3)] * 3 + [(4, 4)]
    await desk.apply(
        await desk.preview(Change(field=Field.OFFERED, amount=2), days=(second, second))
    )
    await resize(desk, "double", 9)
    # All were offered, so all are; the night on which fewer were offered says so still.
    assert await opened(desk, "double", *nights) == [(9, 8), (2, 1), (9, 8), (9, 9)]
    async with demo.transaction(desk.house.tenant) as tx:
        kinds = [one.kind for one in await reading.list_changes(tx, await desk.property())]
    assert kinds == ["units", "edit", "units"]


async def test_a_room_type_keeps_the_units_that_are_sold_or_out_of_order(
    desk: Desk, demo: Database
) -> None:
    await book(demo, desk.house.wish())
    await hold(demo, await quote(demo, desk.house.wish(nights=1)))
    later = ARRIVAL + timedelta(days=9)
    await desk.apply(
        await desk.preview(Change(field=Field.OUT_OF_ORDER, amount=3), days=(later, later))
    )
    with pytest.raises(lodging.RoomInvalid, match="up to 3 units") as refused:
        await resize(desk, "double", 2)
    assert refused.value.extra["field"] == "units"
    assert str(later) in str(refused.value)
    with pytest.raises(lodging.RoomInvalid, match="From 2026-12-01 on, up to 3 units"):
        await resize(desk, "double", 1)
    assert await opened(desk, "double", ARRIVAL, ARRIVAL) == [(12, 10)]
    await resize(desk, "double", 3)
    assert await opened(desk, "double", ARRIVAL, ARRIVAL) == [(3, 1)]
    assert await opened(desk, "double", later, later) == [(3, 0)]


async def test_what_was_offered_before_a_change_of_units_stays_what_was_offered(
    desk: Desk, clock: DrivenClock
) -> None:
    """A month of which nobody has said what it offers keeps its past, and what is taken of it."""
    clock.forward(timedelta(days=3))
    await resize(desk, "family", 20)
    # The demonstration's one family sleeps there the first three nights of December.
    first, last = date(2026, 12, 1), date(2026, 12, 5)
    assert await opened(desk, "family", first, last) == [(5, 4)] * 3 + [(20, 20)] * 2
    await resize(desk, "family", 1)
    assert await opened(desk, "family", first, last) == [(5, 4)] * 3 + [(1, 1)] * 2


async def test_no_more_is_offered_than_there_is(desk: Desk) -> None:
    too_many = Change(field=Field.OFFERED, amount=13)
    with pytest.raises(EditInvalid, match="12 units") as refused:
        await desk.preview(too_many)
    assert refused.value.extra["field"] == "offered"
    with pytest.raises(EditInvalid, match="12 units"):
        await desk.push(
            Values(
                room_type=desk.double.room_type, field=Field.OFFERED, first=ARRIVAL, values=(13,)
            )
        )
    few = await desk.apply(await desk.preview(Change(field=Field.OFFERED, amount=5)))
    stale = await desk.preview(Change(field=Field.OFFERED, amount=12))
    await resize(desk, "double", 6)
    with pytest.raises(CalendarMoved, match="more rooms would be offered"):
        await desk.apply(stale)
    with pytest.raises(CalendarMoved, match="more rooms would be offered"):
        await desk.undo(few)
    assert await desk.cell(desk.double, Field.OFFERED, SUMMER[0]) == 5
