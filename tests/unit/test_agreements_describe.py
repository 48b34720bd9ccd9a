"""A rule in the words that a treasurer reads aloud."""

from datetime import date

from hub.agreements.describe import describe
from hub.agreements.models import Base, Component, Conditions, Role, Rule, RuleText, Season

NBSP, NARROW = "\u00a0", "\u202f"


def plain(text: str) -> str:
    return text.replace(NBSP, " ").replace(NARROW, " ")


def words_of(rule: Rule, language: str = "fr") -> tuple[list[str], list[tuple[str, str]]]:
    (words,) = describe(RuleText(rules=(rule,)), language)
    shares = [(plain(share.beneficiary), plain(share.amount)) for share in words.shares]
    return [plain(phrase) for phrase in words.conditions], shares


def test_shares_are_said_with_their_base_floor_and_cap() -> None:
    rule = Rule(
        name="tout",
        components=(
            Component(beneficiary=Role.PLATFORM, percent_bps=250, floor_cents=50, cap_cents=4_000),
            Component(beneficiary=Role.OFFICE, fixed_cents=20, per="night"),
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
        conditions=Conditions(
            regions=("84",),
            departments=("74", "2A"),
            communes=("74010",),
            kinds=("hotel",),
            stars=(3, 4),
            channels=("site", "office"),
            seasons=(Season(first=date(2026, 11, 2), last=date(2027, 3, 31)),),
            nights_min=1,
            nights_max=14,
            member=False,
        ),
    )
    conditions, _ = words_of(rule)
    assert conditions == [
        "régions : Auvergne-Rhône-Alpes",
        "départements : Haute-Savoie, Corse-du-Sud",
        "communes : Annecy",
        "types d'hébergement : hotel",
        "étoiles : 3, 4",
        "canaux : le site, l'office de tourisme",
        "arrivées : du 2 novembre 2026 au 31 mars 2027",
        "au moins 1 nuit",
        "au plus 14 nuits",
        "non-adhérents",
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
    first = Rule(name="first", components=(), conditions=Conditions(member=True))
    last = Rule(name="last", components=(), catch_all=True)
    said = describe(RuleText(rules=(first, last)), "fr")
    assert [(words.name, words.catch_all) for words in said] == [("first", False), ("last", True)]
    assert {words.remainder for words in said} == {"l'hébergeur"}
