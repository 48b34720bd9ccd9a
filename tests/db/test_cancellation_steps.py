"""A stay whose cancellation costs more by steps: what is sold, said, kept and shared is the same to
the cent, and a step that passes while somebody looks is shown before it is taken."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.i18n import LANGUAGES
from hub.core.mail import list_captured_mail
from tests.db.test_booking_changes import change, wish
from tests.db.test_wording import euros, plain
from tests.houses import ARRIVAL, NIGHTS, House, book, find_house, quote
from tourism.booking.actions.letters import write_confirmation
from tourism.booking.models import Booking, State
from tourism.lodging import own_house
from tourism.paying.actions import cancelling
from tourism.paying.errors import RefundChanged
from tourism.paying.models import CancelBooking, Refund
from tourism.paying.policy import worth_of
from tourism.rates import list_rate_plans, save_rate_plan
from tourism.rates.cancellation import Cancellation, CancellationStep, PenaltyKind
from tourism.wording.actions import make_words

POLICY = Cancellation(
    free_days=4,
    penalty=PenaltyKind.PERCENT,
    penalty_bps=1_000,
    steps=(
        CancellationStep(days=2, penalty=PenaltyKind.FIRST_NIGHT),
        CancellationStep(days=1, penalty=PenaltyKind.PERCENT, penalty_bps=9_000),
    ),
)
# 18:00 in Paris, four, two and one days before the arrival of 27 February.
FREE, FIRST, SECOND = (datetime(2027, 2, day, 17, tzinfo=UTC) for day in (23, 25, 26))
MOMENT = timedelta(seconds=1)


@pytest.fixture
async def house(demo: Database) -> House:
    """The invented house, whose flexible plan has steps."""
    found = await find_house(demo)
    async with demo.transaction(found.tenant, actor="person:1") as tx:
        plans = await list_rate_plans(tx, found.id)
        plan = next(plan for plan in plans if plan.id == found.plans["flexible"])
        stepped = msgspec.structs.replace(plan, name="Par étapes", cancellation=POLICY)
        await save_rate_plan(tx, await own_house(tx), stepped)
    return found


async def preview(demo: Database, stay: Booking) -> Refund:
    async with demo.transaction(stay.tenant, actor="guest") as tx:
        return (await cancelling.preview_refund(tx, stay.id))[1]


async def cancel(demo: Database, stay: Booking, refund: Refund) -> Booking:
    command = CancelBooking(refund_cents=refund.refund_cents)
    async with demo.transaction(stay.tenant, actor="guest") as tx:
        return await cancelling.cancel_booking(tx, stay.id, command)


def levels(stay: Booking) -> tuple[int, int, int]:
    """A tenth of the price, the first night, nine tenths: rounded half up, as prices are."""
    [room] = stay.quote.breakdown.rooms
    gross = room.lodging_gross_cents
    tenth, most = ((gross * bps + 5_000) // 10_000 for bps in (1_000, 9_000))
    return tenth, room.first_night_cents, most


async def test_each_instant_keeps_what_was_sold_for_it(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    stay = await book(demo, house.wish())
    tenth, first, most = levels(stay)
    assert tenth < first < most
    terms = stay.quote.terms
    assert terms.penalty_cents == tenth
    assert [(step.from_at, step.penalty_cents) for step in terms.steps] == [
        (FIRST, first),
        (SECOND, most),
    ]
    kept: list[int] = []
    for at in (FREE, FREE + MOMENT, FIRST, FIRST + MOMENT, SECOND, SECOND + MOMENT):
        clock.set(at)
        kept.append((await preview(demo, stay)).penalty_cents)
    assert kept == [0, tenth, tenth, first, first, most]


async def test_a_step_that_passes_while_a_guest_looks_is_shown_before_it_is_taken(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    stay = await book(demo, house.wish())
    clock.set(SECOND)
    shown = await preview(demo, stay)
    clock.set(SECOND + MOMENT)
    with pytest.raises(RefundChanged):
        await cancel(demo, stay, shown)
    gone = await cancel(demo, stay, await preview(demo, stay))
    assert gone.state is State.CANCELLED
    assert worth_of(gone).penalty_cents == levels(stay)[2]
    assert gone.refund_cents == stay.total_cents - levels(stay)[2]


async def test_a_stay_that_is_moved_away_keeps_the_step_that_it_had_reached(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    stay = await book(demo, house.wish())
    clock.set(FIRST + MOMENT)
    later = ARRIVAL + timedelta(days=7)
    moved = await change(demo, stay, wish(house, later, later + timedelta(days=NIGHTS)))
    _, first, most = levels(moved)
    assert moved.quote.terms.free_until_at is None
    assert [(step.from_at, step.penalty_cents) for step in moved.quote.terms.steps] == [
        (FIRST, first),
        (SECOND + timedelta(days=7), most),
    ]
    assert (await preview(demo, moved)).penalty_cents == first
    clock.set(SECOND + timedelta(days=7) + MOMENT)
    assert (await preview(demo, moved)).penalty_cents == most


async def test_quote_kept_words_and_letter_say_every_step_to_the_cent(
    demo: Database, house: House
) -> None:
    offer = await quote(demo, house.wish())
    words = make_words(offer)
    assert set(words) == set(LANGUAGES)
    for step in offer.terms.steps:
        shown = euros(step.penalty_cents)
        for language, said in words.items():
            tidy = plain(said)
            assert shown in tidy or shown.replace(",", ".") in tidy, (language, said)
    stay = await book(demo, house.wish())
    async with demo.transaction(stay.tenant) as tx:
        await write_confirmation(tx, stay.id)
    async with demo.transaction(stay.tenant) as tx:
        letters = [m for m in await list_captured_mail(tx, 200) if stay.reference in m.subject]
    [letter] = letters
    assert letter.body_text.count("Après le ") == 2
    assert euros(levels(stay)[2]) in plain(letter.body_text)
