"""Documents for programs."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from hub.billing.actions import issuing, keeping
from hub.billing.models import Content, DayPayments, DayRate, Filter, Invoice, Kind
from hub.core.caller import access
from hub.core.db import Tx
from hub.invoices.actions import printing
from hub.invoices.policy import cii

KINDS = ("lodging", "office", "region", "federation", "operator")
PATH = "/api/v1/invoices"
ONE = f"{PATH}/{{invoice:uuid}}"


class ListedInvoice(msgspec.Struct, frozen=True, kw_only=True):
    """A document in a list; amounts are those of the document, never negative."""

    id: UUID
    kind: Kind
    number: str
    issued_on: date
    matter: str
    buyer_name: str
    business: bool
    net_cents: int
    vat_cents: int
    gross_cents: int
    cancels: UUID | None
    cancelled_by: UUID | None


@get(PATH, opt=access(*KINDS), tags=["invoices"], summary="List invoices")
async def list_invoices(
    tx: NamedDependency[Tx],
    since: FromQuery[date | None] = None,
    until: FromQuery[date | None] = None,
    received: FromQuery[bool] = False,
) -> list[ListedInvoice]:
    """The newest documents of a span of days, issued or received; 92 days until today when nothing
    is said, 1,000 at most."""
    last = until or keeping.day_of(tx)
    asked = Filter(since=since or last - timedelta(days=92), until=last, received=received)
    return [_listed(one) for one in await issuing.list_invoices(tx, asked)]


@get(ONE, opt=access(*KINDS), tags=["invoices"], summary="See an invoice")
async def see_invoice(tx: NamedDependency[Tx], invoice: FromPath[UUID]) -> Content:
    """One document, whole, as it was issued."""
    return (await issuing.find_invoice(tx, invoice)).read()


@get(
    f"{ONE}/pdf",
    opt=access(*KINDS),
    tags=["invoices"],
    summary="Fetch an invoice as Factur-X",
    media_type="application/pdf",
)
async def fetch_pdf(tx: NamedDependency[Tx], invoice: FromPath[UUID]) -> Response[Any]:
    """The PDF/A-3 that carries its own XML."""
    found = await issuing.find_invoice(tx, invoice)
    file = await printing.print_invoice(found.read())
    return Response(file, media_type="application/pdf")


@get(
    f"{ONE}/xml",
    opt=access(*KINDS),
    tags=["invoices"],
    summary="Fetch an invoice's data",
    media_type="application/xml",
)
async def fetch_xml(tx: NamedDependency[Tx], invoice: FromPath[UUID]) -> Response[Any]:
    """The XML alone: Cross Industry Invoice, profile EN 16931."""
    found = await issuing.find_invoice(tx, invoice)
    return Response(cii.xml_of(found.read()), media_type="application/xml")


@get(
    "/api/v1/private-sales",
    opt=access(*KINDS),
    tags=["invoices"],
    summary="Sales to private persons",
)
async def list_private_sales(
    tx: NamedDependency[Tx],
    since: FromQuery[date | None] = None,
    until: FromQuery[date | None] = None,
) -> list[DayRate]:
    """Totals a day, category and rate, as e-reporting tells them."""
    last = until or keeping.day_of(tx)
    return await issuing.sum_private_sales(tx, since or last - timedelta(days=30), last)


@get(
    "/api/v1/private-payments",
    opt=access(*KINDS),
    tags=["invoices"],
    summary="Payments of private persons",
)
async def list_private_payments(
    tx: NamedDependency[Tx],
    since: FromQuery[date | None] = None,
    until: FromQuery[date | None] = None,
) -> list[DayPayments]:
    """What was received and given back a day, category and rate, VAT included, as e-reporting of
    payments tells it; what businesses paid is told by the status of their invoices."""
    last = until or keeping.day_of(tx)
    return await issuing.sum_private_payments(tx, since or last - timedelta(days=30), last)


def _listed(one: Invoice) -> ListedInvoice:
    return msgspec.convert(one, ListedInvoice, from_attributes=True)


handlers = (
    list_invoices,
    see_invoice,
    fetch_pdf,
    fetch_xml,
    list_private_sales,
    list_private_payments,
)
