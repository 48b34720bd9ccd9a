"""The chain of money in one process: the demonstration's database, the real SDK, the stand-in that
misbehaves, and the queue; every cent is followed from the guest's card to a bank's line, and into
the invoices and declarations (`chain_books`).

The demonstration is made once and copied for each seed; two seeds run side by side, each in a
process of its own with its own database, clock, stand-in and queue."""

import asyncio
import logging
import random
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

import asyncpg
import msgspec
import structlog

from hub import payments
from hub.app import compose, open_database
from hub.core import postgres
from hub.core.clock import DrivenClock, SeededIds
from hub.core.errors import HubError
from hub.core.migrate import migrate
from hub.core.sql import parse_query
from hub.fake_stripe import Books
from hub.payments import asking
from hub.payments.errors import ServiceAway
from hub.payments.models import Heard
from loadtests.chain_books import Accounts
from tests.conftest import SECRET, quick_folder, settings_for
from tests.houses import House, Named, Type, hold, quote
from tests.money import Town, open_town
from tourism.booking.models import Booking, State
from tourism.demo.seed import seed
from tourism.paying.actions import cancelling, paying
from tourism.paying.models import CancelBooking
from tourism.quoting.models import MakeQuote, RoomWanted
from tourism.reconciling.actions import comparing, standing
from tourism.reconciling.models import BreakKind

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
# What guests pay with: one in forty disputes it, as bad as any house has seen.
CARDS = (
    *("pm_card_visa",) * 24, *("pm_card_mastercard",) * 6, *(payments.HOSTED,) * 6,
    *("pm_card_chargeDeclinedInsufficientFunds",) * 3, "pm_card_createDispute",
)  # fmt: skip
THREE_DAYS_S = 3 * 86_400
TEMPLATE, PROCESSES, HOUSES = "chain_template", 2, 40
STATISTICS_AFTER = 200
T = TypeVar("T")
MUST_BE_ZERO = (
    "paid_twice",
    "moved_twice",
    "states_wrong",
    "undue_cents",
    "cents_unaccounted",
    "breaks",
    "wrong_requests",
    "invoices_differ_cents",
    "stays_invoiced_wrong",
    "stays_without_invoice",
    "fees_billed_wrong",
    "tax_left_cents",
    "remittance_differs_cents",
    "dac7_differs_cents",
    "journals_broken",
)
WEBHOOKS = ("payments.apply_event", "paying.hear")
OPEN = {State.CONFIRMED, State.IN_HOUSE, State.CHECKED_OUT, State.NO_SHOW, State.CANCELLED}


class Ground(msgspec.Struct, frozen=True):
    """A server with the demonstration of Lozère, to be copied."""

    server: postgres.Server
    home: Path

    def copy_name(self, number: int) -> str:
        return f"chain_{number}"


@contextmanager
def prepared_ground() -> Generator[Ground]:
    """A server of its own, with the demonstration in a database that is copied for each run."""
    home = quick_folder("hub-chain-")
    server = postgres.start(
        home / "postgres",
        settings={"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"},
    )
    try:
        asyncio.run(_fill(server, home))
        yield Ground(server, home)
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


async def _fill(server: postgres.Server, home: Path) -> None:
    admin = await asyncpg.connect(server.dsn())
    await admin.execute(f"create database {TEMPLATE}")
    await admin.close()
    url = server.dsn(database=TEMPLATE)
    await migrate(url, SECRET, compose().packages)
    await seed(settings_for(url, home), ("48",), clock=DrivenClock(NOW))


@asynccontextmanager
async def town_of_its_own(
    server_dsn: str, database_dsn: str, name: str, seed_number: int
) -> AsyncGenerator[tuple[Town, DrivenClock]]:
    """A copy of the demonstration, and a stand-in."""
    clock = DrivenClock(NOW)
    admin = await asyncpg.connect(server_dsn)
    await admin.execute(f"create database {name} template {TEMPLATE} strategy file_copy")
    await admin.close()
    data = Path(tempfile.mkdtemp(prefix="hub-chain-data-"))
    settings = settings_for(database_dsn, data)
    database = await open_database(settings, compose(), clock=clock, ids=SeededIds(seed_number))
    try:
        async with open_town(database, database_dsn, clock) as town:
            yield town, clock
    finally:
        await database.close()
        shutil.rmtree(data, ignore_errors=True)


