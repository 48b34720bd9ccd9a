"""A professional's pages: what is shared with them, opened one by one; and the glass, which is
broken for a reason that the patient reads."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from hub.core.caller import access
from hub.core.db import Tx
from hub.core.errors import HubError
from hub.core.pages import AnyRequest, page
from hub.core.problems import describe_problem
from hub.core.web import caller_of
from verticals.health import agenda, patients
from verticals.health.documents import actions
from verticals.health.documents.models import Opened, Sought
from verticals.health.documents.pages.patient import give
from verticals.health.patients.forms import PRIVATE, Form, do_form

HOME = "/cabinet/documents"
GLASS = "/cabinet/patients/{id:uuid}/documents"


@get(HOME, opt=access("practice"), response_headers=[PRIVATE], include_in_schema=False)
async def show_shared(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """What is shared with the professional who is signed in."""
    practitioner = await agenda.find_of_account(tx, caller_of(request).person)
    documents = await actions.list_readable(tx, practitioner.id, Sought()) if practitioner else []
    theirs = [one.document.patient for one in documents]
    await patients.note_read(tx, theirs, patients.What.DOCUMENTS)
    return page(
        request,
        "documents/shared.html",
        practice=await agenda.find_practice(tx),
        practitioner=practitioner,
        documents=documents,
    )


@post(
    HOME + "/{document:uuid}",
    opt=access("practice"),
    response_headers=[PRIVATE],
    include_in_schema=False,
)
async def open_shared(request: AnyRequest, document: FromPath[UUID]) -> Response[Any]:
    """Open one; it is written down for the patient."""
    person = caller_of(request).person

    async def act(writing: Tx, _: Form) -> Opened:
        return await actions.open_document(writing, document, person)

    _, opened, error = await do_form(request, act, keeps=False)
    if opened is None:
        assert error is not None
        raise error
    return give(opened)


@get(GLASS, opt=access("practice"), response_headers=[PRIVATE], include_in_schema=False)
async def show_closed(
    request: AnyRequest, tx: NamedDependency[Tx], id: FromPath[UUID]
) -> Response[str]:
    """A patient's documents, closed: without titles."""
    return await _closed(request, tx, id, "", {}, None)


@post(
    GLASS + "/{document:uuid}",
    opt=access("practice"),
    response_headers=[PRIVATE],
    include_in_schema=False,
)
async def break_glass(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    id: FromPath[UUID],
    document: FromPath[UUID],
) -> Response[Any]:
    """Open one without a consent, for a reason; the patient is told."""
    person = caller_of(request).person

    async def act(writing: Tx, form: Form) -> Opened:
        await actions.find_own(writing, document, id)
        reason = form.get("reason", "")
        return await actions.open_document(writing, document, person, reason=reason)

    form, opened, error = await do_form(request, act, keeps=False)
    if opened is not None:
        return give(opened)
    return await _closed(request, tx, id, str(document), form, error)


async def _closed(
    request: AnyRequest, tx: Tx, id: UUID, about: str, typed: Form, error: HubError | None
) -> Response[str]:
    problem = describe_problem(error, request.url.path) if error else None
    patient = await patients.find_patient(tx, id)
    await patients.note_read(tx, [id], patients.What.DOCUMENTS)
    return page(
        request,
        "documents/closed.html",
        status_code=problem.status if problem else 200,
        practice=await agenda.find_practice(tx),
        practitioner=await agenda.find_of_account(tx, caller_of(request).person),
        patient=patient,
        documents=await actions.list_closed(tx, id),
        about=about,
        typed=typed,
        problem=problem,
    )


handlers = (show_shared, open_shared, show_closed, break_glass)
