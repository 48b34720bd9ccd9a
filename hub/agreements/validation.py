"""Whether a text may be an agreement: every mistake is refused, and none is dropped in silence.

What would widen a rule or hide one is the failure to fear, so each error names the rule's place:
`RuleInvalid.extra` has `rule` (its position, from 1) and `name`. A role, base or channel that does
not exist cannot be written at all: their types refuse it. Pure, but for the shipped tables.
"""

from collections.abc import Sequence

from hub.agreements.errors import RuleInvalid
from hub.agreements.models import Base, Component, Conditions, Role, Rule, RuleText
from hub.agreements.places import PlaceKind, names_of
from hub.core.money import BPS

RULES_MAX = 100
COMPONENTS_MAX = 20
VAT_BPS_MAX = 3_000


class _Place:
    """Where in the text we are, for the words of an error."""

    def __init__(self, position: int, rule: Rule) -> None:
        self.position = position
        self.rule = rule

    def refuse(self, fault: str) -> RuleInvalid:
        return RuleInvalid(
            f"Rule {self.position} ({self.rule.name!r}): {fault}",
            rule=self.position,
            name=self.rule.name,
        )


def validate(text: RuleText) -> None:
    """Raise `RuleInvalid`, naming the rule, for anything that would widen or hide a rule."""
    if not 1 <= len(text.rules) <= RULES_MAX:
        raise RuleInvalid(f"An agreement has from 1 to {RULES_MAX} rules.")
    if text.remainder is not Role.LODGING:
        raise RuleInvalid("The lodging holds the remainder.")
    places = [_Place(position, rule) for position, rule in enumerate(text.rules, start=1)]
    _validate_order(places)
    for place in places:
        _validate_conditions(place)
        _validate_shares(place)


def _validate_order(places: Sequence[_Place]) -> None:
    """One catch-all, last and saying so; no rule that another hides; no two of one name."""
    for place in places[:-1]:
        if place.rule.catch_all or place.rule.conditions == Conditions():
            raise place.refuse("it matches everything: those below it would be dead.")
    last = places[-1]
    if not last.rule.catch_all or last.rule.conditions != Conditions():
        raise last.refuse("the last rule must match everything, and say so.")
    for index, place in enumerate(places):
        if not place.rule.name.strip():
            raise place.refuse("it needs a name.")
        for above in places[:index]:
            if above.rule.name == place.rule.name:
                raise place.refuse(f"rule {above.position} has the same name.")
            if above.rule.conditions == place.rule.conditions:
                raise place.refuse(f"rule {above.position} has the same conditions: it is dead.")


def _validate_conditions(place: _Place) -> None:
    wanted = place.rule.conditions
    _validate_codes(place, "regions", wanted.regions)
    _validate_codes(place, "departments", wanted.departments)
    _validate_codes(place, "communes", wanted.communes)
    if any(not 1 <= stars <= 5 for stars in wanted.stars):
        raise place.refuse("stars are from 1 to 5.")
    low = 1 if wanted.nights_min is None else wanted.nights_min
    if low < 1 or (wanted.nights_max is not None and wanted.nights_max < low):
        raise place.refuse("the lengths of stay are not in order.")
    if any(season.last < season.first for season in wanted.seasons):
        raise place.refuse("a season ends before it begins.")


def _validate_codes(place: _Place, kind: PlaceKind, codes: Sequence[str]) -> None:
    for code in codes:
        if code not in names_of(kind):
            raise place.refuse(f"{code!r} is not a code of the {kind} of France.")


def _validate_shares(place: _Place) -> None:
    components = place.rule.components
    if len(components) > COMPONENTS_MAX:
        raise place.refuse(f"it has more than {COMPONENTS_MAX} shares.")
    pairs = [(part.beneficiary, part.base) for part in components]
    if len(set(pairs)) != len(pairs):
        raise place.refuse("a beneficiary has two shares of one base.")
    for part in components:
        _validate_component(place, part)
    for base in Base:
        percent = sum(part.percent_bps or 0 for part in components if part.base is base)
        if percent > BPS:
            raise place.refuse(f"more than 100 % of {base.value} is given away.")


def _validate_component(place: _Place, part: Component) -> None:
    who = part.beneficiary.value
    if part.beneficiary is Role.LODGING:
        raise place.refuse("the lodging has the remainder, not a share.")
    if (part.percent_bps is None) == (part.fixed_cents is None):
        raise place.refuse(f"{who}: give a percentage or a fixed sum, one of them.")
    if part.per == "night" and part.fixed_cents is None:
        raise place.refuse(f"{who}: only a fixed sum can be per night.")
    amounts = (part.percent_bps, part.fixed_cents, part.floor_cents, part.cap_cents)
    if any(amount is not None and amount < 0 for amount in amounts):
        raise place.refuse(f"{who}: an amount is negative.")
    if part.cap_cents is not None and (part.floor_cents or 0) > part.cap_cents:
        raise place.refuse(f"{who}: the floor is above the cap.")
    if not 0 <= part.vat_bps <= VAT_BPS_MAX:
        raise place.refuse(f"{who}: VAT is from 0 to 30 %.")
