"""Which rule decides, what each party receives, and its way back."""

from datetime import UTC, date, datetime

import msgspec
import pytest

from hub.agreements.models import (
    Allocation,
    Base,
    Component,
    Conditions,
    Facts,
    Role,
    Rule,
    RuleText,
    Season,
    Version,
)
from hub.agreements.policy import allocate, hash_text, holds, match, reverse, split

FACTS = Facts(
    region="84",
    department="74",
    commune="74010",
    kind="hotel",
    stars=3,
    channel="site",
    arrival=date(2027, 2, 13),
    nights=7,
    member=True,
)


def percent(role: Role, percent_bps: int, **more: object) -> Component:
    return msgspec.structs.replace(Component(beneficiary=role, percent_bps=percent_bps), **more)


def fixed(role: Role, cents: int, **more: object) -> Component:
    return msgspec.structs.replace(Component(beneficiary=role, fixed_cents=cents), **more)


def rule(name: str, *components: Component, when: Conditions | None = None) -> Rule:
    return Rule(
        name=name,
        components=components,
        conditions=when or Conditions(),
        catch_all=when is None,
    )


def version(*rules: Rule) -> Version:
    text = RuleText(rules=rules)
    return Version(
        id=7,
        tenant=2,
        agreement="tourisminfrance",
        title="L'accord",
        number=3,
        effective_on=date(2026, 1, 1),
        text=text,
        hash=hash_text(text),
        minutes="adopté",
        ratified_at=datetime(2025, 12, 1, tzinfo=UTC),
    )


def amounts(allocation: Allocation) -> dict[Role, int]:
    return {share.role: share.amount_cents for share in allocation.shares}


def shared(lodging_net: int, *components: Component, nights: int = 7) -> dict[Role, int]:
    facts = msgspec.structs.replace(FACTS, nights=nights)
    allocation = allocate(version(rule("all", *components)), facts, {Base.LODGING_NET: lodging_net})
    return amounts(allocation)


@pytest.mark.parametrize(
    ("total_cents", "weights", "parts"),
    [
        (1_000, [1, 1, 1], [334, 333, 333]),
        (10_001, [50, 30, 20], [5_001, 3_000, 2_000]),
        (5, [1, 1, 1, 1], [2, 1, 1, 1]),
        (0, [1, 2], [0, 0]),
        (100, [0, 1], [0, 100]),
        (1, [1, 1, 1], [1, 0, 0]),
    ],
)
def test_a_total_is_split_by_largest_remainder_and_ties_go_to_the_first(
    total_cents: int, weights: list[int], parts: list[int]
) -> None:
    assert split(total_cents, weights) == parts


@pytest.mark.parametrize("weights", [[], [0, 0], [2, -1]])
def test_weights_that_cannot_share_are_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        split(100, weights)


@pytest.mark.parametrize(
    ("conditions", "holding"),
    [
        (Conditions(), True),
        (Conditions(regions=("84",)), True),
        (Conditions(regions=("11", "84")), True),
        (Conditions(regions=("11",)), False),
        (Conditions(departments=("74",)), True),
        (Conditions(departments=("73",)), False),
        (Conditions(communes=("74010",)), True),
        (Conditions(communes=("74011",)), False),
        (Conditions(kinds=("hotel", "camping")), True),
        (Conditions(kinds=("camping",)), False),
        (Conditions(stars=(3, 4)), True),
        (Conditions(stars=(5,)), False),
        (Conditions(channels=("site",)), True),
        (Conditions(channels=("office", "partner")), False),
        (Conditions(member=True), True),
        (Conditions(member=False), False),
        (Conditions(nights_min=7), True),
        (Conditions(nights_min=8), False),
        (Conditions(nights_max=7), True),
        (Conditions(nights_max=6), False),
        (Conditions(seasons=(Season(first=date(2027, 2, 13), last=date(2027, 3, 1)),)), True),
        (Conditions(seasons=(Season(first=date(2027, 2, 1), last=date(2027, 2, 13)),)), True),
        (Conditions(seasons=(Season(first=date(2027, 2, 14), last=date(2027, 3, 1)),)), False),
        (Conditions(seasons=(Season(first=date(2027, 1, 1), last=date(2027, 2, 12)),)), False),
        (Conditions(regions=("84",), stars=(5,)), False),
        (Conditions(regions=("84",), stars=(3,), nights_min=2, nights_max=10), True),
    ],
)
def test_a_rule_holds_when_all_its_conditions_do(conditions: Conditions, holding: bool) -> None:
    assert holds(conditions, FACTS) is holding


