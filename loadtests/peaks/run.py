"""Plays scenarios: prepares, remembers, drives, proves, tells."""

import asyncio
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import msgspec

from loadtests.peaks import plan as planning
from loadtests.peaks.crowd import event_night
from loadtests.peaks.plan import Plan
from loadtests.peaks.results import Results
from loadtests.peaks.setting import Scenario, Setting
from loadtests.peaks.stage import (
    Standing,
    count_left,
    list_houses,
    make_calendars,
    prepare_bookings,
)
from loadtests.peaks.watching import Proof, Sample, Watch, prove, remember
from loadtests.serving import ROOT, today

PATIENCE_S, SETTLE_S, SEED = 90, 3, 2026


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """A scenario as it went."""

    code: str
    name: str
    title: str
    words: str
    today: date
    scale: float
    seed: int
    seconds: float
    offered: dict[str, int]
    results: Results
    samples: list[Sample]
    cpu_s: dict[str, float]
    proof: Proof
    prepared: int


def play(stand: Standing, scenario: Scenario, *, scale: float, seconds: float, seed: int) -> Run:
    """One scenario, from the preparation to the proof."""
    now = today()
    setting = asyncio.run(_prepare(stand, scenario, scale, seconds, seed, now))
    acts = tuple(sorted(scenario.acts(setting), key=lambda act: act.at))
    plan = Plan(
        name=f"{scenario.code}-{seed}",
        address=stand.served.address,
        seconds=seconds,
        lines=scenario.lines,
        acts=acts,
    )
    asyncio.run(remember(stand.dsn))
    with Watch(stand.served.process.pid) as watch:
        results = drive(plan)
        time.sleep(SETTLE_S)  # letters and other work that is told of afterwards
    booked = [found.reference for found in results.outcomes if found.outcome == "booked"]
    return Run(
        code=scenario.code,
        name=scenario.name,
        title=scenario.title,
        words=scenario.words(setting),
        today=now,
        scale=scale,
        seed=seed,
        seconds=seconds,
        offered=dict(planning.counts_of(acts)),
        results=results,
        samples=watch.samples,
        cpu_s=watch.used(),
        proof=asyncio.run(prove(stand.dsn, booked)),
        prepared=len(setting.prepared),
    )


async def _prepare(
    stand: Standing, scenario: Scenario, scale: float, seconds: float, seed: int, now: date
) -> Setting:
    houses = await list_houses(stand, scenario.departments)
    prepared = await prepare_bookings(
        stand,
        scenario.departments.split(",")[0],
        scenario.prepares(scale, seconds),
        today=now,
        arrive_today=scenario.arrive_today,
        seed=seed,
    )
    calendars = await make_calendars(stand, now, scale) if scenario.pushes else []
    return Setting(
        today=now,
        scale=scale,
        seconds=seconds,
        seed=seed,
        houses=houses,
        prepared=prepared,
        calendars=calendars,
        left=await count_left(stand, event_night(now)),
    )


def drive(plan: Plan) -> Results:
    """Play a plan in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="hub-load-") as folder:
        told, seen, log = (Path(folder) / name for name in ("plan.json", "seen.json", "log"))
        told.write_bytes(msgspec.json.encode(plan))
        with log.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "loadtests.peaks.drive", str(told), str(seen)],
                cwd=ROOT, stdout=out, stderr=out,
            )  # fmt: skip
        try:
            code = process.wait(plan.seconds + PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            code = -1
        if code != 0 or not seen.exists():
            raise RuntimeError(f"the driver ended with {code}: {log.read_text()[-3000:]}")
        return msgspec.json.decode(seen.read_bytes(), type=Results)
