"""One stay's webhooks told in every order that chance brings: twice, late, some without more."""

import asyncio
import random
import sys
from contextlib import suppress
from datetime import timedelta

from hub import payments
from hub.core.clock import DrivenClock
from hub.core.errors import HubError
from hub.fake_stripe import Books
from hub.payments.models import Heard
from loadtests.chain_ground import PROCESSES, Errand, in_town, run_each
from tests.houses import hold, quote
from tests.money import Town
from tourism.booking.models import Booking, State
from tourism.paying.actions import cancelling
from tourism.paying.models import CancelBooking

THREE_DAYS_S, STATISTICS_AFTER = 3 * 86_400, 200
WEBHOOKS = ("payments.apply_event", "paying.hear")


def _do_schedules(errand: Errand) -> int:
    return asyncio.run(in_town(errand, run_schedules))


def run_webhook_drill(count: int) -> int:
    """How many of so many schedules do not end as they should; each process takes its part."""
    each = -(-count // PROCESSES)
    return sum(run_each(_do_schedules, range(1, PROCESSES + 1), each))


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
