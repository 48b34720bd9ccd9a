"""The figures of a house: a page with drawings and tables, and the same nights as a file."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency

from hub.core.caller import access
from hub.core.db import Tx
from hub.core.errors import HubError
from hub.core.pages import AnyRequest, language_of, page
from hub.core.problems import describe_problem
from tourism import demand
from tourism.figures import actions
from tourism.figures.errors import PeriodInvalid
from tourism.figures.models import Counts, PeriodKind, Question, Report
from tourism.figures.policy import areas, charts
from tourism.figures.policy.counting import percent_bps, tenths, whole_cents

PAGE = "/pro/figures"
FILE = "/pro/figures.csv"
AREAS = "/pro/demand"
FIELDS = ("period", "month", "year", "pickup_from", "pickup_to")


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """Counts with their ratios rounded for the eye: hundredths of a percent, cents, tenths."""

    counts: Counts
    occupancy_bps: int | None
    revenue_cents: int
    adr_cents: int | None
    revpar_cents: int | None
    stay_tenths: int | None


def show(counts: Counts) -> Shown:
    """Round the figures of some counts: the one place where they are."""
    return Shown(
        counts=counts,
        occupancy_bps=percent_bps(counts.occupancy),
        revenue_cents=whole_cents(counts.revenue_cents) or 0,
        adr_cents=whole_cents(counts.adr_cents),
        revpar_cents=whole_cents(counts.revpar_cents),
        stay_tenths=tenths(counts.length_of_stay),
    )


@get(PAGE, opt=access("lodging"), include_in_schema=False)
async def show_figures(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """The figures of the chosen period beside those of the year before."""
    house = await actions.find_house(tx)
    typed = _typed(request)
    try:
        question = actions.read_question(tx, house, typed)
    except PeriodInvalid as error:
        question = actions.read_question(tx, house, {})
        return _show(request, typed, question, None, None, error)
    if house is None:
        return _show(request, typed, question, None, None, None)
    report = await actions.make_report(tx, house, question)
    lost = await actions.find_lost_demand(tx, house, question)
    return _show(request, typed, question, report, lost, None)


@get(FILE, opt=access("lodging"), include_in_schema=False)
async def download_figures(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[Any]:
    """The table of the period for a spreadsheet: UTF-8 with its mark, semicolons, decimal comma."""
    house = await actions.find_house(tx)
    question = actions.read_question(tx, house, _typed(request))
    report = await actions.make_report(tx, house, question) if house else None
    period = question.period
    text = request.app.state.site.render(
        language_of(request),
        "figures/nights.txt",
        {"rows": _rows(report), "by_month": period.by_month, "decimal": _decimal},
    )
    name = f"{period.kind.value}-{period.first}.csv"
    return Response(
        b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


@get(AREAS, opt=access("region", "office", "federation", "operator"), include_in_schema=False)
async def show_areas(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """The lost demand of departments or regions in a month, for who looks after a territory."""
    level = areas.level_of(request.query_params.get("level", ""))
    months = await actions.list_area_months(tx)
    month = areas.month_of(request.query_params.get("month", ""), months)
    return page(
        request,
        "figures/areas.html",
        lines=await actions.find_area_demand(tx, level, month) if month else [],
        level=level,
        levels=list(demand.Level),
        month=month,
        months=months,
    )


def _decimal(amount: int | None) -> str:
    """Hundredths as a French spreadsheet reads them; nothing where there is no figure."""
    return "" if amount is None else f"{amount // 100},{amount % 100:02d}"


def _typed(request: AnyRequest) -> Mapping[str, str]:
    return {name: request.query_params.get(name) or "" for name in FIELDS}


def _rows(report: Report | None) -> list[tuple[object, Shown]]:
    return [(row.first, show(row.counts)) for row in report.rows] if report else []


def _show(
    request: AnyRequest,
    typed: Mapping[str, str],
    question: Question,
    report: Report | None,
    lost: demand.LostDemand | None,
    error: HubError | None,
) -> Response[str]:
    problem = describe_problem(error, request.url.path) if error else None
    ratios: list[Fraction | None] = [row.counts.occupancy for row in report.rows] if report else []
    gained = [row.gained for row in report.pickup] if report else []
    return page(
        request,
        "figures/figures.html",
        status_code=problem.status if problem else 200,
        question=question,
        typed=typed if problem else _as_form(question),
        problem=problem,
        kinds=list(PeriodKind),
        report=report,
        total=show(report.total) if report else None,
        previous=show(report.previous_total) if report else None,
        rows=_rows(report),
        bars=charts.draw_bars(ratios),
        line=charts.draw_line(gained),
        amounts=charts.draw_amounts(
            [row.counts.adr_cents for row in report.rows] if report else [],
            [row.counts.revpar_cents for row in report.rows] if report else [],
        ),
        lead_lengths=charts.draw_lengths(report.lead.buckets) if report and report.lead else (),
        cancelled=charts.draw_bars([one.rate for one in report.cohorts] if report else []),
        gained=sum(gained),
        percent_bps=percent_bps,
        tenths=tenths,
        lost=lost,
        lengths=charts.draw_lengths([n for _, n in lost.by_obstacle] if lost else []),
        empty=report is None or not any(show_anything(report)),
        file=FILE,
    )


def show_anything(report: Report) -> tuple[int, ...]:
    """What makes a report worth drawing: sales now or before, or pickup."""
    return (
        report.total.rooms_sold,
        report.total.rooms_complimentary,
        report.previous_total.rooms_sold,
        report.cohort.created,
        sum(abs(row.gained) for row in report.pickup),
    )


def _as_form(question: Question) -> Mapping[str, str]:
    period = question.period
    return {
        "period": period.kind.value,
        "month": f"{period.first:%Y-%m}",
        "year": f"{period.first:%Y}",
        "pickup_from": question.pickup_from.isoformat(),
        "pickup_to": question.pickup_to.isoformat(),
    }


handlers = (show_figures, download_figures, show_areas)