def test_a_lodging_without_stars_is_in_no_list_of_stars() -> None:
    facts = msgspec.structs.replace(FACTS, stars=None)
    assert not holds(Conditions(stars=(1, 2, 3, 4, 5)), facts)


def test_the_first_rule_that_holds_decides_and_not_the_most_precise() -> None:
    wide = rule("wide", when=Conditions(regions=("84",)))
    precise = rule("precise", when=Conditions(communes=("74010",)))
    last = rule("everywhere")
    assert match(RuleText(rules=(wide, precise, last)), FACTS) is wide
    assert match(RuleText(rules=(precise, wide, last)), FACTS) is precise
    elsewhere = msgspec.structs.replace(FACTS, region="11", commune="75101")
    assert match(RuleText(rules=(wide, precise, last)), elsewhere) is last


def test_the_lodging_holds_what_remains() -> None:
    got = shared(20_000, percent(Role.PLATFORM, 300), percent(Role.OFFICE, 150))
    assert got == {Role.PLATFORM: 600, Role.OFFICE: 300, Role.LODGING: 19_100}


def test_odd_cents_go_by_largest_remainder_in_declared_order() -> None:
    # 3 % and 1.5 % of 99.99 are 2.9997 and 1.49985: both round up, the lodging down.
    got = shared(9_999, percent(Role.PLATFORM, 300), percent(Role.OFFICE, 150))
    assert got == {Role.PLATFORM: 300, Role.OFFICE: 150, Role.LODGING: 9_549}
    # Three times half a cent: the two declared first have it.
    halves = shared(100, percent(Role.PLATFORM, 150), percent(Role.OFFICE, 150))
    assert halves == {Role.PLATFORM: 2, Role.OFFICE: 1, Role.LODGING: 97}


@pytest.mark.parametrize(
    ("net_cents", "platform_cents"), [(1_000, 50), (1_667, 50), (10_000, 300), (200_000, 4_000)]
)
def test_a_share_stays_between_its_floor_and_its_cap(net_cents: int, platform_cents: int) -> None:
    got = shared(net_cents, percent(Role.PLATFORM, 300, floor_cents=50, cap_cents=4_000))
    assert got[Role.PLATFORM] == platform_cents
    assert sum(got.values()) == net_cents


def test_a_fixed_sum_is_per_booking_or_per_night() -> None:
    got = shared(30_000, fixed(Role.OFFICE, 100), fixed(Role.PROJECT, 20, per="night"), nights=3)
    assert got == {Role.OFFICE: 100, Role.PROJECT: 60, Role.LODGING: 29_840}


def test_when_the_shares_exceed_the_price_the_first_declared_are_served_first() -> None:
    got = shared(100, fixed(Role.PLATFORM, 60), fixed(Role.OFFICE, 60), fixed(Role.REGION, 60))
    assert got == {Role.PLATFORM: 60, Role.OFFICE: 40, Role.REGION: 0, Role.LODGING: 0}


def test_nothing_to_share_gives_nothing_floors_included() -> None:
    got = shared(0, percent(Role.PLATFORM, 300, floor_cents=50), fixed(Role.OFFICE, 100))
    assert got == {Role.PLATFORM: 0, Role.OFFICE: 0, Role.LODGING: 0}


def test_each_share_is_taken_of_its_own_base_and_a_role_has_one_share_in_all() -> None:
    on_both = rule(
        "all",
        percent(Role.PLATFORM, 300, vat_bps=2_000),
        percent(Role.PLATFORM, 1_000, base=Base.SUPPLEMENTS_NET, vat_bps=2_000),
        percent(Role.RESERVE, 5_000, base=Base.PENALTY),
    )
    bases = {Base.LODGING_NET: 20_000, Base.SUPPLEMENTS_NET: 3_000, Base.PENALTY: 101}
    allocation = allocate(version(on_both), FACTS, bases)
    assert amounts(allocation) == {Role.PLATFORM: 900, Role.RESERVE: 51, Role.LODGING: 22_150}
    assert [share.role for share in allocation.shares] == [
        Role.PLATFORM,
        Role.RESERVE,
        Role.LODGING,
    ]
    assert allocation.shares[0].vat_cents == 180
    assert allocation.total_cents == 23_101


