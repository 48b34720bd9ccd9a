"""The season's peaks against a served demonstration (DOMAIN 5.3, L1 to L8).

`python -m loadtests.load [NAME …] [scale=1] [seconds=60] [seed=2026]`: the named scenarios (`L5` or
`event`), each with its report in `reports/`; without a name a short tour of all eight. `scale=1` is
the traffic of a tenth of the French market. `evening` is the small evening of few guests.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from loadtests.evening import evening
from loadtests.peaks import capacity, costs, figures, pages
from loadtests.peaks.run import SEED, Run, play
from loadtests.peaks.scenarios import SCENARIOS
from loadtests.peaks.setting import Scenario
from loadtests.peaks.stage import standing
from loadtests.serving import ROOT

REPORTS = ROOT / "reports"
SECONDS, TOUR_SECONDS = 60.0, 15.0
SCALE, TOUR_SCALE = 1.0, 0.25
NUMBERS = {"scale", "seconds", "seed"}


def main(arguments: Sequence[str]) -> int:
    """0 when nothing was oversold, lost or failed; 2 for words that mean nothing."""
    names = [word for word in arguments if "=" not in word]
    try:
        numbers = read_numbers([word for word in arguments if "=" in word])
        chosen = [find(name) for name in names if name != "evening"]
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    good = evening() if "evening" in names else True
    if chosen or not names:
        tour = not names
        good &= perform(
            chosen or list(SCENARIOS),
            scale=numbers.get("scale", TOUR_SCALE if tour else SCALE),
            seconds=numbers.get("seconds", TOUR_SECONDS if tour else SECONDS),
            seed=int(numbers.get("seed", SEED)),
        )
    return 0 if good else 1


def read_numbers(words: Sequence[str]) -> dict[str, float]:
    """`scale=0.5` and the like. Raises `ValueError` that says what is wrong."""
    found: dict[str, float] = {}
    for word in words:
        name, _, text = word.partition("=")
        if name not in NUMBERS:
            raise ValueError(f"unknown: {name}; known: {', '.join(sorted(NUMBERS))}")
        found[name] = float(text)
        if found[name] <= 0:
            raise ValueError(f"{name} must be above 0")
    return found


def find(name: str) -> Scenario:
    """By its code or its name. Raises `ValueError` that names all."""
    wanted = name.lower()
    for scenario in SCENARIOS:
        if wanted in {scenario.code.lower(), scenario.name}:
            return scenario
    known = ", ".join(f"{one.code} {one.name}" for one in SCENARIOS)
    raise ValueError(f"unknown: {name}; known: {known}, evening")


def perform(chosen: Sequence[Scenario], *, scale: float, seconds: float, seed: int) -> bool:
    """Play scenarios on one demonstration, tell each figure, write the reports."""
    departments = ",".join(sorted({d for one in chosen for d in one.departments.split(",")}))
    runs: list[Run] = []
    good = True
    with standing(departments) as stand:
        trips = {name: cost.trips for name, cost in costs.steps(stand, departments).items()}
        for scenario in chosen:
            run = play(stand, scenario, scale=scale, seconds=seconds, seed=seed)
            good &= tell_run(run, trips)
            write(run.name, [run], trips)
            runs.append(run)
    if len(runs) > 1:
        write("tour", runs, trips)
    if len(runs) == len(SCENARIOS):
        capacity.TOUR.write_bytes(msgspec.json.encode(capacity.tour_of(runs, trips)))
    return good


def tell_run(run: Run, trips: Mapping[str, float]) -> bool:
    """One JSON line a figure, and one that says whether all is as it must be."""
    good = True
    for figure in figures.figures(run, trips):
        told = {"load": run.code, "figure": figure.name, "value": figure.value}
        if figure.goal:
            told["goal"] = figure.goal
        if figure.ok is not None:
            told["ok"] = figure.ok
            good &= figure.ok
        print(json.dumps(told), flush=True)
    print(json.dumps({"load": run.code, "scenario": run.name, "ok": good}), flush=True)
    return good


def write(name: str, runs: Sequence[Run], trips: Mapping[str, float]) -> Path:
    REPORTS.mkdir(exist_ok=True)
    path = REPORTS / f"{name}.html"
    path.write_text(pages.render(runs, trips))
    sys.stderr.write(f"report: {path.relative_to(ROOT)}\n")
    return path


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
