"""What is paid beside the nights, and which plans, promotions and supplements can be."""

from datetime import date

import msgspec
import pytest

from tourism.plans.policy import choose_nights, make_example, order_tree
from tourism.rates.actions.planning import free_code
from tourism.rates.errors import SupplementInvalid
from tourism.rates.models import (
    Cancellation,
    Derivation,
    MealPlan,
    Night,
    PenaltyKind,
    PlanDetails,
    RatePlan,
    RoomParty,
    Supplement,
    SupplementDetails,
    SupplementEach,
    SupplementPer,
)
from tourism.rates.policy.plans import check_supplement
from tourism.rates.policy.pricing import price_stay
from tourism.rates.policy.supplements import supplement_cents

FRIDAY = date(2027, 1, 1)
COUPLE_AND_CHILDREN = RoomParty(adults=2, child_ages=(2, 9))
ROOM, PERSON = SupplementPer.ROOM, SupplementPer.PERSON
STAY, NIGHT = SupplementEach.STAY, SupplementEach.NIGHT


def plan(id: int = 1, parent: int | None = None, *supplements: Supplement, bps: int = 0):
    return RatePlan(
        id=id, code=f"p{id}", name=None, rank=id, meal_plan=MealPlan.ROOM_ONLY, adjust_bps=bps,
        supplement_adult_cents=0, supplement_child_cents=0, parent=parent,
        cancellation=Cancellation(free_days=None, penalty=PenaltyKind.PERCENT),
        supplements=supplements,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (SupplementDetails(cents=500), 500),
        (SupplementDetails(cents=500, each=NIGHT), 1_500),
        (SupplementDetails(cents=500, per=PERSON), 2_000),
        (SupplementDetails(cents=500, per=PERSON, each=NIGHT), 6_000),
        (SupplementDetails(cents=500, per=PERSON, from_age=3), 1_500),
        (SupplementDetails(cents=500, per=PERSON, from_age=18), 1_000),
        # Friday, Saturday and Sunday are slept; only the named nights count.
        (SupplementDetails(cents=500, each=NIGHT, weekdays=(6, 7)), 1_000),
        (SupplementDetails(cents=500, each=NIGHT, weekdays=(1,)), 0),
        (SupplementDetails(cents=500, each=STAY, weekdays=(6,)), 500),
        (SupplementDetails(cents=500, each=STAY, weekdays=(1,)), 0),
        (SupplementDetails(cents=500, per=ROOM, from_age=18), 500),
    ],
)
def test_a_supplement_counts_persons_rooms_stays_and_nights(
    rule: SupplementDetails, expected: int
) -> None:
    assert supplement_cents(rule, FRIDAY, 3, COUPLE_AND_CHILDREN) == expected


def test_only_mandatory_supplements_of_this_plan_and_room_are_part_of_the_price() -> None:
    def extra(name: str, **rule: object) -> Supplement:
        return Supplement(id=1, name=name, details=SupplementDetails(cents=700, **rule))  # pyright: ignore

    chosen = plan(
        1,
        None,
        extra("all"),
        extra("choice", mandatory=False),
        extra("other plan", plans=(2,)),
        extra("this plan", plans=(1, 2)),
        extra("other room", room_types=(8,)),
        extra("this room", room_types=(7,)),
    )
    price = price_stay([9_000] * 2, FRIDAY, chosen, RoomParty(adults=2), 2, room_type=7)
    assert [s.name for s in price.supplements] == ["all", "this plan", "this room"]
    assert price.total_cents == 18_000 + 3 * 700
    # The tourist tax may be a share of the nights only.
    assert price.lodging_cents == (9_000, 9_000)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"cents": 0}, "amount"),
        ({"cents": 10_000_001}, "amount"),
        ({"from_age": -1}, "from_age"),
        ({"weekdays": (0,)}, "weekdays"),
        ({"plans": (1, 5)}, "plans"),
        ({"room_types": (7, 9)}, "room_types"),
    ],
)
def test_a_supplement_that_cannot_be_names_its_field(changed: dict, field: str) -> None:
    rule = msgspec.structs.replace(SupplementDetails(cents=100), **changed)
    with pytest.raises(SupplementInvalid) as refused:
        check_supplement(Supplement(id=0, name="Linge", details=rule), [plan(1)], {7})
    assert refused.value.extra["field"] == field


def test_plans_are_drawn_behind_the_ones_they_follow() -> None:
    plans = [plan(1), plan(2, 3), plan(3, 1), plan(4), plan(5, 99)]
    drawn = [(known.id, depth) for known, depth in order_tree(plans)]
    assert drawn == [(1, 0), (3, 1), (2, 2), (4, 0), (5, 0)]


def test_a_worked_example_says_the_price_before_and_after() -> None:
    by_id = {1: plan(1), 2: plan(2, 1, bps=-1_000)}
    example = make_example(by_id[2], by_id, None, None)
    assert (example.source_cents, example.plan_cents) == (14_000, 12_600)
    derived = msgspec.structs.replace(
        by_id[2], details=PlanDetails(derivation=Derivation(floor_cents=13_000))
    )
    assert make_example(derived, by_id, None, None).plan_cents == 13_000


def test_the_nights_of_the_examples_are_the_first_a_saturday_and_the_dearest() -> None:
    def night(day: int, cents: int) -> Night:
        return Night(on=date(2027, 1, day), units_left=1, price_cents=cents)

    nights = [night(1, 0), night(4, 9_000), *(night(d, 9_000) for d in range(5, 13)), night(20, 12)]
    assert [n.on.day for n in choose_nights([*nights, night(25, 20_000)])] == [4, 9, 25]
    assert choose_nights([night(1, 0)]) == []


@pytest.mark.parametrize(
    ("name", "taken", "expected"),
    [
        ("Été à deux !", set(), "ete_a_deux"),
        ("Été à deux !", {"ete_a_deux"}, "ete_a_deux_2"),
        ("!!!", set(), "plan"),
    ],
)
def test_a_code_is_made_of_the_name_and_is_nobody_elses(
    name: str, taken: set[str], expected: str
) -> None:
    assert free_code(name, taken) == expected
