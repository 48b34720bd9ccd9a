"""The chain of money in one process: the demonstration's database, the real SDK, the stand-in that
misbehaves, and the queue; every cent is followed from the guest's card to a bank's line."""

import asyncio
import random
import tempfile
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hub import payments
from hub.app import compose, open_database
from hub.core import postgres
from hub.core.clock import DrivenClock, SeededIds
from hub.core.errors import HubError
from hub.core.migrate import migrate
from hub.payments import asking
from hub.payments.errors import ServiceAway
from hub.payments.models import Heard
from tests.conftest import SECRET, settings_for
from tests.houses import hold, quote
from tests.money import Town, open_town
from tourism.booking.models import Booking, State
from tourism.demo.seed import seed
from tourism.paying.actions import cancelling, paying
from tourism.paying.models import CancelBooking

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
CARDS = (
    "pm_card_visa", "pm_card_visa", "pm_card_mastercard", "pm_card_visa",
    "pm_card_chargeDeclinedInsufficientFunds", "pm_card_createDispute", payments.HOSTED,
)  # fmt: skip
THREE_DAYS_S = 3 * 86_400
WEBHOOKS = ("payments.apply_event", "paying.hear")
OPEN = {State.CONFIRMED, State.IN_HOUSE, State.CHECKED_OUT, State.NO_SHOW, State.CANCELLED}


@asynccontextmanager
async def town_of_its_own(seed_number: int) -> AsyncGenerator[tuple[Town, DrivenClock]]:
    """A database of its own with the demonstration of Lozère, and a stand-in."""
    clock = DrivenClock(NOW)
    home = Path(tempfile.mkdtemp(prefix="hub-chain-"))
    server = postgres.start(
        home / "postgres",
        settings={"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"},
    )
    try:
        await migrate(server.dsn(), SECRET, compose().packages)
        settings = settings_for(server.dsn(), home)
        await seed(settings, ("48",), clock=clock)
        database = await open_database(settings, compose(), clock=clock, ids=SeededIds(seed_number))
        async with open_town(database, server.dsn(), clock) as town:
            yield town, clock
        await database.close()
    finally:
        server.stop()


class Chain:
    """A season of bookings, with faults drawn from a seed."""

    def __init__(self, town: Town, clock: DrivenClock, seed_number: int) -> None:
        self.town, self.clock = town, clock
        self.random = random.Random(seed_number)
        self.booked: list[Booking] = []
        self.asked = self.errors = 0

    async def book(self, count: int) -> None:
        """`count` guests ask for a stay, a hundred a week; some pay, some cancel."""
        for number in range(count):
            with suppress(HubError):
                await self._book_one(number)
            if number % 10 == 9:
                await self.pass_time(timedelta(hours=10))

    async def _book_one(self, number: int) -> None:
        house, draw = self.town.house, self.random
        today = self.clock.now().date()
        wish = house.wish(
            arrival=today + timedelta(days=draw.randrange(2, 40)), nights=draw.randrange(1, 4)
        )
        held = await hold(self.town.demo, await quote(self.town.demo, wish))
        self.asked += 1
        method = draw.choice(CARDS)
        try:
            outcome = await self.town.pay(held, method, key=str(number))
            if outcome.waiting and outcome.page_url and draw.random() < 0.8:
                await self.town.web(outcome.page_url, number="4242424242424242")
                if draw.random() < 0.5:
                    await paying.finish_payment_of(self.town.demo, held.tenant, held.id)
        except ServiceAway:
            self.errors += 1
        self.booked.append(held)

    async def cancel_some(self, part: float) -> None:
        """Some guests cancel for exactly what they are shown."""
        for booked in self.booked:
            if self.random.random() >= part:
                continue
            now = await self.town.look(booked)
            if now.state is not State.CONFIRMED:
                continue
            with suppress(HubError):
                async with self.town.demo.transaction(booked.tenant, actor="guest") as tx:
                    _, refund = await cancelling.preview_refund(tx, booked.id)
                    wish = CancelBooking(refund_cents=refund.refund_cents)
                    await cancelling.cancel_booking(tx, booked.id, wish)

    async def pass_time(self, by: timedelta) -> None:
        """The clock goes on; webhooks come or do not, the worker and the sweeps work."""
        self.clock.forward(by)
        await self.town.fake.control(deliver=True)
        await self.work()

    async def work(self) -> None:
        from hub.payments.actions import calling, hearing  # noqa: PLC0415
        from tourism.settlement.actions import settling  # noqa: PLC0415

        async with self.town.demo.transaction() as tx:
            await calling.ask_again(tx)
            await hearing.apply_again(tx)
            await settling.announce_due_stays(tx)
        self.errors += await self.town.queue.run_bravely()

    async def end(self) -> None:
        """The stays pass under faults, day by day; then calm, and a fortnight until nothing waits.
        Every few days the service is asked what it has told."""
        for day in range(60):
            if day == 45:
                await self.town.fake.control(calm=True)
            if day % 3 == 2:
                with suppress(HubError):
                    await asking.catch_up(self.town.demo)
            await self.pass_time(timedelta(days=1))

    async def audit(self) -> dict[str, object]:
        """What the stand-in and the ledger say, and what does not agree."""
        books, town = self.town.fake.books, self.town
        states = [(await town.look(one)).state for one in self.booked]
        paid = {
            line["payment_intent"]: line for line in books.all("charge") if "payment_intent" in line
        }
        by_group: dict[str, int] = {}
        for charge in paid.values():
            group = charge["transfer_group"]
            by_group[group] = by_group.get(group, 0) + 1
        ledger_cash = await town.ledger_cash()
        disputes = sum(one["amount"] + 2_000 for one in books.all("dispute"))
        funds = books.funds_of("")
        unpaid = sum(
            1 for state, one in zip(states, self.booked, strict=True)
            if (state in OPEN) != (by_group.get(f"booking:{one.id}", 0) > 0)
        )  # fmt: skip
        due = await town.due_cents()
        moved = sum(t["amount"] - t["amount_reversed"] for t in books.all("transfer"))
        return {
            "asked": self.asked,
            "confirmed": sum(state in OPEN for state in states),
            "service_errors": self.errors,
            "charged_cents": sum(charge["amount_captured"] for charge in paid.values()),
            "refunded_cents": sum(charge["amount_refunded"] for charge in paid.values()),
            "transferred_cents": moved,
            "paid_out_cents": await town.paid_out_cents(),
            "paid_twice": sum(count > 1 for count in by_group.values()),
            "moved_twice": await town.moved_beyond_earned(),
            "states_wrong": unpaid,
            "undue_cents": due,
            "cents_unaccounted": ledger_cash - disputes - funds.available - funds.pending,
            "wrong_requests": len(town.fake.app.state.fake.refusals()),
        }


