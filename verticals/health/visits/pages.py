"""The pages of visits: the professional's day, the patient's seat, and the door of a room."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from hub.core.caller import ANYBODY, SIGNED_IN, access
from hub.core.db import Database, Tx
from hub.core.errors import HubError
from hub.core.pages import AnyRequest, page
from hub.core.problems import describe_problem
from hub.core.tokens import read_reference, sign_reference
from hub.core.web import caller_of, headers_of
from verticals.health import agenda, patients
from verticals.health.patients.forms import PRIVATE, Form, do_form, key_of
from verticals.health.visits import actions, gateway, policy
from verticals.health.visits.errors import VisitUnknown
from verticals.health.visits.models import Role, SetVideo, WriteNote

HOME = "/cabinet/visites"
SEAT = "/rendez-vous/{space:int}/miens/{id:uuid}/visite"
DOOR = "/salle/{token:str}"
LINK = "health-room"  # the kind of signed links


@get(HOME, opt=access("practice"), response_headers=[PRIVATE], include_in_schema=False)
async def show_visits(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """The visits of the professional who is signed in."""
    return await _visits(request, tx, "", {}, None)


@post(HOME + "/video", opt=access("practice"), response_headers=[PRIVATE], include_in_schema=False)
async def set_video(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[Any]:
    """Say where the practice's rooms are."""

    role = caller_of(request).role

    async def act(writing: Tx, form: Form) -> str:
        said = SetVideo(provider=form.get("provider", ""))
        await actions.set_video(writing, said, role=role)
        return HOME

    return await _done(request, tx, "video", act)


@post(
    HOME + "/{id:uuid}/{does:str}",
    opt=access("practice"),
    response_headers=[PRIVATE],
    include_in_schema=False,
)
async def change(
    request: AnyRequest, tx: NamedDependency[Tx], id: FromPath[UUID], does: FromPath[str]
) -> Response[Any]:
    """Open the room and enter (`ouvrir`), close it (`fermer`), leave a note (`note`)."""
    person = caller_of(request).person
    secret: bytes = request.app.state.settings.secret_key

    async def act(writing: Tx, form: Form) -> str:
        match does:
            case "ouvrir":
                await actions.open_room(writing, id, person)
                ticket = await actions.give_ticket(writing, id, person, Role.PRACTITIONER)
                return _door(secret, writing, ticket)
            case "fermer":
                await actions.close_room(writing, id, person)
            case "note":
                said = WriteNote(words=form.get("words", ""))
                await actions.write_note(writing, key_of(form), id, person, said)
            case _:
                raise VisitUnknown()
        return HOME

    return await _done(request, tx, str(id), act, keeps=does != "fermer")


async def _done(
    request: AnyRequest,
    tx: Tx,
    about: str,
    act: Callable[[Tx, Form], Awaitable[str]],
    *,
    keeps: bool = True,
) -> Response[Any]:
    form, place, error = await do_form(request, act, keeps=keeps)
    if place is None:
        return await _visits(request, tx, about, form, error)
    return Redirect(place, status_code=303, headers=headers_of(replayed=False))


async def _visits(
    request: AnyRequest, tx: Tx, about: str, typed: Form, error: HubError | None
) -> Response[str]:
    problem = describe_problem(error, request.url.path) if error else None
    practitioner = await agenda.find_of_account(tx, caller_of(request).person)
    visits = await actions.list_visits(tx, practitioner.id) if practitioner else []
    await patients.note_read(tx, [one.patient for one in visits], patients.What.VISITS)
    return page(
        request,
        "visits/visits.html",
        status_code=problem.status if problem else 200,
        practice=await agenda.find_practice(tx),
        practitioner=practitioner,
        visits=visits,
        provider=await actions.find_provider(tx),
        providers=gateway.list_providers(),
        decides=policy.may_set_video(caller_of(request).role),
        about=about,
        typed=typed,
        problem=problem,
    )


@get(SEAT, opt=access(SIGNED_IN), response_headers=[PRIVATE], include_in_schema=False)
async def show_seat(
    request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int], id: FromPath[UUID]
) -> Response[str]:
    """One's own visit: its room once it is open, and the notes that stay."""
    return await _seat(request, tx, space, id, None)


@post(SEAT, opt=access(SIGNED_IN), response_headers=[PRIVATE], include_in_schema=False)
async def take_seat(
    request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int], id: FromPath[UUID]
) -> Response[Any]:
    """A link into the room."""
    person = caller_of(request).person
    secret: bytes = request.app.state.settings.secret_key

    async def act(writing: Tx, _: Form) -> str:
        await agenda.find_practice(writing)
        return _door(secret, writing, await actions.give_ticket(writing, id, person, Role.PATIENT))

    _, place, error = await do_form(request, act, space=space if 0 < space < 2**31 else 0)
    if place is None:
        return await _seat(request, tx, space, id, error)
    return Redirect(place, status_code=303)


async def _seat(
    request: AnyRequest, tx: Tx, space: int, id: UUID, error: HubError | None
) -> Response[str]:
    problem = describe_problem(error, request.url.path) if error else None
    practice = await agenda.enter_practice(tx, space)
    return page(
        request,
        "visits/seat.html",
        status_code=problem.status if problem else 200,
        practice=practice,
        seat=await actions.see_seat(tx, id, caller_of(request).person),
        problem=problem,
    )


@get(DOOR, opt=access(ANYBODY), response_headers=[PRIVATE], include_in_schema=False)
async def show_door(
    request: AnyRequest, tx: NamedDependency[Tx], token: FromPath[str]
) -> Response[str]:
    """The door: looking at a link does not use it up."""
    reference = read_reference(request.app.state.settings.secret_key, LINK, token)
    tx.enter(reference.tenant)
    ticket = await actions.look_at_ticket(tx, reference.id)
    return page(request, "visits/door.html", ticket=ticket, token=token, address=None)


@post(DOOR, opt=access(ANYBODY), response_headers=[PRIVATE], include_in_schema=False)
async def go_in(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """Use the link up; the address of the room stands on the page, once."""
    secret: bytes = request.app.state.settings.secret_key
    reference = read_reference(secret, LINK, token)
    database: Database = request.app.state.database
    async with database.transaction(reference.tenant, actor=caller_of(request).actor) as writing:
        meeting = await actions.enter(writing, reference.id)
    address = await gateway.find_address(meeting)
    return page(request, "visits/door.html", ticket=None, token=token, address=address)


def _door(secret: bytes, tx: Tx, ticket: UUID) -> str:
    assert tx.tenant is not None
    return f"/salle/{sign_reference(secret, LINK, tx.tenant, ticket)}"


handlers = (show_visits, set_video, change, show_seat, take_seat, show_door, go_in)
