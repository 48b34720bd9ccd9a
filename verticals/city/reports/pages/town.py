"""The town's pages: what came in, one report and its answer, and what people may report."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from hub.core.caller import access
from hub.core.db import Tx
from hub.core.errors import HubError
from hub.core.pages import AnyRequest, page
from hub.core.problems import describe_problem
from verticals.city import towns
from verticals.city.reports import policy
from verticals.city.reports.actions import services, tracking
from verticals.city.reports.errors import ReportChanged, ReportInvalid
from verticals.city.reports.models import AnswerReport, KeepService, State
from verticals.city.reports.pages.everybody import photo_of
from verticals.city.towns.forms import Form, do_form

INBOX, KINDS = "/ville/signalements", "/ville/categories"


@get(INBOX, opt=access("town"), include_in_schema=False)
async def show_inbox(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    etat: FromQuery[str] = "a-traiter",
    avant: FromQuery[int] = policy.NEWEST,
) -> Response[str]:
    """What waits for the town, or everything: a page of it, before a number."""
    town = await towns.seek_town(tx)
    before = policy.number_of(avant)
    found = await tracking.see_inbox(tx, closed_too=etat == "tous", before=before)
    newest = before == policy.NEWEST
    return page(request, "reports/inbox.html", town=town, found=found, etat=etat, newest=newest)


@get(INBOX + "/{id:uuid}", opt=access("town"), include_in_schema=False)
async def show_report(
    request: AnyRequest, tx: NamedDependency[Tx], id: FromPath[UUID]
) -> Response[str]:
    """One report: who sent it, what was done, and the answer to write."""
    return await _report(request, tx, id, None, None)


@post(INBOX + "/{id:uuid}", opt=access("town"), include_in_schema=False)
async def answer(request: AnyRequest, tx: NamedDependency[Tx], id: FromPath[UUID]) -> Response[Any]:
    """Bring it to a state, and say so to who sent it."""

    async def act(writing: Tx, form: Form) -> None:
        said = AnswerReport(
            revision=policy.read_revision(form.get("revision", "")),
            state=form.get("state", ""),
            answer=form.get("answer", ""),
            shown="shown" in form,
        )
        await tracking.answer_report(writing, id, said)

    form, _, error = await do_form(request, act, ReportInvalid, ReportChanged)
    if error is None:
        return Redirect(f"{INBOX}/{id}", status_code=303)
    return await _report(request, tx, id, form, error)


@get(INBOX + "/{id:uuid}/photo", opt=access("town"), include_in_schema=False)
async def show_photo(tx: NamedDependency[Tx], id: FromPath[UUID]) -> Response[bytes]:
    """The photo, to the town."""
    return photo_of(await tracking.find_photo(tx, id, public=False))


async def _report(
    request: AnyRequest, tx: Tx, id: UUID, typed: Form | None, error: HubError | None
) -> Response[str]:
    town, followed = await towns.find_town(tx), await tracking.follow(tx, id)
    asked = await services.list_all(tx)
    report = followed.report
    kept = {"state": report.state, "answer": report.answer}
    problem = describe_problem(error, request.url.path) if error else None
    return page(
        request,
        "reports/report.html",
        status_code=problem.status if problem else 200,
        town=town,
        map=towns.map_around(town),
        followed=followed,
        service=next((one for one in asked if one.code == report.service), None),
        typed=typed or (kept | ({"shown": "1"} if report.shown else {})),
        states=list(State),
        changed=isinstance(error, ReportChanged),
        problem=problem,
    )


@get(KINDS, opt=access("town"), include_in_schema=False)
async def show_kinds(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """What people may report."""
    return await _kinds(request, tx, {}, None)


@post(KINDS, opt=access("town"), include_in_schema=False)
async def add_kind(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[Any]:
    """Take in something more."""

    async def act(writing: Tx, form: Form) -> None:
        texts = {name: form.get(name, "") for name in ("name", "description", "question")}
        said = KeepService(**texts, choices=form.get("choices", ""), required="required" in form)
        await services.add_service(writing, said)

    form, _, error = await do_form(request, act, ReportInvalid, ReportChanged)
    if error is None:
        return Redirect(KINDS, status_code=303)
    return await _kinds(request, tx, form, error)


@post(KINDS + "/{code:str}", opt=access("town"), include_in_schema=False)
async def switch_kind(
    tx: NamedDependency[Tx], request: AnyRequest, code: FromPath[str]
) -> Redirect:
    """Take such reports in again, or no longer."""
    active = (await request.form()).get("active") == "1"
    await services.switch_service(tx, code, active=active)
    return Redirect(KINDS, status_code=303)


async def _kinds(request: AnyRequest, tx: Tx, typed: Form, error: HubError | None) -> Response[str]:
    problem = describe_problem(error, request.url.path) if error else None
    return page(
        request,
        "reports/kinds.html",
        status_code=problem.status if problem else 200,
        services=await services.list_all(tx),
        typed=typed,
        problem=problem,
    )


handlers = (show_inbox, show_report, answer, show_photo, show_kinds, add_kind, switch_kind)
