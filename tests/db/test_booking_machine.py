"""The whole life of bookings under a state machine: whatever guests, the house, the bank and the
clock do, in whatever order, inventory, money and revisions agree after every step."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from hub import ledger, payments
from hub.app import compose, open_database
from hub.core.clock import DrivenClock, SeededIds
from hub.core.db import Database
from hub.core.errors import HubError
from hub.core.settings import Settings
from tests.conftest import NOW
from tests.houses import GUEST, House, find_house, hold, left, pay, quote
from tourism import lodging, rates
from tourism.booking.actions import holding, reading, staying
from tourism.booking.models import Booking, State
from tourism.changing.actions import changing
from tourism.changing.models import ChangeStay
from tourism.paying.actions import cancelling, settling
from tourism.paying.models import CancelBooking
from tourism.paying.policy import worth_of
from tourism.quoting.models import RoomWanted
from tourism.requests.actions import asking
from tourism.waiting.actions import joining, offering
from tourism.waiting.models import JoinList

T = TypeVar("T")
EXAMPLES, STEPS = 8, 20
UNITS, NIGHTS = 3, 7
FIRST = date(2027, 3, 1)
DAY = timedelta(days=1)
CARDS = st.sampled_from(["pm_card_visa", "pm_card_visa", "pm_card_visa_chargeDeclined"])
OFFSETS, LENGTHS = st.integers(0, 2), st.integers(1, 3)
WHOLE = {State.HELD, State.PAYING, State.CONFIRMED, State.IN_HOUSE, State.CHECKED_OUT}
UNSOLD = {State.REQUESTED, State.DECLINED, State.LAPSED}
ON_REQUEST = "breakfast"
PAID = {State.CONFIRMED, State.IN_HOUSE, State.CHECKED_OUT, State.NO_SHOW}


class World(msgspec.Struct, kw_only=True):
    """The demonstration under test, and how many weeks of it were used."""

    demo: Database
    admin: asyncpg.Connection
    clock: DrivenClock
    house: House
    run: Callable[[Awaitable[Any]], Any]
    week: int = 0
    steps: int = 0
    states: set[State] = set()


async def sell_on_request(demo: Database, house: House, code: str) -> None:
    """One of the house's rates is asked for first from now on."""
    async with demo.transaction(house.tenant, actor="person:1") as tx:
        own = await lodging.find_own_property(tx)
        assert own is not None
        plan = next(p for p in await rates.list_rate_plans(tx, own.id) if p.code == code)
        details = msgspec.structs.replace(plan.details, on_request=True)
        await rates.save_rate_plan(
            tx, own, msgspec.structs.replace(plan, name="Demi", details=details)
        )


