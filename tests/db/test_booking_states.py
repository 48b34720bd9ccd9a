"""Every cell of the life of a booking, driven by the real actions on a real database."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, time, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import asyncpg
import msgspec
import pytest

from hub import ledger, payments
from hub.core.clock import DrivenClock
from hub.core.db import Database, Tx
from hub.core.settings import Settings
from tests.houses import ARRIVAL, GUEST, NIGHTS, House, find_house, hold, left, quote
from tourism.booking import policy
from tourism.booking.actions import holding, moving, reading, selling, staying
from tourism.booking.errors import HoldOver, WrongState
from tourism.booking.lifetable import PAGE, cell, describe_life
from tourism.booking.models import Booking, Event, HoldExpired, State
from tourism.booking.policy.life import PEOPLE
from tourism.changing.actions import changing
from tourism.changing.models import ChangeStay
from tourism.paying import policy as paying_policy
from tourism.paying.actions import cancelling, paying, settling
from tourism.paying.models import CancelBooking, PayBooking
from tourism.quoting import keep_quote
from tourism.quoting.models import DESK, MakeQuote, RoomWanted
from tourism.requests.actions import asking
from tourism.sweeping.tasks import release_hold_later

COMING = datetime(2027, 2, 27, 14, 0, tzinfo=UTC)
MISSING = datetime(2027, 2, 27, 17, 0, tzinfo=UTC)
PAID = payments.Outcome(succeeded=True, reference="paid")
DECLINED = payments.Outcome(succeeded=False, reference="no", decline_code="card_declined")
KEY = "first"


class Case(msgspec.Struct, frozen=True):
    """A booking that stands in a state, and the charge that may be under way."""

    booking: Booking
    charge: UUID


@pytest.fixture
async def house(demo: Database) -> House:
    return await find_house(demo)


def pay_command(booking: Booking) -> PayBooking:
    return PayBooking(guest=GUEST, payment_method="pm_card_visa", total_cents=booking.total_cents)


async def begin(demo: Database, booking: Booking) -> payments.Charge:
    async with demo.transaction(booking.tenant, actor="guest") as tx:
        return await paying.begin_payment(tx, booking.id, pay_command(booking), KEY)


async def finish(
    demo: Database, booking: Booking, charge: UUID, outcome: payments.Outcome
) -> Booking:
    async with demo.transaction(booking.tenant, actor="guest") as tx:
        return await paying.finish_payment(tx, booking.id, charge, outcome)


async def reach(demo: Database, house: House, clock: DrivenClock, state: State) -> Case:
    """A booking of the desk's channel in a state (paid online or not, every act can meet it)."""
    double = RoomWanted(room_type=house.types["double"], adults=2)
    wish = msgspec.structs.replace(house.wish(double, double), channel=DESK)
    if state in {State.REQUESTED, State.DECLINED, State.LAPSED}:
        return Case(await _asked(demo, wish, state), uuid4())
    held = await hold(demo, await quote(demo, wish))
    if state is State.HELD:
        return Case(held, uuid4())
    if state is State.RELEASED:
        async with demo.transaction(house.tenant) as tx:
            return Case(await holding.release_hold(tx, held.id), uuid4())
    charge = (await begin(demo, held)).id
    if state in {State.EXPIRED, State.PAID_LATE}:
        clock.forward(timedelta(minutes=30))
        await release_hold_later.run(demo, house.tenant, HoldExpired(booking=held.id))
    if state in {State.PAYING, State.EXPIRED, State.PAID_LATE}:
        async with demo.transaction(house.tenant) as tx:
            return Case(await reading.find_booking(tx, held.id), charge)
    booked = await finish(demo, held, charge, PAID)
    clock.set(MISSING)
    return Case(await _live(demo, booked, state), charge)


async def _asked(demo: Database, wish: MakeQuote, state: State) -> Booking:
    """A stay that its house is asked for, and its answer."""
    made = await quote(demo, wish)
    on_request = msgspec.structs.replace(made, id=uuid4(), on_request=True)
    async with demo.transaction(made.tenant, actor="guest") as tx:
        await keep_quote(tx, on_request)
        asked = await asking.ask_house(tx, on_request.id, GUEST)
    async with demo.transaction(made.tenant, actor="person:1") as tx:
        if state is State.DECLINED:
            asked = await asking.decline_request(tx, asked.id)
        if state is State.LAPSED:
            tx.now += timedelta(hours=24)
            await holding.release_expired_hold(tx, asked.id)
            asked = await reading.find_booking(tx, asked.id)
    return asked


