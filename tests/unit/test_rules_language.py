"""The text that members vote: read with exact places, written in one form, checked whole."""

from collections.abc import Sequence
from datetime import date

import msgspec
import pytest

from hub.core.i18n import LANGUAGES, catalogue
from hub.rules import (
    Base,
    Calendar,
    Checked,
    Component,
    Condition,
    Role,
    Rule,
    RuleText,
    Season,
    Span,
    Tier,
    Vocabulary,
    Yearly,
    check,
    check_rules,
    write_text,
)
from hub.rules.reading.conditions import FORBIDDEN_WORDS
from hub.rules.reading.lexing import fold
from hub.rules.says import Says
from tourism.agreement import VOCABULARY

AS_OF = date(2026, 12, 1)
NAMES = {"college": {"hotels": "Hôtels"}}
FRENCH = """accord « Lac d'Annecy »

saison « basse » : du 2 novembre au 31 mars
saison « ponts » : du 6 mai 2027 au 9 mai 2027, vacances scolaires de la zone A

règle « Soutenir les hors-saisons »
quand la saison est « basse » ou « ponts »
  et le canal est le widget de l'office
  et la commune est « Annecy » (74010) ou « La Rochelle » (17300)
  et les étoiles sont de 3 à 5
  et l'hébergeur est adhérent
  et le collège est « Hôtels »
  l'office de tourisme : 4 % de l'hébergement hors taxes, au moins 2,00 €
  la réserve mutuelle : 1,5 % de l'hébergement hors taxes
  la centrale : 3 % de l'hébergement hors taxes jusqu'à 50 000,00 € par an, puis 2 % au-delà, \
au plus 40,00 €, TVA 20 %

règle « Annulations »
quand l'événement est une annulation
  la centrale : 5 % de la pénalité
  le projet local choisi par le voyageur : 0,50 € par nuit sur les suppléments

règle « Partout »
sinon
  la centrale : 3 % de l'hébergement hors taxes

le reste à l'hébergeur
"""
ENGLISH = """agreement "Lac d'Annecy"

season "basse": from 2 November to 31 March
season "ponts": from 6 May 2027 to 9 May 2027, school holidays of zone A

rule "Soutenir les hors-saisons"
when the season is "basse" or "ponts"
  and the channel is the office's widget
  and the commune is "Annecy" (74010) or "La Rochelle" (17300)
  and the stars are from 3 to 5
  and the host is a member
  and the college is "Hôtels"
  the tourist office: 4 % of lodging before tax, at least 2.00 €
  the mutual reserve: 1.5 % of lodging before tax
  the booking centre: 3 % of lodging before tax up to 50 000.00 € a year, then 2 % beyond, \
at most 40.00 €, VAT 20 %

rule "Annulations"
when the event is a cancellation
  the booking centre: 5 % of the penalty
  the local project chosen by the traveller: 0.50 € per night on the supplements

rule "Partout"
otherwise
  the booking centre: 3 % of lodging before tax

the rest to the lodging
"""


def read(source: str, vocabulary: Vocabulary = VOCABULARY, as_of: date = AS_OF) -> Checked:
    return check(source, vocabulary, as_of=as_of, names=NAMES)


def told(checked: Checked) -> list[tuple[int, int, str]]:
    return [(fault.line, fault.column, fault.say()) for fault in checked.faults]


def with_rule(when: str, *shares: str) -> str:
    """A text with one conditional rule, whose condition stands on line 4."""
    lines = ["accord « x »", "saison « basse » : du 2 novembre au 31 mars", "règle « ici »", when]
    return "\n".join([*lines, *shares, "règle « partout »", "sinon", "le reste à l'hébergeur"])


def test_a_text_says_all_that_the_rules_can() -> None:
    checked = read(FRENCH)
    assert checked.faults == ()
    first, second, last = checked.text.rules
    assert first.conditions == (
        Condition(subject="arrival", seasons=("basse", "ponts")),
        Condition(subject="channel", any_of=("office",)),
        Condition(subject="commune", any_of=("74010", "17300")),
        Condition(subject="stars", at_least=3, at_most=5),
        Condition(subject="member", holds=True),
        Condition(subject="college", any_of=("hotels",)),
    )
    assert first.components == (
        Component(beneficiary=Role.OFFICE, percent_bps=400, floor_cents=200),
        Component(beneficiary=Role.RESERVE, percent_bps=150),
        Component(
            beneficiary=Role.PLATFORM,
            tiers=(Tier(percent_bps=300, upto_cents=5_000_000), Tier(percent_bps=200)),
            cap_cents=4_000,
            vat_bps=2_000,
        ),
    )
    assert second.components[1] == Component(
        beneficiary=Role.PROJECT, base=Base.SUPPLEMENTS_NET, fixed_cents=50, per="nights"
    )
    assert (last.catch_all, checked.text.remainder) == (True, Role.LODGING)
    low, bridges = checked.text.seasons
    assert low.yearly == (Yearly(first="11-02", last="03-31"),)
    assert bridges.spans == (Span(first=date(2027, 5, 6), last=date(2027, 5, 9)),)
    (school,) = bridges.calendars
    assert school.code == "school_a"
    assert Span(first=date(2027, 2, 13), last=date(2027, 2, 28)) in school.spans


