"""Rules as text, in the one form that we give them: reading it back gives the same rules."""

from collections.abc import Sequence
from datetime import date

from hub.rules.models import (
    Absorption,
    Component,
    Condition,
    Role,
    Rule,
    RuleText,
    Season,
    Span,
    Yearly,
)
from hub.rules.reading.amounts import MONTHS
from hub.rules.reading.conditions import Names
from hub.rules.vocabulary import Language, Named, Subject, SubjectKind, Vocabulary, Word


class Unsayable(ValueError):
    """A text holds something for which its vocabulary has no word."""


def write_text(text: RuleText, vocabulary: Vocabulary, language: Language, names: Names) -> str:
    """The text in French or English. Raises `Unsayable`."""
    return _Writer(vocabulary, language, names).text(text)


class _Writer:
    def __init__(self, vocabulary: Vocabulary, language: Language, names: Names) -> None:
        self._vocabulary = vocabulary
        self._language: Language = language
        self._names = names
        self._french = language == "fr"

    def text(self, text: RuleText) -> str:
        paragraphs = [f"{self._say('accord', 'agreement')} {self._quote(text.title)}"]
        if text.seasons:
            paragraphs.append("\n".join(map(self._season, text.seasons)))
        paragraphs += map(self._rule, text.rules)
        if text.absorbs:
            paragraphs.append("\n".join(map(self._absorption, text.absorbs)))
        holder = self._vocabulary.role(text.remainder)
        if holder is None or holder.to is None:
            raise Unsayable(f"{text.remainder} cannot hold the remainder")
        paragraphs.append(
            f"{self._say('le reste', 'the rest')} {holder.to.written(self._language)}"
        )
        return "\n\n".join(paragraphs) + "\n"

    def _say(self, french: str, english: str) -> str:
        return french if self._french else english

    def _quote(self, name: str) -> str:
        if any(mark in name for mark in "«»\n"):
            raise Unsayable(f"{name!r} cannot be quoted")
        return f"« {name} »" if self._french else f'"{name}"' if '"' not in name else f"« {name} »"

    def _season(self, season: Season) -> str:
        words = {c.code: c.word.written(self._language) for c in self._vocabulary.calendars}
        parts = [self._period(part) for part in (*season.yearly, *season.spans)]
        try:
            parts += [words[calendar.code] for calendar in season.calendars]
        except KeyError as error:
            raise Unsayable(f"no calendar is called {error}") from None
        return (
            f"{self._say('saison', 'season')} {self._quote(season.name)}"
            f"{self._say(' :', ':')} {', '.join(parts)}"
        )

    def _period(self, part: Span | Yearly) -> str:
        if isinstance(part, Span):
            first, last = self._day(part.first), self._day(part.last)
        else:
            first, last = (
                self._month_day(*map(int, day.split("-"))) for day in (part.first, part.last)
            )
        return f"{self._say('du', 'from')} {first} {self._say('au', 'to')} {last}"

    def _day(self, on: date) -> str:
        return f"{self._month_day(on.month, on.day)} {on.year:04}"

    def _month_day(self, month: int, day: int) -> str:
        ordinal = "er" if self._french and day == 1 else ""
        return f"{day}{ordinal} {MONTHS[self._language][month - 1]}"

    def _rule(self, rule: Rule) -> str:
        lines = [f"{self._say('règle', 'rule')} {self._quote(rule.name)}"]
        if rule.catch_all:
            lines.append(self._say("sinon", "otherwise"))
        said = [self._condition(condition) for condition in rule.conditions]
        for index, one in enumerate(said):
            start = self._say("quand", "when") if index == 0 else "  " + self._say("et", "and")
            lines.append(f"{start} {one}")
        lines += ["  " + self._component(part) for part in rule.components]
        return "\n".join(lines)

    def _condition(self, condition: Condition) -> str:
        subject = self._vocabulary.subject(condition.subject)
        if subject is None:
            raise Unsayable(f"there is no subject {condition.subject}")
        if subject.kind is SubjectKind.FLAG:
            return (subject.word if condition.holds else subject.no).written(self._language)
        copula = self._say("sont", "are") if subject.plural else self._say("est", "is")
        return (
            f"{subject.word.written(self._language)} {copula} {self._compared(subject, condition)}"
        )

    def _compared(self, subject: Subject, condition: Condition) -> str:
        low, high = condition.at_least, condition.at_most
        if low is not None and high is not None:
            return f"{self._say('de', 'from')} {low} {self._say('à', 'to')} {high}"
        if low is not None:
            return f"{self._say('au moins', 'at least')} {low}"
        if high is not None:
            return f"{self._say('au plus', 'at most')} {high}"
        if subject.kind is SubjectKind.DATE:
            return self._either([self._quote(name) for name in condition.seasons])
        return self._either([self._value(subject, value) for value in condition.any_of])

    def _either(self, values: Sequence[str]) -> str:
        return f" {self._say('ou', 'or')} ".join(values)

    def _value(self, subject: Subject, value: str | int) -> str:
        match subject.kind:
            case SubjectKind.NUMBER:
                return str(value)
            case SubjectKind.PLACE:
                places = self._vocabulary.places
                name = places.name_of(subject.code, str(value)) if places else None
                if name is None:
                    raise Unsayable(f"{value} is no {subject.code}")
                return f"{self._quote(name)} ({value})"
            case SubjectKind.NAME:
                name = self._names.get(subject.code, {}).get(str(value))
                if name is None:
                    raise Unsayable(f"{value} is no {subject.code}")
                return self._quote(name)
            case _:
                return self._word(subject.values, str(value))

    def _word(self, known: Sequence[Named], code: str) -> str:
        for one in known:
            if one.code == code:
                return one.word.written(self._language)
        raise Unsayable(f"there is no word for {code}")

    def _component(self, part: Component) -> str:
        said = [self._amount(part)]
        if part.floor_cents is not None:
            said.append(f"{self._say('au moins', 'at least')} {self._money(part.floor_cents)}")
        if part.cap_cents is not None:
            said.append(f"{self._say('au plus', 'at most')} {self._money(part.cap_cents)}")
        if part.vat_bps:
            said.append(f"{self._say('TVA', 'VAT')} {self._percent(part.vat_bps)}")
        return f"{self._party(part.beneficiary)}{self._say(' :', ':')} {', '.join(said)}"

    def _absorption(self, one: Absorption) -> str:
        cause = self._vocabulary.cause(one.cause)
        if cause is None or cause.waits != bool(one.after_days):
            raise Unsayable(f"{one.cause} cannot be borne so")
        said = f"{self._party(one.fund)} {self._say('absorbe', 'absorbs')} "
        said += cause.word.written(self._language)
        if one.after_days:
            said += f" {self._say('après', 'after')} {one.after_days} {self._say('jours', 'days')}"
        most = self._say("au plus", "at most")
        if one.case_cents is not None:
            said += f", {most} {self._money(one.case_cents)} {self._say('par cas', 'per case')}"
        if one.year_cents is not None:
            said += f", {most} {self._money(one.year_cents)} {self._say('par an', 'a year')}"
        return said

    def _party(self, role: Role) -> str:
        party = self._vocabulary.role(role)
        if party is None:
            raise Unsayable(f"there is no beneficiary {role}")
        return party.word.written(self._language)

    def _amount(self, part: Component) -> str:
        word = self._base(part.base)
        base = word.written(self._language)
        if part.fixed_cents is not None:
            per = (
                self._say("par réservation", "per booking")
                if part.per == "booking"
                else self._word(self._vocabulary.units, part.per)
            )
            from_base = (
                ""
                if part.base == self._vocabulary.bases[0].code
                else f" {self._say('sur', 'on')} {word.forms(self._language)[-1]}"
            )
            return f"{self._money(part.fixed_cents)} {per}{from_base}"
        if not part.tiers:
            return f"{self._percent(part.percent_bps or 0)} {base}"
        steps: list[str] = []
        for index, tier in enumerate(part.tiers):
            of = f" {base}" if index == 0 else ""
            upto = (
                self._say("au-delà", "beyond")
                if tier.upto_cents is None
                else f"{self._say('jusqu’à', 'up to')} {self._money(tier.upto_cents)} "
                f"{self._say('par an', 'a year')}"
            )
            steps.append(f"{self._percent(tier.percent_bps)}{of} {upto}".replace("’", "'"))
        return f", {self._say('puis', 'then')} ".join(steps)

    def _base(self, code: str) -> Word:
        for base in self._vocabulary.bases:
            if base.code == code:
                return base.word
        raise Unsayable(f"there is no word for {code}")

    def _percent(self, bps: int) -> str:
        whole, part = divmod(bps, 100)
        decimals = f"{part:02}".rstrip("0")
        return f"{whole}{self._comma() + decimals if decimals else ''} %"

    def _money(self, cents: int) -> str:
        whole, part = divmod(cents, 100)
        return f"{whole:,}".replace(",", " ") + f"{self._comma()}{part:02} €"

    def _comma(self) -> str:
        return "," if self._french else "."
