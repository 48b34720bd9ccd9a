"""When a price is paid, what a deposit binds to, and what is done about what is owed: tables."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import msgspec
import pytest

from tourism.booking.models import State
from tourism.owing import policy
from tourism.owing.models import Due, DueKind, DueState, Step
from tourism.paying.policy import refund_of, refund_of_no_show
from tourism.quoting.models import (
    CancellationTerms,
    NightPrice,
    PaymentTerms,
    QuotedRoom,
    TouristTaxAmount,
)
from tourism.quoting.policy import payment_of, terms_of
from tourism.rates.errors import PlanInvalid
from tourism.rates.models import (
    Cancellation,
    Deposit,
    DepositKind,
    Guarantee,
    MealPlan,
    NoShow,
    PenaltyKind,
    PlanDetails,
    RatePlan,
    RoomParty,
)
from tourism.rates.policy.plans import check_plan

ARRIVAL, TODAY = date(2027, 7, 10), date(2027, 3, 1)
ZONE = "Europe/Paris"
ARRHES, ACOMPTE = DepositKind.ARRHES, DepositKind.ACOMPTE
ALL = Cancellation(free_days=None, penalty=PenaltyKind.PERCENT)
FIRST = Cancellation(free_days=7, penalty=PenaltyKind.FIRST_NIGHT)


def room(night_cents: int, nights: int = 3, tax: int = 330) -> QuotedRoom:
    return QuotedRoom(
        room_type=1, code="double", name=None, party=RoomParty(adults=2),
        nights=tuple(NightPrice(on=ARRIVAL + timedelta(days=n), gross_cents=night_cents)
                     for n in range(nights)),
        base_cents=(night_cents,) * nights, gross_cents=night_cents * nights,
        tourist_tax=(TouristTaxAmount(code="TS", beneficiary="commune", amount_cents=tax),),
    )  # fmt: skip


def plan(guarantee: str, deposit: Deposit | None = None, policy_: Cancellation = FIRST) -> RatePlan:
    return RatePlan(
        id=1, code="flexible", name="Flexible", rank=1, meal_plan=MealPlan.ROOM_ONLY, adjust_bps=0,
        supplement_adult_cents=0, supplement_child_cents=0, cancellation=policy_,
        details=PlanDetails(guarantee=Guarantee(guarantee), deposit=deposit or Deposit()),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("guarantee", "deposit", "now", "kind", "on"),
    [
        ("prepaid", None, None, None, None),
        ("none", None, 0, None, None),
        ("card", None, 0, None, None),
        ("deposit", Deposit(bps=3_000), 9_000, ARRHES, None),
        ("deposit", Deposit(kind=ACOMPTE, bps=3_333), 9_999, ACOMPTE, None),
        ("deposit", Deposit(bps=3_000, balance_days=14), 9_000, ARRHES, date(2027, 6, 26)),
        # The day of the balance has come: everything is paid when booking.
        ("deposit", Deposit(bps=3_000, balance_days=131), None, None, None),
        ("deposit", Deposit(bps=3_000, balance_days=130), 9_000, ARRHES, date(2027, 3, 2)),
    ],
)
def test_what_is_paid_when_booking_and_when_the_rest_is(
    guarantee: str, deposit: Deposit | None, now: int | None, kind: object, on: date | None
) -> None:
    found = payment_of(plan(guarantee, deposit), ARRIVAL, [room(10_000)], 30_330, TODAY)
    assert (found.now_cents, found.kind, found.balance_on) == (now, kind, on)
    assert found.is_whole == (now is None)
    assert found.cents_now(30_330) == (30_330 if now is None else now)


@pytest.mark.parametrize(
    ("kind", "rule", "penalty", "missed"),
    [
        # Who has paid arrhes may go by losing them: 30 % of 300.00, whatever the plan keeps.
        (ARRHES, ALL, 9_000, 9_000),
        # The plan keeps less than the arrhes: 8.00 a night.
        (ARRHES, msgspec.structs.replace(FIRST, penalty=PenaltyKind.PERCENT, penalty_bps=1_000),
         3_000, 9_000),
        # An acompte is a part of a firm price: the plan's own penalty stands.
        (ACOMPTE, ALL, 30_000, 30_000),
        (ACOMPTE, FIRST, 10_000, 30_000),
    ],
)  # fmt: skip
def test_arrhes_bound_what_a_cancellation_costs_and_an_acompte_does_not(
    kind: DepositKind, rule: Cancellation, penalty: int, missed: int
) -> None:
    sold = plan("deposit", Deposit(kind=kind), rule)
    payment = payment_of(sold, ARRIVAL, [room(10_000)], 30_330, TODAY)
    terms = terms_of(sold, ARRIVAL, ZONE, [room(10_000)], payment)
    assert (terms.penalty_cents, terms.no_show_cents) == (penalty, missed)


class _Stay(msgspec.Struct, frozen=True, kw_only=True):
    """As much of a booking as the decisions read."""

    quote: object
    owed_cents: int
    state: State = State.CONFIRMED
    departure: date = ARRIVAL + timedelta(days=3)
    live_numbers: tuple[int, ...] = (1,)

    @property
    def live_rooms(self) -> tuple[QuotedRoom, ...]:
        return self.quote.breakdown.rooms  # pyright: ignore


class _Quote(msgspec.Struct, frozen=True, kw_only=True):
    payment: PaymentTerms
    terms: CancellationTerms
    breakdown: object
    zone: str = ZONE


class _Breakdown(msgspec.Struct, frozen=True):
    rooms: tuple[QuotedRoom, ...]


def stay(kind: DepositKind | None, owed: int, rule: Cancellation = ALL, **more: object) -> _Stay:
    now = None if kind is None else 9_000
    payment = PaymentTerms(
        guarantee=Guarantee.DEPOSIT if kind else Guarantee.CARD,
        now_cents=now or 0, kind=kind, balance_on=date(2027, 6, 26) if kind else None, grace_days=3,
    )  # fmt: skip
    terms = CancellationTerms(policy=rule, free_until_at=None, penalty_cents=0, no_show=NoShow())
    quote = _Quote(payment=payment, terms=terms, breakdown=_Breakdown((room(10_000),)))
    return _Stay(quote=quote, owed_cents=owed, **more)  # pyright: ignore


@pytest.mark.parametrize(
    ("kind", "owed", "rule", "penalty", "back", "unpaid", "owed_after"),
    [
        # A card as a guarantee, nothing paid: the first night is charged, the rest is not due.
        (None, 30_330, FIRST, 10_000, 0, 20_330, 10_000),
        # Arrhes paid, balance not: they are lost and nothing more is due.
        (ARRHES, 21_330, ALL, 9_000, 0, 21_330, 0),
        # Arrhes and balance paid: the balance comes back.
        (ARRHES, 0, ALL, 9_000, 21_330, 0, 0),
        # An acompte paid, all kept: the rest of the lodging is still owed, the tax is not.
        (ACOMPTE, 21_330, ALL, 30_000, 0, 330, 21_000),
    ],
)
def test_a_late_cancellation_divides_what_comes_back_what_is_no_longer_due_and_what_is_owed(
    kind: DepositKind | None, owed: int, rule: Cancellation, penalty: int, back: int, unpaid: int,
    owed_after: int,
) -> None:  # fmt: skip
    refund = refund_of(stay(kind, owed, rule), [1], datetime(2027, 7, 9, tzinfo=UTC))  # pyright: ignore
    assert (refund.penalty_cents, refund.back_cents) == (penalty, back)
    assert (refund.unpaid_cents, refund.owed_cents) == (unpaid, owed_after)
    assert refund.refund_cents + refund.penalty_cents == 30_330


def test_a_waived_no_show_owes_nothing() -> None:
    refund = refund_of_no_show(stay(None, 30_330), waived=True)  # pyright: ignore
    assert (refund.unpaid_cents, refund.owed_cents, refund.back_cents) == (30_330, 0, 0)


def due(kind: DueKind, state: DueState, letters: int = 0) -> Due:
    return Due(
        id=UUID(int=1), booking=UUID(int=2), kind=kind, amount_cents=21_330,
        due_on=date(2027, 6, 26), state=state, tries=0, letters=letters, refusal=None, next_at=None,
        opened_at=datetime(2027, 3, 1, 8, tzinfo=UTC), closed_at=None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "state", "day", "card", "step"),
    [
        (DueKind.BALANCE, DueState.WAITING, 23, True, Step.REMIND),
        (DueKind.BALANCE, DueState.WAITING, 26, True, Step.CHARGE),
        (DueKind.BALANCE, DueState.WAITING, 26, False, Step.ASK),
        (DueKind.BALANCE, DueState.ASKED, 26, True, Step.FINISH),
        (DueKind.BALANCE, DueState.UNPAID, 28, True, Step.REMIND),
        (DueKind.BALANCE, DueState.UNPAID, 29, True, Step.LAPSE),
        (DueKind.PENALTY, DueState.WAITING, 1, True, Step.CHARGE),
        (DueKind.PENALTY, DueState.WAITING, 1, False, Step.ASK),
        (DueKind.PENALTY, DueState.UNPAID, 9, True, Step.REMIND),
        (DueKind.RELEASE, DueState.WAITING, 26, True, Step.RELEASE),
    ],
)
def test_what_is_done_next_for_what_is_owed(
    kind: DueKind, state: DueState, day: int, card: bool, step: Step
) -> None:
    now = datetime(2027, 6, day, 7, 30, tzinfo=UTC)  # half past nine in Paris
    assert policy.step_of(due(kind, state), stay(ARRHES, 21_330), now, card=card) is step  # pyright: ignore


def test_a_balance_is_announced_three_days_before_and_not_twice_when_it_is_near() -> None:
    wanted = policy.wanted_of(stay(ARRHES, 21_330), TODAY, decided=False)  # pyright: ignore
    assert wanted is not None
    early = policy.first_at(wanted, datetime(2027, 3, 1, tzinfo=UTC), ZONE)
    assert early == datetime(2027, 6, 23, 7, tzinfo=UTC)
    near = policy.first_at(wanted, datetime(2027, 6, 25, tzinfo=UTC), ZONE)
    assert near == datetime(2027, 6, 26, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("state", "decided", "kind"),
    [
        (State.CONFIRMED, False, DueKind.BALANCE),
        (State.CANCELLED, False, DueKind.PENALTY),
        (State.NO_SHOW, False, None),
        (State.NO_SHOW, True, DueKind.PENALTY),
    ],
)
def test_what_is_owed_by_card_follows_the_state_of_the_stay(
    state: State, decided: bool, kind: DueKind | None
) -> None:
    found = policy.wanted_of(stay(ARRHES, 100, state=state), TODAY, decided=decided)  # pyright: ignore
    assert (found.kind if found else None) is kind


def test_a_penalty_is_asked_for_four_times_and_then_stands() -> None:
    days: list[int | None] = []
    for letters in (2, 3, 4):
        told = due(DueKind.PENALTY, DueState.UNPAID, letters)
        at = policy.after_reminder(told, stay(None, 100))  # pyright: ignore
        days.append((at - told.opened_at).days if at else None)
    assert days == [14, 30, None]


@pytest.mark.parametrize(
    ("deposit", "field"),
    [
        (Deposit(bps=0), "deposit_percent"),
        (Deposit(bps=9_500), "deposit_percent"),
        (Deposit(balance_days=0), "balance_days"),
        (Deposit(grace_days=0), "grace_days"),
        (Deposit(balance_days=2, grace_days=3), "grace_days"),
    ],
)
def test_a_deposit_that_cannot_be_is_refused_beside_its_field(deposit: Deposit, field: str) -> None:
    with pytest.raises(PlanInvalid) as caught:
        check_plan(plan("deposit", deposit), [])
    assert caught.value.extra["field"] == field
