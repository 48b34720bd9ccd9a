"""The documents of an organisation: issued and received, as files; its identity; what is told of
sales to private persons."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect

from hub.billing.actions import closing, issuing, keeping, profiles, sending
from hub.billing.models import Code, Filter, RecordKind, Verdict
from hub.core.caller import access
from hub.core.db import Database, Tx
from hub.core.errors import HubError
from hub.core.pages import AnyRequest, language_of, page
from hub.core.problems import describe_problem
from hub.core.settings import Settings
from hub.core.web import caller_of
from hub.invoices import export, forms
from hub.invoices.actions import archiving, printing
from hub.invoices.policy import cii

KINDS = ("lodging", "office", "region", "federation", "operator")
PAGE = "/pro/invoices"
Form = URLEncodedBody[dict[str, str]]
STATUSES = {
    Code.DEPOSITED: "déposée",
    Code.ISSUED: "émise par la plateforme",
    Code.RECEIVED: "reçue par la plateforme",
    Code.MADE_AVAILABLE: "mise à disposition",
    Code.TAKEN_CHARGE: "prise en charge",
    Code.APPROVED: "approuvée",
    Code.PARTLY_APPROVED: "approuvée en partie",
    Code.DISPUTED: "en litige",
    Code.SUSPENDED: "suspendue",
    Code.COMPLETED: "complétée",
    Code.REFUSED: "refusée",
    Code.PAYMENT_SENT: "paiement transmis",
    Code.CASHED: "encaissée",
    Code.REJECTED: "rejetée",
}


def _asked(request: AnyRequest, tx: Tx) -> Filter:
    said = {name: str(request.query_params.get(name)) for name in request.query_params}
    return forms.read_filter(said, keeping.day_of(tx))


def _file(content: str | bytes, kind: str, name: str) -> Response[Any]:
    return Response(
        content,
        media_type=kind,
        headers={
            "content-disposition": f'attachment; filename="{name}"',
            "cache-control": "private, no-store",
        },
    )


@get(PAGE, opt=access(*KINDS), include_in_schema=False)
async def show_invoices(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """The documents of a span of days."""
    asked = _asked(request, tx)
    found = await issuing.list_invoices(tx, asked)
    return page(
        request,
        "invoices/invoices.html",
        invoices=found,
        asked=forms.show_filter(asked),
        ready=await profiles.find_profile(tx) is not None,
        statuses=await sending.list_statuses(tx, [one.id for one in found if one.business]),
        words=STATUSES,
        total=sum(one.read().sign * one.gross_cents for one in found),
        most=issuing.LISTED_MOST,
    )


@get(f"{PAGE}.csv", opt=access(*KINDS), include_in_schema=False)
async def download_list(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[Any]:
    """The same for a spreadsheet."""
    asked = _asked(request, tx)
    text = export.invoices_csv(await issuing.list_invoices(tx, asked))
    return _file(text, "text/csv; charset=utf-8", f"factures-{asked.since}-{asked.until}.csv")


@get(f"{PAGE}/{{invoice:uuid}}/document.pdf", opt=access(*KINDS), include_in_schema=False)
async def download_pdf(
    request: AnyRequest, tx: NamedDependency[Tx], invoice: FromPath[UUID]
) -> Response[Any]:
    """One document as a Factur-X file."""
    found = await issuing.find_invoice(tx, invoice)
    file = await printing.print_invoice(found.read(), language_of(request))
    return _file(file, "application/pdf", f"{found.number}.pdf")


@get(f"{PAGE}/{{invoice:uuid}}/document.xml", opt=access(*KINDS), include_in_schema=False)
async def download_xml(tx: NamedDependency[Tx], invoice: FromPath[UUID]) -> Response[Any]:
    """The data of one document alone."""
    found = await issuing.find_invoice(tx, invoice)
    return _file(cii.xml_of(found.read()), "application/xml", f"{found.number}.xml")


@get(f"{PAGE}/identity", opt=access(*KINDS), include_in_schema=False)
async def show_identity(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """Who the organisation is on its invoices."""
    profile = await profiles.find_profile(tx)
    return _show_identity(request, forms.show_profile(profile), None, given=profile is not None)


@post(f"{PAGE}/identity", opt=access(*KINDS), include_in_schema=False)
async def save_identity(request: AnyRequest, data: Form) -> Response[Any]:
    """Keep it; what was typed is kept when something is wrong with it."""
    database: Database = request.app.state.database
    caller = caller_of(request)
    try:
        async with database.transaction(caller.tenant, actor=caller.actor) as tx:
            await profiles.save_profile(tx, forms.read_profile(data))
    except HubError as error:
        if error.status != 400:
            raise
        return _show_identity(request, data, error, given=False)
    return Redirect(PAGE, status_code=303)


def _show_identity(
    request: AnyRequest, typed: Mapping[str, str], error: HubError | None, *, given: bool
) -> Response[str]:
    problem = describe_problem(error, request.url.path) if error else None
    return page(
        request,
        "invoices/identity.html",
        status_code=problem.status if problem else 200,
        typed=typed,
        given=given,
        problem=problem,
    )


@get(f"{PAGE}/private-sales", opt=access(*KINDS), include_in_schema=False)
async def show_private_sales(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    since: FromQuery[date | None] = None,
    until: FromQuery[date | None] = None,
) -> Response[str]:
    """The sales to private persons of each day and rate, as e-reporting tells them."""
    first, last = _month(tx, since, until)
    rows = await issuing.sum_private_sales(tx, first, last)
    paid = await issuing.sum_private_payments(tx, first, last)
    return page(request, "invoices/sales.html", rows=rows, paid=paid, since=first, until=last)


@get(f"{PAGE}/private-sales.csv", opt=access(*KINDS), include_in_schema=False)
async def download_private_sales(
    tx: NamedDependency[Tx],
    since: FromQuery[date | None] = None,
    until: FromQuery[date | None] = None,
) -> Response[Any]:
    """The same for a spreadsheet."""
    first, last = _month(tx, since, until)
    rows = await issuing.sum_private_sales(tx, first, last)
    return _file(export.sales_csv(rows), "text/csv; charset=utf-8", f"ventes-{first}-{last}.csv")


@get(f"{PAGE}/private-payments.csv", opt=access(*KINDS), include_in_schema=False)
async def download_private_payments(
    tx: NamedDependency[Tx],
    since: FromQuery[date | None] = None,
    until: FromQuery[date | None] = None,
) -> Response[Any]:
    """What private persons paid, for a spreadsheet."""
    first, last = _month(tx, since, until)
    rows = await issuing.sum_private_payments(tx, first, last)
    name = f"encaissements-{first}-{last}.csv"
    return _file(export.payments_csv(rows), "text/csv; charset=utf-8", name)


def _month(tx: Tx, since: date | None, until: date | None) -> tuple[date, date]:
    last = until or keeping.day_of(tx)
    return since or last - timedelta(days=30), last


@get(f"{PAGE}/closings", opt=access(*KINDS), include_in_schema=False)
async def show_closings(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """The closings of the journal."""
    return await _show_closings(request, tx, None)


@post(f"{PAGE}/closings/verification", opt=access(*KINDS), include_in_schema=False)
async def verify_journal(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """Walk the whole journal and say what was found."""
    return await _show_closings(request, tx, await closing.verify(tx))


async def _show_closings(request: AnyRequest, tx: Tx, verdict: Verdict | None) -> Response[str]:
    found = await closing.list_closings(tx)
    return page(
        request,
        "invoices/closings.html",
        status_code=200,
        closings=found,
        verdict=verdict,
        kinds=RecordKind,
        years=sorted({one.since.year for one in found}, reverse=True),
    )


@get(f"{PAGE}/archive/{{year:int}}/journal.zip", opt=access(*KINDS), include_in_schema=False)
async def download_archive(
    request: AnyRequest, tx: NamedDependency[Tx], year: FromPath[int]
) -> Response[Any]:
    """A year of the journal, with its documents, signed."""
    settings: Settings = request.app.state.settings
    file = await archiving.archive_year(tx, year, settings.secret_key)
    return _file(file, "application/zip", f"journal-{year}.zip")


handlers = (
    show_invoices,
    download_list,
    download_pdf,
    download_xml,
    show_identity,
    save_identity,
    show_private_sales,
    download_private_sales,
    download_private_payments,
    show_closings,
    verify_journal,
    download_archive,
)
