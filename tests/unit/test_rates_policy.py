"""Prices, restrictions, parties: the decisions of rates with real values."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.conftest import NOW
from tourism.rates import HouseRates, policy
from tourism.rates.errors import PlanInvalid
from tourism.rates.models import (
    Cancellation,
    ChildBand,
    Closed,
    MealPlan,
    Night,
    Obstacle,
    Overlay,
    PenaltyKind,
    PlanDetails,
    Pricing,
    PricingModel,
    RatePlan,
    RoomParty,
)
from tourism.rates.policy.plans import check_plan

OPEN = Closed(0)
FLEXIBLE = Cancellation(free_days=2, penalty=PenaltyKind.FIRST_NIGHT)


def plan(adjust_bps: int = 0, adult: int = 0, child: int = 0) -> RatePlan:
    return RatePlan(
        id=1,
        code="flexible",
        name=None,
        rank=1,
        meal_plan=MealPlan.ROOM_ONLY,
        adjust_bps=adjust_bps,
        supplement_adult_cents=adult,
        supplement_child_cents=child,
        cancellation=FLEXIBLE,
    )


def night(
    day: int, *, left: int = 5, min_stay: int = 1, closed: Closed = OPEN, price: int = 10_000
) -> Night:
    return Night(
        on=date(2027, 5, day), units_left=left, price_cents=price, min_stay=min_stay, closed=closed
    )


@pytest.mark.parametrize(
    ("base", "chosen", "party", "expected"),
    [
        (8_700, plan(), RoomParty(adults=2), 8_700),
        (8_700, plan(-1_000), RoomParty(adults=2), 7_830),
        (8_705, plan(-1_000), RoomParty(adults=2), 7_835),  # 7834.5 rounds half up
        (8_700, plan(0, 1_200, 600), RoomParty(adults=2, child_ages=(7,)), 11_700),
        (10_000, plan(2_500), RoomParty(adults=1), 12_500),
    ],
)
def test_the_price_of_a_night(base: int, chosen: RatePlan, party: RoomParty, expected: int) -> None:
    assert policy.price_night(policy.derive(base, chosen), chosen, party, 2) == expected


BANDS = (
    ChildBand(until_age=2),
    ChildBand(until_age=6, cents=1_500),
    ChildBand(until_age=12, adult_bps=5_000),
)


@pytest.mark.parametrize(
    ("model", "bands", "adults", "ages", "expected"),
    [
        # A room for two at 100 euros, 20 for another adult: who is beyond two persons pays.
        ("per_room", BANDS, 2, (2,), 10_000),
        ("per_room", BANDS, 2, (3,), 11_500),
        ("per_room", BANDS, 2, (6,), 11_500),
        ("per_room", BANDS, 2, (7,), 11_000),
        ("per_room", BANDS, 2, (13,), 12_000),
        ("per_room", BANDS, 2, (5, 13), 13_500),
        ("per_room", BANDS, 1, (13,), 10_000),  # a place that the price includes
        ("per_room", BANDS, 1, (5, 13), 11_500),  # which goes to the dearest
        ("per_room", (ChildBand(until_age=17, cents=2_000),), 2, (9,), 12_000),  # as an adult
        # 100 euros an adult.
        ("per_person", BANDS, 2, (2,), 20_000),
        ("per_person", BANDS, 2, (6,), 21_500),
        ("per_person", BANDS, 2, (7, 13), 35_000),
    ],
)
def test_children_pay_what_their_band_says(model, bands, adults, ages, expected: int) -> None:
    pricing = Pricing(model=PricingModel(model), extra_adult_cents=2_000, child_bands=bands)
    chosen = replace(plan(), name="Familles", details=PlanDetails(pricing=pricing))
    check_plan(chosen, [])
    party = RoomParty(adults=adults, child_ages=ages)
    assert policy.price_night(10_000, chosen, party, 2) == expected


@pytest.mark.parametrize(
    ("extra", "band"),
    [
        (0, ChildBand(until_age=12, cents=1_500)),
        (1_499, ChildBand(until_age=12, cents=1_500)),
        (2_000, ChildBand(until_age=12, cents=1_500, adult_bps=5_000)),
    ],
)
def test_a_band_that_would_be_cut_to_an_adults_price_is_refused(extra: int, band) -> None:
    pricing = Pricing(extra_adult_cents=extra, child_bands=(band,))
    chosen = replace(plan(), name="Familles", details=PlanDetails(pricing=pricing))
    with pytest.raises(PlanInvalid) as refused:
        check_plan(chosen, [])
    assert refused.value.extra["field"] == "child_bands"
    by_person = replace(pricing, model=PricingModel.PER_PERSON)
    check_plan(replace(chosen, details=PlanDetails(pricing=by_person)), [])


def test_a_stay_that_nothing_forbids_has_no_obstacle() -> None:
    assert policy.find_obstacles([night(6), night(7)], night(8), 1) == []


@pytest.mark.parametrize(
    ("nights", "leaving", "expected"),
    [
        ([night(6), night(7, left=0)], night(8), [Obstacle.SOLD_OUT]),  # HAIP W1: second night
        ([night(6, closed=Closed.FOR_SALE)], night(7), [Obstacle.CLOSED]),
        ([night(6), night(7, price=0)], night(8), [Obstacle.NO_PRICE]),
        ([night(6)], night(7, price=0), []),
        ([night(6, price=0, left=0)], night(7), [Obstacle.NO_PRICE]),
        ([night(6, price=0, closed=Closed.FOR_SALE)], night(7), [Obstacle.CLOSED]),
        ([night(6, closed=Closed.TO_ARRIVAL)], night(7), [Obstacle.CLOSED_TO_ARRIVAL]),
        ([night(6), night(7, closed=Closed.TO_ARRIVAL)], night(8), []),
        ([night(6)], night(7, closed=Closed.TO_DEPARTURE), [Obstacle.CLOSED_TO_DEPARTURE]),
        ([night(6, closed=Closed.TO_DEPARTURE)], night(7), []),
        # HAIP W7: a stop-sell or a minimum stay of the departure day forbids nothing.
        ([night(6)], night(7, closed=Closed.FOR_SALE, min_stay=5), []),
        ([night(6, min_stay=3)], night(7), [Obstacle.MIN_STAY]),
        ([], night(7), [Obstacle.BEYOND_HORIZON]),
        (
            [night(6, min_stay=2, closed=Closed.TO_ARRIVAL)],
            night(7),
            [Obstacle.CLOSED_TO_ARRIVAL, Obstacle.MIN_STAY],
        ),
    ],
)
def test_each_restriction_is_independent(nights, leaving, expected) -> None:
    assert policy.find_obstacles(nights, leaving, 1) == expected


@pytest.mark.parametrize("room_type", [0, 5])
def test_the_house_may_forbid_leaving_on_a_day_that_has_no_night(room_type: int) -> None:
    """A room type may end with a month; its house and its plans go on."""
    shut = Overlay(
        room_type=room_type,
        rate_plan=0 if room_type == 0 else plan().id,
        on=night(7).on,
        price_cents=0,
        min_stay=0,
        min_through=0,
        max_stay=0,
        max_through=0,
        closed=Closed.TO_DEPARTURE,
    )
    terms = HouseRates(
        arrival=night(6).on, departure=night(7).on, plans=(plan(),), nights={5: (night(6),)}
    )
    asked = (5, plan(), 1, NOW, "Europe/Paris")
    assert terms.obstacles(*asked) == []
    closed = replace(terms, overlays=(shut,))
    assert closed.obstacles(*asked) == [Obstacle.CLOSED_TO_DEPARTURE]


def test_all_rooms_must_be_left_each_night() -> None:
    assert policy.find_obstacles([night(6, left=2)], night(7), 2) == []
    assert policy.find_obstacles([night(6, left=2)], night(7), 3) == [Obstacle.SOLD_OUT]


@pytest.mark.parametrize(
    ("adults", "ages", "fits"),
    [
        pytest.param(2, (), True, id="as many adults as may be"),
        pytest.param(3, (), False, id="an adult too many"),
        pytest.param(2, (7,), True, id="as many children as may be"),
        pytest.param(1, (0, 17), False, id="a child too many, of any age"),
        pytest.param(1, (4,), True, id="fewer of each"),
    ],
)
def test_a_room_has_its_most_adults_and_its_most_children(
    adults: int, ages: tuple[int, ...], *, fits: bool
) -> None:
    """A room of four for 2 adults and 1 child at most."""
    assert policy.fits(RoomParty(adults=adults, child_ages=ages), 4, 2, 1) is fits


def test_limits_of_adults_and_children_give_no_place_beyond_the_rooms() -> None:
    family = RoomParty(adults=2, child_ages=(7, 4))
    assert policy.fits(family, 4, 4, 50)
    assert not policy.fits(family, 3, 4, 50)


@given(
    st.integers(1, 9).flatmap(
        lambda rooms: st.tuples(
            st.just(rooms), st.integers(rooms, 30), st.lists(st.integers(0, 17), max_size=12)
        )
    )
)
def test_a_party_is_spread_without_losing_anybody(case: tuple[int, int, list[int]]) -> None:
    rooms, adults, ages = case
    parties = policy.distribute(adults, ages, rooms)
    assert len(parties) == rooms
    assert sum(party.adults for party in parties) == adults
    assert sorted(age for party in parties for age in party.child_ages) == sorted(ages)
    assert all(party.adults >= 1 for party in parties)


def test_each_room_needs_an_adult() -> None:
    with pytest.raises(ValueError, match="adult"):
        policy.distribute(1, [5], 2)


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Europe/Paris", datetime(2027, 5, 4, 16, tzinfo=UTC)),
        ("America/Guadeloupe", datetime(2027, 5, 4, 22, tzinfo=UTC)),
        ("Pacific/Noumea", datetime(2027, 5, 4, 7, tzinfo=UTC)),
    ],
)
def test_free_cancellation_ends_by_the_propertys_own_clock(zone: str, expected: datetime) -> None:
    """HAIP W9: a cut-off in UTC is wrong by hours."""
    assert policy.free_until(FLEXIBLE, date(2027, 5, 6), zone) == expected


def test_a_rate_that_is_never_free_has_no_instant() -> None:
    never = Cancellation(free_days=None, penalty=PenaltyKind.PERCENT)
    assert policy.free_until(never, date(2027, 5, 6), "Europe/Paris") is None


@pytest.mark.parametrize(
    ("cancellation", "expected"),
    [
        (FLEXIBLE, 11_000),
        (Cancellation(free_days=7, penalty=PenaltyKind.PERCENT, penalty_bps=3_000), 9_900),
        (Cancellation(free_days=None, penalty=PenaltyKind.PERCENT), 33_000),
    ],
)
def test_the_penalty_of_a_late_cancellation(cancellation: Cancellation, expected: int) -> None:
    assert policy.penalty_cents(cancellation, 11_000, 33_000) == expected


def test_the_penalty_never_exceeds_the_price() -> None:
    assert policy.penalty_cents(FLEXIBLE, 50_000, 33_000) == 33_000