async def run_chain(seed_number: int, stays: int) -> dict[str, object]:
    """A season under faults of one seed."""
    async with town_of_its_own(seed_number) as (town, clock):
        return await run_chain_in(town, clock, seed_number, stays)


async def run_chain_in(
    town: Town, clock: DrivenClock, seed_number: int, stays: int, requests: int = 60
) -> dict[str, object]:
    """The same in a town that stands."""
    chain = Chain(town, clock, seed_number)
    first = await hold(town.demo, await quote(town.demo, town.house.wish()))
    await town.open_accounts(first)
    chaos = {"seed": seed_number, "requests": requests, "webhooks": 200, "late_s": THREE_DAYS_S}
    await town.fake.control(chaos=chaos)
    await chain.book(stays)
    await chain.cancel_some(0.15)
    await chain.end()
    return await chain.audit()


def run_chain_drill(seeds: tuple[int, ...], stays: int) -> list[dict[str, object]]:
    """The figures of each seed."""
    found: list[dict[str, object]] = []
    for seed_number in seeds:
        started = time.monotonic()
        figures = asyncio.run(run_chain(seed_number, stays))
        found.append({**figures, "seconds": round(time.monotonic() - started, 1)})
    return found


def run_webhook_drill(count: int) -> int:
    """How many of so many schedules do not end as they should."""

    async def act() -> int:
        async with town_of_its_own(1) as (town, clock):
            return await run_schedules(town, clock, count, 1)

    return asyncio.run(act())


async def run_schedules(town: Town, clock: DrivenClock, count: int, seed_number: int) -> int:
    """How many schedules of delivery of one stay's events do not end as the order they came in.

    Each schedule tells every event, some of them twice, in any order and over three days; half of
    them have nothing but the webhooks."""
    draw = random.Random(seed_number)
    wrong = 0
    for number in range(count):
        wish = town.house.wish(
            arrival=clock.now().date() + timedelta(days=30 + number % 60), nights=1
        )
        held = await hold(town.demo, await quote(town.demo, wish))
        outcome = await town.pay(held, payments.HOSTED, key=str(number))
        assert outcome.page_url
        before = len(town.fake.books.all("event"))
        await town.web(outcome.page_url, number="4242424242424242")
        events = [event["id"] for event in town.fake.books.all("event")[before:]]
        schedule = events + [draw.choice(events) for _ in events]
        draw.shuffle(schedule)
        began, only = clock.now(), WEBHOOKS if draw.random() < 0.5 else ""
        for event, at in zip(
            schedule, sorted(draw.randrange(THREE_DAYS_S) for _ in schedule), strict=True
        ):
            clock.set(began + timedelta(seconds=at))
            await _tell(town, clock, event)
            if draw.random() < 0.7:
                await town.queue.run(only=only)
        await town.queue.run(only=only)
        ended = await town.look(held)
        charges = [
            charge for charge in town.fake.books.all("charge")
            if charge["transfer_group"] == f"booking:{held.id}"
        ]  # fmt: skip
        cash = await town.cash_of(held)
        good = ended.state is State.CONFIRMED and len(charges) == 1 and cash == held.total_cents
        wrong += not good
        await _free_rooms(town, ended)
        clock.set(began)
    return wrong


async def _free_rooms(town: Town, booked: Booking) -> None:
    """The guest cancels, so that the house never fills."""
    with suppress(HubError):
        async with town.demo.transaction(booked.tenant, actor="guest") as tx:
            _, refund = await cancelling.preview_refund(tx, booked.id)
            wish = CancelBooking(refund_cents=refund.refund_cents)
            await cancelling.cancel_booking(tx, booked.id, wish)
    await town.queue.admin.execute("delete from pgmq.q_celery")


async def _tell(town: Town, clock: DrivenClock, id: str) -> None:
    from hub.payments.actions import hearing  # noqa: PLC0415

    event = town.fake.books.things[id]
    thing = event["data"]["object"]
    heard = Heard(
        id=id, kind=event["type"], thing=thing["id"], account=event.get("account"),
        marks=thing.get("metadata") or {}, created_at=clock.now(),
    )  # fmt: skip
    async with town.demo.transaction() as tx:
        await hearing.keep_event(tx, heard)