async def _live(demo: Database, booked: Booking, state: State) -> Booking:
    """Go on from a confirmed stay, on the evening of its arrival day."""
    async with demo.transaction(booked.tenant, actor="person:1") as tx:
        if state is State.NO_SHOW:
            return await staying.miss_stay(tx, booked.id)
        if state is State.CANCELLED:
            return await selling.cancel_at_desk(tx, booked.id)
        if state in {State.IN_HOUSE, State.CHECKED_OUT}:
            booked = await staying.begin_stay(tx, booked.id)
        if state is State.CHECKED_OUT:
            booked = await staying.end_stay(tx, booked.id)
    return booked


async def expire(tx: Tx, case: Case) -> None:
    tx.now += timedelta(hours=25)
    await holding.release_expired_hold(tx, case.booking.id)


async def cancel_first_room(tx: Tx, case: Case) -> None:
    booking = case.booking
    shown = (
        paying_policy.refund_of(booking, [1], tx.now).refund_cents if booking.live_numbers else 0
    )
    command = CancelBooking(refund_cents=shown, rooms=(1,))
    await cancelling.cancel_booking(tx, booking.id, command, by_house=True)


async def shorten(tx: Tx, case: Case) -> None:
    booking = case.booking
    rooms = tuple(
        RoomWanted(room_type=room.room_type, adults=room.party.adults)
        for room in booking.quote.breakdown.rooms
    )
    command = ChangeStay(
        arrival=booking.arrival,
        departure=booking.departure - timedelta(days=1),
        rate_plan=booking.quote.rate_plan,
        rooms=rooms,
    )
    reader = tx.database.reader
    _, _, shown = await changing.preview_change(tx, reader, booking.id, command, by_house=True)
    agreed = msgspec.structs.replace(command, difference_cents=shown.cents)
    await changing.change_stay(tx, reader, booking.id, agreed, by_house=True)


def tell(event: Event) -> Callable[[Tx, Case], Awaitable[object]]:
    """An event that only a change's payment makes, by the move itself."""

    async def act(tx: Tx, case: Case) -> None:
        if policy.decide(case.booking.state, event) is not None:
            await moving.move(tx, case.booking, event, "told")

    return act


ACTS: dict[Event, Callable[[Tx, Case], Awaitable[object]]] = {
    Event.REQUEST: lambda tx, case: asking.ask_house(tx, case.booking.quote.id, GUEST),
    Event.ACCEPT: lambda tx, case: asking.accept_request(tx, case.booking.id),
    Event.DECLINE: lambda tx, case: asking.decline_request(tx, case.booking.id),
    Event.HOLD: lambda tx, case: holding.hold_stay(tx, case.booking.quote.id),
    Event.RELEASE: lambda tx, case: holding.release_hold(tx, case.booking.id),
    Event.PAY: lambda tx, case: paying.begin_payment(
        tx, case.booking.id, pay_command(case.booking), KEY
    ),
    Event.SELL: lambda tx, case: selling.confirm_at_desk(tx, case.booking.id, GUEST),
    Event.CARD_DECLINED: lambda tx, case: paying.finish_payment(
        tx, case.booking.id, case.charge, DECLINED
    ),
    Event.PAID: lambda tx, case: paying.finish_payment(tx, case.booking.id, case.charge, PAID),
    Event.EXPIRE: expire,
    Event.CHANGE: shorten,
    Event.PAY_CHANGE: tell(Event.PAY_CHANGE),
    Event.CHANGE_OVER: tell(Event.CHANGE_OVER),
    Event.CANCEL_ROOM: cancel_first_room,
    Event.CANCEL: lambda tx, case: selling.cancel_at_desk(tx, case.booking.id),
    Event.ARRIVE: lambda tx, case: staying.begin_stay(tx, case.booking.id),
    Event.MISS: lambda tx, case: staying.miss_stay(tx, case.booking.id),
    Event.SETTLE: lambda tx, case: settling.settle_missed_stay(tx, case.booking.id, waived=False),
    Event.LEAVE: lambda tx, case: staying.end_stay(tx, case.booking.id),
}


async def try_out(demo: Database, case: Case, event: Event) -> str:
    """What an act makes of a booking, as a cell says it; the transaction is rolled back."""
    tx = Tx(demo, case.booking.tenant, "person:1")
    if event in {Event.ARRIVE, Event.MISS}:
        tx.now = MISSING
    try:
        if case.booking.state is State.EXPIRED and event not in ACTS:
            raise AssertionError(event)
        await ACTS[event](tx, case)
        steps = await reading.list_revisions(tx, case.booking.id)
        new = [step for step in steps if step.revision > case.booking.revision]
        assert [step.revision for step in steps] == list(range(1, len(steps) + 1))
        assert all(step.event is not None and step.reason and step.actor for step in steps)
        return f"**{new[0].state.value}**" if new else "="
    except (WrongState, HoldOver):
        return "no"
    finally:
        await tx.close(keep=False)


