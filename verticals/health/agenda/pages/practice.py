"""The practice's pages: who receives, who comes, which times are open."""

from collections.abc import Awaitable, Callable
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
from verticals.health import patients
from verticals.health.agenda import policy
from verticals.health.agenda.actions import booking, opening
from verticals.health.agenda.errors import AgendaInvalid, AgendaUnknown
from verticals.health.agenda.models import AddPractitioner, OpenSlots, SoughtPractitioners
from verticals.health.patients.forms import PRIVATE, Form, check_begun, do_form, key_of

HOME = "/cabinet/agenda"
PATIENT = "/cabinet/patients/{id:uuid}/rendez-vous"
PRACTITIONER_FIELDS = ("family", "given", "profession", "rpps")
SLOT_FIELDS = ("practitioner", "day", "begins", "ends", "minutes", "modes")

TAKES_BACK = {"annuler", "fermer", "fin", "refuser"}


@get(HOME, opt=access("practice"), response_headers=[PRIVATE], include_in_schema=False)
async def show_board(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """Who comes, which times are free, who receives."""
    return await _board(request, tx, "", {}, None)


@post(
    HOME + "/praticiens",
    opt=access("practice"),
    response_headers=[PRIVATE],
    include_in_schema=False,
)
async def add_practitioner(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[Any]:
    """Somebody who receives."""

    async def act(writing: Tx, form: Form) -> bool:
        if not await opening.list_practitioners(writing, SoughtPractitioners(wanted=1)):
            await check_begun(request, writing)
        said = {name: form.get(name, "") for name in PRACTITIONER_FIELDS}
        await opening.add_practitioner(writing, key_of(form), AddPractitioner(**said))
        return True

    return await _done(request, tx, "practitioner", act)


@post(
    HOME + "/creneaux", opt=access("practice"), response_headers=[PRIVATE], include_in_schema=False
)
async def open_slots(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[Any]:
    """Hours that can be booked."""

    async def act(writing: Tx, form: Form) -> bool:
        said = {name: form.get(name, "") for name in SLOT_FIELDS}
        return await opening.open_slots(writing, key_of(form), OpenSlots(**said)) > 0

    return await _done(request, tx, "slots", act)


@post(
    HOME + "/{what:str}/{id:uuid}/{does:str}",
    opt=access("practice"),
    response_headers=[PRIVATE],
    include_in_schema=False,
)
async def change(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    what: FromPath[str],
    id: FromPath[UUID],
    does: FromPath[str],
) -> Response[Any]:
    """Somebody receives no more, or again; an account is asked, and answers; a time is closed; an
    appointment is cancelled."""
    caller = caller_of(request)
    assert caller.person is not None
    person = caller.person

    async def act(writing: Tx, form: Form) -> bool:
        match what, does:
            case "praticiens", "compte":
                typed = form.get("account", "")
                await opening.ask_account(writing, id, typed, role=caller.role)
            case "praticiens", "accepter" | "refuser":
                accepts = does == "accepter"
                await opening.answer_account(writing, id, person, accepts=accepts)
            case "praticiens", "fin" | "reprise":
                await opening.set_active(writing, id, active=does == "reprise")
            case "creneaux", "fermer":
                await opening.close_slot(writing, id)
            case "rendez-vous", "annuler":
                return await booking.cancel(writing, id, by_practice=True)
            case _:
                raise AgendaUnknown()
        return True

    return await _done(request, tx, what, act, keeps=does not in TAKES_BACK)


async def _done(
    request: AnyRequest,
    tx: Tx,
    about: str,
    act: Callable[[Tx, Form], Awaitable[bool]],
    *,
    keeps: bool = True,
) -> Response[Any]:
    form, new, error = await do_form(request, act, keeps=keeps)
    if error is not None:
        return await _board(request, tx, about, form, error)
    return Redirect(HOME, status_code=303, headers=headers_of(replayed=not new))


async def _board(
    request: AnyRequest, tx: Tx, about: str, typed: Form, error: HubError | None
) -> Response[str]:
    problem = describe_problem(error, request.url.path) if error else None
    board = await opening.see_board(tx)
    come = [one.patient for one in board.appointments]
    await patients.note_read(tx, come, patients.What.AGENDA)
    return page(
        request,
        "agenda/board.html",
        status_code=problem.status if problem else 200,
        board=board,
        accounts=await opening.list_accounts(tx),
        mine=caller_of(request).person,
        decides=policy.may_ask_account(caller_of(request).role),
        professions=policy.PROFESSIONS,
        modes=list(policy.MODES),
        about=about,
        typed=typed,
        problem=problem,
    )


@get(PATIENT, opt=access("practice"), response_headers=[PRIVATE], include_in_schema=False)
async def show_times(
    request: AnyRequest, tx: NamedDependency[Tx], id: FromPath[UUID]
) -> Response[str]:
    """The free times, for a patient who calls."""
    return await _times(request, tx, id, {}, None)


@post(PATIENT, opt=access("practice"), response_headers=[PRIVATE], include_in_schema=False)
async def book_for(
    request: AnyRequest, tx: NamedDependency[Tx], id: FromPath[UUID]
) -> Response[Any]:
    """Book for them."""

    async def act(writing: Tx, form: Form) -> bool:
        slot, _, mode = form.get("at", "").partition(":")
        return await booking.book(writing, key_of(form), slot_of(slot), mode, id)

    form, new, error = await do_form(request, act)
    if error is not None:
        return await _times(request, tx, id, form, error)
    return Redirect(HOME, status_code=303, headers=headers_of(replayed=not new))


def slot_of(typed: str) -> UUID:
    """Raises `AgendaInvalid`."""
    try:
        return UUID(typed)
    except ValueError:
        raise AgendaInvalid("Choose a time.", field="at") from None


async def _times(
    request: AnyRequest, tx: Tx, id: UUID, typed: Form, error: HubError | None
) -> Response[str]:
    problem = describe_problem(error, request.url.path) if error else None
    patient = await patients.find_patient(tx, id)
    await patients.note_read(tx, [id], patients.What.RECORD)
    return page(
        request,
        "agenda/times.html",
        status_code=problem.status if problem else 200,
        practice=await opening.find_practice(tx),
        patient=patient,
        offers=await opening.list_offers(tx),
        typed=typed,
        problem=problem,
    )


handlers = (show_board, add_practitioner, open_slots, change, show_times, book_for)