def machine_of(world: World) -> type[RuleBasedStateMachine]:
    demo, house, run = world.demo, world.house, world.run

    class Life(RuleBasedStateMachine):
        """Each example has a week of its own, with three doubles a night."""

        def __init__(self) -> None:
            super().__init__()
            self.known: list[UUID] = []
            self.evening = False
            self.keys = 0

        @initialize(evening=st.booleans(), answer=st.sampled_from([None, True, False]))
        def open_week(self, evening: bool, answer: bool | None) -> None:
            self.first = FIRST + world.week * NIGHTS * DAY
            world.week += 1
            world.clock.set(NOW)
            run(self._open())
            # A stay that is paid and one that is asked for, so that each example goes far.
            self.take(0, 2, 2, "flexible")
            self.pay_for(0, "pm_card_visa")
            self.ask_the_house(1, 1, 1)
            if answer is not None:
                self.answer_the_guest(0, answer)
            if evening:
                self.evening_comes()

        async def _open(self) -> None:
            await world.admin.execute("update waiting_wish set state = 'left', closed_at = now()"
                                      " where state = 'waiting'")  # fmt: skip
            for n in range(NIGHTS):
                day = self.first + n * DAY
                await world.admin.execute(
                    f"update ari_month set units_left[{day.day}] = $1"
                    " where room_type = $2 and month = $3",
                    UNITS, house.types["double"], day.replace(day=1),
                )  # fmt: skip

        def act(self, what: Awaitable[T]) -> T | None:
            """A refusal is an answer; anything else than one of ours is a fault."""
            world.steps += 1
            with suppress(HubError):
                return run(what)
            return None

        def some(self, number: int) -> UUID | None:
            return self.known[number % len(self.known)] if self.known else None

        def behind(self, verb: Callable[..., Awaitable[object]], *given: Any, **named: Any) -> None:
            async def acting() -> None:
                async with demo.transaction(house.tenant, actor="person:1") as tx:
                    await verb(tx, *given, **named)

            self.act(acting())

        @precondition(lambda self: not self.evening)
        @rule(offset=OFFSETS, nights=LENGTHS, rooms=st.integers(1, 2),
              plan=st.sampled_from(["flexible", "saver"]))  # fmt: skip
        def take(self, offset: int, nights: int, rooms: int, plan: str) -> None:
            wanted = [RoomWanted(room_type=house.types["double"], adults=2)] * rooms
            wish = house.wish(*wanted, plan=plan, arrival=self.first + offset * DAY, nights=nights)

            async def taking() -> Booking:
                return await hold(demo, await quote(demo, wish))

            held = self.act(taking())
            if held is not None:
                self.known.append(held.id)

        @rule(number=st.integers(0, 9), card=CARDS)
        def pay_for(self, number: int, card: str) -> None:
            id = self.some(number)
            if id is not None:
                self.keys += 1
                booking = run(self._find(id))
                self.act(pay(demo, booking, method=card, key=f"key{self.keys}"))

        @rule(number=st.integers(0, 9))
        def release(self, number: int) -> None:
            self.behind(holding.release_hold, self.some(number) or UUID(int=0))

        @rule()
        def a_quarter_of_an_hour_passes(self) -> None:
            world.clock.forward(timedelta(minutes=15))
            for id in self.known:
                self.behind(holding.release_expired_hold, id)

        @rule(number=st.integers(0, 9), rooms=st.sampled_from([(), (1,), (2,)]))
        def cancel(self, number: int, rooms: tuple[int, ...]) -> None:
            id = self.some(number)

            async def cancelling_it() -> None:
                assert id is not None
                async with demo.transaction(house.tenant, actor="guest") as tx:
                    _, shown = await cancelling.preview_refund(tx, id, rooms)
                    command = CancelBooking(refund_cents=shown.refund_cents, rooms=rooms)
                    await cancelling.cancel_booking(tx, id, command)

            if id is not None:
                self.act(cancelling_it())

        @precondition(lambda self: not self.evening)
        @rule(number=st.integers(0, 9), offset=OFFSETS, nights=LENGTHS, card=CARDS)
        def change(self, number: int, offset: int, nights: int, card: str) -> None:
            id = self.some(number)
            arrival = self.first + offset * DAY

            async def change_it() -> None:
                assert id is not None
                booking = await self._find(id)
                wanted = ChangeStay(
                    arrival=arrival,
                    departure=arrival + nights * DAY,
                    rate_plan=booking.quote.rate_plan,
                    rooms=tuple(
                        RoomWanted(room_type=room.room_type, adults=room.party.adults)
                        for room in booking.live_rooms
                    ),
                )
                async with demo.transaction(house.tenant, actor="guest") as tx:
                    found = await changing.preview_change(tx, demo.reader, id, wanted)
                agreed = msgspec.structs.replace(
                    wanted, difference_cents=found[2].cents, payment_method=card
                )
                self.keys += 1
                await changing.pay_change(demo, house.tenant, id, agreed, f"change{self.keys}")

            if id is not None:
                self.act(change_it())

        @precondition(lambda self: not self.evening)
        @rule(offset=OFFSETS, nights=LENGTHS, rooms=st.integers(1, 2))
        def ask_the_house(self, offset: int, nights: int, rooms: int) -> None:
            wanted = [RoomWanted(room_type=house.types["double"], adults=2)] * rooms
            arrival = self.first + offset * DAY
            wish = house.wish(*wanted, plan=ON_REQUEST, arrival=arrival, nights=nights)

            async def ask() -> Booking:
                made = await quote(demo, wish)
                async with demo.transaction(house.tenant, actor="guest") as tx:
                    return await asking.ask_house(tx, made.id, GUEST)

            asked = self.act(ask())
            if asked is not None:
                self.known.append(asked.id)

        @precondition(lambda self: self.known)
        @rule(number=st.integers(0, 9), yes=st.booleans())
        def answer_the_guest(self, number: int, yes: bool) -> None:
            """The house answers a request, if one waits; else whatever stay it looks at."""
            asked = [id for id in self.known if run(self._find(id)).state is State.REQUESTED]
            id = asked[number % len(asked)] if asked else self.some(number)
            self.behind(asking.accept_request if yes else asking.decline_request, id)

        @precondition(lambda self: not self.evening)
        @rule()
        def a_day_passes(self) -> None:
            """Who was not answered, or did not pay, has waited long enough."""
            world.clock.forward(DAY)
            for id in self.known:
                self.behind(holding.release_expired_hold, id)

        @precondition(lambda self: not self.evening)
        @rule(nights=LENGTHS, rooms=st.integers(1, 2))
        def wait(self, nights: int, rooms: int) -> None:
            command = JoinList(
                property=house.id,
                arrival=self.first,
                departure=self.first + nights * DAY,
                adults=2 * rooms,
                rooms=rooms,
                room_types=(house.types["double"],),
                guest=msgspec.structs.replace(GUEST, email=f"g{world.steps}@demo.example"),
            )

            async def waiting() -> None:
                async with demo.transaction(actor="guest") as tx:
                    own = await joining.enter_house(tx, demo.reader, house.id)
                    await joining.join_list(tx, demo.reader, own, tx.uuid(), command)

            self.act(waiting())

        @rule()
        def serve(self) -> None:
            """What the worker does for the list: ends offers, makes the next ones."""

            async def serving() -> None:
                own = await lodging.find_property(demo.reader, house.id)
                assert own is not None
                rows = await world.admin.fetch("select id from waiting_wish where state='offered'")
                for row in rows:
                    async with demo.transaction(house.tenant) as tx:
                        await offering.end_offer(tx, own, row["id"])
                async with demo.transaction(house.tenant) as tx:
                    await offering.serve_next(tx, own)

            self.act(serving())
            offers = run(world.admin.fetch(
                "select w.booking from waiting_wish w join booking b on b.id = w.booking"
                " where b.arrival between $1 and $2", self.first, self.first + NIGHTS * DAY,
            ))  # fmt: skip
            self.known += [row["booking"] for row in offers if row["booking"] not in self.known]

        @precondition(lambda self: not self.evening and self.known)
        @rule()
        def evening_comes(self) -> None:
            self.evening = True
            day = self.first
            world.clock.set(datetime(day.year, day.month, day.day, 17, 30, tzinfo=UTC))
            for id in self.known:
                self.behind(holding.release_expired_hold, id)

        @precondition(lambda self: self.evening)
        @rule(number=st.integers(0, 9), verb=st.sampled_from(["begin", "end", "miss"]))
        def at_the_house(self, number: int, verb: str) -> None:
            acts = {
                "begin": staying.begin_stay, "end": staying.end_stay, "miss": staying.miss_stay,
            }  # fmt: skip
            coming = [State.CONFIRMED, State.IN_HOUSE]
            guests = [id for id in self.known if run(self._find(id)).state in coming]
            chosen = guests[number % len(guests)] if guests else self.some(number)
            self.behind(acts[verb], chosen or UUID(int=0))

        @precondition(lambda self: self.evening)
        @rule(number=st.integers(0, 9), waived=st.booleans())
        def settle(self, number: int, waived: bool) -> None:
            id = self.some(number)
            if id is not None and not run(self._settled(id)):
                self.behind(settling.settle_missed_stay, id, waived=waived)

        async def _settled(self, id: UUID) -> bool:
            """The desk keeps its one decision; here the revisions tell whether there was one."""
            async with demo.transaction(house.tenant) as tx:
                steps = await reading.list_revisions(tx, id)
            return any(step.reason.startswith("no-show") for step in steps)

        async def _find(self, id: UUID) -> Booking:
            async with demo.transaction(house.tenant) as tx:
                return await reading.find_booking(tx, id)

        @invariant()
        def every_night_is_counted_once(self) -> None:
            if not hasattr(self, "first"):
                return
            expected = [UNITS] * NIGHTS
            for id in self.known:
                booking = run(self._find(id))
                nights = (booking.departure - booking.arrival).days
                if booking.state is State.NO_SHOW:
                    nights = 1
                elif booking.state not in WHOLE:
                    nights = 0
                for n in range(nights):
                    place = (booking.arrival - self.first).days + n
                    expected[place] -= len(booking.live_numbers)
            assert run(self._left()) == expected
            assert min(expected) >= 0

        async def _left(self) -> list[int]:
            async with demo.transaction(house.tenant) as tx:
                return await left(tx, house.types["double"], self.first, NIGHTS)

        @invariant()
        def every_cent_and_every_step_is_accounted_for(self) -> None:
            for id in self.known:
                run(self._check(id))

        async def _check(self, id: UUID) -> None:
            booking = await self._find(id)
            world.states.add(booking.state)
            async with demo.transaction(house.tenant) as tx:
                steps = await reading.list_revisions(tx, id)
                charge = await payments.find_live_charge(tx, f"booking:{id}")
                refunds = await payments.list_refunds(tx, f"booking:{id}")
                posted = await ledger.list_by_reference(tx, f"booking:{id}")
            assert [step.revision for step in steps] == list(range(1, booking.revision + 1))
            assert steps[-1].state is booking.state
            assert all(step.event and step.reason and step.actor for step in steps)
            assert sum(refund.amount_cents for refund in refunds) == booking.refund_cents
            if booking.state in UNSOLD:
                assert (charge, refunds, posted) == (None, [], [])
            sums: Counter[str] = Counter()
            for transfer in posted:
                sums[transfer.credit_code] += transfer.amount_cents
                sums[transfer.debit_code] -= transfer.amount_cents
            kept = booking.total_cents - booking.refund_cents
            if booking.state in PAID | {State.CANCELLED}:
                assert sums["guest.deposits"] == -kept
            if booking.state in PAID - {State.NO_SHOW} | {State.CANCELLED}:
                worth = worth_of(booking)
                assert kept == worth.gross_cents + sum(worth.taxes.values()) + booking.kept_cents

    return Life


def test_inventory_money_and_revisions_agree_after_every_step(demo_settings: Settings) -> None:
    loop = asyncio.new_event_loop()
    run = loop.run_until_complete
    clock = DrivenClock(NOW)
    demo = run(open_database(demo_settings, compose(), clock=clock, ids=SeededIds(11)))
    admin = run(asyncpg.connect(demo_settings.database_url))
    try:
        world = World(demo=demo, admin=admin, clock=clock, house=run(find_house(demo)), run=run)
        run(sell_on_request(demo, world.house, ON_REQUEST))
        run_state_machine_as_test(
            machine_of(world),
            settings=settings(
                max_examples=EXAMPLES,
                stateful_step_count=STEPS,
                deadline=None,
                derandomize=True,
                database=None,
                suppress_health_check=tuple(HealthCheck),
            ),
        )
        assert world.steps > EXAMPLES
        assert world.states >= UNSOLD | {State.CONFIRMED}, world.states
    finally:
        run(demo.close())
        run(admin.close())
        loop.close()
