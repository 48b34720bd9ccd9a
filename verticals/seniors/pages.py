"""Three readers: the association, the person (large type, one screen), and a contact by link."""

from datetime import date
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from hub.core import forms
from hub.core.caller import ANYBODY, access
from hub.core.db import Database, Tx
from hub.core.forms import Fault, Form
from hub.core.pages import AnyRequest, page
from hub.core.tokens import sign_reference
from hub.core.web import caller_of
from verticals.seniors.actions import calling, following, reading
from verticals.seniors.actions.letters import CONTACT, SENIOR, SENSOR
from verticals.seniors.errors import SeniorInvalid
from verticals.seniors.models import SHARED, AddContact, AddSenior, AddSensor

HOME = "/seniors"


@get(HOME, opt=access("association"), include_in_schema=False)
async def show_board(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """The people whom the association follows, and what is unusual."""
    return await _board(request, tx, forms.NOTHING)


@post(HOME, opt=access("association"), include_in_schema=False)
async def add_senior(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[Any]:
    """Follow somebody more."""

    async def act(writing: Tx, form: Form) -> None:
        await following.add_senior(
            writing, forms.key_of(form), AddSenior(name=form.get("name", ""))
        )

    fault = await forms.do(request, act)
    return Redirect(HOME, status_code=303) if fault is None else await _board(request, tx, fault)


@post("/seniors/alerts/{id:uuid}", opt=access("association"), include_in_schema=False)
async def close_alert(request: AnyRequest, tx: NamedDependency[Tx], id: FromPath[UUID]) -> Any:
    """Close an alert with its cause."""

    async def act(writing: Tx, form: Form) -> None:
        await following.close_alert(writing, id, form.get("cause", ""))

    fault = await forms.do(request, act)
    return Redirect(HOME, status_code=303) if fault is None else await _board(request, tx, fault)


async def _board(request: AnyRequest, tx: Tx, fault: Fault) -> Response[str]:
    return page(request, "seniors/board.html", board=await reading.see_board(tx), **fault.shown)


@get("/seniors/{id:uuid}", opt=access("association"), include_in_schema=False)
async def show_senior(
    request: AnyRequest, tx: NamedDependency[Tx], id: FromPath[UUID]
) -> Response[str]:
    """One person: contacts, sensors, what happened."""
    return await _senior(request, tx, id, forms.NOTHING)


@post("/seniors/{id:uuid}/{what:str}", opt=access("association"), include_in_schema=False)
async def add_to_senior(
    request: AnyRequest, tx: NamedDependency[Tx], id: FromPath[UUID], what: FromPath[str]
) -> Response[Any]:
    """Add a contact or a sensor."""

    async def act(writing: Tx, form: Form) -> None:
        if what == "contacts":
            contact = AddContact(name=form.get("name", ""), email=form.get("email", ""))
            await following.add_contact(writing, id, forms.key_of(form), contact)
        else:
            sensor = AddSensor(place=form.get("place", ""), pets="pets" in form)
            await following.add_sensor(writing, id, forms.key_of(form), sensor)

    fault = await forms.do(request, act)
    if fault is None:
        return Redirect(f"/seniors/{id}", status_code=303)
    return await _senior(request, tx, id, fault)


async def _senior(request: AnyRequest, tx: Tx, id: UUID, fault: Fault) -> Response[str]:
    home = await reading.see_home(tx, id)
    await reading.note_reading(tx, id, caller_of(request).actor)
    secret = request.app.state.settings.secret_key
    assert tx.tenant is not None
    return page(
        request,
        "seniors/senior.html",
        home=home,
        own=f"/chez-moi/{sign_reference(secret, SENIOR, tx.tenant, id)}",
        addresses={s.id: sign_reference(secret, SENSOR, tx.tenant, s.id) for s in home.sensors},
        **fault.shown,
    )


@get("/chez-moi/{token:str}", opt=access(ANYBODY), include_in_schema=False)
async def show_own(
    request: AnyRequest, tx: NamedDependency[Tx], token: FromPath[str]
) -> Response[str]:
    """The person's one screen: call for help, what happened, and who may see what."""
    reference = forms.enter(request, tx, SENIOR, token)
    home = await reading.see_home(tx, reference.id)
    caller = caller_of(request)
    mine = caller.person is not None and home.senior.person == caller.person
    if caller.person is not None and not mine and caller.tenant == reference.tenant:
        await reading.note_reading(tx, reference.id, caller.actor)
    free = caller.person is not None and home.senior.person is None
    return page(
        request,
        "seniors/own.html",
        home=home,
        token=token,
        shared=SHARED,
        mine=mine,
        may_tie=free and caller.tenant != reference.tenant,
    )


@post("/chez-moi/{token:str}/{what:str}", opt=access(ANYBODY), include_in_schema=False)
async def act_oneself(request: AnyRequest, token: FromPath[str], what: FromPath[str]) -> Redirect:
    """Call for help, decide who sees what, tell an absence."""
    reference = forms.read_link(request, SENIOR, token)
    form = await request.form()
    database: Database = request.app.state.database
    async with database.transaction(reference.tenant, actor="senior") as tx:
        if what == "help":
            await calling.call_help(tx, reference.id)
        elif what == "consent":
            ticked = [str(one).partition(":") for one in form.getall("shares", [])]
            wanted: dict[UUID, set[str]] = {}
            for share, _, contact in ticked:
                wanted.setdefault(forms.uuid_of(contact), set()).add(share)
            await following.set_consent(tx, reference.id, wanted)
        elif what == "account":
            await following.tie_account(tx, reference.id, caller_of(request))
        else:
            await following.set_away(tx, reference.id, _day(str(form.get("until", ""))))
    return Redirect(f"/chez-moi/{token}", status_code=303)


@get("/aide/{token:str}", opt=access(ANYBODY), include_in_schema=False)
async def show_contact(
    request: AnyRequest, tx: NamedDependency[Tx], token: FromPath[str]
) -> Response[str]:
    """A contact's page: the call to answer, and what the person lets them see."""
    reference = forms.enter(request, tx, CONTACT, token)
    seen = await reading.see_shared(tx, reference.id)
    if reading.has_seen(seen):
        await reading.note_reading(tx, seen.senior.id, f"contact:{seen.contact.id}")
    return page(request, "seniors/contact.html", seen=seen, token=token)


@post("/aide/{token:str}/{answer:str}", opt=access(ANYBODY), include_in_schema=False)
async def answer_call(request: AnyRequest, token: FromPath[str], answer: FromPath[str]) -> Redirect:
    """Accept the call, or say that one cannot come."""
    reference = forms.read_link(request, CONTACT, token)
    database: Database = request.app.state.database
    async with database.transaction(reference.tenant, actor="contact") as tx:
        await calling.answer_call(tx, reference.id, accepts=answer == "accept")
    return Redirect(f"/aide/{token}", status_code=303)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise SeniorInvalid("Choose a day.", field="until") from None


handlers = (
    show_board,
    add_senior,
    close_alert,
    show_senior,
    add_to_senior,
    show_own,
    act_oneself,
    show_contact,
    answer_call,
)
