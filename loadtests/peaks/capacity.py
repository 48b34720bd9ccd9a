"""The capacity page: `python -m loadtests.peaks.capacity` measures what each step costs and writes
`docs/capacity.json` and `docs/capacity.md`; with `page` it writes the page again from the figures.

The last tour of the scenarios (`reports/tour.json`) is told beside them.
"""

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import asyncpg
import jinja2
import msgspec

from loadtests.peaks import costs, market
from loadtests.peaks import figures as figuring
from loadtests.peaks.market import Assumed, Measured, StepCost
from loadtests.peaks.run import Run
from loadtests.peaks.stage import Standing, standing
from loadtests.serving import ROOT, today
from tourism.nights import folders

FIGURES, PAGE = ROOT / "docs/capacity.json", ROOT / "docs/capacity.md"
TOUR = ROOT / "reports/tour.json"
DEPARTMENT, NUMBER, HOUSES = "74", 24, 0.1
_TYPES = """
select count(*)::float8 as types, count(distinct r.property)::float8 as houses
  from room_type r join property p on p.id = r.property
 where p.listing in ('demo', 'published') and not r.retired
"""


class Played(msgspec.Struct, frozen=True, kw_only=True):
    """A scenario of the last tour, as the page tells it."""

    code: str
    title: str
    looks_per_s: float
    bookings_per_s: float
    look_p95_ms: float
    book_p95_ms: float
    cores_used: float
    slowdown: float
    cpu_ms_per_booking: float | None
    round_trips_per_booking: float | None
    told_to_wait: int
    errors: int
    oversold: int


class Tour(msgspec.Struct, frozen=True, kw_only=True):
    on: date
    scale: float
    seconds: float
    scenarios: list[Played]


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """All that the page is made of."""

    on: date
    cores: int
    steps: dict[str, costs.Cost]
    index_bytes_per_type: float
    types_per_house: float
    tour: Tour | None = None


def tour_of(runs: Sequence[Run], trips: Mapping[str, float]) -> Tour:
    """The figures of some runs that the page tells."""
    told = [{f.name: f.value for f in figuring.figures(run, trips)} for run in runs]
    names = [name for name in Played.__struct_fields__ if name not in {"code", "title"}]
    return Tour(
        on=runs[0].today,
        scale=runs[0].scale,
        seconds=runs[0].seconds,
        scenarios=[
            msgspec.convert(
                {"code": run.code, "title": run.title, **{n: found.get(n) for n in names}}, Played
            )
            for run, found in zip(runs, told, strict=True)
        ],
    )


def take(stand: Standing) -> Figures:
    """Measure, on a demonstration that nobody else uses."""
    steps = costs.steps(stand, DEPARTMENT, NUMBER, pushes=HOUSES)
    types, houses = asyncio.run(_count(stand.dsn))
    live = folders.pointed(stand.settings.data)
    assert live is not None
    return Figures(
        on=today(),
        cores=os.cpu_count() or 1,
        steps=steps,
        index_bytes_per_type=round(live.stat().st_size / types),
        types_per_house=round(types / houses, 2),
    )


async def _count(dsn: str) -> tuple[float, float]:
    admin = await asyncpg.connect(dsn)
    try:
        row = await admin.fetchrow(_TYPES)
    finally:
        await admin.close()
    assert row is not None
    return row["types"], row["houses"]


def measured_of(figures: Figures) -> Measured:
    return Measured(
        steps={
            name: StepCost(
                web_ms=cost.web_ms,
                database_ms=cost.database_ms,
                worker_ms=cost.worker_ms,
                index_ms=cost.index_ms,
                wal_kb=cost.wal_kb,
                trips=cost.trips,
            )
            for name, cost in figures.steps.items()
        },
        index_bytes=figures.index_bytes_per_type,
        types_per_house=figures.types_per_house,
    )


def render(figures: Figures, assumed: Assumed | None = None) -> str:
    """The page, in Markdown."""
    chosen, measured = assumed or Assumed(), measured_of(figures)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=False,  # noqa: S701  Markdown of our own numbers
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"n": number, "percent": percent}
    often = {share: market.steps_a_second(share) for share in market.SHARES}
    return environment.get_template("capacity.md.txt").render(
        figures=figures,
        assumed=chosen,
        shares=market.SHARES,
        rates={share: market.rates_of(share) for share in market.SHARES},
        often=often,
        needs={share: market.need(share, measured, chosen) for share in market.SHARES},
        limits=market.limits(measured, chosen),
        market=market,
        pushes={share: market.pushes_per_s(share, measured) for share in market.SHARES},
    )


def number(value: float) -> str:
    """Three figures that count: 0.032, 3.81, 1,903."""
    if value == 0:
        return "0"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def percent(share: float) -> str:
    """Of the market; ten markets are enough to know."""
    return "beyond ten markets" if share > 10 else f"{number(share * 100)} %"


def main(arguments: Sequence[str]) -> int:
    if "page" not in arguments:
        with standing(DEPARTMENT, workers=1) as stand:
            figures = take(stand)
        tour = msgspec.json.decode(TOUR.read_bytes(), type=Tour) if TOUR.exists() else known_tour()
        figures = msgspec.structs.replace(figures, tour=tour)
        said = msgspec.json.format(msgspec.json.encode(figures), indent=1)
        FIGURES.write_bytes(said + b"\n")
    PAGE.write_text(render(read()))
    return 0


def known_tour() -> Tour | None:
    return read().tour if FIGURES.exists() else None


def read() -> Figures:
    return msgspec.json.decode(FIGURES.read_bytes(), type=Figures)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
