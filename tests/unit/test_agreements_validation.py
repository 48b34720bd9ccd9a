"""Which texts can be an agreement: every mistake is named with its place, none is dropped."""

from datetime import date

import msgspec
import pytest

from hub.agreements.errors import RuleInvalid
from hub.agreements.models import Base, Component, Conditions, Role, Rule, RuleText, Season
from hub.agreements.validation import validate

SHARE = Component(beneficiary=Role.PLATFORM, percent_bps=300)
LAST = Rule(name="everywhere", components=(SHARE,), catch_all=True)
HERE = Conditions(departments=("74",))


def conditional(**conditions: object) -> RuleText:
    when = msgspec.convert(conditions, Conditions)
    return RuleText(rules=(Rule(name="here", components=(SHARE,), conditions=when), LAST))


def sharing(*components: Component) -> RuleText:
    return RuleText(rules=(Rule(name="here", components=components, conditions=HERE), LAST))


def component(**fields: object) -> Component:
    return msgspec.convert({"beneficiary": "platform", **fields}, Component)


def test_a_good_text_is_accepted() -> None:
    validate(RuleText(rules=(LAST,)))
    validate(
        sharing(
            SHARE,
            component(base="supplements_net", fixed_cents=100, per="night", floor_cents=1),
            component(beneficiary="reserve", percent_bps=9_700),
        )
    )
    validate(conditional(regions=["84", "975"], departments=["2A", "974"], communes=["2A004"]))


OUT_OF_ORDER = [
    (RuleText(rules=()), "from 1 to 100 rules"),
    (RuleText(rules=(LAST,) * 101), "from 1 to 100 rules"),
    (RuleText(rules=(LAST,), remainder=Role.PLATFORM), "holds the remainder"),
    (RuleText(rules=(Rule(name="here", components=(SHARE,), conditions=HERE),)), "say so"),
    (RuleText(rules=(Rule(name="silent", components=(SHARE,)),)), "say so"),
    (
        RuleText(rules=(Rule(name="a", components=(), conditions=HERE, catch_all=True),)),
        "say so",
    ),
    (RuleText(rules=(LAST, Rule(name="dead", components=(), catch_all=True))), "dead"),
    (RuleText(rules=(Rule(name="silent", components=()), LAST)), "matches everything"),
    (
        RuleText(rules=(Rule(name="everywhere", components=(), conditions=HERE), LAST)),
        "same name",
    ),
    (
        RuleText(
            rules=(
                Rule(name="a", components=(), conditions=HERE),
                Rule(name="b", components=(SHARE,), conditions=HERE),
                LAST,
            )
        ),
        "same conditions",
    ),
    (RuleText(rules=(Rule(name=" ", components=(), catch_all=True),)), "a name"),
]
BAD_CONDITIONS = [
    (conditional(regions=["99"]), "'99' is not a code"),
    (conditional(departments=["20"]), "'20' is not a code"),
    (conditional(communes=["75000"]), "'75000' is not a code"),
    (conditional(stars=[0]), "from 1 to 5"),
    (conditional(stars=[6]), "from 1 to 5"),
    (conditional(nights_min=0), "lengths of stay"),
    (conditional(nights_max=0), "lengths of stay"),
    (conditional(nights_min=8, nights_max=7), "lengths of stay"),
    (
        conditional(seasons=[Season(first=date(2027, 2, 2), last=date(2027, 2, 1))]),
        "ends before it begins",
    ),
]
BAD_SHARES = [
    (sharing(SHARE, SHARE), "two shares of one base"),
    (sharing(*[component(percent_bps=1)] * 21), "more than 20"),
    (sharing(component(beneficiary="lodging", percent_bps=100)), "has the remainder"),
    (sharing(component()), "one of them"),
    (sharing(component(percent_bps=1, fixed_cents=1)), "one of them"),
    (sharing(component(percent_bps=1, per="night")), "only a fixed sum"),
    (sharing(component(percent_bps=-1)), "negative"),
    (sharing(component(fixed_cents=-1)), "negative"),
    (sharing(component(percent_bps=1, floor_cents=-1)), "negative"),
    (sharing(component(percent_bps=1, cap_cents=-1)), "negative"),
    (sharing(component(percent_bps=1, floor_cents=2, cap_cents=1)), "above the cap"),
    (sharing(component(percent_bps=1, floor_cents=1, cap_cents=0)), "above the cap"),
    (sharing(component(percent_bps=1, vat_bps=3_001)), "VAT"),
    (sharing(component(percent_bps=1, vat_bps=-1)), "VAT"),
    (
        sharing(SHARE, component(beneficiary="office", percent_bps=9_701)),
        "more than 100 % of lodging_net",
    ),
]


@pytest.mark.parametrize(("text", "says"), OUT_OF_ORDER + BAD_CONDITIONS + BAD_SHARES)
def test_a_mistake_is_refused_in_words(text: RuleText, says: str) -> None:
    with pytest.raises(RuleInvalid) as refused:
        validate(text)
    assert says in str(refused.value)


@pytest.mark.parametrize(("text", "says"), BAD_CONDITIONS + BAD_SHARES)
def test_a_refusal_names_the_place_of_the_rule(text: RuleText, says: str) -> None:
    with pytest.raises(RuleInvalid) as refused:
        validate(text)
    assert str(refused.value).startswith("Rule 1 ('here'): ")
    assert refused.value.extra == {"rule": 1, "name": "here"}


def test_shares_of_different_bases_may_each_reach_the_whole() -> None:
    validate(sharing(component(percent_bps=10_000), component(percent_bps=10_000, base="penalty")))


@pytest.mark.parametrize(
    "written",
    [
        {"room_price_cents": 10_000},
        {"floor_price_cents": 8_000},
        {"discount_bps": 1_000},
        {"other_channels": ["elsewhere.example"]},
        {"channels": ["elsewhere.example"]},
    ],
)
def test_a_rule_cannot_speak_of_prices_discounts_or_other_channels(
    written: dict[str, object],
) -> None:
    rule = {"name": "x", "components": [], "catch_all": True, "conditions": written}
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"rules": [rule]}, RuleText)


@pytest.mark.parametrize(
    "written",
    [
        {"beneficiary": "sponsor", "percent_bps": 100},
        {"beneficiary": "platform", "percent_bps": 100, "base": "room_price"},
        {"beneficiary": "platform", "percent_bps": 1.5},
        {"beneficiary": "platform", "fixed_cents": 100, "per": "person"},
        {"beneficiary": "platform", "percent_bps": 100, "min_room_price_cents": 1},
    ],
)
def test_an_unknown_beneficiary_base_or_word_is_refused_and_not_dropped(
    written: dict[str, object],
) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(written, Component)


def test_the_bases_leave_out_taxes_and_the_price_of_a_room() -> None:
    assert {base.value for base in Base} == {"lodging_net", "supplements_net", "penalty"}
