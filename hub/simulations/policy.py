"""Replays bookings under two texts with the very functions that share a booking's revenue."""

from collections.abc import Iterator, Mapping, Sequence
from operator import add

import msgspec

from hub.agreements.models import PastAllocation
from hub.rules import Base, Fact, Facts, Rule, RuleText, find_rule, share_parts
from hub.simulations.models import Sums, Tally

_FACTS = msgspec.json.Decoder(Facts)
_BASES = msgspec.json.Decoder(dict[Base, int])


class _Decided:
    """A rule, how often it decided, and what each of its components gave, the remainder last."""

    __slots__ = ("cents", "rule", "times")

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.times = 0
        self.cents = [0] * (len(rule.components) + 1)


class _Sharer:
    """Shares under one text; the rule that decides is looked up once for the same facts."""

    def __init__(self, text: RuleText) -> None:
        self._text = text
        self._subjects = sorted({c.subject for rule in text.rules for c in rule.conditions})
        self._by_rule = {id(rule): _Decided(rule) for rule in text.rules}
        self._known: dict[tuple[Fact, ...], _Decided] = {}

    def share(self, facts: Mapping[str, Fact], bases: Mapping[Base, int]) -> int:
        """What remains; what each component receives is counted."""
        key = tuple(map(facts.get, self._subjects))
        decided = self._known.get(key)
        if decided is None:
            decided = self._known[key] = self._by_rule[id(find_rule(self._text, facts))]
        cents = share_parts(decided.rule.components, facts, bases)
        decided.times += 1
        decided.cents = list(map(add, decided.cents, cents))
        return cents[-1]

    def sums(self) -> Iterator[tuple[str, int]]:
        """What each role received."""
        for decided in self._by_rule.values():
            if decided.times:
                roles = [part.beneficiary for part in decided.rule.components]
                for role, cents in zip([*roles, self._text.remainder], decided.cents, strict=True):
                    yield str(role), cents

    def times(self) -> Iterator[tuple[str, int]]:
        """How often each rule decided."""
        for decided in self._by_rule.values():
            if decided.times:
                yield decided.rule.name, decided.times


class Replayer:
    """The two texts of a simulation, and what was counted so far."""

    def __init__(self, before: RuleText, after: RuleText, sums: Sums, absent: Facts) -> None:
        self._before, self._after = _Sharer(before), _Sharer(after)
        self._absent = list(absent.items())
        self._earlier = sums
        self.members: dict[int, Tally] = {}

    def replay(self, past: Sequence[PastAllocation]) -> None:
        """Count these bookings. Raises `FactMissing` or `CalendarUnknown` rather than guess."""
        before, after, members = self._before.share, self._after.share, self.members
        for one in past:
            facts = _FACTS.decode(one.facts)
            for subject, fact in self._absent:
                facts.setdefault(subject, fact)
            bases = _BASES.decode(one.bases)
            tally = members.get(one.member)
            if tally is None:
                tally = members[one.member] = Tally(place=str(facts.get("department") or "?"))
            tally.before_cents += before(facts, bases)
            tally.after_cents += after(facts, bases)
            tally.bookings += 1
            tally.base_cents += sum(bases.values())

    def sums(self) -> Sums:
        return Sums(
            before=_added(self._earlier.before, self._before.sums()),
            after=_added(self._earlier.after, self._after.sums()),
            decided=_added(self._earlier.decided, self._after.times()),
        )


def _added(earlier: Mapping[str, int], more: Iterator[tuple[str, int]]) -> dict[str, int]:
    found = dict(earlier)
    for name, amount in more:
        found[name] = found.get(name, 0) + amount
    return found
