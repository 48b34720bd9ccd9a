"""Drills against the served demonstration: `python -m loadtests.drill [NAME …]`."""

import asyncio
import os
import sys
import time

from loadtests import (
    clock_drill,
    crash_drill,
    ends_drill,
    exit_drill,
    fault_drill,
    index_drill,
    index_kills,
    mixed_drill,
    overload_drill,
    restore_drill,
    rush_drill,
    soak_drill,
    withdrawal_drill,
    writers_drill,
)
from loadtests.allocations import look_after_many
from loadtests.chain import run_chain_drill
from loadtests.chain_audit import MUST_BE_ZERO
from loadtests.ledger_machine import run_ledger_drill
from loadtests.one_price import follow
from loadtests.report import run_named, tell
from loadtests.schedules import run_webhook_drill
from loadtests.serving import served_demo
from loadtests.simulations import run_simulation_drill
from loadtests.texts import look_for_trouble

ALLOCATIONS, TEXTS = 10_000_000, 100_000
PRICED = int(os.environ.get("PRICED", "1000"))
CHAIN_SEEDS = tuple(int(seed) for seed in os.environ.get("CHAIN_SEEDS", "1,2,3").split(","))
CHAIN_STAYS = int(os.environ.get("CHAIN_STAYS", "2000"))
SCHEDULES = int(os.environ.get("SCHEDULES", "10000"))
LEDGER_STEPS, TAMPERED = 50_000, 1_000
SIMULATED, SIMULATED_WITHIN_S = 1_000_000, 60


def allocation() -> bool:
    """Ten million random allocations over two to nine parties, each also in another order and taken
    back in three steps: not one cent is lost."""
    started = time.monotonic()
    seen = look_after_many(ALLOCATIONS, seed=2026)
    return tell(
        drill="allocation",
        allocations=seen.allocations,
        cents_lost=seen.cents_lost,
        order_mattered=seen.order_mattered,
        over_reversed=seen.over_reversed,
        seconds=round(time.monotonic() - started, 1),
        ok=seen.cents_lost == seen.order_mattered == seen.over_reversed == 0,
    )


def simulation() -> bool:
    """A rule is replayed on a million bookings on one core, PostgreSQL included: within a minute,
    and equal to the sum of the single allocations by role, by rule and by member."""
    seen = run_simulation_drill(SIMULATED)
    return tell(
        drill="simulation",
        bookings=seen.bookings,
        seconds=round(seen.seconds, 1),
        most_seconds=SIMULATED_WITHIN_S,
        steps_with_progress=seen.steps,
        equal_to_single_allocations=seen.equal,
        ok=seen.equal and seen.bookings == SIMULATED and seen.seconds < SIMULATED_WITHIN_S,
    )


def rule_texts() -> bool:
    """100,000 spoiled agreements: each is refused with its line and column or reads back the same;
    none crashes."""
    started = time.monotonic()
    refused, wrong = look_for_trouble(TEXTS, seed=2026)
    for one in wrong[:10]:
        sys.stderr.write(one + "\n")
    return tell(
        drill="rule_texts",
        texts=TEXTS,
        refused=refused,
        crashed_or_without_place=len(wrong),
        seconds=round(time.monotonic() - started, 1),
        ok=not wrong and refused > TEXTS // 2,
    )


def ledger() -> bool:
    """A state machine posts, settles, reverses, repeats and errs 50,000 times; debits equal credits
    by currency after every step. Then 1,000 random bytes of the sealed record are changed, one at
    a time, and each must be found."""
    started = time.monotonic()
    steps, found = run_ledger_drill(LEDGER_STEPS, TAMPERED)
    return tell(
        drill="ledger",
        steps=steps,
        bytes_tampered=TAMPERED,
        tampers_found=found,
        seconds=round(time.monotonic() - started, 1),
        ok=steps >= LEDGER_STEPS and found == TAMPERED,
    )


def one_price() -> bool:
    """A thousand random stays are followed from the search to the voucher and the letter; every
    surface must name the same cents."""
    with served_demo("74", workers=2) as served:
        started = time.monotonic()
        followed = asyncio.run(follow(served.address, PRICED, seed=20_261_201))
        for one in [*followed.differing[:10], *followed.unread[:10]]:
            sys.stderr.write(f"{one}\n")
        return tell(
            drill="one_price",
            stays=followed.stays,
            surfaces=followed.surfaces,
            differing=len(followed.differing),
            first_difference=followed.differing[:1],
            unread=len(followed.unread),
            unsold_wishes=followed.unsold,
            left_to_another=followed.left,
            seconds=round(time.monotonic() - started, 1),
            ok=followed.stays >= PRICED and not followed.differing and not followed.unread,
        )


def chain() -> bool:
    """Stays from the quote to the bank's line under faults of three seeds: charges, refunds,
    shares, transfers, payouts: every cent accounted for, nothing moved twice, nothing forgotten."""
    good = True
    for seed, found in zip(CHAIN_SEEDS, run_chain_drill(CHAIN_SEEDS, CHAIN_STAYS), strict=True):
        ok = found["stays"] == CHAIN_STAYS and all(found[name] == 0 for name in MUST_BE_ZERO)
        good &= tell(drill="chain", seed=seed, **found, ok=ok)
    return good


def webhooks() -> bool:
    """Random schedules of webhook delivery: twice, in any order, up to three days late; the stay is
    paid once, and the ledger says so."""
    started = time.monotonic()
    wrong = run_webhook_drill(SCHEDULES)
    return tell(
        drill="webhooks",
        schedules=SCHEDULES,
        wrong=wrong,
        seconds=round(time.monotonic() - started, 1),
        ok=wrong == 0,
    )


DRILLS = {
    "allocation": allocation,
    "simulation": simulation,
    "ledger": ledger,
    "chain": chain,
    "webhooks": webhooks,
    "rule_texts": rule_texts,
    "one_price": one_price,
    **rush_drill.DRILLS,
    **overload_drill.DRILLS,
    **mixed_drill.DRILLS,
    **crash_drill.DRILLS,
    **fault_drill.DRILLS,
    **clock_drill.DRILLS,
    **ends_drill.DRILLS,
    **soak_drill.DRILLS,
    **exit_drill.DRILLS,
    **restore_drill.DRILLS,
    **withdrawal_drill.DRILLS,
    **index_drill.DRILLS,
    **index_kills.DRILLS,
    **writers_drill.DRILLS,
}

if __name__ == "__main__":
    sys.exit(run_named(DRILLS))
