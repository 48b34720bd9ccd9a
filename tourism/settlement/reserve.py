"""The page of the mutual reserve: what the agreement lets it bear, in words, with a simulation."""

from collections.abc import Mapping

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from hub import agreements
from hub.agreements.describe import describe_borne
from hub.core.caller import access
from hub.core.db import Reader, Tx
from hub.core.errors import HubError, Invalid
from hub.core.pages import AnyRequest, language_of, page
from hub.core.problems import describe_problem
from hub.rules import Absorption, Role
from tourism.rates.errors import EditInvalid
from tourism.rates.fields import read_cents, read_number
from tourism.settlement import bearing
from tourism.settlement.actions import reserving

PAGE = "/pro/reserve"
CAUSES = {
    bearing.DISPUTE: "les litiges perdus",
    bearing.DEBT: "les dettes des hébergeurs",
}
DAYS = 60


@get(PAGE, opt=access("federation"), include_in_schema=False)
async def show_reserve(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    reader: NamedDependency[Reader],
    cause: FromQuery[str | None] = None,
    days: FromQuery[str | None] = None,
    case: FromQuery[str | None] = None,
    year: FromQuery[str | None] = None,
) -> Response[str]:
    """What the reserve keeps, bears and has borne; and what another rule would have borne."""
    typed = {"cause": cause or bearing.DISPUTE, "days": days or "", "case": case or "",
             "year": year or ""}  # fmt: skip
    reserve = await reserving.find_reserve(tx, reader)
    problem, found = None, None
    if cause is not None:
        try:
            found = await reserving.simulate(tx, read_clause(typed))
        except HubError as error:
            problem = describe_problem(error, request.url.path)
    return page(
        request,
        "settlement/reserve.html",
        status_code=problem.status if problem else 200,
        reserve=reserve,
        borne=_words(reserve.version, language_of(request)),
        causes=CAUSES,
        typed=typed,
        found=found,
        problem=problem,
    )


def read_clause(typed: Mapping[str, str]) -> Absorption:
    """The clause that a form describes. Raises `Invalid` with the field."""
    if typed["cause"] not in CAUSES:
        raise Invalid("Choose among what is listed.", field="cause")
    waits = typed["cause"] == bearing.DEBT
    try:
        limits = {
            field: read_cents(typed[field], field) if typed[field].strip() else None
            for field in ("case", "year")
        }
        after = read_number(typed["days"].strip() or str(DAYS), "days") if waits else 0
    except EditInvalid as error:
        raise Invalid(error.detail, **error.extra) from None
    if limits["case"] is None and limits["year"] is None:
        raise Invalid("Give a limit for each case, or for the year.", field="case")
    return Absorption(
        fund=Role.RESERVE,
        cause=typed["cause"],
        after_days=after,
        case_cents=limits["case"],
        year_cents=limits["year"],
    )


def _words(version: agreements.Version | None, language: str) -> tuple[str, ...]:
    if version is None:
        return ()
    vocabulary = agreements.vocabularies()[version.text.vocabulary]
    return describe_borne(version.text, vocabulary, language)


handlers = (show_reserve,)