_HOUSES = parse_query(
    "houses",
    "select p.id, p.tenant from property p"
    " where exists (select from room_type t where t.property = p.id)"
    "   and exists (select from rate_plan r where r.property = p.id)"
    " order by p.id limit :most",
)
_TYPES = parse_query(
    "types", "select id, code, units from room_type where property = :house order by id"
)
_PLANS = parse_query("plans", "select id, code from rate_plan where property = :house order by id")


async def find_houses(town: Town, most: int) -> list[House]:
    """Houses that sell, the invented one among them."""
    reader = town.demo.reader
    houses = [town.house]
    for found in await reader.all(House, _HOUSES, most=most):
        types = await reader.all(Type, _TYPES, house=found.id)
        plans = await reader.all(Named, _PLANS, house=found.id)
        if found.id != town.house.id:
            houses.append(
                House(
                    id=found.id,
                    tenant=found.tenant,
                    types={type.code: type.id for type in types},
                    plans={plan.code: plan.id for plan in plans},
                )
            )
    return houses


class Chain:
    """A season of bookings in many houses, with faults drawn from a seed."""

    def __init__(
        self, town: Town, clock: DrivenClock, seed_number: int, houses: list[House]
    ) -> None:
        self.town, self.clock, self.houses = town, clock, houses
        self.accounts = Accounts(town, clock, seed_number)
        self.random = random.Random(seed_number)
        self.booked: list[Booking] = []
        self.tried = self.errors = 0
        self.opened: set[int] = set()
        self.selling: dict[int, list[tuple[House, tuple[str, int]]]] = {}

    async def open_accounts(self) -> None:
        """The houses that sell, with what they sell; whoever a first stay in each would pay becomes
        payable, but for every seventh house, which waits until the season is over."""
        for house in self.houses:
            if len(self.selling) == HOUSES:
                break
            await self._look_at(house)

    async def _look_at(self, house: House) -> None:
        for plan in house.plans:
            for room_type in house.types.values():
                with suppress(HubError):
                    quoted = await quote(self.town.demo, self._wish(house, (plan, room_type)))
                    offers = self.selling.setdefault(house.id, [])
                    offers.append((house, (plan, room_type)))
                    if len(offers) == 1:
                        held = await hold(self.town.demo, quoted)
                        number = len(self.selling)
                        await self._open(held, late=number % 7 == 0)
                        await self._introduce(held, late=number % 5 == 0)

    async def _open(self, held: Booking, *, late: bool = False) -> None:
        for holder in self.town.holders_of(held):
            if holder not in self.opened and not (late and holder == held.tenant):
                await self.town.open_account(holder)
                self.opened.add(holder)

    async def _introduce(self, held: Booking, *, late: bool = False) -> None:
        """Who bills gives its identity for invoices; every fifth house only when it is over."""
        for holder in (held.quote.split.platform, *self.town.holders_of(held)):
            if not (late and holder == held.tenant):
                await self.accounts.open_identity(holder)

    async def book(self, count: int) -> None:
        """Guests ask for stays until `count` are held, a hundred in four days; some pay."""
        while len(self.booked) < count and self.tried < 4 * count:
            self.tried += 1
            with suppress(HubError):
                await self._book_one(self.tried)
            if self.tried % 10 == 9:
                await self.pass_time(timedelta(hours=10))
            if self.tried % 200 == 0:
                sys.stderr.write(f"{self.tried} guests, {len(self.booked)} stays\n")

    def _wish(self, house: House, offer: tuple[str, int]) -> MakeQuote:
        draw, today = self.random, self.clock.now().date()
        return house.wish(
            RoomWanted(room_type=offer[1], adults=1),
            plan=offer[0],
            arrival=today + timedelta(days=draw.randrange(2, 40)),
            nights=draw.randrange(1, 4),
        )

    async def _book_one(self, number: int) -> None:
        draw = self.random
        house, offer = draw.choice(self.selling[draw.choice(list(self.selling))])
        held = await hold(self.town.demo, await quote(self.town.demo, self._wish(house, offer)))
        self.booked.append(held)
        self.accounts.expect(held)
        method = draw.choice(CARDS)
        try:
            outcome = await self.town.pay(held, method, key=str(number))
            if outcome.waiting and outcome.page_url and draw.random() < 0.8:
                await self.town.web(outcome.page_url, number="4242424242424242")
                if draw.random() < 0.5:
                    await paying.finish_payment_of(self.town.demo, held.tenant, held.id)
        except ServiceAway:
            self.errors += 1

    async def cancel_some(self, part: float) -> None:
        """Some guests cancel for exactly what they are shown."""
        for booked in self.booked:
            if self.random.random() >= part:
                continue
            now = await self.town.look(booked)
            if now.state is not State.CONFIRMED:
                continue
            await self.accounts.ask(now, 0.3)
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
        await self.accounts.live()
        self.errors += await self.town.queue.run_bravely()

    async def end(self) -> None:
        """The stays pass under faults, day by day; then calm, the last houses become payable, the
        banks decide their disputes, and weeks go by until nothing waits. Every few days the service
        is asked what it has told."""
        for day in range(75):
            if day == 45:
                await self.town.fake.control(calm=True)
                for held in self.booked:
                    await self._open(held)
                    await self._introduce(held)
            if day == 50:
                await self._decide_disputes()
            if day % 3 == 2:
                with suppress(HubError):
                    await asking.catch_up(self.town.demo)
            await self.pass_time(timedelta(days=1))
        await self._close_the_books()

    async def _close_the_books(self) -> None:
        """The month ends, and what was not billed is; some more days, so that what failed in the
        last pass comes again, and the last payouts arrive."""
        today = self.clock.now().date()
        next_month = (today.replace(day=1) + timedelta(days=32)).replace(day=2)
        await self.pass_time(next_month - today)
        await self.accounts.bill_late_months()
        await self.work()
        for _ in range(5):
            await self.pass_time(timedelta(days=1))
        with suppress(HubError):
            await asking.catch_up(self.town.demo)
        await self.work()

    async def _decide_disputes(self) -> None:
        for number, dispute in enumerate(self.town.fake.books.all("dispute")):
            wish = {"win": dispute["id"]} if number % 2 else {"lose": dispute["id"]}
            await self.town.fake.control(**wish)

    async def audit(self) -> dict[str, object]:
        """What the stand-in, the ledger and the nightly comparison say, and what does not agree."""
        books, town = self.town.fake.books, self.town
        states = [(await town.look(one)).state for one in self.booked]
        charges = [one for one in books.all("charge") if "payment_intent" in one]
        by_group = Counter(charge["transfer_group"] for charge in charges)
        funds = books.funds_of("")
        unpaid = sum(
            1 for state, one in zip(states, self.booked, strict=True)
            if (state in OPEN) != (by_group[f"booking:{one.id}"] > 0)
        )  # fmt: skip
        moved = sum(t["amount"] - t["amount_reversed"] for t in books.all("transfer"))
        run = await comparing.reconcile(town.demo)
        assert run is not None
        async with town.demo.transaction() as tx:
            differing = (await standing.find_standing(tx)).open
        accounted = await self.accounts.audit(self.booked, self.booked[0].quote.split.platform)
        return {
            "stays": len(self.booked),
            "asked": self.tried,
            "houses": len(self.selling),
            "payees": len(self.opened),
            "confirmed": sum(state in OPEN for state in states),
            "service_errors": self.errors,
            "charged_cents": sum(charge["amount_captured"] for charge in charges),
            "refunded_cents": sum(charge["amount_refunded"] for charge in charges),
            "fees_cents": sum(
                books.things[charge["balance_transaction"]]["fee"] for charge in charges
            ),
            "disputes": len(books.all("dispute")),
            "transferred_cents": moved,
            "paid_out_cents": await town.paid_out_cents(),
            "kept_for_debts_cents": await town.netted_cents(),
            "owed_to_us_cents": await town.owed_cents(),
            "paid_twice": sum(count > 1 for count in by_group.values()),
            "moved_twice": await town.moved_beyond_earned(),
            "states_wrong": unpaid,
            "undue_cents": await town.due_cents(),
            "cents_unaccounted": await town.ledger_cash() - funds.available - funds.pending,
            "breaks": sum(one.kind != BreakKind.REFUND_REFUSED for one in differing),
            "first_breaks": [f"{one.kind}:{one.key}" for one in differing[:3]],
            "refunds_refused": sum(one.kind == BreakKind.REFUND_REFUSED for one in differing),
            "wrong_requests": len(town.fake.app.state.fake.refusals()),
            **accounted,
            "invoices_differ_cents": accounted["invoiced_cents"] - accounted["stays_cents"],
        }