@pytest.mark.parametrize(("source", "language"), [(FRENCH, "fr"), (ENGLISH, "en")])
def test_writing_is_the_one_form_and_both_languages_say_the_same(
    source: str, language: str
) -> None:
    checked = read(source)
    assert (checked.language, told(checked)) == (language, [])
    french = write_text(checked.text, VOCABULARY, "fr", NAMES)
    english = write_text(checked.text, VOCABULARY, "en", NAMES)
    assert (french, english) == (FRENCH, ENGLISH)
    assert read(french).text == read(english).text == checked.text


def test_articles_accents_capitals_and_quotation_marks_do_not_matter() -> None:
    loose = (
        'ACCORD "Lac d\'Annecy"\r\n'
        "Regle “Partout”\r\nSINON\r\n"
        "   Centrale:3,00% hebergement ,TVA 20 %\r\n"
        "reste hebergeur"
    )
    strict = """accord « Lac d'Annecy »
règle « Partout »
sinon
la centrale : 3 % de l'hébergement hors taxes, TVA 20 %
le reste à l'hébergeur"""
    assert told(read(loose)) == []
    assert read(loose).text == read(strict).text


LONG_LIST = " ou ".join(["office"] * 2)
MISTAKES: Sequence[tuple[str, int, int, str]] = [
    ("", 1, 1, "Le texte commence par"),
    ("règle « x »", 1, 1, "Le texte commence par"),
    ("accord Annecy", 1, 8, "un nom entre guillemets"),
    ("accord « »", 1, 8, "vide ou trop long"),
    ("accord « x » hier", 1, 14, "une virgule ou la fin de la ligne, pas « hier »"),
    ("accord « x »\n\n  la banane : 3 %", 3, 6, "« banane » n'est ni un début de ligne"),
    ("accord « x »\nla centrale : 3 % de l'hébergement", 2, 1, "dans aucune règle"),
    ("accord « x »\nle reste à l'hébergeur", 2, 23, "au moins une règle"),
    ("accord « x »\nrègle « y »\nsinon", 3, 6, "à qui va le reste"),
    ("accord « x »\nrègle « y »\nle reste à l'hébergeur", 2, 1, "Une règle dit « quand »"),
    ("accord « x »\nrègle « y »\nle reste à la centrale", 3, 10, "qui garde le reste"),
    ("accord « x »\naccord « y »", 2, 1, "un seul accord"),
    ("accord « x »\nsaison « s » : hier", 2, 16, "une période"),
    ("accord « x »\nsaison « s » : du 31 juin au 2 juillet", 2, 19, "Ce jour n'existe pas"),
    ("accord « x »\nsaison « s » : du 1 mars au 29 février", 2, 29, "Ce jour n'existe pas"),
    ("accord « x »\nsaison « s » : du 1 mars 2027 au 2 mars", 2, 34, "Donnez l'année"),
    ("accord « x »\nsaison « s » : du 2 mai 2027 au 1 mai 2027", 2, 33, "finit avant"),
    ("accord « x »\nsaison « s » : du 2 floréal au 1 mai", 2, 21, "le nom d'un mois"),
    (with_rule("quand la lune est pleine"), 4, 10, "« lune » n'est pas un sujet"),
    (with_rule("quand le canal office"), 4, 16, "on attend « est »"),
    (with_rule("quand le canal est pigeon"), 4, 20, "« pigeon » n'est pas une valeur possible"),
    (with_rule(f"quand le canal est {LONG_LIST}"), 4, 30, "deux fois"),
    (with_rule("quand les étoiles sont trois"), 4, 24, "un nombre entier"),
    (with_rule("quand les étoiles sont 6"), 4, 24, "va de 1 à 5"),
    (with_rule("quand les étoiles sont de 4 à 3"), 4, 31, "plus petite borne"),
    (with_rule("quand la saison est « haute »"), 4, 7, "n'est pas définie"),
    (with_rule("quand le collège est « Navires »"), 4, 22, "« « Navires » »"),
    (with_rule("quand le canal est office et le canal est site"), 4, 30, "déjà dans"),
    (with_rule("quand le canal est office", "quand le canal est site"), 5, 1, "se dit une fois"),
    (with_rule("quand l'hébergeur est adhérent", "centrale 3 %"), 5, 10, "on attend « : »"),
    (with_rule("quand l'hébergeur est adhérent", "centrale : x"), 5, 12, "un pourcentage ou une"),
    (with_rule("quand l'hébergeur est adhérent", "centrale : 3"), 5, 13, "« % » ou « € »"),
    (with_rule("quand l'hébergeur est adhérent", "centrale : 101 %"), 5, 12, "de 0 à 100"),
    (with_rule("quand l'hébergeur est adhérent", "centrale : 1,234 %"), 5, 12, "deux décimales"),
    (with_rule("quand l'hébergeur est adhérent", "centrale : 1,234 €"), 5, 12, "deux décimales"),
    (with_rule("quand l'hébergeur est adhérent", "centrale : 3 % du total"), 5, 19, "ce qui est"),
    (with_rule("quand l'hébergeur est adhérent", "centrale : 3 €"), 5, 15, "« par réservation »"),
    (
        with_rule("quand l'hébergeur est adhérent", "centrale : 3 % hébergement, 5"),
        5,
        29,
        "Après une virgule",
    ),
    (
        with_rule("quand l'hébergeur est adhérent", "centrale : 3 % hébergement, TVA 33 %"),
        5,
        33,
        "de 0 à 30 %",
    ),
    (
        with_rule(
            "quand l'hébergeur est adhérent",
            "centrale : 3 % hébergement jusqu'à 10 € par an, puis 2 % jusqu'à 9 € par an",
        ),
        5,
        58,
        "Les tranches montent",
    ),
    (
        with_rule("quand l'hébergeur est adhérent", "hébergeur : 3 % hébergement"),
        5,
        1,
        "garde le reste",
    ),
    (
        with_rule("quand l'hébergeur est adhérent", *["centrale : 3 % hébergement"] * 2),
        6,
        1,
        "déjà une part",
    ),
    (
        with_rule(
            "quand l'hébergeur est adhérent",
            "centrale : 60 % hébergement",
            "office : 40,01 % hébergement",
        ),
        6,
        1,
        "plus de 100 % est donné : de l'hébergement hors taxes",
    ),
    (
        with_rule(
            "quand l'hébergeur est adhérent",
            "centrale : 3 % hébergement, au moins 2 €, au plus 1 €",
        ),
        5,
        1,
        "dépasse le maximum",
    ),
    (FRENCH.replace("« Annulations »", "« Partout »"), 22, 1, "a déjà ce nom"),
    (FRENCH.replace("sinon\n", "quand l'hébergeur est adhérent\n"), 22, 1, "dit « sinon »"),
    (FRENCH.replace("quand l'événement est une annulation", "sinon"), 17, 1, "prend tous les cas"),
]


