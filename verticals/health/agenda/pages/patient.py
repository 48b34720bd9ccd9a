"""Who comes: the free times of a practice, one's own appointments, booked, changed, cancelled."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from hub.core.caller import ANYBODY, SIGNED_IN, access
from hub.core.db import Tx
from hub.core.errors import HubError
from hub.core.pages import AnyRequest, page
from hub.core.problems import describe_problem
from hub.core.web import caller_of, headers_of
from verticals.health import patients
from verticals.health.agenda import policy
from verticals.health.agenda.actions import booking, opening
from verticals.health.agenda.errors import AgendaUnknown
from verticals.health.agenda.models import Practice
from verticals.health.agenda.pages.practice import slot_of
from verticals.health.patients.forms import PRIVATE, Form, do_form, key_of, own_id
from verticals.health.patients.pages import FIELDS

PUBLIC = "/rendez-vous/{space:int}"
OWN = PUBLIC + "/miens"


@get(PUBLIC, opt=access(ANYBODY), response_headers=[PRIVATE], include_in_schema=False)
async def show_practice(
    request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int]
) -> Response[str]:
    """Who receives, and their next free times."""
    practice = await opening.enter_practice(tx, space)
    offers = await opening.list_offers(tx)
    return page(request, "agenda/practice.html", practice=practice, offers=offers)


@get(
    PUBLIC + "/{slot:uuid}",
    opt=access(SIGNED_IN),
    response_headers=[PRIVATE],
    include_in_schema=False,
)
async def show_slot(
    request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int], slot: FromPath[UUID]
) -> Response[str]:
    """One free time, and the form of who would come."""
    return await _slot(request, tx, space, slot, {}, None)


@post(
    PUBLIC + "/{slot:uuid}",
    opt=access(SIGNED_IN),
    response_headers=[PRIVATE],
    include_in_schema=False,
)
async def book(
    request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int], slot: FromPath[UUID]
) -> Response[Any]:
    """Come at that time: the first time here with one's traits."""
    caller = caller_of(request)
    assert caller.person is not None
    person = caller.person

    async def act(writing: Tx, form: Form) -> bool:
        await opening.find_practice(writing)
        known = await patients.find_of_person(writing, person)
        if known is None:
            said = {name: form.get(name, "") for name in FIELDS} | {"email": caller.email or ""}
            command = patients.AddPatient(**said, another=True)
            own = own_id(request, "patient", space, str(person))
            known = await patients.add_patient(writing, own, command, person=person)
        appointment = own_id(request, "appointment", space, f"{person}:{key_of(form)}")
        mode, most = form.get("mode", ""), policy.MOST_COMING
        return await booking.book(writing, appointment, slot, mode, known.id, most=most)

    form, new, error = await do_form(request, act, space=_wall(space))
    if error is not None:
        return await _slot(request, tx, space, slot, form, error)
    return _to_own(space, new)


async def _slot(
    request: AnyRequest, tx: Tx, space: int, slot: UUID, typed: Form, error: HubError | None
) -> Response[str]:
    practice = await opening.enter_practice(tx, space)
    person = caller_of(request).person
    assert person is not None
    found = await opening.find_slot(tx, slot)
    problem = describe_problem(error, request.url.path) if error else None
    return page(
        request,
        "agenda/slot.html",
        status_code=problem.status if problem else 200,
        practice=practice,
        slot=found,
        free=not found.taken and not found.closed and found.begins_at > tx.now,
        practitioner=await opening.find_practitioner(tx, found.practitioner),
        known=await patients.find_of_person(tx, person),
        sexes=list(patients.Sex),
        typed=typed,
        problem=problem,
    )


@get(OWN, opt=access(SIGNED_IN), response_headers=[PRIVATE], include_in_schema=False)
async def show_own(
    request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int]
) -> Response[str]:
    """One's own appointments here."""
    return await _own(request, tx, space, {}, None)


@post(
    OWN + "/{id:uuid}/{does:str}",
    opt=access(SIGNED_IN),
    response_headers=[PRIVATE],
    include_in_schema=False,
)
async def change(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    space: FromPath[int],
    id: FromPath[UUID],
    does: FromPath[str],
) -> Response[Any]:
    """Come at another time (`changer`), or not at all (`annuler`)."""

    async def act(writing: Tx, form: Form) -> bool:
        await booking.find_own(writing, id, caller_of(request).person)
        match does:
            case "annuler":
                return await booking.cancel(writing, id, by_practice=False)
            case "changer":
                slot, _, mode = form.get("at", "").partition(":")
                return await booking.change(writing, id, slot_of(slot), mode)
            case _:
                raise AgendaUnknown()

    return await _changed(request, tx, space, act, keeps=does != "annuler")


async def _changed(
    request: AnyRequest,
    tx: Tx,
    space: int,
    act: Callable[[Tx, Form], Awaitable[bool]],
    *,
    keeps: bool,
) -> Response[Any]:
    form, new, error = await do_form(request, act, space=_wall(space), keeps=keeps)
    if error is not None:
        return await _own(request, tx, space, form, error)
    return _to_own(space, new)


async def _own(
    request: AnyRequest, tx: Tx, space: int, typed: Form, error: HubError | None
) -> Response[str]:
    practice: Practice = await opening.enter_practice(tx, space)
    person = caller_of(request).person
    assert person is not None
    known = await patients.find_of_person(tx, person)
    problem = describe_problem(error, request.url.path) if error else None
    return page(
        request,
        "agenda/own.html",
        status_code=problem.status if problem else 200,
        practice=practice,
        known=known,
        appointments=await booking.list_own(tx, known.id) if known else [],
        offers=await opening.list_offers(tx),
        now=tx.now,
        typed=typed,
        problem=problem,
    )


def _to_own(space: int, new: bool | None) -> Redirect:
    headers = headers_of(replayed=not new)
    return Redirect(f"/rendez-vous/{space}/miens", status_code=303, headers=headers)


def _wall(space: int) -> int:
    return space if 0 < space < 2**31 else 0


handlers = (show_practice, show_slot, book, show_own, change)
