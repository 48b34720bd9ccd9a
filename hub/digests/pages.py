"""What one is told of a space: chosen on its page, or by the link of a letter."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from hub.core.caller import ANYBODY, SIGNED_IN, access
from hub.core.db import Database, Tx
from hub.core.errors import HubError, Invalid
from hub.core.pages import AnyRequest, page
from hub.core.tokens import Reference, read_reference
from hub.digests import actions
from hub.digests.letters import NOTICE
from hub.digests.models import Choice
from hub.spaces import Seat, doors

OWN = f"{doors.ONE}/notices"
LINKED = "/notices/{token:str}"
CHOICES = {
    Choice.NONE.value: "Aucune lettre",
    Choice.DIGEST.value: "Une lettre par jour, s'il y a du nouveau",
    Choice.EACH.value: "Une lettre pour chaque message",
}
WORDS = tuple(CHOICES.values())


@get(OWN, opt=access(SIGNED_IN), response_headers=doors.PRIVATE, include_in_schema=False)
async def show_choice(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    space: FromPath[int],
    place: FromPath[UUID],
    kept: FromQuery[str] = "",
) -> Response[str]:
    """What the reader is told."""
    return await _own(request, tx, space, place, {}, None, kept=bool(kept))


@post(OWN, opt=access(SIGNED_IN), response_headers=doors.PRIVATE, include_in_schema=False)
async def choose(
    request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int], place: FromPath[UUID]
) -> Response[Any]:
    """Choose it."""

    async def act(writing: Tx, seat: Seat, form: doors.Form) -> None:
        await actions.choose(writing, seat, form.get("choice", ""))

    form, error = await doors.do(request, space, place, act)
    if error is not None:
        return await _own(request, tx, space, place, form, error)
    return Redirect(doors.here(space, place, "/notices?kept=1"), status_code=303)


async def _own(
    request: AnyRequest,
    tx: Tx,
    space: int,
    place: UUID,
    form: doors.Form,
    error: HubError | None,
    *,
    kept: bool = False,
) -> Response[str]:
    seat = await doors.read(request, tx, space, place)
    return page(
        request,
        "digests/choice.html",
        name=seat.space.name,
        back=doors.here(space, place),
        action=doors.here(space, place, "/notices"),
        choice=await actions.find_choice(tx, seat),
        choices=CHOICES,
        kept=kept,
        **doors.told(request, form, error),
    )


@get(LINKED, opt=access(ANYBODY), response_headers=doors.PRIVATE, include_in_schema=False)
async def show_linked(
    request: AnyRequest, tx: NamedDependency[Tx], token: FromPath[str], kept: FromQuery[str] = ""
) -> Response[str]:
    """The same, for who comes by the link of a letter."""
    return await _linked(request, tx, _reference(request, token), token, {}, None, kept=bool(kept))


@post(LINKED, opt=access(ANYBODY), response_headers=doors.PRIVATE, include_in_schema=False)
async def choose_by_link(
    request: AnyRequest, tx: NamedDependency[Tx], token: FromPath[str]
) -> Response[Any]:
    """Choose it there."""
    reference, form = _reference(request, token), await doors.read_form(request)
    database: Database = request.app.state.database
    try:
        async with database.transaction(reference.tenant, actor="guest") as writing:
            await actions.choose_by_link(writing, reference.id, form.get("choice", ""))
    except Invalid as error:
        return await _linked(request, tx, reference, token, form, error)
    return Redirect(f"/notices/{token}?kept=1", status_code=303)


async def _linked(
    request: AnyRequest,
    tx: Tx,
    reference: Reference,
    token: str,
    form: doors.Form,
    error: HubError | None,
    *,
    kept: bool = False,
) -> Response[str]:
    tx.enter(reference.tenant)
    notice, space = await actions.find_linked(tx, reference.id)
    return page(
        request,
        "digests/choice.html",
        name=space.name,
        back=None,
        action=f"/notices/{token}",
        choice=notice.choice,
        choices=CHOICES,
        kept=kept,
        **doors.told(request, form, error),
    )


def _reference(request: AnyRequest, token: str) -> Reference:
    return read_reference(request.app.state.settings.secret_key, NOTICE, token)


handlers: tuple[Any, ...] = (show_choice, choose, show_linked, choose_by_link)
