"""Three readers: the association, the person (large type, one screen), and a contact by link."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from hub.core.caller import ANYBODY, access
from hub.core.db import Database, Tx
from hub.core.errors import HubError
from hub.core.pages import AnyRequest, page
from hub.core.problems import describe_problem
from hub.core.tokens import Reference, read_reference, sign_reference
from hub.core.web import caller_of
from verticals.seniors.actions import calling, following, reading
from verticals.seniors.actions.letters import CONTACT, SENIOR, SENSOR
from verticals.seniors.errors import SeniorInvalid
from verticals.seniors.models import SHARED, AddContact, AddSenior, AddSensor

HOME = "/seniors"
Form = dict[str, str]
Verb = Callable[[Tx, Form], Awaitable[None]]


@get(HOME, opt=access("association"), include_in_schema=False)
async def show_board(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """The people whom the association follows, and what is unusual."""
    return page(request, "seniors/board.html", board=await reading.see_board(tx), **_typed())


@post(HOME, opt=access("association"), include_in_schema=False)
async def add_senior(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[Any]:
    """Follow somebody more."""

    async def act(writing: Tx, form: Form) -> None:
        await following.add_senior(writing, _key(form), AddSenior(name=form.get("name", "")))

    fault = await _do(request, act)
    if fault is None:
        return Redirect(HOME, status_code=303)
    board = await reading.see_board(tx)
    return page(request, "seniors/board.html", **fault, status_code=400, board=board)


@post("/seniors/alerts/{id:uuid}", opt=access("association"), include_in_schema=False)
async def close_alert(request: AnyRequest, tx: NamedDependency[Tx], id: FromPath[UUID]) -> Any:
    """Close an alert with its cause."""

    async def act(writing: Tx, form: Form) -> None:
        await following.close_alert(writing, id, form.get("cause", ""))

    fault = await _do(request, act)
    if fault is None:
        return Redirect(HOME, status_code=303)
    board = await reading.see_board(tx)
    return page(request, "seniors/board.html", **fault, status_code=400, board=board)


@get("/seniors/{id:uuid}", opt=access("association"), include_in_schema=False)
async def show_senior(
    request: AnyRequest, tx: NamedDependency[Tx], id: FromPath[UUID]
) -> Response[str]:
    """One person: contacts, sensors, what happened."""
    return await _senior(request, tx, id, _typed())


@post("/seniors/{id:uuid}/{what:str}", opt=access("association"), include_in_schema=False)
async def add_to_senior(
    request: AnyRequest, tx: NamedDependency[Tx], id: FromPath[UUID], what: FromPath[str]
) -> Response[Any]:
    """Add a contact or a sensor."""

    async def act(writing: Tx, form: Form) -> None:
        if what == "contacts":
            contact = AddContact(name=form.get("name", ""), email=form.get("email", ""))
            await following.add_contact(writing, id, _key(form), contact)
        else:
            sensor = AddSensor(place=form.get("place", ""), pets="pets" in form)
            await following.add_sensor(writing, id, _key(form), sensor)

    fault = await _do(request, act)
    if fault is None:
        return Redirect(f"/seniors/{id}", status_code=303)
    return await _senior(request, tx, id, fault, status_code=400)


async def _senior(
    request: AnyRequest, tx: Tx, id: UUID, typed: dict[str, Any], status_code: int = 200
) -> Response[str]:
    home = await reading.see_home(tx, id)
    secret = request.app.state.settings.secret_key
    assert tx.tenant is not None
    return page(
        request,
        "seniors/senior.html",
        status_code=status_code,
        home=home,
        own=f"/chez-moi/{sign_reference(secret, SENIOR, tx.tenant, id)}",
        addresses={s.id: sign_reference(secret, SENSOR, tx.tenant, s.id) for s in home.sensors},
        **typed,
    )


@get("/chez-moi/{token:str}", opt=access(ANYBODY), include_in_schema=False)
async def show_own(
    request: AnyRequest, tx: NamedDependency[Tx], token: FromPath[str]
) -> Response[str]:
    """The person's one screen: call for help, what happened, and who may see what."""
    reference = _enter(request, tx, SENIOR, token)
    home = await reading.see_home(tx, reference.id)
    return page(request, "seniors/own.html", home=home, token=token, shared=SHARED)


@post("/chez-moi/{token:str}/{what:str}", opt=access(ANYBODY), include_in_schema=False)
async def act_oneself(request: AnyRequest, token: FromPath[str], what: FromPath[str]) -> Redirect:
    """Call for help, decide who sees what, tell an absence."""
    reference = read_reference(request.app.state.settings.secret_key, SENIOR, token)
    form = await request.form()
    database: Database = request.app.state.database
    async with database.transaction(reference.tenant, actor="senior") as tx:
        if what == "help":
            await calling.call_help(tx, reference.id)
        elif what == "consent":
            ticked = [str(one).partition(":") for one in form.getall("shares", [])]
            wanted: dict[UUID, set[str]] = {}
            for share, _, contact in ticked:
                wanted.setdefault(_uuid(contact), set()).add(share)
            await following.set_consent(tx, reference.id, wanted)
        else:
            await following.set_away(tx, reference.id, _date(str(form.get("until", ""))))
    return Redirect(f"/chez-moi/{token}", status_code=303)


@get("/aide/{token:str}", opt=access(ANYBODY), include_in_schema=False)
async def show_contact(
    request: AnyRequest, tx: NamedDependency[Tx], token: FromPath[str]
) -> Response[str]:
    """A contact's page: the call to answer, and what the person lets them see."""
    reference = _enter(request, tx, CONTACT, token)
    seen = await reading.see_shared(tx, reference.id)
    return page(request, "seniors/contact.html", seen=seen, token=token)


@post("/aide/{token:str}/{answer:str}", opt=access(ANYBODY), include_in_schema=False)
async def answer_call(request: AnyRequest, token: FromPath[str], answer: FromPath[str]) -> Redirect:
    """Accept the call, or say that one cannot come."""
    reference = read_reference(request.app.state.settings.secret_key, CONTACT, token)
    database: Database = request.app.state.database
    async with database.transaction(reference.tenant, actor="contact") as tx:
        await calling.answer_call(tx, reference.id, accepts=answer == "accept")
    return Redirect(f"/aide/{token}", status_code=303)


async def _do(request: AnyRequest, act: Verb) -> dict[str, Any] | None:
    """Do what a form asks in a transaction of its own; else what its page shows again."""
    form = {name: str(value) for name, value in (await request.form()).items()}
    database: Database = request.app.state.database
    caller = caller_of(request)
    try:
        async with database.transaction(caller.tenant, actor=caller.actor) as tx:
            await act(tx, form)
    except SeniorInvalid as error:
        return _typed(form, error, request.url.path)
    return None


def _typed(form: Form | None = None, error: HubError | None = None, path: str = "") -> Any:
    problem = describe_problem(error, path) if error else None
    return {"typed": form or {}, "problem": problem}


def _enter(request: AnyRequest, tx: Tx, kind: str, token: str) -> Reference:
    reference = read_reference(request.app.state.settings.secret_key, kind, token)
    tx.enter(reference.tenant)
    return reference


def _key(form: Form) -> UUID:
    return _uuid(form.get("idempotency_key", ""))


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise SeniorInvalid("This form is not complete.") from None


def _date(text: str) -> date | None:
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