def test_vat_is_on_the_fee_and_beside_it() -> None:
    # DOMAIN VT-4: 12 % of 220.00 is 26.40, its VAT 5.28.
    allocation = allocate(
        version(rule("all", percent(Role.PLATFORM, 1_200, vat_bps=2_000))),
        FACTS,
        {Base.LODGING_NET: 22_000},
    )
    platform, lodging = allocation.shares
    assert (platform.amount_cents, platform.vat_cents) == (2_640, 528)
    assert (lodging.amount_cents, lodging.vat_cents) == (19_360, 0)


def test_a_negative_base_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        allocate(version(rule("all")), FACTS, {Base.LODGING_NET: -1})


def test_an_allocation_says_which_text_and_rule_decided_and_can_be_computed_again() -> None:
    ratified = version(rule("all", percent(Role.PLATFORM, 333, vat_bps=2_000)))
    allocation = allocate(ratified, FACTS, {Base.LODGING_NET: 12_345})
    assert (allocation.version, allocation.number) == (7, 3)
    assert (allocation.hash, allocation.rule) == (ratified.hash, "all")
    kept = msgspec.json.decode(msgspec.json.encode(allocation), type=Allocation)
    assert kept == allocation
    assert allocate(ratified, kept.facts, kept.bases) == kept


def test_the_hash_is_of_what_was_voted_and_of_nothing_else() -> None:
    text = RuleText(rules=(rule("all", percent(Role.PLATFORM, 300)),))
    assert hash_text(text) == hash_text(msgspec.convert(msgspec.to_builtins(text), RuleText))
    assert hash_text(text) != hash_text(RuleText(rules=(rule("all", percent(Role.OFFICE, 300)),)))
    # A fixed value: stored hashes must stay verifiable when the language grows.
    assert hash_text(text) == "5823dd9dc5cfecea779418a82a75919910a2d2fb99f9fad39426d2fff814b521"


def test_the_order_of_rules_is_part_of_what_was_voted() -> None:
    one = rule("one", when=Conditions(regions=("84",)))
    two = rule("two", when=Conditions(regions=("11",)))
    last = rule("all")
    assert hash_text(RuleText(rules=(one, two, last))) != hash_text(
        RuleText(rules=(two, one, last))
    )


def test_a_part_goes_back_in_proportion_and_all_of_it_exactly() -> None:
    ratified = version(
        rule("all", percent(Role.PLATFORM, 300, vat_bps=2_000), percent(Role.OFFICE, 150))
    )
    allocation = allocate(ratified, FACTS, {Base.LODGING_NET: 20_000})
    half = reverse(allocation, 10_000)
    assert amounts(half) == {Role.PLATFORM: -300, Role.OFFICE: -150, Role.LODGING: -9_550}
    assert half.shares[0].vat_cents == -60
    rest = reverse(allocation, 99_999, [half])
    assert amounts(rest) == amounts(half)
    assert rest.shares[0].vat_cents == -60
    assert reverse(allocation, 1, [half, rest]).total_cents == 0
    assert reverse(allocation, -5).total_cents == 0


def test_no_share_moves_the_wrong_way_where_a_larger_total_would_round_it_down() -> None:
    # Splitting 10 and then 11 by 6 : 6 : 2 takes a cent back from the third (4/4/2, then 5/5/1).
    assert split(10, [6, 6, 2]) == [4, 4, 2]
    assert split(11, [6, 6, 2]) == [5, 5, 1]
    ratified = version(rule("all", fixed(Role.PLATFORM, 6), fixed(Role.OFFICE, 6)))
    allocation = allocate(ratified, FACTS, {Base.LODGING_NET: 14})
    first = reverse(allocation, 10)
    second = reverse(allocation, 1, [first])
    assert amounts(first) == {Role.PLATFORM: -4, Role.OFFICE: -4, Role.LODGING: -2}
    assert second.total_cents == -1
    assert all(share.amount_cents <= 0 for share in second.shares)