def test_the_documentation_is_as_the_code_is() -> None:
    assert PAGE.read_text() == describe_life()


def test_every_event_is_driven_or_inside_a_payment() -> None:
    assert set(Event) - set(ACTS) == {Event.TAKEN_AGAIN, Event.PAID_BACK, Event.OWED_PAID}
    assert set(ACTS) >= PEOPLE


@pytest.mark.parametrize("state", [state for state in State if state is not State.PAID_LATE])
async def test_every_cell_of_a_state_is_as_the_page_says(
    demo: Database, house: House, clock: DrivenClock, state: State
) -> None:
    case = await reach(demo, house, clock, state)
    assert case.booking.state is state
    found = {event: await try_out(demo, case, event) for event in ACTS}
    assert found == {event: cell(state, event) for event in ACTS}


@pytest.mark.parametrize("event", list(Event))
async def test_a_late_payment_knows_only_its_two_ways_out(
    demo: Database, house: House, clock: DrivenClock, event: Event
) -> None:
    """`paid_after_expiry` lasts no longer than the transaction that finds the payment."""
    case = await reach(demo, house, clock, State.PAID_LATE)
    tx = Tx(demo, case.booking.tenant, "system")
    try:
        late = await moving.move(tx, case.booking, Event.PAID, "paid after the hold was over")
        assert late.state is State.PAID_LATE
        expected = cell(State.PAID_LATE, event)
        if event in {Event.TAKEN_AGAIN, Event.PAID_BACK}:
            moved = await moving.move(tx, late, event, "way out")
            assert f"**{moved.state.value}**" == expected
        elif event is Event.REQUEST:
            assert (await asking.ask_house(tx, late.quote.id, GUEST)).id == late.id
            assert expected == "="
        elif event is Event.HOLD:
            assert (await holding.hold_stay(tx, late.quote.id)).id == late.id
            assert expected == "="
        elif event in PEOPLE:
            with pytest.raises((WrongState, HoldOver)):
                await ACTS[event](tx, Case(late, case.charge))
            assert expected == "no"
        else:
            assert expected == "="
    finally:
        await tx.close(keep=False)


async def units(demo: Database, house: House) -> list[int]:
    async with demo.transaction(house.tenant) as tx:
        return await left(tx, house.types["double"], ARRIVAL, NIGHTS)


async def balances(demo: Database, booking: Booking, charge: UUID) -> dict[str, int]:
    """What each account of the charge, its refund and the booking's shares stands at."""
    found: list[ledger.Transfer] = []
    async with demo.transaction(booking.tenant) as tx:
        refunds = await payments.list_refunds(tx, f"booking:{booking.id}")
        for name in (
            f"booking:{booking.id}",
            f"charge:{charge}",
            *(f"refund:{r.id}" for r in refunds),
        ):
            found += await ledger.list_by_reference(tx, name)
    accounts: dict[str, int] = {}
    settled = [t for t in found if t.kind is not ledger.Kind.VOID]
    for transfer in settled:
        if transfer.kind is ledger.Kind.PENDING and transfer.reference.startswith("charge"):
            continue
        accounts[transfer.credit_code] = (
            accounts.get(transfer.credit_code, 0) + transfer.amount_cents
        )
        accounts[transfer.debit_code] = accounts.get(transfer.debit_code, 0) - transfer.amount_cents
    return accounts


