"""Whether a text may be an agreement: every mistake is refused, and none is dropped in silence.

What would widen a rule or hide one is the failure to fear. Each fault names its line and column.
"""

from collections.abc import Iterator, Mapping
from datetime import date

import msgspec

from hub.core.money import BPS
from hub.rules import reach
from hub.rules.models import Component, Fault, Rule, RuleText
from hub.rules.reading.lexing import Token, fault_at
from hub.rules.reading.statements import Marks, ReadText, RuleMarks, read_text
from hub.rules.says import Says
from hub.rules.vocabulary import Language, Vocabulary
from hub.rules.writing import Unsayable, write_text

RULES_MAX = 100
COMPONENTS_MAX = 20
Names = Mapping[str, Mapping[str, str]]
NO_NAMES: Names = {}


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """A text that was read: its rules, or what is wrong with it."""

    language: Language
    text: RuleText
    faults: tuple[Fault, ...]


def check(source: str, vocabulary: Vocabulary, *, as_of: date, names: Names = NO_NAMES) -> Checked:
    """Read a text and look for every mistake. Never raises.

    `as_of` is the day from which the text shall apply: seasons that are over by then are refused.
    `names` gives the codes and names of subjects that the scheme itself fills.
    """
    read = read_text(source, vocabulary, names)
    faults = list(read.faults)
    if not faults:
        faults = list(_check_whole(read, vocabulary, as_of))
    if not faults:
        faults = list(_check_reach(read.text, read.marks, vocabulary, as_of))
    ordered = tuple(sorted(faults, key=lambda fault: (fault.line, fault.column)))
    return Checked(language=read.language, text=read.text, faults=ordered)


def check_rules(
    text: RuleText, vocabulary: Vocabulary, *, as_of: date, names: Names = NO_NAMES
) -> Checked:
    """The same for rules that came as data: what cannot be said in words is refused as well."""
    try:
        source = write_text(text, vocabulary, "fr", names)
    except Unsayable as error:
        return _refused(text, str(error))
    checked = check(source, vocabulary, as_of=as_of, names=names)
    if not checked.faults and checked.text != text:
        return _refused(text, "its words do not say the same")
    return checked


def _refused(text: RuleText, why: str) -> Checked:
    fault = Fault(
        line=1,
        column=1,
        end_column=2,
        message=Says.UNSAYABLE,
        values={"why": why},
    )
    return Checked(language="fr", text=text, faults=(fault,))


def _check_whole(read: ReadText, vocabulary: Vocabulary, as_of: date) -> Iterator[Fault]:
    text, marks = read.text, read.marks
    if not text.rules:
        yield fault_at(marks.end, Says.NO_RULES)
        return
    if len(text.rules) > RULES_MAX:
        yield fault_at(marks.rules[RULES_MAX].rule, Says.TOO_MANY_RULES)
        return
    yield from _check_order(text, marks)
    if marks.rest is None:
        yield fault_at(marks.end, Says.REST_MISSING)
    yield from _check_seasons(text, marks, as_of)
    for absorption, place in zip(text.absorbs, marks.absorbs, strict=True):
        if absorption.fund == text.remainder:
            yield fault_at(place, Says.BEARER_HAS_REST)
    for rule, places in zip(text.rules, marks.rules, strict=True):
        yield from _check_shares(text, rule, places, vocabulary, read.language)


def _check_order(text: RuleText, marks: Marks) -> Iterator[Fault]:
    """Every rule says when it applies; one catch-all, last and saying so."""
    last = len(text.rules) - 1
    for index, (rule, places) in enumerate(zip(text.rules, marks.rules, strict=True)):
        if not rule.catch_all and not rule.conditions:
            yield fault_at(places.rule, Says.RULE_SILENT)
        elif rule.catch_all and index != last:
            yield fault_at(places.rule, Says.OTHERWISE_LAST)
        elif not rule.catch_all and index == last:
            yield fault_at(places.rule, Says.LAST_OTHERWISE)


def _check_seasons(text: RuleText, marks: Marks, as_of: date) -> Iterator[Fault]:
    names = {season.name for season in text.seasons}
    for season, token in zip(text.seasons, marks.seasons, strict=True):
        if reach.is_over(season, as_of):
            yield fault_at(
                token,
                Says.SEASON_OVER,
                name=f"« {season.name} »",
            )
    for rule, places in zip(text.rules, marks.rules, strict=True):
        for condition, token in zip(rule.conditions, places.conditions, strict=True):
            for name in condition.seasons:
                if name not in names:
                    yield fault_at(
                        token,
                        Says.SEASON_UNKNOWN,
                        name=f"« {name} »",
                    )


def _check_shares(
    text: RuleText, rule: Rule, places: RuleMarks, vocabulary: Vocabulary, language: Language
) -> Iterator[Fault]:
    if len(rule.components) > COMPONENTS_MAX:
        yield fault_at(places.components[COMPONENTS_MAX], Says.TOO_MANY_SHARES)
        return
    seen: set[tuple[str, str]] = set()
    given: dict[str, int] = {}
    bases = {base.code: base.word.written(language) for base in vocabulary.bases}
    for part, token in zip(rule.components, places.components, strict=True):
        yield from _check_share(text, part, token, seen)
        seen.add((part.beneficiary, part.base))
        before = given.get(part.base, 0)
        given[part.base] = before + _highest_bps(part)
        if before <= BPS < given[part.base]:
            yield fault_at(
                token,
                Says.OVER_WHOLE,
                base=bases[part.base],
            )


def _highest_bps(part: Component) -> int:
    return max((part.percent_bps or 0, *(tier.percent_bps for tier in part.tiers)))


def _check_share(
    text: RuleText, part: Component, token: Token, seen: set[tuple[str, str]]
) -> Iterator[Fault]:
    if part.beneficiary == text.remainder:
        yield fault_at(token, Says.ROLE_HAS_REST)
    if (part.beneficiary, part.base) in seen:
        yield fault_at(token, Says.ROLE_TWICE)
    if part.cap_cents is not None and (part.floor_cents or 0) > part.cap_cents:
        yield fault_at(token, Says.FLOOR_OVER_CAP)


def _check_reach(
    text: RuleText, marks: Marks, vocabulary: Vocabulary, as_of: date
) -> Iterator[Fault]:
    impossible, hidden = reach.find_dead(text, vocabulary, as_of)
    for index in impossible:
        yield fault_at(
            marks.rules[index].rule,
            Says.RULE_IMPOSSIBLE,
        )
    for index in hidden:
        if not text.rules[index].catch_all:
            yield fault_at(
                marks.rules[index].rule,
                Says.RULE_HIDDEN,
            )
