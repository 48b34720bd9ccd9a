"""Three readers: the association, the person (large type), and a volunteer by link."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from hub.core import forms
from hub.core.caller import ANYBODY, access
from hub.core.db import Tx
from hub.core.forms import Fault, Form
from hub.core.pages import AnyRequest, page
from hub.core.tokens import sign_reference
from verticals.seniors.actions.letters import SENIOR
from verticals.seniors.errors import SeniorUnknown
from verticals.seniors.outings import actions
from verticals.seniors.outings.models import AddVolunteer, OfferVisit, PublishOuting

DESK = "/seniors/outings"
OWN = "/chez-moi/{token:str}/sorties"
ROUND = "/visites/{token:str}"


@get(DESK, opt=access("association"), include_in_schema=False)
async def show_desk(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """What the association proposes, who comes along, and who visits."""
    return await _desk(request, tx, forms.NOTHING)


@post(f"{DESK}/{{what:str}}", opt=access("association"), include_in_schema=False)
async def add(request: AnyRequest, tx: NamedDependency[Tx], what: FromPath[str]) -> Response[Any]:
    """Propose an outing, or add a volunteer."""

    async def act(writing: Tx, form: Form) -> None:
        key = forms.key_of(form)
        if what == "volunteers":
            said = {name: form.get(name, "") for name in ("name", "email", "commune")}
            await actions.add_volunteer(writing, key, AddVolunteer(**said))
        elif what == "proposals":
            said = {
                name: form.get(name, "") for name in ("title", "place", "commune", "day", "time")
            }
            outing = PublishOuting(**said, seats=forms.number_of(form, "seats"))
            await actions.publish_outing(writing, key, outing)
        else:
            raise SeniorUnknown()

    fault = await forms.do(request, act)
    return Redirect(DESK, status_code=303) if fault is None else await _desk(request, tx, fault)


@post(f"{DESK}/{{id:uuid}}/{{what:str}}", opt=access("association"), include_in_schema=False)
async def decide(
    request: AnyRequest, tx: NamedDependency[Tx], id: FromPath[UUID], what: FromPath[str]
) -> Response[Any]:
    """Cancel an outing; validate a volunteer, or end their visits."""

    async def act(writing: Tx, form: Form) -> None:
        if what == "cancel":
            await actions.cancel_outing(writing, id)
        elif what == "validate":
            await actions.validate_volunteer(writing, id, form.get("rna", ""))
        elif what == "end":
            await actions.end_volunteer(writing, id)
        else:
            raise SeniorUnknown()

    fault = await forms.do(request, act)
    if fault is None:
        return Redirect(DESK, status_code=303)
    return await _desk(request, tx, fault, about=id)


async def _desk(
    request: AnyRequest, tx: Tx, fault: Fault, about: UUID | None = None
) -> Response[str]:
    desk = await actions.see_desk(tx)
    secret = request.app.state.settings.secret_key
    assert tx.tenant is not None
    links = {
        one.id: f"/visites/{sign_reference(secret, actions.VOLUNTEER, tx.tenant, one.id)}"
        for one in desk.volunteers
    }
    return page(request, "outings/desk.html", desk=desk, links=links, about=about, **fault.shown)


@get(OWN, opt=access(ANYBODY), include_in_schema=False)
async def show_own(
    request: AnyRequest, tx: NamedDependency[Tx], token: FromPath[str]
) -> Response[str]:
    """What is near home, and what the person comes along to."""
    return await _own(request, tx, token, forms.NOTHING)


@post(f"{OWN}/home", opt=access(ANYBODY), include_in_schema=False)
async def set_home(
    request: AnyRequest, tx: NamedDependency[Tx], token: FromPath[str]
) -> Response[Any]:
    """Say where one lives."""
    reference = forms.read_link(request, SENIOR, token)

    async def act(writing: Tx, form: Form) -> None:
        await actions.set_home(writing, reference.id, form.get("commune", ""))

    return await _do_oneself(request, tx, token, act)


@post(f"{OWN}/{{id:uuid}}/{{what:str}}", opt=access(ANYBODY), include_in_schema=False)
async def answer(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    token: FromPath[str],
    id: FromPath[UUID],
    what: FromPath[str],
) -> Response[Any]:
    """Come along, or not after all."""
    reference = forms.read_link(request, SENIOR, token)

    async def act(writing: Tx, form: Form) -> None:
        del form
        if what == "join":
            await actions.join_outing(writing, reference.id, id)
        elif what == "leave":
            await actions.leave_outing(writing, reference.id, id)
        else:
            raise SeniorUnknown()

    return await _do_oneself(request, tx, token, act)


async def _do_oneself(request: AnyRequest, tx: Tx, token: str, act: forms.Verb) -> Response[Any]:
    tenant = forms.read_link(request, SENIOR, token).tenant
    fault = await forms.do(request, act, tenant=tenant, actor="senior")
    if fault is None:
        return Redirect(f"/chez-moi/{token}/sorties", status_code=303)
    return await _own(request, tx, token, fault)


async def _own(request: AnyRequest, tx: Tx, token: str, fault: Fault) -> Response[str]:
    reference = forms.enter(request, tx, SENIOR, token)
    agenda = await actions.see_agenda(tx, reference.id)
    return page(request, "outings/own.html", agenda=agenda, token=token, **fault.shown)


@get(ROUND, opt=access(ANYBODY), include_in_schema=False)
async def show_round(
    request: AnyRequest, tx: NamedDependency[Tx], token: FromPath[str]
) -> Response[str]:
    """A volunteer's visits."""
    return await _round(request, tx, token, forms.NOTHING)


@post(ROUND, opt=access(ANYBODY), include_in_schema=False)
async def offer(
    request: AnyRequest, tx: NamedDependency[Tx], token: FromPath[str]
) -> Response[Any]:
    """Offer a visit."""
    reference = forms.read_link(request, actions.VOLUNTEER, token)

    async def act(writing: Tx, form: Form) -> None:
        said = {name: form.get(name, "") for name in ("title", "day", "time")}
        key = forms.key_of(form)
        await actions.offer_visit(writing, reference.id, key, OfferVisit(**said))

    return await _do_as_volunteer(request, tx, token, act)


@post(f"{ROUND}/{{id:uuid}}/cancel", opt=access(ANYBODY), include_in_schema=False)
async def cancel(
    request: AnyRequest, tx: NamedDependency[Tx], token: FromPath[str], id: FromPath[UUID]
) -> Response[Any]:
    """Not come after all."""
    reference = forms.read_link(request, actions.VOLUNTEER, token)

    async def act(writing: Tx, form: Form) -> None:
        del form
        await actions.cancel_outing(writing, id, reference.id)

    return await _do_as_volunteer(request, tx, token, act)


async def _do_as_volunteer(
    request: AnyRequest, tx: Tx, token: str, act: forms.Verb
) -> Response[Any]:
    tenant = forms.read_link(request, actions.VOLUNTEER, token).tenant
    fault = await forms.do(request, act, tenant=tenant, actor="volunteer")
    if fault is None:
        return Redirect(f"/visites/{token}", status_code=303)
    return await _round(request, tx, token, fault)


async def _round(request: AnyRequest, tx: Tx, token: str, fault: Fault) -> Response[str]:
    reference = forms.enter(request, tx, actions.VOLUNTEER, token)
    found = await actions.see_round(tx, reference.id)
    return page(request, "outings/round.html", round=found, token=token, **fault.shown)


handlers = (
    show_desk,
    add,
    decide,
    show_own,
    set_home,
    answer,
    show_round,
    offer,
    cancel,
)
