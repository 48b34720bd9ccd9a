"""Random prices, parties, rates and refunds, and every cent looked after."""

import os
import random
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime

import msgspec

from hub.agreements.models import Allocation, Version
from hub.agreements.policy import allocate, reverse
from hub.rules import Base, Component, Facts, Role, Rule, RuleText, Tier, hash_text, yearly_fact

PARTIES = tuple(Role(f"party_{n}") for n in range(9))
PART = 100_000
BASES = (Base.LODGING_NET, Base.SUPPLEMENTS_NET, Base.PENALTY)


class Account(msgspec.Struct, kw_only=True):
    """What was seen: allocations made, cents lost or made, parties whose share moved by more than
    a tied cent when the order changed, and shares that went back beyond themselves."""

    allocations: int = 0
    cents_lost: int = 0
    order_mattered: int = 0
    over_reversed: int = 0


def version_of(components: tuple[Component, ...]) -> Version:
    rule = Rule(name="all", components=components, catch_all=True)
    text = RuleText(title="a", vocabulary="tourism", rules=(rule,), remainder=Role.LODGING)
    return Version(
        id=1,
        tenant=1,
        agreement="a",
        title="a",
        number=1,
        effective_on=date(2026, 1, 1),
        text=text,
        hash=hash_text(text),
        minutes="",
        ratified_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def _parties(draw: random.Random) -> tuple[Component, ...]:
    """Two to nine parties with the holder of the rest; together they fit any price."""
    count = draw.randint(1, 8)
    return tuple(_share(draw, role, 10_000 // count) for role in draw.sample(PARTIES, count))


def _share(draw: random.Random, role: Role, most_bps: int) -> Component:
    base = BASES[0] if draw.random() < 0.8 else draw.choice(BASES)
    form = draw.random()
    if form < 0.7:
        return Component(beneficiary=role, base=base, percent_bps=draw.randint(0, most_bps))
    if form < 0.8:
        tiers = (
            Tier(percent_bps=draw.randint(0, most_bps), upto_cents=draw.randint(1, 3_000_000)),
            Tier(percent_bps=draw.randint(0, most_bps)),
        )
        return Component(beneficiary=role, base=base, tiers=tiers)
    floor = draw.randint(0, 300)
    return Component(
        beneficiary=role,
        base=base,
        percent_bps=draw.randint(0, most_bps),
        floor_cents=floor,
        cap_cents=floor + draw.randint(0, 5_000),
        vat_bps=2_000,
    )


def look_after_many(count: int, seed: int) -> Account:
    """The same on all cores, in parts of their own seeds: one answer whatever the machine."""
    starts = range(0, count, PART)
    with ProcessPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        parts = pool.map(
            look_after_cents,
            [min(PART, count - start) for start in starts],
            [seed + start for start in starts],
        )
        return add_up(parts)


def add_up(parts: Iterable[Account]) -> Account:
    whole = Account()
    for part in parts:
        whole.allocations += part.allocations
        whole.cents_lost += part.cents_lost
        whole.order_mattered += part.order_mattered
        whole.over_reversed += part.over_reversed
    return whole


def look_after_cents(count: int, seed: int) -> Account:
    """Make `count` allocations and take each back in steps."""
    draw = random.Random(seed)
    account = Account()
    while account.allocations < count:
        parts = _parties(draw)
        versions = version_of(parts), version_of(tuple(draw.sample(parts, len(parts))))
        for _ in range(min(20, count - account.allocations)):
            facts: Facts = {
                "nights": draw.randint(1, 14),
                **{yearly_fact(base): draw.randint(0, 4_000_000) for base in BASES},
            }
            bases = {BASES[0]: draw.randint(0, 500_000)}
            if draw.random() < 0.3:
                bases[BASES[1]] = draw.randint(0, 50_000)
            one, other = (allocate(version, facts, bases) for version in versions)
            account.allocations += 2
            _compare(account, one, other, sum(bases.values()))
            _take_back(account, draw, one)
    return account


def _compare(account: Account, one: Allocation, other: Allocation, total: int) -> None:
    account.cents_lost += abs(total - one.total_cents) + abs(total - other.total_cents)
    shares = {share.role: share.amount_cents for share in other.shares}
    served = shares[Role.LODGING] > 0
    account.order_mattered += served and any(
        abs(share.amount_cents - shares[share.role]) > 1 for share in one.shares
    )


def _take_back(account: Account, draw: random.Random, made: Allocation) -> None:
    """Refund a part, refund of the refund's rest, and more than was ever there."""
    total = made.total_cents
    first = reverse(made, draw.randint(0, total))
    second = reverse(made, draw.randint(0, total), [first])
    rest = reverse(made, total * 2, [first, second])
    done = (first, second, rest)
    account.cents_lost += abs(total + sum(step.total_cents for step in done))
    for index, share in enumerate(made.shares):
        steps = [-step.shares[index].amount_cents for step in done]
        account.over_reversed += min(steps) < 0 or sum(steps) != share.amount_cents