async def run_chain_in(
    town: Town, clock: DrivenClock, seed_number: int, stays: int, requests: int = 60
) -> dict[str, object]:
    """A season under faults of one seed."""
    houses = await find_houses(town, 4 * HOUSES if stays >= HOUSES else 8)
    chain = Chain(town, clock, seed_number, houses)
    await chain.open_accounts()
    await town.queue.admin.execute("analyze")
    chaos = {"seed": seed_number, "requests": requests, "webhooks": 200, "late_s": THREE_DAYS_S}
    await town.fake.control(chaos=chaos)
    began, worked = time.monotonic(), time.process_time()
    await chain.book(stays)
    await chain.cancel_some(0.15)
    await chain.end()
    found = await chain.audit()
    seconds, cpu = time.monotonic() - began, time.process_time() - worked
    return {**found, "seconds": round(seconds, 1), "cpu_seconds": round(cpu, 1)}


class Errand(msgspec.Struct, frozen=True):
    """What one process of a drill is to do."""

    server_dsn: str
    database_dsn: str
    name: str
    seed_number: int
    count: int


def _do_chain(errand: Errand) -> dict[str, object]:
    return asyncio.run(_in_town(errand, run_chain_in))


def _do_schedules(errand: Errand) -> int:
    return asyncio.run(_in_town(errand, run_schedules))


