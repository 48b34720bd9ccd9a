"""What a cancellation costs rises by steps as the arrival comes near: sold as instants and cents,
kept by the instant of the cancellation, never undone by a change."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from tests.unit.test_paying_in_parts import ARRIVAL, ZONE, plan, room
from tourism.booking.models import Reservation, RoomState, State
from tourism.changing.policy import carry_terms, compare
from tourism.indexing.records import free_lead
from tourism.paying.policy import refund_of
from tourism.quoting.models import (
    CancellationTerms,
    NightPrice,
    PaymentTerms,
    QuotedRoom,
    SoldStep,
)
from tourism.quoting.policy import terms_of
from tourism.rates.cancellation import MOST_STEPS, Cancellation, CancellationStep, PenaltyKind
from tourism.rates.errors import PlanInvalid
from tourism.rates.models import DepositKind, RoomParty
from tourism.rates.policy.plans import check_plan

FIRST_NIGHT, PERCENT = PenaltyKind.FIRST_NIGHT, PenaltyKind.PERCENT


def step(days: int, bps: int | None = None) -> CancellationStep:
    """A part of the price, or (None) the first night."""
    if bps is None:
        return CancellationStep(days=days, penalty=FIRST_NIGHT)
    return CancellationStep(days=days, penalty=PERCENT, penalty_bps=bps)


RISING = Cancellation(
    free_days=7, penalty=FIRST_NIGHT, steps=(step(3, 5_000), step(1, 10_000))
)  # free until 3 July 18:00, then 100.00 of 300.00
SOLD_AT = (datetime(2027, 7, 7, 16, tzinfo=UTC), datetime(2027, 7, 9, 16, tzinfo=UTC))
SECOND = timedelta(seconds=1)
WHOLE = PaymentTerms()
ARRHES = PaymentTerms(now_cents=9_000, kind=DepositKind.ARRHES)


class _Breakdown(msgspec.Struct, frozen=True):
    rooms: tuple[QuotedRoom, ...]

    @property
    def total_cents(self) -> int:
        return sum(room.gross_cents + room.tourist_tax_cents for room in self.rooms)


class _Quote(msgspec.Struct, frozen=True, kw_only=True):
    terms: CancellationTerms
    breakdown: _Breakdown
    arrival: date = ARRIVAL
    zone: str = ZONE
    payment: PaymentTerms = WHOLE


class _Stay(msgspec.Struct, frozen=True, kw_only=True):
    """As much of a booking as the decisions read."""

    quote: _Quote
    arrival: date = ARRIVAL
    owed_cents: int = 0
    state: State = State.CONFIRMED
    reservations: tuple[Reservation, ...] = ()

    @property
    def live_numbers(self) -> tuple[int, ...]:
        return tuple(range(1, len(self.live_rooms) + 1))

    @property
    def live_rooms(self) -> tuple[QuotedRoom, ...]:
        return self.quote.breakdown.rooms


def quoted(
    policy: Cancellation,
    rooms: Sequence[QuotedRoom] = (),
    payment: PaymentTerms = WHOLE,
    arrival: date = ARRIVAL,
) -> _Quote:
    chosen = tuple(rooms) or (room(10_000),)
    terms = terms_of(plan("prepaid", policy_=policy), arrival, ZONE, chosen, payment)
    return _Quote(terms=terms, breakdown=_Breakdown(chosen), payment=payment, arrival=arrival)


def stay(policy: Cancellation = RISING, *rooms: QuotedRoom, **more: object) -> _Stay:
    return _Stay(quote=quoted(policy, rooms, **more))  # pyright: ignore


def kept(booked: _Stay, at: datetime, *numbers: int) -> int:
    return refund_of(booked, numbers or booked.live_numbers, at).penalty_cents  # pyright: ignore


def test_steps_are_sold_as_instants_of_the_houses_clock_and_cents() -> None:
    terms = quoted(RISING).terms
    assert [(one.from_at, one.penalty_cents) for one in terms.steps] == [
        (SOLD_AT[0], 15_000),
        (SOLD_AT[1], 30_000),
    ]
    assert (terms.penalty_cents, terms.most_cents) == (10_000, 30_000)
    again = msgspec.json.decode(msgspec.json.encode(terms), type=CancellationTerms)
    assert again == terms


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(2027, 7, 3, 16, tzinfo=UTC), 0),
        (datetime(2027, 7, 3, 16, tzinfo=UTC) + SECOND, 10_000),
        (SOLD_AT[0], 10_000),
        (SOLD_AT[0] + SECOND, 15_000),
        (SOLD_AT[1], 15_000),
        (SOLD_AT[1] + SECOND, 30_000),
        (datetime(2027, 7, 10, 21, tzinfo=UTC), 30_000),
    ],
)
def test_each_instant_has_its_penalty_and_the_tax_always_comes_back(
    at: datetime, expected: int
) -> None:
    refund = refund_of(stay(), [1], at)  # pyright: ignore
    assert (refund.penalty_cents, refund.free) == (expected, expected == 0)
    assert refund.refund_cents == 30_000 - expected + 330


def test_some_rooms_cost_their_own_part() -> None:
    booked = stay(RISING, room(10_000), room(6_000))
    assert booked.quote.terms.steps[0].penalty_cents == 24_000
    assert [kept(booked, SOLD_AT[0] + SECOND, n) for n in (1, 2)] == [15_000, 9_000]
    assert kept(booked, SOLD_AT[0] + SECOND) == 24_000


def test_a_step_never_lowers_what_one_room_costs() -> None:
    """The first night is more than two fifths of both rooms, and less of the second one."""
    nights = (30_000, 1_000, 1_000)
    dear = QuotedRoom(
        room_type=1, code="suite", name=None, party=RoomParty(adults=2),
        nights=tuple(NightPrice(on=ARRIVAL + timedelta(days=n), gross_cents=cents)
                     for n, cents in enumerate(nights)),
        base_cents=nights, gross_cents=sum(nights), tourist_tax=(),
    )  # fmt: skip
    policy = Cancellation(free_days=7, penalty=PERCENT, penalty_bps=4_000, steps=(step(3),))
    booked = stay(policy, dear, room(1_000))
    assert [one.penalty_cents for one in booked.quote.terms.steps] == [31_000]
    assert [kept(booked, SOLD_AT[0] + SECOND, n) for n in (1, 2)] == [30_000, 1_200]
    assert kept(booked, SOLD_AT[0] + SECOND) == booked.quote.terms.most_cents == 31_000
    for first, second, cents in ((1, 2, 1_000), (2, 1, 29_800)):
        gone = Reservation(
            number=first, state=RoomState.CANCELLED, cancelled_at=SOLD_AT[0] + SECOND,
            penalty_cents=kept(booked, SOLD_AT[0] + SECOND, first),
        )  # fmt: skip
        after = msgspec.structs.replace(booked, reservations=(gone,))
        assert kept(after, SOLD_AT[0] + 2 * SECOND, second) == cents, "no more than all at once"


def test_a_step_that_keeps_no_more_is_none_and_never_less_is_kept_later() -> None:
    lower = Cancellation(
        free_days=7, penalty=PERCENT, penalty_bps=5_000, steps=(step(3), step(1, 6_000))
    )  # the first night is a third of the price
    terms = quoted(lower).terms
    assert [one.penalty_cents for one in terms.steps] == [18_000]
    assert kept(stay(lower), SOLD_AT[0] + SECOND) == 15_000


def test_a_rate_that_is_never_free_has_steps_too() -> None:
    never = Cancellation(
        free_days=None, penalty=PERCENT, penalty_bps=3_000, steps=(step(3, 9_000),)
    )
    assert quoted(never).terms.free_until_at is None
    assert kept(stay(never), datetime(2027, 3, 1, tzinfo=UTC)) == 9_000
    assert kept(stay(never), SOLD_AT[0] + SECOND) == 27_000


def test_arrhes_bound_every_step() -> None:
    """L214-1: who has paid arrhes loses no more."""
    small = msgspec.structs.replace(RISING, penalty=PERCENT, penalty_bps=1_000)
    booked = stay(small, payment=ARRHES)
    assert (booked.quote.terms.penalty_cents, booked.quote.terms.most_cents) == (3_000, 9_000)
    assert [one.penalty_cents for one in booked.quote.terms.steps] == [9_000]
    assert kept(booked, SOLD_AT[1] + SECOND) == 9_000


def test_what_was_sold_before_there_were_steps_costs_what_it_did() -> None:
    old = msgspec.to_builtins(quoted(Cancellation(free_days=7, penalty=FIRST_NIGHT)).terms)
    del old["steps"], old["policy"]["steps"]
    terms = msgspec.convert(old, CancellationTerms)
    assert terms.most_cents == 10_000
    quote = _Quote(terms=terms, breakdown=_Breakdown((room(10_000),)))
    assert kept(_Stay(quote=quote), SOLD_AT[1] + SECOND) == 10_000


@pytest.mark.parametrize(
    ("at", "fee"),
    [
        (datetime(2027, 7, 3, 16, tzinfo=UTC), 0),
        (datetime(2027, 7, 4, tzinfo=UTC), 10_000),
        (SOLD_AT[0] + SECOND, 15_000),
        (SOLD_AT[1] + SECOND, 20_000),  # two nights of three: no more than what is given up
    ],
)
def test_nights_that_are_given_up_cost_what_the_step_of_now_keeps(at: datetime, fee: int) -> None:
    wanted = quoted(RISING, [room(10_000, nights=1)])
    assert compare(stay(), wanted, at).fee_cents == fee  # pyright: ignore


def carried(at: datetime, policy: Cancellation = RISING) -> CancellationTerms:
    """The terms of a stay that is moved by a month at an instant."""
    later = quoted(policy, arrival=ARRIVAL + timedelta(days=31))
    return carry_terms(stay(), later, at).terms  # pyright: ignore


def test_a_change_while_it_is_free_has_the_steps_of_its_own_days() -> None:
    terms = carried(datetime(2027, 7, 3, 16, tzinfo=UTC))
    assert terms.free_until_at is not None
    assert [one.from_at for one in terms.steps] == [at + timedelta(days=31) for at in SOLD_AT]


def test_a_change_does_not_undo_a_step_that_was_reached() -> None:
    terms = carried(SOLD_AT[0] + SECOND)
    assert terms.free_until_at is None
    own = SOLD_AT[1] + timedelta(days=31)
    assert [(one.from_at, one.penalty_cents) for one in terms.steps] == [
        (SOLD_AT[0], 15_000),
        (own, 30_000),
    ]
    again = _Stay(quote=_Quote(terms=terms, breakdown=_Breakdown((room(10_000),))))
    assert kept(again, SOLD_AT[0] + 2 * SECOND) == 15_000
    assert kept(again, own + SECOND) == 30_000


def test_a_change_to_another_plan_does_not_undo_it_either() -> None:
    mild = Cancellation(free_days=2, penalty=PERCENT, penalty_bps=1_000)
    terms = carried(SOLD_AT[1] + SECOND, mild)
    assert [one.penalty_cents for one in terms.steps] == [15_000, 30_000]
    assert terms.most_cents == 30_000


def test_before_any_step_a_change_has_the_penalty_of_its_plan() -> None:
    mild = Cancellation(free_days=2, penalty=PERCENT, penalty_bps=1_000)
    terms = carried(datetime(2027, 7, 5, tzinfo=UTC), mild)
    assert (terms.free_until_at, terms.penalty_cents, terms.steps) == (None, 3_000, ())


@pytest.mark.parametrize(
    "policy",
    [
        Cancellation(free_days=7, penalty=FIRST_NIGHT, steps=(step(7, 5_000),)),
        Cancellation(free_days=7, penalty=FIRST_NIGHT, steps=(step(8, 5_000),)),
        Cancellation(free_days=7, penalty=FIRST_NIGHT, steps=(step(1, 5_000), step(3, 9_000))),
        Cancellation(free_days=7, penalty=FIRST_NIGHT, steps=(step(-1, 5_000),)),
        Cancellation(free_days=None, penalty=PERCENT, penalty_bps=1, steps=(step(91, 5_000),)),
        Cancellation(free_days=7, penalty=FIRST_NIGHT, steps=(step(3, 10_001),)),
        Cancellation(free_days=7, penalty=FIRST_NIGHT, steps=(step(3, -1),)),
        Cancellation(free_days=7, penalty=PERCENT, penalty_bps=5_000, steps=(step(3, 5_000),)),
        Cancellation(free_days=7, penalty=FIRST_NIGHT, steps=(step(3),)),
        Cancellation(
            free_days=30,
            penalty=FIRST_NIGHT,
            steps=tuple(step(20 - n, 1_000 + n) for n in range(MOST_STEPS + 1)),
        ),
    ],
)
def test_steps_that_cannot_be_are_refused_with_their_field(policy: Cancellation) -> None:
    with pytest.raises(PlanInvalid) as caught:
        check_plan(plan("prepaid", policy_=policy), [])
    assert caught.value.extra["field"] == "steps"


@pytest.mark.parametrize(
    "policy",
    [
        RISING,
        Cancellation(free_days=None, penalty=PERCENT, penalty_bps=0, steps=(step(90, 1),)),
        Cancellation(free_days=1, penalty=PERCENT, penalty_bps=5_000, steps=(step(0),)),
        Cancellation(
            free_days=30,
            penalty=FIRST_NIGHT,
            steps=tuple(step(20 - n, 1_000 + n) for n in range(MOST_STEPS)),
        ),
    ],
)
def test_steps_that_can_be_are_taken(policy: Cancellation) -> None:
    check_plan(plan("prepaid", policy_=policy), [])


def test_the_index_reads_of_a_policy_until_when_it_is_free_and_no_step() -> None:
    bare = msgspec.structs.replace(RISING, steps=())
    assert free_lead(plan("prepaid", policy_=RISING)) == free_lead(plan("prepaid", policy_=bare))


def test_a_step_says_what_it_keeps_of_some_rooms() -> None:
    [first, second] = quoted(RISING).terms.steps
    assert isinstance(first, SoldStep)
    assert (first.rule, second.rule) == RISING.steps