@pytest.mark.parametrize(("source", "line", "column", "says"), MISTAKES)
def test_a_mistake_is_told_in_words_at_its_line_and_column(
    source: str, line: int, column: int, says: str
) -> None:
    found = told(read(source))
    assert any((line, column) == fault[:2] and says in fault[2] for fault in found), found


def test_every_line_is_looked_at_and_a_fault_makes_no_others() -> None:
    spoiled = FRENCH.replace("le widget de l'office", "pigeon").replace("4 % de", "4 de")
    assert [fault[:2] for fault in told(read(spoiled))] == [(8, 19), (13, 28)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fault_is_told_in_each_language(language: str) -> None:
    words = catalogue(language)
    for says in Says:
        told = words.gettext(says)
        assert told, says
        assert (language == "fr") == (told == says), (language, says)


HIDDEN = [
    ("quand le canal est site", "quand le canal est site et les étoiles sont 3"),
    ("quand la région est « Auvergne-Rhône-Alpes »", "quand la commune est « Annecy » (74010)"),
    ("quand le département est « Haute-Savoie »", "quand la commune est « Annecy » (74010)"),
    ("quand les nuits sont au moins 3", "quand les nuits sont de 3 à 7"),
    ("quand la saison est « basse »", "quand la saison est « noël »"),
    ("quand la saison est « basse »", "quand la saison est « noël » ou « fin »"),
]
NEARLY = [
    ("quand le canal est site et les étoiles sont 3", "quand le canal est site"),
    ("quand la commune est « Annecy » (74010)", "quand la région est « Auvergne-Rhône-Alpes »"),
    ("quand les nuits sont de 3 à 7", "quand les nuits sont au moins 3"),
    ("quand la saison est « noël »", "quand la saison est « basse »"),
    ("quand l'hébergeur est adhérent", "quand l'hébergeur n'est pas adhérent"),
]


def two_rules(first: str, second: str) -> str:
    return f"""accord « x »
saison « basse » : du 2 novembre au 31 mars
saison « noël » : du 19 décembre 2026 au 3 janvier 2027
saison « fin » : du 1 mars au 15 mars
règle « une »
{first}
règle « deux »
{second}
règle « partout »
sinon
le reste à l'hébergeur"""


@pytest.mark.parametrize(("first", "second"), HIDDEN)
def test_a_rule_that_others_hide_is_told(first: str, second: str) -> None:
    (fault,) = told(read(two_rules(first, second)))
    assert fault[:2] == (7, 1)
    assert "ne sert jamais" in fault[2]


@pytest.mark.parametrize(("first", "second"), NEARLY)
def test_a_rule_that_keeps_a_case_is_not(first: str, second: str) -> None:
    assert told(read(two_rules(first, second))) == []


def test_a_rule_hidden_by_several_together_is_told() -> None:
    source = two_rules("quand l'hébergeur est adhérent", "quand l'hébergeur n'est pas adhérent")
    third = "règle « trois »\nquand le canal est site\nrègle « partout »"
    (fault,) = told(read(source.replace("règle « partout »", third)))
    assert fault[:2] == (9, 1)


def test_a_rule_that_contradicts_itself_is_told() -> None:
    when = "quand la commune est « Annecy » (74010) et la région est « Bretagne »"
    (fault,) = told(read(with_rule(when)))
    assert (fault[0], "se contredisent" in fault[2]) == (3, True)


DATED = [
    (with_rule("quand la commune est « Seynod »"), 4, 22, "n'existe plus, et fait partie de"),
    (with_rule("quand la commune est « Atlantide »"), 4, 22, "n'est pas un lieu connu"),
    (with_rule("quand la commune est « Saint-Denis »"), 4, 22, "désigne plusieurs lieux"),
    (with_rule("quand la commune est « Annecy » (17300)"), 4, 22, "ne désignent pas le même"),
    (with_rule("quand la région est « Rhône-Alpes »"), 4, 21, "n'est pas un lieu connu"),
    (with_rule("quand le collège est « Marins »"), 4, 22, "n'est pas une valeur possible"),
    (
        with_rule("quand la saison est « été »").replace(
            "saison « basse » : du 2 novembre au 31 mars",
            "saison « été » : du 1 juillet 2026 au 31 août 2026",
        ),
        2,
        1,
        "est finie",
    ),
]


@pytest.mark.parametrize(("source", "line", "column", "says"), DATED)
def test_what_no_longer_exists_is_refused_or_asked_about_and_never_widened(
    source: str, line: int, column: int, says: str
) -> None:
    (fault,) = told(read(source))
    assert fault[:2] == (line, column)
    assert says in fault[2]


@pytest.mark.parametrize(
    "sentence",
    [
        "quand le prix est au moins 50",
        "quand le prix de la chambre est 80",
        "quand le tarif est plancher",
        "quand la remise est 10",
        "quand la parité est 1",
        "quand le canal est concurrent",
        "quand le canal est Booking",
        "quand la capacité est 30",
        "quand la marge est 3",
    ],
)
def test_a_condition_has_no_words_for_prices_discounts_or_other_channels(sentence: str) -> None:
    found = told(read(with_rule(sentence)))
    assert [fault[0] for fault in found] == [4]
    if "Booking" not in sentence:
        assert "ne parle ni du prix d'une chambre" in found[0][2]


@pytest.mark.parametrize(
    "share",
    [
        "centrale : 3 % du prix",
        "centrale : 3 % du prix de la chambre",
        "centrale : prix plancher 80 €",
        "centrale : 3 % de l'hébergement, remise 10 %",
        "centrale : 3 % de l'hébergement, prix au moins 80 €",
        "centrale : 3 % de l'hébergement hors taxes au tarif public",
        "le prix : 80,00 €",
        "plancher : 80,00 €",
        "chambre : 80,00 €",
    ],
)
def test_a_share_has_no_words_for_prices_discounts_or_other_channels(share: str) -> None:
    assert read(with_rule("quand l'hébergeur est adhérent", share)).faults != ()


def test_no_word_of_the_vocabulary_is_a_word_of_prices() -> None:
    words = [
        *(word for subject in VOCABULARY.subjects for word in (subject.word, subject.no)),
        *(value.word for subject in VOCABULARY.subjects for value in subject.values),
        *(role.word for role in VOCABULARY.roles),
        *(base.word for base in VOCABULARY.bases),
        *(unit.word for unit in VOCABULARY.units),
        *(calendar.word for calendar in VOCABULARY.calendars),
    ]
    said = {fold(part) for word in words for form in (*word.fr, *word.en) for part in form.split()}
    assert len(said) > 60
    assert not said & FORBIDDEN_WORDS
    codes = {subject.code for subject in VOCABULARY.subjects}
    assert not {code for code in codes if "price" in code or "rate" in code or "cents" in code}


@pytest.mark.parametrize(
    "written",
    [
        {"room_price_cents": 10_000},
        {"floor_price_cents": 8_000},
        {"discount_bps": 1_000},
        {"conditions": [{"subject": "arrival", "at_least_price": 1}]},
        {"components": [{"beneficiary": "platform", "percent_bps": 1, "min_room_price_cents": 1}]},
        {"components": [{"beneficiary": "Room Price", "percent_bps": 1}]},
        {"components": [{"beneficiary": "platform", "percent_bps": 1.5}]},
    ],
)
def test_data_with_other_fields_is_no_rule(written: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"name": "x", "components": [], **written}, Rule)


