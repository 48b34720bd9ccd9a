"""Replays bookings under two texts with the very functions that share a booking's revenue."""

from collections.abc import Mapping, Sequence

import msgspec

from hub.agreements.models import PastAllocation
from hub.rules import Base, Fact, Facts, Rule, RuleText, find_rule, share_parts
from hub.simulations.models import Sums, Tally

_FACTS = msgspec.json.Decoder(Facts)
_BASES = msgspec.json.Decoder(dict[Base, int])


class _Sharer:
    """Shares under one text; the rule that decides is looked up once for the same facts."""

    def __init__(self, text: RuleText) -> None:
        self._text = text
        self._subjects = sorted({c.subject for rule in text.rules for c in rule.conditions})
        self._known: dict[tuple[Fact, ...], Rule] = {}

    def share(
        self, facts: Mapping[str, Fact], bases: Mapping[Base, int], sums: dict[str, int]
    ) -> tuple[Rule, int]:
        """The rule, and what remains; what each role receives is added to `sums`."""
        key = tuple(facts.get(subject) for subject in self._subjects)
        rule = self._known.get(key)
        if rule is None:
            rule = self._known[key] = find_rule(self._text, facts)
        cents = share_parts(rule.components, facts, bases)
        for part, amount in zip(rule.components, cents, strict=False):
            sums[part.beneficiary] = sums.get(part.beneficiary, 0) + amount
        left = cents[-1]
        sums[self._text.remainder] = sums.get(self._text.remainder, 0) + left
        return rule, left


class Replayer:
    """The two texts of a simulation, and what was counted so far."""

    def __init__(self, before: RuleText, after: RuleText, sums: Sums, absent: Facts) -> None:
        self._before, self._after = _Sharer(before), _Sharer(after)
        self._absent = absent
        self._sums_before, self._sums_after = dict(sums.before), dict(sums.after)
        self._decided = dict(sums.decided)
        self.members: dict[int, Tally] = {}

    def replay(self, past: Sequence[PastAllocation]) -> None:
        """Count these bookings. Raises `FactMissing` or `CalendarUnknown` rather than guess."""
        for one in past:
            facts = {**self._absent, **_FACTS.decode(one.facts)}
            bases = _BASES.decode(one.bases)
            _, before = self._before.share(facts, bases, self._sums_before)
            rule, after = self._after.share(facts, bases, self._sums_after)
            self._decided[rule.name] = self._decided.get(rule.name, 0) + 1
            tally = self.members.get(one.member)
            if tally is None:
                tally = self.members[one.member] = Tally(place=str(facts.get("department") or "?"))
            tally.bookings += 1
            tally.base_cents += sum(bases.values())
            tally.before_cents += before
            tally.after_cents += after

    def sums(self) -> Sums:
        return Sums(
            before=_plain(self._sums_before), after=_plain(self._sums_after), decided=self._decided
        )


def _plain(sums: Mapping[str, int]) -> dict[str, int]:
    return {str(role): cents for role, cents in sums.items()}
