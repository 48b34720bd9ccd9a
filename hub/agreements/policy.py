"""What each party of a booking receives under a version, and what goes back: pure functions, exact
to the cent. Whether a text may be an agreement at all is decided by `hub.rules`.
"""

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from hub.agreements.models import Allocation, Share, Suspension, Version
from hub.core.money import divide_half_up, share_of
from hub.rules import (
    Base,
    Component,
    Fact,
    Role,
    find_rule,
    kept_facts,
    share_parts,
    split,
)


def allocate(
    version: Version, facts: Mapping[str, Fact | date], bases: Mapping[Base, int]
) -> Allocation:
    """Share the bases (cents, net) under the version: the parts are the whole, to the cent.

    The answer has one share for each role of the rule, the remainder's holder last. Raises
    `ValueError` for a negative base, `FactMissing` or `CalendarUnknown` rather than guess.
    """
    if any(amount < 0 for amount in bases.values()):
        raise ValueError("a base is negative")
    kept = kept_facts(facts)
    rule = find_rule(version.text, kept)
    cents = share_parts(rule.components, kept, bases)
    return Allocation(
        version=version.id,
        number=version.number,
        hash=version.hash,
        rule=rule.name,
        facts=kept,
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


def decides(
    versions: Sequence[Version], suspensions: Sequence[Suspension], on: date
) -> Version | None:
    """The newest version that is effective on a day and not suspended."""
    suspended = {one.version for one in suspensions if one.covers(on)}
    candidates = [v for v in versions if v.effective_on <= on and v.id not in suspended]
    return max(candidates, key=lambda version: version.effective_on, default=None)


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
    if share.amount_cents == 0 or share.vat_cents == 0:
        return 0
    return divide_half_up(share.vat_cents * reversed_cents, share.amount_cents)
