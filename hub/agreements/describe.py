"""A rule in words that a treasurer can read aloud: French, translated by the catalogue.

The text itself is French or English (`hub.rules`); this says it in each of our languages.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import msgspec
from babel import dates, numbers

from hub.core.i18n import Catalogue, catalogue, money
from hub.rules import (
    Absorption,
    Component,
    Condition,
    Rule,
    RuleText,
    Season,
    SubjectKind,
    Vocabulary,
)


class ShareWords(msgspec.Struct, frozen=True, kw_only=True):
    """Who receives, how much in words, and the VAT on the fee in basis points."""

    beneficiary: str
    amount: str
    vat_bps: int


class RuleWords(msgspec.Struct, frozen=True, kw_only=True):
    """A rule in one language: when it applies, and who receives what; the holder has the rest."""

    name: str
    catch_all: bool
    conditions: tuple[str, ...]
    shares: tuple[ShareWords, ...]
    remainder: str


MESSAGES = (
    "%(percent)s %% %(base)s",
    "%(percent)s %% jusqu'à %(amount)s par an",
    "%(percent)s %% au-delà",
    "%(amount)s %(unit)s",
    "par réservation",
    "au moins %(amount)s",
    "au plus %(amount)s",
    "%(subject)s : %(values)s",
    "au moins %(number)s",
    "au plus %(number)s",
    "de %(low)s à %(high)s",
    "du %(first)s au %(last)s",
    "%(fund)s absorbe : %(cause)s",
    "%(fund)s absorbe : %(cause)s, après %(days)s jours",
    "au plus %(amount)s par cas",
    "au plus %(amount)s par an",
)


def describe(text: RuleText, vocabulary: Vocabulary, language: str) -> tuple[RuleWords, ...]:
    """Every rule of a text in one of our languages, in the order in which they are tried."""
    words = _Words(text, vocabulary, catalogue(language))
    return tuple(words.rule(rule) for rule in text.rules)


def describe_borne(text: RuleText, vocabulary: Vocabulary, language: str) -> tuple[str, ...]:
    """What a party bears in the place of others, in one of our languages."""
    words = _Words(text, vocabulary, catalogue(language))
    return tuple(words.borne(one) for one in text.absorbs)


def name_role(vocabulary: Vocabulary, role: str, language: str) -> str:
    """The beneficiary in one of our languages."""
    party = vocabulary.role(role)
    return catalogue(language).gettext(party.word.fr[0]) if party else role


class _Words:
    def __init__(self, text: RuleText, vocabulary: Vocabulary, words: Catalogue) -> None:
        self._text = text
        self._vocabulary = vocabulary
        self._words = words

    def rule(self, rule: Rule) -> RuleWords:
        return RuleWords(
            name=rule.name,
            catch_all=rule.catch_all,
            conditions=tuple(self._condition(one) for one in rule.conditions),
            shares=tuple(
                ShareWords(
                    beneficiary=self._role(part.beneficiary),
                    amount=self._component(part),
                    vat_bps=part.vat_bps,
                )
                for part in rule.components
            ),
            remainder=self._role(self._text.remainder),
        )

    def borne(self, one: Absorption) -> str:
        """« La réserve mutuelle absorbe : les litiges perdus, au plus 300,00 € par cas »."""
        cause = self._vocabulary.cause(one.cause)
        said = [
            self._say(
                "%(fund)s absorbe : %(cause)s, après %(days)s jours"
                if one.after_days
                else "%(fund)s absorbe : %(cause)s",
                fund=_capital(self._role(one.fund)),
                cause=self._words.gettext(cause.word.fr[0]) if cause else one.cause,
                **({"days": str(one.after_days)} if one.after_days else {}),
            )
        ]
        if one.case_cents is not None:
            amount = self._money(one.case_cents)
            said.append(self._say("au plus %(amount)s par cas", amount=amount))
        if one.year_cents is not None:
            amount = self._money(one.year_cents)
            said.append(self._say("au plus %(amount)s par an", amount=amount))
        return ", ".join(said)

    def _role(self, code: str) -> str:
        return name_role(self._vocabulary, code, self._words.language)

    def _say(self, phrase: str, **values: str) -> str:
        return self._words.gettext(phrase) % values

    def _money(self, cents: int) -> str:
        return money(cents, self._words.language)

    def _component(self, part: Component) -> str:
        """« 3 % de l'hébergement hors taxes, au moins 0,50 €, au plus 40,00 € »."""
        said = [*self._amount(part)]
        if part.floor_cents is not None:
            said.append(self._say("au moins %(amount)s", amount=self._money(part.floor_cents)))
        if part.cap_cents is not None:
            said.append(self._say("au plus %(amount)s", amount=self._money(part.cap_cents)))
        return ", ".join(said)

    def _amount(self, part: Component) -> Iterator[str]:
        bases = {base.code: base.word.fr[0] for base in self._vocabulary.bases}
        base = self._words.gettext(bases.get(part.base, part.base))
        if part.fixed_cents is not None:
            units = {unit.code: unit.word.fr[0] for unit in self._vocabulary.units}
            unit = self._words.gettext(units.get(part.per, "par réservation"))
            yield self._say("%(amount)s %(unit)s", amount=self._money(part.fixed_cents), unit=unit)
        elif not part.tiers:
            percent = self._percent(part.percent_bps or 0)
            yield self._say("%(percent)s %% %(base)s", percent=percent, base=base)
        for index, tier in enumerate(part.tiers):
            percent = self._percent(tier.percent_bps)
            said = (
                self._say("%(percent)s %% au-delà", percent=percent)
                if tier.upto_cents is None
                else self._say(
                    "%(percent)s %% jusqu'à %(amount)s par an",
                    percent=percent,
                    amount=self._money(tier.upto_cents),
                )
            )
            yield said if index else f"{said} {base}"

    def _percent(self, bps: int) -> str:
        return numbers.format_decimal(Decimal(bps) / 100, locale=self._words.language)

    def _condition(self, condition: Condition) -> str:
        subject = self._vocabulary.subject(condition.subject)
        if subject is None:
            return condition.subject
        if subject.kind is SubjectKind.FLAG:
            word = subject.word if condition.holds else subject.no
            return self._words.gettext(word.fr[0])
        return self._say(
            "%(subject)s : %(values)s",
            subject=self._words.gettext(subject.word.fr[0]),
            values=", ".join(self._values(condition)),
        )

    def _values(self, condition: Condition) -> Iterator[str]:
        low, high = condition.at_least, condition.at_most
        if low is not None and high is not None:
            yield self._say("de %(low)s à %(high)s", low=str(low), high=str(high))
        elif low is not None:
            yield self._say("au moins %(number)s", number=str(low))
        elif high is not None:
            yield self._say("au plus %(number)s", number=str(high))
        for season in self._text.seasons:
            if season.name in condition.seasons:
                yield f"{season.name} ({', '.join(self._season(season))})"
        for value in condition.any_of:
            yield self._value(condition.subject, str(value))

    def _value(self, code: str, value: str) -> str:
        subject = self._vocabulary.subject(code)
        places = self._vocabulary.places
        if subject is None:
            return value
        if subject.kind is SubjectKind.PLACE and places:
            return places.name_of(code, value) or value
        for known in subject.values:
            if known.code == value:
                return self._words.gettext(known.word.fr[0])
        return value

    def _season(self, season: Season) -> Iterator[str]:
        for span in season.spans:
            yield self._period(self._day(span.first, "long"), self._day(span.last, "long"))
        for part in season.yearly:
            first, last = (date.fromisoformat(f"2027-{day}") for day in (part.first, part.last))
            yield self._period(self._day(first, None), self._day(last, None))
        calendars = {one.code: one.word.fr[0] for one in self._vocabulary.calendars}
        for calendar in season.calendars:
            yield self._words.gettext(calendars.get(calendar.code, calendar.code))

    def _day(self, on: date, form: str | None) -> str:
        if form:
            return dates.format_date(on, form, locale=self._words.language)
        return dates.format_skeleton("MMMMd", on, locale=self._words.language)

    def _period(self, first: str, last: str) -> str:
        return self._say("du %(first)s au %(last)s", first=first, last=last)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
