"""Which rule decides, and what each party receives: pure functions, exact to the cent."""

import hashlib
from collections.abc import Mapping, Sequence
from fractions import Fraction

import msgspec

from hub.agreements.errors import RuleInvalid
from hub.agreements.models import (
    Allocation,
    Base,
    Component,
    Conditions,
    Facts,
    Role,
    Rule,
    RuleText,
    Share,
    Version,
)
from hub.core.money import BPS, share_of


def hash_text(text: RuleText) -> str:
    """The SHA-256 of the canonical form: what the members voted, and nothing else."""
    return hashlib.sha256(msgspec.json.encode(text, order="deterministic")).hexdigest()


def validate(text: RuleText) -> None:
    """Raise `RuleInvalid`, naming the rule, for anything that would widen or hide a rule."""
    if not text.rules:
        raise RuleInvalid("An agreement has at least one rule.")
    if text.remainder is not Role.LODGING:
        raise RuleInvalid("The lodging holds the remainder.")
    names = [rule.name for rule in text.rules]
    if len(set(names)) != len(names):
        raise RuleInvalid("Two rules have the same name.")
    for rule in text.rules[:-1]:
        if rule.catch_all or rule.conditions == Conditions():
            raise RuleInvalid(f"Rule {rule.name!r} matches everything: those below would be dead.")
    last = text.rules[-1]
    if not last.catch_all or last.conditions != Conditions():
        raise RuleInvalid(f"The last rule, {last.name!r}, must match everything and say so.")
    for rule in text.rules:
        _validate_rule(rule)


def _validate_rule(rule: Rule) -> None:
    place = f"Rule {rule.name!r}"
    low, high = rule.conditions.nights_min, rule.conditions.nights_max
    if (low is not None and low < 1) or (low is not None and high is not None and high < low):
        raise RuleInvalid(f"{place}: the lengths of stay are not in order.")
    if any(season.last < season.first for season in rule.conditions.seasons):
        raise RuleInvalid(f"{place}: a season ends before it begins.")
    pairs = [(part.beneficiary, part.base) for part in rule.components]
    if len(set(pairs)) != len(pairs):
        raise RuleInvalid(f"{place}: a beneficiary has two shares of one base.")
    for part in rule.components:
        _validate_component(place, part)
    for base in Base:
        percent = sum(part.percent_bps or 0 for part in rule.components if part.base is base)
        if percent > BPS:
            raise RuleInvalid(f"{place}: more than 100 % of {base.value} is given away.")


def _validate_component(place: str, part: Component) -> None:
    who = f"{place}, {part.beneficiary.value}"
    if part.beneficiary is Role.LODGING:
        raise RuleInvalid(f"{who}: the lodging has the remainder, not a share.")
    if (part.percent_bps is None) == (part.fixed_cents is None):
        raise RuleInvalid(f"{who}: give a percentage or a fixed sum, one of them.")
    amounts = (part.percent_bps, part.fixed_cents, part.floor_cents, part.cap_cents)
    if any(amount is not None and amount < 0 for amount in amounts):
        raise RuleInvalid(f"{who}: an amount is negative.")
    if (part.floor_cents or 0) > (part.cap_cents if part.cap_cents is not None else 10**9):
        raise RuleInvalid(f"{who}: the floor is above the cap.")
    if not 0 <= part.vat_bps <= 3000:
        raise RuleInvalid(f"{who}: VAT is from 0 to 30 %.")


def match(text: RuleText, facts: Facts) -> Rule:
    """The first rule whose conditions hold; the catch-all makes sure there is one."""
    return next(rule for rule in text.rules if holds(rule.conditions, facts))


def holds(conditions: Conditions, facts: Facts) -> bool:
    """All conditions, each with any of its values."""
    listed = (
        (conditions.regions, facts.region),
        (conditions.departments, facts.department),
        (conditions.communes, facts.commune),
        (conditions.kinds, facts.kind),
        (conditions.stars, facts.stars),
        (conditions.channels, facts.channel),
    )
    if any(allowed and value not in allowed for allowed, value in listed):
        return False
    if conditions.member is not None and conditions.member != facts.member:
        return False
    if conditions.nights_min is not None and facts.nights < conditions.nights_min:
        return False
    if conditions.nights_max is not None and facts.nights > conditions.nights_max:
        return False
    return not conditions.seasons or any(
        season.first <= facts.arrival <= season.last for season in conditions.seasons
    )


