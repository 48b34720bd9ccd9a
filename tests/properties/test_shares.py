"""Over thousands of random agreements and prices, no cent is lost or made."""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from hub.agreements.models import Allocation, Version
from hub.agreements.policy import allocate, reverse
from hub.core.money import BPS
from hub.rules import Base, Component, Facts, Role, Rule, RuleText, split
from loadtests.allocations import look_after_cents

ROLES = [role for role in Role if role is not Role.LODGING]
FACTS: Facts = {"nights": 5}
CENTS = st.integers(0, 10_000_000)


def version(components: Sequence[Component]) -> Version:
    rule = Rule(name="all", components=tuple(components), catch_all=True)
    return Version(
        id=1,
        tenant=1,
        agreement="a",
        title="a",
        number=1,
        effective_on=date(2026, 1, 1),
        text=RuleText(title="a", vocabulary="tourism", rules=(rule,), remainder=Role.LODGING),
        hash="0" * 64,
        minutes="",
        ratified_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


@st.composite
def component(draw: st.DrawFn, role: Role) -> Component:
    floor = draw(st.none() | st.integers(0, 5_000))
    percentage = draw(st.booleans())
    return Component(
        beneficiary=role,
        base=draw(st.sampled_from(Base)),
        percent_bps=draw(st.integers(0, BPS)) if percentage else None,
        fixed_cents=None if percentage else draw(st.integers(0, 100_000)),
        per="booking" if percentage else draw(st.sampled_from(["booking", "nights"])),
        floor_cents=floor,
        cap_cents=draw(st.none() | st.integers(floor or 0, 100_000)),
        vat_bps=draw(st.sampled_from([0, 1_000, 2_000])),
    )


@st.composite
def components(draw: st.DrawFn) -> list[Component]:
    roles = draw(st.lists(st.sampled_from(ROLES), unique=True, max_size=6))
    return [draw(component(role)) for role in roles]


bases = st.dictionaries(st.sampled_from(Base), CENTS)


@settings(max_examples=400, deadline=None)
@given(components(), bases)
def test_the_parts_are_the_whole_and_none_is_negative(
    parts: list[Component], amounts: dict[Base, int]
) -> None:
    allocation = allocate(version(parts), FACTS, amounts)
    assert allocation.total_cents == sum(amounts.values())
    assert all(share.amount_cents >= 0 and share.vat_cents >= 0 for share in allocation.shares)
    for part in parts:
        got = next(s.amount_cents for s in allocation.shares if s.role is part.beneficiary)
        assert part.cap_cents is None or got <= part.cap_cents


@settings(max_examples=400, deadline=None)
@given(components(), bases, st.randoms(use_true_random=False))
def test_the_order_of_the_beneficiaries_does_not_change_what_they_share(
    parts: list[Component], amounts: dict[Base, int], shuffler: random.Random
) -> None:
    shuffled = list(parts)
    shuffler.shuffle(shuffled)
    first = allocate(version(parts), FACTS, amounts)
    second = allocate(version(shuffled), FACTS, amounts)
    assert first.total_cents == second.total_cents


@settings(max_examples=400, deadline=None)
@given(
    components(),
    bases,
    st.lists(st.integers(-10, 10_000_000) | st.integers(0, 30), max_size=12),
)
def test_reversals_never_exceed_a_share_and_the_last_gives_back_all(
    parts: list[Component], amounts: dict[Base, int], steps: list[int]
) -> None:
    allocation = allocate(version(parts), FACTS, amounts)
    done: list[Allocation] = []
    for step in [*steps, allocation.total_cents]:
        before = sum(-one.total_cents for one in done)
        done.append(reverse(allocation, step, done))
        wanted = min(max(step, 0), allocation.total_cents - before)
        assert -done[-1].total_cents == wanted
        assert all(s.amount_cents <= 0 and s.vat_cents <= 0 for s in done[-1].shares)
        for index, share in enumerate(allocation.shares):
            assert -sum(one.shares[index].amount_cents for one in done) <= share.amount_cents
    for index, share in enumerate(allocation.shares):
        assert sum(one.shares[index].amount_cents for one in done) == -share.amount_cents
        assert sum(one.shares[index].vat_cents for one in done) == -share.vat_cents


@settings(max_examples=400, deadline=None)
@given(CENTS, st.lists(st.integers(0, 10_000), min_size=1, max_size=9).filter(any))
def test_a_split_is_within_a_cent_of_exact(total_cents: int, weights: list[int]) -> None:
    parts = split(total_cents, weights)
    assert sum(parts) == total_cents
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * sum(weights) - total_cents * weight) < sum(weights)


def test_twenty_thousand_random_allocations_lose_no_cent_in_any_order() -> None:
    seen = look_after_cents(20_000, seed=2026)
    assert (seen.cents_lost, seen.order_mattered, seen.over_reversed) == (0, 0, 0)
    assert seen.allocations >= 20_000
