"""A rule in the words that a treasurer reads aloud."""

from datetime import date

from hub.agreements.describe import describe
from hub.rules import (
    Base,
    Component,
    Condition,
    Role,
    Rule,
    RuleText,
    Season,
    Span,
    Yearly,
)
from tourism.agreement import VOCABULARY

NBSP, NARROW = "\u00a0", "\u202f"


def plain(text: str) -> str:
    return text.replace(NBSP, " ").replace(NARROW, " ")


def text_of(*rules: Rule) -> RuleText:
    spans = (Span(first=date(2026, 11, 2), last=date(2027, 3, 31)),)
    low = Season(name="basse", spans=spans, yearly=(Yearly(first="05-01", last="06-15"),))
    return RuleText(
        title="x", vocabulary="tourism", seasons=(low,), rules=rules, remainder=Role.LODGING
    )


def words_of(rule: Rule, language: str = "fr") -> tuple[list[str], list[tuple[str, str]]]:
    (words,) = describe(text_of(rule), VOCABULARY, language)
    shares = [(plain(share.beneficiary), plain(share.amount)) for share in words.shares]
    return [plain(phrase) for phrase in words.conditions], shares


def test_shares_are_said_with_their_base_floor_and_cap() -> None:
    rule = Rule(
        name="tout",
        components=(
            Component(beneficiary=Role.PLATFORM, percent_bps=250, floor_cents=50, cap_cents=4_000),
            Component(beneficiary=Role.OFFICE, fixed_cents=20, per="nights"),
            Component(beneficiary=Role.RESERVE, fixed_cents=100),
            Component(beneficiary=Role.REGION, percent_bps=5_000, base=Base.PENALTY),
        ),
        catch_all=True,
    )
    conditions, shares = words_of(rule)
    assert conditions == []
    assert shares == [
        ("la centrale", "2,5 % de l'hébergement hors taxes, au moins 0,50 €, au plus 40,00 €"),
        ("l'office de tourisme", "0,20 € par nuit"),
        ("la réserve mutuelle", "1,00 € par réservation"),
        ("la région", "50 % de la pénalité"),
    ]


def test_conditions_are_said_with_names_and_not_codes() -> None:
    rule = Rule(
        name="ici",
        components=(),
        conditions=(
            Condition(subject="region", any_of=("84",)),
            Condition(subject="department", any_of=("74", "2A")),
            Condition(subject="commune", any_of=("74010",)),
            Condition(subject="kind", any_of=("hotel",)),
            Condition(subject="stars", any_of=(3, 4)),
            Condition(subject="channel", any_of=("site", "campaign")),
            Condition(subject="arrival", seasons=("basse",)),
            Condition(subject="nights", at_least=1, at_most=14),
            Condition(subject="member", holds=False),
        ),
    )
    conditions, _ = words_of(rule)
    assert conditions == [
        "la région : Auvergne-Rhône-Alpes",
        "le département : Haute-Savoie, Corse-du-Sud",
        "la commune : Annecy",
        "l'hébergement : hôtel",
        "les étoiles : 3, 4",
        "le canal : le site, une campagne",
        "la saison : basse (du 2 novembre 2026 au 31 mars 2027, du 1 mai au 15 juin)",
        "les nuits : de 1 à 14",
        "l'hébergeur n'est pas adhérent",
    ]


def test_amounts_and_percentages_follow_the_language() -> None:
    component = Component(beneficiary=Role.PLATFORM, percent_bps=125, cap_cents=123_456)
    rule = Rule(name="all", components=(component,), catch_all=True)
    (_, french), (_, english) = words_of(rule)[1][0], words_of(rule, "en")[1][0]
    assert "1,25 %" in french
    assert "1 234,56 €" in french
    assert "1.25" in english
    assert "€1,234.56" in english


def test_the_rules_are_said_in_the_order_in_which_they_are_tried() -> None:
    first = Rule(name="first", components=(), conditions=(Condition(subject="member", holds=True),))
    last = Rule(name="last", components=(), catch_all=True)
    said = describe(text_of(first, last), VOCABULARY, "fr")
    assert [(words.name, words.catch_all) for words in said] == [("first", False), ("last", True)]
    assert {words.remainder for words in said} == {"l'hébergeur"}
