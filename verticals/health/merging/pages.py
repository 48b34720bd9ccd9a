"""The practice's pages of records that are one person's."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from hub.core.caller import access
from hub.core.db import Tx
from hub.core.errors import HubError
from hub.core.pages import AnyRequest, page
from hub.core.problems import describe_problem
from hub.core.web import caller_of, headers_of
from verticals.health import agenda, patients
from verticals.health.merging import actions
from verticals.health.merging.errors import MergeInvalid, MergeUnknown
from verticals.health.merging.models import AskMerge
from verticals.health.patients.forms import PRIVATE, Form, do_form, key_of

HOME = "/cabinet/doublons"
OF_PATIENT = "/cabinet/patients/{id:uuid}/doublons"


@get(HOME, opt=access("practice"), response_headers=[PRIVATE], include_in_schema=False)
async def show_merges(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """What waits for a decision, and what was decided."""
    return await _list(request, tx, None)


@post(
    HOME + "/{id:uuid}/{does:str}",
    opt=access("practice"),
    response_headers=[PRIVATE],
    include_in_schema=False,
)
async def decide(
    request: AnyRequest, tx: NamedDependency[Tx], id: FromPath[UUID], does: FromPath[str]
) -> Response[Any]:
    """Agree (`fusionner`), or refuse (`refuser`)."""
    person = caller_of(request).person
    assert person is not None

    async def act(writing: Tx, _: Form) -> bool:
        if does not in {"fusionner", "refuser"}:
            raise MergeUnknown()
        await actions.decide(writing, id, person, agrees=does == "fusionner")
        return True

    _, _, error = await do_form(request, act)
    if error is not None:
        return await _list(request, tx, error)
    return Redirect(HOME, status_code=303)


async def _list(request: AnyRequest, tx: Tx, error: HubError | None) -> Response[str]:
    problem = describe_problem(error, request.url.path) if error else None
    merges = await actions.list_merges(tx)
    named = [id for one in merges for id in (one.kept, one.gone)]
    await patients.note_read(tx, named, patients.What.RECORD)
    return page(
        request,
        "merging/list.html",
        status_code=problem.status if problem else 200,
        practice=await agenda.find_practice(tx),
        merges=merges,
        mine=caller_of(request).person,
        problem=problem,
    )


@get(OF_PATIENT, opt=access("practice"), response_headers=[PRIVATE], include_in_schema=False)
async def show_alike(
    request: AnyRequest, tx: NamedDependency[Tx], id: FromPath[UUID]
) -> Response[str]:
    """Who else was born on the same day."""
    return await _alike(request, tx, id, {}, None)


@post(OF_PATIENT, opt=access("practice"), response_headers=[PRIVATE], include_in_schema=False)
async def ask(request: AnyRequest, tx: NamedDependency[Tx], id: FromPath[UUID]) -> Response[Any]:
    """Say that one of them is the same person."""
    person = caller_of(request).person
    assert person is not None

    async def act(writing: Tx, form: Form) -> bool:
        try:
            gone = UUID(form.get("gone", ""))
        except ValueError:
            raise MergeInvalid("Choose who is the same person.", field="gone") from None
        said = AskMerge(kept=id, gone=gone, why=form.get("why", ""))
        return await actions.ask_merge(writing, key_of(form), said, person)

    form, new, error = await do_form(request, act)
    if error is not None:
        return await _alike(request, tx, id, form, error)
    return Redirect(HOME, status_code=303, headers=headers_of(replayed=not new))


async def _alike(
    request: AnyRequest, tx: Tx, id: UUID, typed: Form, error: HubError | None
) -> Response[str]:
    problem = describe_problem(error, request.url.path) if error else None
    patient = await patients.find_patient(tx, id)
    alike = await patients.list_alike(tx, patient)
    await patients.note_read(tx, [id, *(one.id for one in alike)], patients.What.RECORD)
    return page(
        request,
        "merging/alike.html",
        status_code=problem.status if problem else 200,
        patient=patient,
        alike=alike,
        typed=typed,
        problem=problem,
    )


handlers = (show_merges, decide, show_alike, ask)
