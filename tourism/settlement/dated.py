"""The calendar of a beneficiary's money, as a page and for programs."""

from datetime import date

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from hub.core.caller import access
from hub.core.clock import local_date
from hub.core.db import Tx
from hub.core.errors import Invalid
from hub.core.pages import AnyRequest, page
from tourism.settlement.actions import dating, stating
from tourism.settlement.models import Month
from tourism.settlement.pages import PAGE, PAID, PARIS

CALENDAR = f"{PAGE}/calendar"
FIRST_YEAR, LAST_YEAR = 2020, 2100


class Calendar(msgspec.Struct, frozen=True, kw_only=True):
    """A year of a beneficiary's money, month by month and day by day, and what it comes to over all
    years: earned is what is due and what was moved."""

    year: int
    months: tuple[Month, ...]
    earned_cents: int
    due_cents: int
    moved_cents: int
    paid_cents: int


@get(CALENDAR, opt=access(*PAID), include_in_schema=False)
async def show_calendar(
    request: AnyRequest, tx: NamedDependency[Tx], month: FromQuery[date | None] = None
) -> Response[str]:
    """A year by month, and one of its months day by day."""
    day = _checked(month or local_date(tx.now, PARIS))
    months = await dating.list_months(tx, day.year)
    shown = months[day.month - 1]
    return page(
        request, "settlement/calendar.html", months=months, shown=shown,
        totals=await stating.total(tx), years=(FIRST_YEAR, LAST_YEAR),
    )  # fmt: skip


@get(
    "/api/v1/organisation/settlement-calendar",
    opt=access(*PAID),
    tags=["Ledger"],
    summary="Calendar of payments",
)
async def see_calendar(tx: NamedDependency[Tx], year: FromQuery[int | None] = None) -> Calendar:
    """What the caller has earned, what is due, what was moved and what has arrived at its bank, by
    day of a year (this one). Amounts are cents; only days on which something happens are listed."""
    wanted = _checked(local_date(tx.now, PARIS)).year if year is None else year
    if not FIRST_YEAR <= wanted <= LAST_YEAR:
        raise Invalid("Choose a year from 2020 to 2100.", field="year")
    totals = await stating.total(tx)
    return Calendar(
        year=wanted,
        months=tuple(await dating.list_months(tx, wanted)),
        earned_cents=totals.earned_cents,
        due_cents=totals.due_cents,
        moved_cents=totals.moved_cents,
        paid_cents=totals.paid_cents,
    )


def _checked(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Invalid("Choose a year from 2020 to 2100.", field="month")
    return day


handlers = (show_calendar, see_calendar)
