"""The report of one run or of several: one HTML file that asks nothing of anybody."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jinja2
import msgspec
from markupsafe import Markup

from loadtests.peaks import charts, figures
from loadtests.peaks.figures import LOOKS, WRITES, Figure, Series, Spread
from loadtests.peaks.run import Run

FOLDER = Path(__file__).parent
OUTRO = (
    "The driver (locust), the service and its database shared these cores, so times are longer "
    "than on machines of their own; read the counts, the shapes and the processor time. Units "
    "left and bookings were read in one statement each, before and after: a night whose units "
    "no booking explains would be counted."
)


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    title: str
    unit: str
    names: list[str]
    svg: Markup


class Key(msgspec.Struct, frozen=True, kw_only=True):
    label: str
    value: str
    unit: str


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """A run as its section tells it."""

    code: str
    title: str
    words: str
    facts: str
    good: bool
    faults: str
    keys: list[Key]
    charts: list[Chart]
    errors: dict[str, int]
    figures: list[Figure]
    by_name: dict[str, Figure]
    spreads: dict[str, Spread]
    outcomes: dict[str, dict[str, int]]
    offered: dict[str, int]


def story_of(run: Run, trips: Mapping[str, float]) -> Story:
    found = figures.figures(run, trips)
    faults = [f"{figure.name} {figure.value}" for figure in found if figure.ok is False]
    offered = ", ".join(f"{number:,} {kind}" for kind, number in run.offered.items())
    return Story(
        code=run.code,
        title=run.title,
        words=run.words,
        facts=(
            f"Scale {run.scale:g} ({run.scale * 10:g} % of the market), {run.seconds:.0f} seconds, "
            f"seed {run.seed}; offered: {offered}; {run.prepared:,} bookings were made before."
        ),
        good=not faults,
        faults=", ".join(faults),
        keys=_keys({figure.name: figure for figure in found}),
        charts=_charts(run),
        errors=figures.errors_by_kind(run),
        figures=found,
        by_name={figure.name: figure for figure in found},
        spreads=figures.spreads(run),
        outcomes=figures.outcomes_of(run),
        offered=run.offered,
    )


_KEYS = (
    ("looks_per_s", "Availability requests", "a second"),
    ("look_p95_ms", "Their p95", "ms"),
    ("bookings_per_s", "Bookings", "a second"),
    ("check_ins_per_s", "Check-ins", "a second"),
    ("cancellations_per_s", "Cancellations", "a second"),
    ("pushes_per_s", "Calendars", "a second"),
    ("book_p95_ms", "From search to booked, p95", "ms"),
    ("cpu_ms_per_booking", "Processor time", "ms a booking"),
    ("errors", "Failures", ""),
    ("oversold", "Oversold nights", ""),
)


def _keys(found: dict[str, Figure]) -> list[Key]:
    return [
        Key(label=label, value=_shown(found[name].value), unit=unit)
        for name, label, unit in _KEYS
        if name in found
    ]


def _shown(value: object) -> str:
    return f"{value:,}" if isinstance(value, int | float) else str(value)


def _charts(run: Run) -> list[Chart]:
    step = figures.step_of(run)
    wanted: list[tuple[str, str, list[Series]]] = [
        ("Throughput", "requests a second", figures.throughput(run)),
        ("Availability requests", "ms", figures.percentiles(run, LOOKS)),
        ("Writes", "ms", figures.percentiles(run, WRITES)),
        ("So far", "count", figures.sold(run)),
        ("Cores used by the service", "cores", figures.cores(run)),
    ]
    return [
        Chart(
            title=title,
            unit=unit,
            names=[one.name for one in series],
            svg=Markup(charts.lines(title, unit, series, step)),  # noqa: S704  our own numbers
        )
        for title, unit, series in wanted
        if any(value is not None for one in series for value in one.values)
    ]


def render(runs: Sequence[Run], trips: Mapping[str, float]) -> str:
    """One page for all runs."""
    first = runs[0]
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER), autoescape=True, undefined=jinja2.StrictUndefined
    )
    title = first.title if len(runs) == 1 else "The season's peaks"
    told: dict[str, Any] = {
        "title": title,
        "intro": (
            f"Measured on {first.today:%d %B %Y} against a served demonstration on one machine, "
            f"{os.cpu_count()} cores for everything."
        ),
        "stories": [story_of(run, trips) for run in runs],
        "outro": OUTRO,
    }
    return environment.get_template("page.html").render(told)
