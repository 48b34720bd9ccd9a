"""A rule in words that a treasurer can read aloud: French, translated by the catalogue."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import msgspec
from babel import dates, numbers

from hub.agreements.models import Base, Component, Conditions, Role, Rule, RuleText
from hub.agreements.places import names_of
from hub.core.i18n import Catalogue, catalogue, money

ROLES = {
    Role.LODGING: "l'hébergeur",
    Role.PLATFORM: "la centrale",
    Role.FEDERATION: "la fédération",
    Role.OFFICE: "l'office de tourisme",
    Role.REGION: "la région",
    Role.RESERVE: "la réserve mutuelle",
    Role.PROJECT: "le projet local",
}
BASES = {
    Base.LODGING_NET: "de l'hébergement hors taxes",
    Base.SUPPLEMENTS_NET: "des suppléments hors taxes",
    Base.PENALTY: "de la pénalité",
}
CHANNELS = {
    "site": "le site",
    "office": "l'office de tourisme",
    "campaign": "une campagne",
    "partner": "un partenaire",
}


class ShareWords(msgspec.Struct, frozen=True, kw_only=True):
    """Who receives, how much in words, and the VAT on the fee in basis points."""

    beneficiary: str
    amount: str
    vat_bps: int


class RuleWords(msgspec.Struct, frozen=True, kw_only=True):
    """A rule in one language: when it applies, and who receives what; the lodging has the rest."""

    name: str
    catch_all: bool
    conditions: tuple[str, ...]
    shares: tuple[ShareWords, ...]
    remainder: str


def describe(text: RuleText, language: str) -> tuple[RuleWords, ...]:
    """Every rule of a text in one of our languages, in the order in which they are tried."""
    words = catalogue(language)
    return tuple(_describe_rule(rule, text.remainder, words) for rule in text.rules)


def _describe_rule(rule: Rule, remainder: Role, words: Catalogue) -> RuleWords:
    return RuleWords(
        name=rule.name,
        catch_all=rule.catch_all,
        conditions=tuple(describe_conditions(rule.conditions, words)),
        shares=tuple(
            ShareWords(
                beneficiary=words.gettext(ROLES[part.beneficiary]),
                amount=describe_component(part, words),
                vat_bps=part.vat_bps,
            )
            for part in rule.components
        ),
        remainder=words.gettext(ROLES[remainder]),
    )


def describe_component(part: Component, words: Catalogue) -> str:
    """« 3 % de l'hébergement hors taxes, au moins 0,50 €, au plus 40,00 € »."""
    if part.percent_bps is not None:
        percent = numbers.format_decimal(Decimal(part.percent_bps) / 100, locale=words.language)
        base = words.gettext(BASES[part.base])
        said = [words.gettext("%(percent)s %% %(base)s") % {"percent": percent, "base": base}]
    else:
        phrase = "%(amount)s par nuit" if part.per == "night" else "%(amount)s par réservation"
        said = [_with_amount(phrase, part.fixed_cents or 0, words)]
    if part.floor_cents is not None:
        said.append(_with_amount("au moins %(amount)s", part.floor_cents, words))
    if part.cap_cents is not None:
        said.append(_with_amount("au plus %(amount)s", part.cap_cents, words))
    return ", ".join(said)


def _with_amount(phrase: str, cents: int, words: Catalogue) -> str:
    return words.gettext(phrase) % {"amount": money(cents, words.language)}


def describe_conditions(conditions: Conditions, words: Catalogue) -> list[str]:
    """Each condition as a phrase; an empty list means everything."""
    listed: tuple[tuple[str, Iterable[str]], ...] = (
        ("régions : %(values)s", map(names_of("regions").__getitem__, conditions.regions)),
        (
            "départements : %(values)s",
            map(names_of("departments").__getitem__, conditions.departments),
        ),
        ("communes : %(values)s", _commune_names(conditions)),
        ("types d'hébergement : %(values)s", conditions.kinds),
        ("étoiles : %(values)s", map(str, conditions.stars)),
        ("canaux : %(values)s", (words.gettext(CHANNELS[c]) for c in conditions.channels)),
        ("arrivées : %(values)s", _season_words(conditions, words)),
    )
    joined = ((phrase, ", ".join(values)) for phrase, values in listed)
    said = [words.gettext(phrase) % {"values": values} for phrase, values in joined if values]
    low, high = conditions.nights_min, conditions.nights_max
    if low is not None:
        said.append(words.ngettext("au moins %(n)s nuit", "au moins %(n)s nuits", low) % {"n": low})
    if high is not None:
        said.append(words.ngettext("au plus %(n)s nuit", "au plus %(n)s nuits", high) % {"n": high})
    if conditions.member is not None:
        said.append(words.gettext("adhérents" if conditions.member else "non-adhérents"))
    return said


def _commune_names(conditions: Conditions) -> list[str]:
    # The table of communes is large: it is read only for a rule that names one.
    return [names_of("communes")[code] for code in conditions.communes]


def _season_words(conditions: Conditions, words: Catalogue) -> list[str]:
    def day(on: date) -> str:
        return dates.format_date(on, format="long", locale=words.language)

    phrase = words.gettext("du %(first)s au %(last)s")
    return [
        phrase % {"first": day(season.first), "last": day(season.last)}
        for season in conditions.seasons
    ]
