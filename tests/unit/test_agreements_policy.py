"""Which rule decides, what each party receives, and its way back."""

from datetime import UTC, date, datetime

import msgspec
import pytest

from hub.agreements.models import Allocation, Version
from hub.agreements.policy import allocate, reverse
from hub.rules import (
    Base,
    Component,
    Condition,
    FactMissing,
    Facts,
    Role,
    Rule,
    RuleText,
    Season,
    Span,
    Tier,
    Yearly,
    find_rule,
    hash_text,
    split,
)
from hub.rules.deciding import holds

FACTS: Facts = {
    "region": "84",
    "department": "74",
    "commune": "74010",
    "kind": "hotel",
    "stars": 3,
    "channel": "site",
    "arrival": "2027-02-13",
    "nights": 7,
    "member": True,
}


def percent(role: Role, percent_bps: int, **more: object) -> Component:
    return msgspec.structs.replace(Component(beneficiary=role, percent_bps=percent_bps), **more)


def fixed(role: Role, cents: int, **more: object) -> Component:
    return msgspec.structs.replace(Component(beneficiary=role, fixed_cents=cents), **more)


def rule(name: str, *components: Component, when: Condition | None = None) -> Rule:
    return Rule(
        name=name,
        components=components,
        conditions=(when,) if when else (),
        catch_all=when is None,
    )


def text_of(*rules: Rule) -> RuleText:
    return RuleText(title="L'accord", vocabulary="tourism", rules=rules, remainder=Role.LODGING)


def one_of(subject: str, *values: str | int) -> Condition:
    return Condition(subject=subject, any_of=values)


def version(*rules: Rule) -> Version:
    text = text_of(*rules)
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
    facts = {**FACTS, "nights": nights}
    allocation = allocate(version(rule("all", *components)), facts, {Base.LODGING_NET: lodging_net})
    return amounts(allocation)


@pytest.mark.parametrize(
    ("total_cents", "weights", "parts"),
    [
        pytest.param(1_000, [1, 1, 1], [334, 333, 333], id="DOMAIN-2.2-thirds"),
        pytest.param(10_001, [50, 30, 20], [5_001, 3_000, 2_000], id="DOMAIN-2.2-50-30-20"),
        pytest.param(5, [1, 1, 1, 1], [2, 1, 1, 1], id="DOMAIN-2.2-quarters"),
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


SPRING = Season(name="spring", spans=(Span(first=date(2027, 2, 13), last=date(2027, 3, 1)),))
BEFORE = Season(name="before", spans=(Span(first=date(2027, 2, 1), last=date(2027, 2, 12)),))
WINTER = Season(name="winter", yearly=(Yearly(first="11-02", last="03-31"),))
SUMMER = Season(name="summer", yearly=(Yearly(first="06-01", last="09-15"),))


@pytest.mark.parametrize(
    ("condition", "holding"),
    [
        (one_of("region", "11", "84"), True),
        (one_of("region", "11"), False),
        (one_of("kind", "hotel", "campsite"), True),
        (one_of("stars", 3, 4), True),
        (one_of("stars", 5), False),
        (Condition(subject="stars", at_least=3), True),
        (Condition(subject="stars", at_least=4), False),
        (Condition(subject="nights", at_most=7), True),
        (Condition(subject="nights", at_most=6), False),
        (Condition(subject="nights", at_least=8, at_most=9), False),
        (Condition(subject="member", holds=True), True),
        (Condition(subject="member", holds=False), False),
        (Condition(subject="arrival", seasons=("spring",)), True),
        (Condition(subject="arrival", seasons=("before",)), False),
        (Condition(subject="arrival", seasons=("before", "winter")), True),
        (Condition(subject="arrival", seasons=("summer",)), False),
    ],
)
def test_a_condition_holds_when_its_subject_has_one_of_its_values(
    condition: Condition, holding: bool
) -> None:
    assert holds([condition], FACTS, [SPRING, BEFORE, WINTER, SUMMER]) is holding


def test_all_conditions_must_hold() -> None:
    assert holds([one_of("region", "84"), one_of("stars", 3)], FACTS)
    assert not holds([one_of("region", "84"), one_of("stars", 5)], FACTS)


@pytest.mark.parametrize("day", ["2027-01-01", "2026-11-02", "2027-03-31", "2031-12-31"])
def test_a_season_of_every_year_runs_over_new_year(day: str) -> None:
    facts = {**FACTS, "arrival": day}
    assert holds([Condition(subject="arrival", seasons=("winter",))], facts, [WINTER])


def test_a_lodging_without_stars_is_in_no_list_of_stars() -> None:
    facts = {**FACTS, "stars": None}
    assert not holds([one_of("stars", 1, 2, 3, 4, 5)], facts)
    assert not holds([Condition(subject="stars", at_least=1)], facts)


def test_what_is_not_known_of_a_booking_is_never_guessed() -> None:
    with pytest.raises(FactMissing, match="college"):
        holds([one_of("college", "hotels")], FACTS)
    tiers = (Tier(percent_bps=500, upto_cents=1_000), Tier(percent_bps=100))
    part = Component(beneficiary=Role.PLATFORM, tiers=tiers)
    with pytest.raises(FactMissing, match="lodging_net_this_year_cents"):
        shared(1_000, part)


def test_the_first_rule_that_holds_decides_and_not_the_most_precise() -> None:
    wide = rule("wide", when=one_of("region", "84"))
    precise = rule("precise", when=one_of("commune", "74010"))
    last = rule("everywhere")
    assert find_rule(text_of(wide, precise, last), FACTS) is wide
    assert find_rule(text_of(precise, wide, last), FACTS) is precise
    elsewhere = {**FACTS, "region": "11", "commune": "75101"}
    assert find_rule(text_of(wide, precise, last), elsewhere) is last


@pytest.mark.parametrize(
    ("before", "net", "got"),
    [
        (0, 1_000, 50),
        (0, 1_500, 55),
        (999, 2, 0),
        (1_000, 1_000, 10),
        (900, 1_000, 14),
        (5_000, 100, 1),
    ],
)
def test_each_slice_of_the_year_has_the_rate_of_its_tier(before: int, net: int, got: int) -> None:
    tiers = (Tier(percent_bps=500, upto_cents=1_000), Tier(percent_bps=100))
    part = Component(beneficiary=Role.PLATFORM, tiers=tiers)
    facts = {**FACTS, "lodging_net_this_year_cents": before}
    allocation = allocate(version(rule("all", part)), facts, {Base.LODGING_NET: net})
    assert amounts(allocation) == {Role.PLATFORM: got, Role.LODGING: net - got}


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
    got = shared(30_000, fixed(Role.OFFICE, 100), fixed(Role.PROJECT, 20, per="nights"), nights=3)
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
    text = text_of(rule("all", percent(Role.PLATFORM, 300)))
    assert hash_text(text) == hash_text(msgspec.convert(msgspec.to_builtins(text), RuleText))
    assert hash_text(text) != hash_text(text_of(rule("all", percent(Role.OFFICE, 300))))
    # A fixed value: stored hashes must stay verifiable when the language grows.
    assert hash_text(text) == "328fe7f1d2da14c4821a0acc042a8ee8169b3337dfc02bb8505c0a4e090fe79b"


def test_the_order_of_rules_is_part_of_what_was_voted() -> None:
    one = rule("one", when=one_of("region", "84"))
    two = rule("two", when=one_of("region", "11"))
    last = rule("all")
    assert hash_text(text_of(one, two, last)) != hash_text(text_of(two, one, last))


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
