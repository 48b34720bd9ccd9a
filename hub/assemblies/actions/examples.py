"""Worked examples beside a text: what some bookings would share under it."""

from collections.abc import Iterator
from datetime import date

import msgspec

from hub.agreements.models import Share
from hub.rules import (
    Base,
    Facts,
    Rule,
    RuleText,
    SubjectKind,
    Vocabulary,
    find_rule,
    share_parts,
    yearly_fact,
)

AMOUNTS_CENTS = (9_000, 28_500, 120_000)


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """A booking of so much of the first base, and who receives what under which rule."""

    rule: str
    base_cents: int
    shares: tuple[Share, ...]


def work_out(text: RuleText, vocabulary: Vocabulary) -> list[Example]:
    """One example for each rule, made of its own conditions, at three amounts in turn."""
    found: list[Example] = []
    for index, rule in enumerate(text.rules[:12]):
        facts = _facts_for(rule, text, vocabulary)
        bases = _bases_for(rule, vocabulary, AMOUNTS_CENTS[index % len(AMOUNTS_CENTS)])
        decided = find_rule(text, facts) if rule.conditions else rule
        cents = share_parts(decided.components, facts, bases)
        shares = [
            Share(role=part.beneficiary, amount_cents=amount)
            for part, amount in zip(decided.components, cents, strict=False)
        ]
        shares.append(Share(role=text.remainder, amount_cents=cents[-1]))
        total = sum(bases.values())
        found.append(Example(rule=decided.name, base_cents=total, shares=tuple(shares)))
    return found


def _bases_for(rule: Rule, vocabulary: Vocabulary, cents: int) -> dict[Base, int]:
    wanted = rule.components[0].base if rule.components else Base(vocabulary.bases[0].code)
    return {wanted: cents}


def _facts_for(rule: Rule, text: RuleText, vocabulary: Vocabulary) -> Facts:
    """Facts for which the rule's conditions hold; the others are the plainest there are."""
    facts: Facts = dict(_plain_facts(vocabulary))
    for condition in rule.conditions:
        subject = vocabulary.subject(condition.subject)
        if condition.holds is not None:
            facts[condition.subject] = condition.holds
        elif condition.seasons:
            facts[condition.subject] = _day_in(text, condition.seasons[0])
        elif condition.any_of:
            facts[condition.subject] = condition.any_of[0]
        else:
            facts[condition.subject] = condition.at_least or condition.at_most or 1
        if subject is not None and subject.kind is SubjectKind.PLACE and vocabulary.places:
            facts |= vocabulary.places.within(subject.code, str(facts[subject.code]))
    return facts


def _plain_facts(vocabulary: Vocabulary) -> Iterator[tuple[str, str | int | bool]]:
    for subject in vocabulary.subjects:
        match subject.kind:
            case SubjectKind.DATE:
                yield subject.code, "2027-09-20"
            case SubjectKind.NUMBER:
                yield subject.code, min(3, subject.high)
            case SubjectKind.FLAG:
                yield subject.code, True
            case SubjectKind.CHOICE:
                yield subject.code, subject.absent or subject.values[0].code
            case _:
                yield subject.code, ""
    for base in vocabulary.bases:
        yield yearly_fact(Base(base.code)), 0


def _day_in(text: RuleText, name: str) -> str:
    season = next(season for season in text.seasons if season.name == name)
    if season.yearly:
        return date.fromisoformat(f"2027-{season.yearly[0].first}").isoformat()
    spans = [*season.spans, *(span for one in season.calendars for span in one.spans)]
    return spans[-1].first.isoformat()