def allocate(version: Version, facts: Facts, bases: Mapping[Base, int]) -> Allocation:
    """Share the bases (cents, net) under the version: the parts are the whole, to the cent.

    Shares are served in declared order; one that no longer fits gets what is left, so that the
    lodging's remainder is never negative. One rounding, by largest remainder.
    """
    if any(amount < 0 for amount in bases.values()):
        raise ValueError("a base is negative")
    rule = match(version.text, facts)
    total = sum(bases.values())
    exact: list[Fraction] = []
    left = Fraction(total)
    for part in rule.components:
        amount = min(_exact_share(part, facts.nights, bases), left)
        exact.append(amount)
        left -= amount
    cents = round_parts([*exact, left])
    shares = [
        Share(
            role=part.beneficiary,
            amount_cents=amount,
            vat_cents=share_of(amount, part.vat_bps),
        )
        for part, amount in zip(rule.components, cents, strict=False)
    ]
    return Allocation(
        version=version.id,
        number=version.number,
        hash=version.hash,
        rule=rule.name,
        facts=facts,
        bases=dict(bases),
        shares=(*shares, Share(role=version.text.remainder, amount_cents=cents[-1])),
    )


def _exact_share(part: Component, nights: int, bases: Mapping[Base, int]) -> Fraction:
    base = bases.get(part.base, 0)
    if base == 0:
        return Fraction(0)
    if part.percent_bps is not None:
        amount = Fraction(base * part.percent_bps, BPS)
    else:
        times = nights if part.per == "night" else 1
        amount = Fraction((part.fixed_cents or 0) * times)
    if part.floor_cents is not None:
        amount = max(amount, Fraction(part.floor_cents))
    if part.cap_cents is not None:
        amount = min(amount, Fraction(part.cap_cents))
    return amount


def round_parts(exact: Sequence[Fraction]) -> list[int]:
    """Whole cents that add up to the same total (a whole number): largest remainder, ties by
    declared order."""
    floors = [amount.numerator // amount.denominator for amount in exact]
    missing = int(sum(exact)) - sum(floors)
    order = sorted(range(len(exact)), key=lambda i: (-(exact[i] - floors[i]), i))
    for index in order[:missing]:
        floors[index] += 1
    return floors


def split(total_cents: int, weights: Sequence[int]) -> list[int]:
    """A total by weights, to the cent."""
    whole = sum(weights)
    return round_parts([Fraction(total_cents * weight, whole) for weight in weights])


def reverse(allocation: Allocation, reverse_cents: int, already_cents: int = 0) -> Allocation:
    """The negative of a part of an allocation, in the same proportions, capped by what remains.

    VAT on the fees is reversed in the same proportion. Reversing everything in several steps
    gives back exactly what was allocated: each step is the difference of two cumulative ones.
    """
    total = allocation.total_cents
    upto = min(already_cents + max(reverse_cents, 0), total)
    before = _reversed_upto(allocation, min(already_cents, total))
    after = _reversed_upto(allocation, upto)
    shares = tuple(
        Share(role=share.role, amount_cents=b[0] - a[0], vat_cents=b[1] - a[1])
        for share, b, a in zip(allocation.shares, before, after, strict=True)
    )
    return msgspec.structs.replace(allocation, shares=shares)


def _reversed_upto(allocation: Allocation, upto_cents: int) -> list[tuple[int, int]]:
    total = allocation.total_cents
    if total == 0 or upto_cents == 0:
        return [(0, 0) for _ in allocation.shares]
    amounts = split(upto_cents, [share.amount_cents for share in allocation.shares])
    return [
        (amount, share.vat_cents * amount // share.amount_cents if share.amount_cents else 0)
        for share, amount in zip(allocation.shares, amounts, strict=True)
    ]