async def _in_town(errand: Errand, act: Callable[[Town, DrivenClock, int, int], Awaitable[T]]) -> T:
    logging.disable(logging.WARNING)  # a fault a second is what a drill is for
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    async with town_of_its_own(
        errand.server_dsn, errand.database_dsn, errand.name, errand.seed_number
    ) as (town, clock):
        try:
            return await act(town, clock, errand.seed_number, errand.count)
        except HubError as error:  # which does not travel between processes
            raise RuntimeError(traceback.format_exc()) from error


def _run(do: Callable[[Errand], T], seeds: Sequence[int], count: int) -> Iterator[T]:
    with prepared_ground() as ground:
        errands = [
            Errand(
                ground.server.dsn(),
                ground.server.dsn(database=ground.copy_name(number)),
                ground.copy_name(number),
                number,
                count,
            )
            for number in seeds
        ]
        with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
            yield from pool.map(do, errands)


def run_chain_drill(seeds: tuple[int, ...], stays: int) -> Iterator[dict[str, object]]:
    """The figures of each seed."""
    return _run(_do_chain, seeds, stays)


def run_webhook_drill(count: int) -> int:
    """How many of so many schedules do not end as they should; each process takes its part."""
    each = -(-count // PROCESSES)
    return sum(_run(_do_schedules, range(1, PROCESSES + 1), each))


async def run_schedules(town: Town, clock: DrivenClock, seed_number: int, count: int) -> int:
    """How many schedules of delivery of one stay's events do not end as the order they came in.

    Each schedule tells every event, some of them twice, in any order and over three days; half of
    them have nothing but the webhooks."""
    draw = random.Random(seed_number)
    wrong = 0
    books = town.fake.books
    for number in range(count):
        wish = town.house.wish(
            arrival=clock.now().date() + timedelta(days=30 + number % 60), nights=1
        )
        held = await hold(town.demo, await quote(town.demo, wish))
        outcome = await town.pay(held, payments.HOSTED, key=str(number))
        assert outcome.page_url
        told, taken = len(_ids_of(books, "event")), len(_ids_of(books, "charge"))
        posted = await town.last_transfer()
        await town.web(outcome.page_url, number="4242424242424242")
        events = _ids_of(books, "event")[told:]
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
        charges = [books.things[id] for id in _ids_of(books, "charge")[taken:]]
        cash = await town.cash_since(posted)
        fees = sum(books.things[one["balance_transaction"]]["fee"] for one in charges)
        once = len(charges) == 1 and cash == held.total_cents - fees
        good = once and ended.state is State.CONFIRMED
        wrong += not good
        await _free_rooms(town, ended)
        books.deliveries.clear()  # each event was told already, by hand
        clock.set(began)
        if number == STATISTICS_AFTER:
            await town.queue.admin.execute("analyze")
        if number % 500 == 499:
            sys.stderr.write(f"{seed_number}: {number + 1} schedules, {wrong} wrong\n")
    return wrong


def _ids_of(books: Books, kind: str) -> list[str]:
    """Every thing of a kind on the platform's own account, oldest first."""
    return books.owned.get((kind, ""), [])


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
