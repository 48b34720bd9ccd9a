"""The chain of money in one process: the demonstration's database, the real SDK, the stand-in that
misbehaves, and the queue; every cent is followed from the guest's card to a bank's line
(`chain_audit`), and into the invoices and declarations (`chain_books`)."""

import asyncio
import random
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

from hub import payments
from hub.core.clock import DrivenClock
from hub.core.errors import HubError
from hub.core.sql import parse_query
from hub.payments import asking
from hub.payments.errors import ServiceAway
from loadtests.chain_audit import audit_chain
from loadtests.chain_books import Accounts
from loadtests.chain_ground import Errand, in_town, run_each
from tests.houses import House, Named, Type, hold, quote
from tests.money import Town
from tourism.booking.models import Booking, State
from tourism.paying.actions import cancelling, paying
from tourism.paying.models import CancelBooking
from tourism.quoting.models import MakeQuote, RoomWanted
from tourism.reconciling.actions import comparing

# What guests pay with: one in forty disputes it, as bad as any house has seen.
CARDS = (
    *("pm_card_visa",) * 24, *("pm_card_mastercard",) * 6, *(payments.HOSTED,) * 6,
    *("pm_card_chargeDeclinedInsufficientFunds",) * 3, "pm_card_createDispute",
)  # fmt: skip
OWN_RETURNED = 0.1  # of the payouts to the platform's bank, after they have arrived
THREE_DAYS_S, HOUSES, GUESTS_BETWEEN_NIGHTS = 3 * 86_400, 40, 200


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
        self.own = random.Random(f"own {seed_number}")
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
            if self.tried % GUESTS_BETWEEN_NIGHTS == 0:
                await self.compare()
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
            if day % 15 == 14:
                await self.compare()
        await self._close_the_books()

    async def compare(self) -> None:
        """A night's comparison, which asks again for payouts of which nothing was heard. Here it
        runs every week or two, where the service does it every night. Before it, the platform's own
        money moves: to its bank and back, and for what the service bills."""
        await self._move_own()
        await comparing.reconcile(self.town.demo)
        await self.work()

    async def _move_own(self) -> None:
        draw = self.own
        for payout in self.town.fake.books.all("payout"):
            if payout["status"] == "paid" and draw.random() < OWN_RETURNED:
                await self.town.fake.control(own={"return_payout": payout["id"]})
        topup = draw.randrange(1_000, 9_000)
        await self.town.fake.control(
            own={
                "topup_cents": topup,
                "fee_cents": draw.randrange(1, 400),
                "adjustment_cents": draw.randrange(-300, 300),
                "payout_cents": draw.randrange(1, topup - 700),
                "payout_fails": draw.choice([None, None, "account_closed"]),
            }
        )

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
        await self.compare()

    async def _decide_disputes(self) -> None:
        for number, dispute in enumerate(self.town.fake.books.all("dispute")):
            wish = {"win": dispute["id"]} if number % 2 else {"lose": dispute["id"]}
            await self.town.fake.control(**wish)


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
    found = await audit_chain(chain)
    seconds, cpu = time.monotonic() - began, time.process_time() - worked
    return {**found, "seconds": round(seconds, 1), "cpu_seconds": round(cpu, 1)}


def _do_chain(errand: Errand) -> dict[str, object]:
    return asyncio.run(in_town(errand, run_chain_in))


def run_chain_drill(seeds: tuple[int, ...], stays: int) -> Iterator[dict[str, object]]:
    """The figures of each seed."""
    return run_each(_do_chain, seeds, stays)
