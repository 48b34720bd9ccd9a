"""The guest's invoice, by the link of the booking: who is billed, the button, the documents."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from hub import billing, invoices
from hub.core.caller import ANYBODY, access
from hub.core.db import Database, Tx
from hub.core.errors import HubError
from hub.core.pages import AnyRequest, language_of, page
from hub.core.problems import describe_problem
from hub.core.tokens import read_reference
from tourism.booking.actions import reading
from tourism.booking.views import BOOKING
from tourism.invoicing import forms
from tourism.invoicing.actions import following
from tourism.quoting.doors import enter, settings_of

Form = URLEncodedBody[dict[str, str]]
PAGE = "/reservation/{token:str}/facture"


@get(PAGE, opt=access(ANYBODY), include_in_schema=False)
async def show_invoices(
    request: AnyRequest, tx: NamedDependency[Tx], token: FromPath[str]
) -> Response[str]:
    """Who is billed, and the documents that there are."""
    reference = enter(request, tx, BOOKING, token)
    return await _show(request, tx, reference.id, token, None, None)


@post(PAGE, opt=access(ANYBODY), include_in_schema=False)
async def ask_invoice(request: AnyRequest, token: FromPath[str], data: Form) -> Response[Any]:
    """Have the invoice issued to who was typed; what was typed is kept when it is not right."""
    reference = read_reference(settings_of(request).secret_key, BOOKING, token)
    database: Database = request.app.state.database
    try:
        async with database.transaction(reference.tenant, actor="guest") as tx:
            await following.ask_invoice(tx, reference.id, forms.read_buyer(data))
    except HubError as error:
        if error.status not in {400, 409}:
            raise
        async with database.transaction(reference.tenant, actor="guest") as tx:
            return await _show(request, tx, reference.id, token, data, error)
    return Redirect(f"/reservation/{token}/facture", status_code=303)


@get(f"{PAGE}/{{invoice:uuid}}/facture.pdf", opt=access(ANYBODY), include_in_schema=False)
async def download_invoice(
    request: AnyRequest, tx: NamedDependency[Tx], token: FromPath[str], invoice: FromPath[UUID]
) -> Response[bytes]:
    """One document as a Factur-X file, its labels in the reader's language."""
    reference = enter(request, tx, BOOKING, token)
    booking = await reading.find_booking(tx, reference.id)
    found = await following.find_document(tx, booking, invoice)
    file = await invoices.print_invoice(found.read(), language_of(request))
    return Response(
        file,
        media_type="application/pdf",
        headers={
            "content-disposition": f'inline; filename="{found.number}.pdf"',
            "cache-control": "private, no-store",
            "x-robots-tag": "noindex, nofollow",
        },
    )


async def _show(
    request: AnyRequest,
    tx: Tx,
    id: UUID,
    token: str,
    typed: Mapping[str, str] | None,
    error: HubError | None,
) -> Response[str]:
    booking = await reading.find_booking(tx, id)
    following.check_may_ask(booking)
    problem = describe_problem(error, request.url.path) if error else None
    documents = await following.list_documents(tx, booking)
    buyer = await following.find_buyer(tx, booking)
    return page(
        request,
        "invoicing/invoice.html",
        status_code=problem.status if problem else 200,
        booking=booking,
        token=token,
        documents=documents,
        standing=any(one.kind == "invoice" and one.cancelled_by is None for one in documents),
        ready=await billing.find_profile(tx) is not None,
        typed=typed if typed is not None else forms.show_buyer(buyer),
        problem=problem,
    )


handlers = (show_invoices, ask_invoice, download_invoice)