async def test_a_payment_after_expiry_takes_the_rooms_again(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    before = await units(demo, house)
    case = await reach(demo, house, clock, State.EXPIRED)
    assert await units(demo, house) == before
    booked = await finish(demo, case.booking, case.charge, PAID)
    assert booked.state is State.CONFIRMED
    assert booked.confirmed_at == clock.now()
    assert await units(demo, house) == [n - 2 for n in before]
    async with demo.transaction(house.tenant) as tx:
        steps = await reading.list_revisions(tx, booked.id)
    assert [step.event for step in steps] == [
        Event.HOLD, Event.PAY, Event.EXPIRE, Event.PAID, Event.TAKEN_AGAIN,
    ]  # fmt: skip
    again = await finish(demo, case.booking, case.charge, PAID)
    assert again.revision == booked.revision
    assert await units(demo, house) == [n - 2 for n in before]
    accounts = await balances(demo, booked, case.charge)
    assert accounts["guest.deposits"] == 0


async def test_a_payment_after_the_rooms_went_to_somebody_else_is_paid_back_whole(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    """PEERS 2.2: pretix keeps the payment and raises; FEATURES 3, complaint 4."""
    case = await reach(demo, house, clock, State.EXPIRED)
    for _ in range(min(await units(demo, house))):
        await hold(demo, await quote(demo, house.wish()))
    full = await units(demo, house)
    assert min(full) == 0
    gone = await finish(demo, case.booking, case.charge, PAID)
    assert (gone.state, gone.refund_cents) == (State.CANCELLED, gone.total_cents)
    assert gone.confirmed_at is None
    assert await units(demo, house) == full
    async with demo.transaction(house.tenant) as tx:
        refunds = await payments.list_refunds(tx, f"booking:{gone.id}")
        shares = await ledger.list_by_reference(tx, f"booking:{gone.id}")
    assert [refund.amount_cents for refund in refunds] == [gone.total_cents]
    assert shares == []
    assert set((await balances(demo, gone, case.charge)).values()) == {0}
    again = await finish(demo, case.booking, case.charge, PAID)
    assert again.revision == gone.revision


async def paid_back(demo: Database, case: Case, reason: str) -> None:
    """Everything returns, no room is taken."""
    before = await units(demo, await find_house(demo))
    gone = await finish(demo, case.booking, case.charge, PAID)
    assert (gone.state, gone.refund_cents) == (State.CANCELLED, gone.total_cents)
    assert await units(demo, await find_house(demo)) == before
    async with demo.transaction(gone.tenant) as tx:
        refunds = await payments.list_refunds(tx, f"booking:{gone.id}")
        steps = await reading.list_revisions(tx, gone.id)
    assert [refund.amount_cents for refund in refunds] == [gone.total_cents]
    assert steps[-1].reason == reason
    assert set((await balances(demo, gone, case.charge)).values()) == {0}


@pytest.mark.parametrize(
    ("hours", "taken"),
    [pytest.param(23.9, True, id="on the day"), pytest.param(24, False, id="the night has passed")],
)
async def test_a_payment_after_the_first_night_takes_no_rooms(
    demo: Database, house: House, clock: DrivenClock, hours: float, taken: bool
) -> None:
    case = await reach(demo, house, clock, State.EXPIRED)
    midnight = datetime.combine(ARRIVAL, time(), ZoneInfo("Europe/Paris"))
    clock.set(midnight.astimezone(UTC) + timedelta(hours=hours))
    if taken:
        booked = await finish(demo, case.booking, case.charge, PAID)
        assert booked.state is State.CONFIRMED
    else:
        await paid_back(demo, case, "the stay had begun, all is paid back")


async def test_a_payment_after_the_house_left_the_sale_takes_no_rooms(
    demo: Database, house: House, clock: DrivenClock, demo_settings: Settings
) -> None:
    held = await hold(demo, await quote(demo, house.wish()))
    charge = (await begin(demo, held)).id
    clock.forward(timedelta(minutes=30))
    await release_hold_later.run(demo, house.tenant, HoldExpired(booking=held.id))
    admin = await asyncpg.connect(demo_settings.database_url)
    await admin.execute("update property set listing = 'draft' where id = $1", house.id)
    await admin.close()
    await paid_back(demo, Case(held, charge), "the house had left the sale, all is paid back")


async def test_a_card_declined_after_expiry_changes_nothing(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    case = await reach(demo, house, clock, State.EXPIRED)
    after = await finish(demo, case.booking, case.charge, DECLINED)
    assert (after.state, after.revision) == (State.EXPIRED, case.booking.revision)


async def test_a_message_of_an_earlier_revision_changes_nothing(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    """The first hold's own message comes after a declined card gave the hold more time."""
    held = await hold(demo, await quote(demo, house.wish()))
    clock.forward(timedelta(minutes=14, seconds=59))
    charge = await begin(demo, held)
    again = await finish(demo, held, charge.id, DECLINED)
    assert again.expires_at == clock.now() + timedelta(minutes=2)
    clock.forward(timedelta(minutes=3))
    old = HoldExpired(booking=held.id, revision=held.revision)
    await release_hold_later.run(demo, house.tenant, old)
    async with demo.transaction(house.tenant) as tx:
        assert (await reading.find_booking(tx, held.id)).state is State.HELD
    new = HoldExpired(booking=held.id, revision=again.revision)
    await release_hold_later.run(demo, house.tenant, new)
    async with demo.transaction(house.tenant) as tx:
        assert (await reading.find_booking(tx, held.id)).state is State.EXPIRED


async def test_giving_rooms_back_frees_them_at_once_and_once(demo: Database, house: House) -> None:
    before = await units(demo, house)
    held = await hold(demo, await quote(demo, house.wish()))
    for _ in range(2):
        async with demo.transaction(house.tenant, actor="guest") as tx:
            released = await holding.release_hold(tx, held.id)
        assert (released.state, released.revision) == (State.RELEASED, 2)
        assert await units(demo, house) == before
