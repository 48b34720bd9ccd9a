"""What everybody sees: what comes, one event, its calendar file; and one's own registration."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from hub.core.caller import ANYBODY, access
from hub.core.db import Database, Tx
from hub.core.errors import Conflict, HubError, Invalid, TooMany
from hub.core.pages import AnyRequest, page
from hub.core.problems import describe_problem
from hub.core.tokens import Reference, read_reference, sign_reference
from hub.core.web import caller_of, headers_of
from verticals.city import towns
from verticals.city.events import policy
from verticals.city.events.actions import publishing, registering
from verticals.city.events.actions.letters import REGISTRATION
from verticals.city.events.errors import EventUnknown
from verticals.city.events.models import Register
from verticals.city.towns.forms import Form, key_of

AGENDA = "/villes/{space:int}/agenda"
OWN = "/inscription/{token:str}"


@get(AGENDA, opt=access(ANYBODY), include_in_schema=False)
async def show_agenda(
    request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int]
) -> Response[str]:
    """What comes."""
    town = await towns.enter_town(tx, space)
    events = await publishing.list_coming(tx)
    return page(request, "events/agenda.html", town=town, events=events, now=tx.now)


@get(AGENDA + "/{id:uuid}", opt=access(ANYBODY), include_in_schema=False)
async def show_event(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    space: FromPath[int],
    id: FromPath[UUID],
    demande: FromQuery[str] = "",
) -> Response[str]:
    """One event, and the form of who would come; or that a letter is on its way (`demande`)."""
    return await _event(request, tx, space, id, {}, None, asked=bool(demande))


@get(AGENDA + "/{id:uuid}/agenda.ics", opt=access(ANYBODY), include_in_schema=False)
async def give_calendar(
    request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int], id: FromPath[UUID]
) -> Response[str]:
    """The event for one's own calendar."""
    town = await towns.enter_town(tx, space)
    event = await publishing.find_event(tx, id)
    text = policy.write_calendar(event, town, request.app.state.settings.public_url)
    headers = {"content-disposition": f'attachment; filename="{id}.ics"'}
    return Response(text, media_type="text/calendar; charset=utf-8", headers=headers)


@post(AGENDA + "/{id:uuid}", opt=access(ANYBODY), include_in_schema=False)
async def register(
    request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int], id: FromPath[UUID]
) -> Response[Any]:
    """Would come: a place at once for who is signed in, a letter to confirm for others."""
    form = {name: str(value) for name, value in (await request.form()).items()}
    caller = caller_of(request)
    secret: bytes = request.app.state.settings.secret_key
    database: Database = request.app.state.database
    try:
        key = key_of(form)
        registration = towns.id_of_form(secret, f"registration:{caller.person}", space, key)
        email = caller.email or form.get("email", "")
        said = Register(email=email, **{n: form.get(n, "") for n in ("slot", "name", "places")})
        async with database.transaction(None, actor=caller.actor) as writing:
            await towns.enter_town(writing, space)
            new = await registering.ask(writing, registration, id, said, person=caller.person)
    except (Invalid, Conflict, TooMany) as error:
        return await _event(request, tx, space, id, form, error)
    place = f"/villes/{space}/agenda/{id}?demande=1"
    if caller.person is not None:
        place = f"/inscription/{sign_reference(secret, REGISTRATION, space, registration)}"
    return Redirect(place, status_code=303, headers=headers_of(replayed=not new))


async def _event(
    request: AnyRequest,
    tx: Tx,
    space: int,
    id: UUID,
    typed: Form,
    error: HubError | None,
    *,
    asked: bool = False,
) -> Response[str]:
    town = await towns.enter_town(tx, space)
    problem = describe_problem(error, request.url.path) if error else None
    return page(
        request,
        "events/event.html",
        status_code=problem.status if problem else 200,
        town=town,
        sheet=await publishing.see_event(tx, id),
        now=tx.now,
        asked=asked,
        typed=typed or {"name": caller_of(request).name or "", "places": "1"},
        most=policy.MOST_PLACES,
        problem=problem,
    )


@get(OWN, opt=access(ANYBODY), include_in_schema=False)
async def show_own(
    request: AnyRequest, tx: NamedDependency[Tx], token: FromPath[str]
) -> Response[str]:
    """One's own registration: to confirm, as it stands, to give up."""
    return await _own(request, tx, _reference(request, token), token, None)


@post(OWN + "/{what:str}", opt=access(ANYBODY), include_in_schema=False)
async def decide(
    request: AnyRequest, tx: NamedDependency[Tx], token: FromPath[str], what: FromPath[str]
) -> Response[Any]:
    """Confirm it, or give it up."""
    reference = _reference(request, token)
    database: Database = request.app.state.database
    try:
        async with database.transaction(reference.tenant, actor="resident") as writing:
            match what:
                case "confirmer":
                    await registering.confirm(writing, reference.id)
                case "annuler":
                    await registering.give_up(writing, reference.id)
                case _:
                    raise EventUnknown()
    except Conflict as error:
        return await _own(request, tx, reference, token, error)
    return Redirect(f"/inscription/{token}", status_code=303)


async def _own(
    request: AnyRequest, tx: Tx, reference: Reference, token: str, error: HubError | None
) -> Response[str]:
    tx.enter(reference.tenant)
    found = await registering.find_registration(tx, reference.id)
    sheet = await publishing.see_event(tx, found.event)
    problem = describe_problem(error, request.url.path) if error else None
    return page(
        request,
        "events/registration.html",
        status_code=problem.status if problem else 200,
        town=await towns.find_town(tx),
        sheet=sheet,
        registration=found,
        slot=next(one for one in sheet.slots if one.id == found.slot),
        now=tx.now,
        token=token,
        problem=problem,
    )


def _reference(request: AnyRequest, token: str) -> Reference:
    return read_reference(request.app.state.settings.secret_key, REGISTRATION, token)


handlers = (show_agenda, show_event, give_calendar, register, show_own, decide)
