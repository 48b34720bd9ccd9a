"""Which rule decides, and what each party receives: pure functions, exact to the cent.

Whether a text may be an agreement at all is decided in `validation.py`.
"""

import hashlib
from collections.abc import Mapping, Sequence
from fractions import Fraction

import msgspec

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
from hub.core.money import BPS, round_half_up, share_of


def hash_text(text: RuleText) -> str:
    """The SHA-256 of the canonical form: what the members voted, and nothing else.

    What a rule does not say is left out, so that a later release may add conditions without
    changing the hash of texts that do not use them.
    """
    said = _said(msgspec.to_builtins(text))
    return hashlib.sha256(msgspec.json.encode(said, order="deterministic")).hexdigest()


def _said(value: object) -> object:
    if isinstance(value, dict):
        pairs = ((name, _said(inner)) for name, inner in value.items())
        return {name: inner for name, inner in pairs if inner not in (None, [], {})}
    if isinstance(value, list | tuple):
        return [_said(inner) for inner in value]
    return value


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

    Components are served in declared order; one that no longer fits gets what is left, so that the
    lodging's remainder is never negative. One rounding, by largest remainder. A component whose
    base is absent or zero gives nothing, its fixed sum and its floor included. The answer has one
    share for each role, the lodging's last. Raises `ValueError` for a negative base.
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
    return Allocation(
        version=version.id,
        number=version.number,
        hash=version.hash,
        rule=rule.name,
        facts=facts,
        bases=dict(bases),
        shares=(
            *_shares_by_role(rule.components, cents),
            Share(role=version.text.remainder, amount_cents=cents[-1]),
        ),
    )


def _shares_by_role(components: Sequence[Component], cents: Sequence[int]) -> list[Share]:
    """What each party receives in all; the VAT of each component is rounded by itself."""
    amounts: dict[Role, int] = {}
    vat: dict[Role, int] = {}
    for part, amount in zip(components, cents, strict=False):
        role = part.beneficiary
        amounts[role] = amounts.get(role, 0) + amount
        vat[role] = vat.get(role, 0) + share_of(amount, part.vat_bps)
    return [
        Share(role=role, amount_cents=amount, vat_cents=vat[role])
        for role, amount in amounts.items()
    ]


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
    """A total by weights, to the cent: largest remainder, ties by declared order (DOMAIN 2.2).

    Raises `ValueError` unless some weight is above zero and none is below.
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError("the weights must be zero or more, and one of them more")
    return round_parts([Fraction(total_cents * weight, whole) for weight in weights])


def reverse(
    allocation: Allocation, reverse_cents: int, earlier: Sequence[Allocation] = ()
) -> Allocation:
    """The negative of a part of an allocation, capped by what the `earlier` reversals left.

    Each step is shared in proportion to what remains of each share, so no share is ever reversed
    beyond itself, none moves the wrong way, and the last step gives back exactly the rest (the
    difference of two cumulative splits would not: a larger total can round a part down). VAT on a
    fee follows its fee.
    """
    gone = [
        -sum(reversal.shares[index].amount_cents for reversal in earlier)
        for index in range(len(allocation.shares))
    ]
    left = [
        share.amount_cents - cents for share, cents in zip(allocation.shares, gone, strict=True)
    ]
    step = min(max(reverse_cents, 0), sum(left))
    parts = split(step, left) if step else [0] * len(left)
    shares = tuple(
        Share(
            role=share.role,
            amount_cents=-part,
            vat_cents=_vat_upto(share, before) - _vat_upto(share, before + part),
        )
        for share, before, part in zip(allocation.shares, gone, parts, strict=True)
    )
    return msgspec.structs.replace(allocation, shares=shares)


def _vat_upto(share: Share, reversed_cents: int) -> int:
    """The VAT that goes back with so much of a fee; all of it with all of the fee."""
    if share.amount_cents == 0:
        return 0
    return round_half_up(Fraction(share.vat_cents * reversed_cents, share.amount_cents))
