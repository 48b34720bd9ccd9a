"""The tools of a class: who is there opens their activities, its teacher places them."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from hub.core.caller import ANYBODY, access
from hub.core.db import Tx
from hub.core.errors import HubError
from hub.core.pages import AnyRequest, page
from verticals.education import classwork
from verticals.education.classwork.pages.own import OWN, Form, do, enter_page, said
from verticals.education.classwork.pages.sessions import PRIVATE
from verticals.education.lti_launch.actions import placing
from verticals.education.lti_launch.errors import LinkInvalid
from verticals.education.lti_launch.models import PlaceLink
from verticals.education.roster import Person

CLASS = OWN + "/classes/{id:uuid}/outils"
FIELDS = PlaceLink.__struct_fields__


@get(CLASS, opt=access(ANYBODY), response_headers=PRIVATE, include_in_schema=False)
async def show_tools(
    request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int], id: FromPath[UUID]
) -> Response[str]:
    """The activities of a class; its teacher places more, and says what came of a choice."""
    return await _class(request, tx, space, id, {}, None)


@post(CLASS, opt=access(ANYBODY), response_headers=PRIVATE, include_in_schema=False)
async def place_link(
    request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int], id: FromPath[UUID]
) -> Response[Any]:
    """Place one."""
    loopback = request.app.state.settings.allow_loopback

    async def act(writing: Tx, reader: Person, form: Form) -> None:
        typed = PlaceLink(**{name: form.get(name, "") for name in FIELDS})
        key = _key(form)
        await placing.place_link(writing, reader, id, key, typed, loopback=loopback)

    form, error = await do(request, space, act, placing.REFUSALS)
    if error is not None:
        return await _class(request, tx, space, id, form, error)
    return Redirect(f"/mon-ecole/{space}/classes/{id}/outils", status_code=303)


@post(
    OWN + "/outils/{id:uuid}/retirer",
    opt=access(ANYBODY),
    response_headers=PRIVATE,
    include_in_schema=False,
)
async def take_back(request: AnyRequest, space: FromPath[int], id: FromPath[UUID]) -> Redirect:
    """Nobody opens it any more."""
    classroom: UUID | None = None

    async def act(writing: Tx, reader: Person, form: Form) -> None:
        nonlocal classroom
        del form
        classroom = await placing.take_back(writing, reader, id)

    await do(request, space, act, ())
    return Redirect(f"/mon-ecole/{space}/classes/{classroom}/outils", status_code=303)


def _key(form: Form) -> UUID:
    try:
        return UUID(form.get("idempotency_key", ""))
    except ValueError:
        raise LinkInvalid("This form is not complete.") from None


def _count(request: AnyRequest, name: str) -> int:
    typed = request.query_params.get(name, "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 4 else 0


async def _class(
    request: AnyRequest, tx: Tx, space: int, id: UUID, form: Form, error: HubError | None
) -> Response[str]:
    reader = await enter_page(request, tx, space)
    place = await classwork.find_place(tx, reader, id)
    teaches = place.role == classwork.TEACHER
    return page(
        request,
        "lti_launch/class.html",
        space=space,
        place=place,
        teaches=teaches,
        links=await placing.list_links(tx, id),
        tools=await placing.list_open_tools(tx) if teaches else [],
        placed=_count(request, "places"),
        left=_count(request, "laisses"),
        **said(request, form, error),
    )


handlers = (show_tools, place_link, take_back)