PLAIN = Component(beneficiary=Role.PLATFORM, percent_bps=300)
UNSAYABLE = [
    {"remainder": Role.PLATFORM},
    {"title": "a « b » c"},
    {"seasons": (Season(name="s", calendars=(Calendar(code="x", spans=(), known_until=AS_OF),)),)},
]
UNSAYABLE_RULES = [
    {"conditions": (Condition(subject="room_price", at_least=80),)},
    {"conditions": (Condition(subject="channel", any_of=("elsewhere.example",)),)},
    {"conditions": (Condition(subject="commune", any_of=("99999",)),)},
    {"conditions": (Condition(subject="stars", at_least=3, any_of=(5,)),)},
    {"conditions": (Condition(subject="stars", any_of=("3",)),)},
    {"conditions": (Condition(subject="channel"),)},
    {"conditions": (Condition(subject="college", any_of=("sailors",)),)},
    {"components": (msgspec.structs.replace(PLAIN, beneficiary=Role("sponsor")),)},
    {"components": (msgspec.structs.replace(PLAIN, base=Base("room_price")),)},
    {"components": (msgspec.structs.replace(PLAIN, percent_bps=-1),)},
    {"components": (msgspec.structs.replace(PLAIN, fixed_cents=100),)},
    {"components": (msgspec.structs.replace(PLAIN, percent_bps=None),)},
    {"components": (msgspec.structs.replace(PLAIN, per="nights"),)},
    {"components": (msgspec.structs.replace(PLAIN, percent_bps=None, fixed_cents=1, per="room"),)},
    {"components": (msgspec.structs.replace(PLAIN, cap_cents=-1),)},
    {"components": (PLAIN,) * 21},
]


def text_of(rule: Rule) -> RuleText:
    last = Rule(name="partout", components=(PLAIN,), catch_all=True)
    return RuleText(title="x", vocabulary="tourism", rules=(rule, last), remainder=Role.LODGING)


HERE = Rule(name="ici", components=(PLAIN,), conditions=(Condition(subject="member", holds=True),))


def test_rules_that_come_as_data_are_checked_by_their_words() -> None:
    good = text_of(HERE)
    assert check_rules(good, VOCABULARY, as_of=AS_OF, names=NAMES).faults == ()
    for changes in UNSAYABLE:
        bad = msgspec.structs.replace(good, **changes)
        assert check_rules(bad, VOCABULARY, as_of=AS_OF, names=NAMES).faults, changes
    for changes in UNSAYABLE_RULES:
        bad = text_of(msgspec.structs.replace(HERE, **changes))
        assert check_rules(bad, VOCABULARY, as_of=AS_OF, names=NAMES).faults, changes
