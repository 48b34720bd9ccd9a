"""Prices that follow prices, and prices of persons: what must hold for every tariff."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from tourism.rates.models import (
    Cancellation,
    ChildBand,
    Derivation,
    MealPlan,
    Night,
    Overlay,
    PenaltyKind,
    PlanDetails,
    Pricing,
    PricingModel,
    Promotion,
    PromotionDetails,
    PromotionKind,
    RatePlan,
    RoomParty,
    Rounding,
)
from tourism.rates.policy.plans import check_lineage
from tourism.rates.policy.pricing import derive, lineage_of, plan_nights, price_night, price_stay

CENTS = st.integers(0, 200_000)
thorough = settings(max_examples=2_000)
FREE = Cancellation(free_days=None, penalty=PenaltyKind.PERCENT)

derivations = st.builds(
    Derivation,
    adjust_cents=st.integers(-20_000, 20_000),
    step_cents=st.sampled_from([1, 10, 50, 100, 500]),
    rounding=st.sampled_from(Rounding),
    floor_cents=st.integers(0, 30_000),
    cap_cents=st.one_of(st.just(0), st.integers(1, 100_000)),
)
bands = st.lists(
    st.builds(
        ChildBand,
        until_age=st.integers(0, 17),
        cents=st.integers(0, 5_000),
        adult_bps=st.integers(0, 10_000),
    ),
    max_size=4,
    unique_by=lambda band: band.until_age,
).map(lambda found: tuple(sorted(found, key=lambda band: band.until_age)))
pricings = st.builds(
    Pricing,
    model=st.sampled_from(PricingModel),
    extra_adult_cents=st.integers(0, 8_000),
    single_discount_cents=st.integers(0, 50_000),
    single_supplement_cents=st.integers(0, 50_000),
    child_bands=bands,
)
parties = st.builds(
    RoomParty,
    adults=st.integers(1, 6),
    child_ages=st.lists(st.integers(0, 17), max_size=4).map(tuple),
)


def plan(
    id: int = 1,
    *,
    parent: int | None = None,
    adjust_bps: int = 0,
    meals: int = 0,
    details: PlanDetails = PlanDetails(),  # noqa: B008  frozen
) -> RatePlan:
    return RatePlan(
        id=id, code=f"p{id}", name=None, rank=id, meal_plan=MealPlan.ROOM_ONLY,
        adjust_bps=adjust_bps, supplement_adult_cents=meals, supplement_child_cents=meals // 2,
        cancellation=FREE, parent=parent, details=details,
    )  # fmt: skip


@thorough
@given(CENTS, st.integers(-9_000, 30_000), derivations)
def test_a_derived_price_is_never_under_its_floor_nor_over_its_cap(
    base: int, bps: int, rule: Derivation
) -> None:
    derived = derive(base, plan(adjust_bps=bps, details=PlanDetails(derivation=rule)))
    assert derived >= rule.floor_cents
    assert derived >= 0
    if rule.cap_cents and rule.cap_cents >= rule.floor_cents:
        assert derived <= rule.cap_cents


@thorough
@given(CENTS, CENTS, st.integers(-9_000, 30_000), derivations)
def test_a_dearer_parent_never_makes_a_cheaper_child(
    one: int, other: int, bps: int, rule: Derivation
) -> None:
    child = plan(adjust_bps=bps, details=PlanDetails(derivation=rule))
    assert derive(min(one, other), child) <= derive(max(one, other), child)


@thorough
@given(CENTS, pricings, parties, st.integers(1, 6), st.integers(0, 3_000), st.integers(0, 17))
def test_another_person_never_makes_the_night_cheaper(
    base: int, pricing: Pricing, party: RoomParty, standard: int, meals: int, age: int
) -> None:
    of = plan(meals=meals, details=PlanDetails(pricing=pricing))
    before = price_night(base, of, party, standard)
    assert before >= 0
    with_adult = RoomParty(adults=party.adults + 1, child_ages=party.child_ages)
    with_child = RoomParty(adults=party.adults, child_ages=(*party.child_ages, age))
    assert price_night(base, of, with_adult, standard) >= before
    assert price_night(base, of, with_child, standard) >= before


parents = st.dictionaries(
    st.integers(1, 7), st.one_of(st.none(), st.integers(1, 7)), min_size=1, max_size=7
)


@thorough
@given(parents)
def test_plans_that_are_accepted_never_follow_one_another_in_a_circle(
    family: dict[int, int | None],
) -> None:
    """Plans are added one by one, as a hotelier would; whatever was accepted ends at a root, two
    derivations away at most."""
    accepted: dict[int, RatePlan] = {}
    for id, parent in family.items():
        wanted = plan(id, parent=parent)
        if check_lineage(wanted, list(accepted.values())) is None:
            accepted[id] = wanted
        # Changing the parent of one that others follow already is looked at just the same.
        moved = plan(id, parent=next(iter(accepted), None))
        others = [known for known in accepted.values() if known.id != id]
        if check_lineage(moved, others) is None:
            accepted[id] = moved
    for known in accepted.values():
        lineage = lineage_of(known, accepted)
        assert lineage[0].parent is None
        assert len(lineage) <= 3
        assert len({ancestor.id for ancestor in lineage}) == len(lineage)


@thorough
@given(CENTS, CENTS, st.integers(-9_000, 0))
def test_a_plans_own_price_of_a_night_replaces_what_it_would_follow_and_its_children_follow_it(
    room: int, own: int, bps: int
) -> None:
    on = date(2027, 5, 1)
    plans = {1: plan(1, adjust_bps=500), 2: plan(2, parent=1, adjust_bps=bps)}
    said = Overlay(
        room_type=7, rate_plan=1, on=on, price_cents=own, min_stay=0, min_through=0, max_stay=0,
        max_through=0, closed=0,  # pyright: ignore[reportArgumentType]
    )  # fmt: skip
    night = Night(on=on, units_left=1, price_cents=room)
    parent = plan_nights(plans[1], plans, 7, [night], [said])[0].price_cents
    child = plan_nights(plans[2], plans, 7, [night], [said])[0].price_cents
    assert parent == (own or derive(room, plans[1]))
    assert child == derive(parent, plans[2])
    # Another room type's price says nothing here.
    assert plan_nights(plans[1], plans, 8, [night], [said])[0].price_cents == derive(room, plans[1])


@thorough
@given(CENTS, st.integers(-9_000, 30_000), st.integers(0, 20_000), st.integers(-20_000, 20_000))
def test_what_follows_a_night_without_a_price_has_none_but_of_its_own(
    own: int, bps: int, floor: int, cents: int
) -> None:
    on = date(2027, 5, 1)
    rule = Derivation(adjust_cents=cents, floor_cents=floor)
    plans = {
        1: plan(1, adjust_bps=bps, details=PlanDetails(derivation=rule)),
        2: plan(2, parent=1, details=PlanDetails(derivation=rule)),
    }
    said = Overlay(
        room_type=7, rate_plan=2, on=on, price_cents=own, min_stay=0, min_through=0, max_stay=0,
        max_through=0, closed=0,  # pyright: ignore[reportArgumentType]
    )  # fmt: skip
    night = Night(on=on, units_left=1, price_cents=0)
    assert plan_nights(plans[1], plans, 7, [night], [said])[0].price_cents == 0
    assert plan_nights(plans[2], plans, 7, [night], [said])[0].price_cents == own


promotions = st.builds(
    PromotionDetails,
    kind=st.sampled_from(PromotionKind),
    threshold=st.integers(1, 30),
    percent_bps=st.integers(0, 10_000),
    free_nights=st.just(1),
).map(lambda details: Promotion(id=1, name="Promotion", rank=1, details=details))


@thorough
@given(
    st.lists(CENTS, min_size=1, max_size=28), st.lists(promotions, max_size=4), st.integers(0, 300)
)
def test_promotions_only_save_never_go_below_nothing_and_never_add_up(
    nights: list[int], offered: list[Promotion], ahead: int
) -> None:
    arrival = date(2027, 12, 1)
    booked = date.fromordinal(arrival.toordinal() - ahead)
    party = RoomParty(adults=2)
    price = price_stay(nights, arrival, plan(), party, 2, offered, booked, room_type=7)
    assert all(0 <= now <= before for now, before in zip(price.night_cents, nights, strict=True))
    assert price.saved_cents == sum(nights) - price.total_cents
    single = [
        price_stay(nights, arrival, plan(), party, 2, [p], booked, room_type=7) for p in offered
    ]
    assert price.total_cents == min([p.total_cents for p in single], default=sum(nights))
