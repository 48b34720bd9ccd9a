"""A teacher puts right what they gave a class."""

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
from verticals.education.classwork import actions, correcting, policy
from verticals.education.classwork.models import Write
from verticals.education.classwork.pages.own import FIELDS, OWN, Form, do, enter_page, said
from verticals.education.classwork.pages.sessions import PRIVATE
from verticals.education.roster import Person

POST = OWN + "/donnes/{id:uuid}"


@get(POST, opt=access(ANYBODY), response_headers=PRIVATE, include_in_schema=False)
async def show_form(
    request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int], id: FromPath[UUID]
) -> Response[str]:
    """What was given, to be put right or taken back."""
    return await _form(request, tx, space, id, {}, None)


@post(POST, opt=access(ANYBODY), response_headers=PRIVATE, include_in_schema=False)
async def correct(
    request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int], id: FromPath[UUID]
) -> Response[Any]:
    """Say it otherwise."""
    classroom: UUID | None = None

    async def act(writing: Tx, reader: Person, form: Form) -> None:
        nonlocal classroom
        classroom = (await correcting.find_own(writing, reader, id, gone=True)).classroom
        typed = Write(**{name: form.get(name, "") for name in FIELDS})
        await correcting.correct_post(writing, reader, id, typed, form.get("seen", ""))

    form, error = await do(request, space, act, correcting.REFUSALS)
    if error is not None:
        return await _form(request, tx, space, id, form, error)
    return Redirect(f"/mon-ecole/{space}/classes/{classroom}", status_code=303)


@post(POST + "/reprendre", opt=access(ANYBODY), response_headers=PRIVATE, include_in_schema=False)
async def take_back(
    request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int], id: FromPath[UUID]
) -> Response[Any]:
    """Nobody reads it any more."""
    classroom: UUID | None = None

    async def act(writing: Tx, reader: Person, form: Form) -> None:
        nonlocal classroom
        del form
        classroom = await correcting.take_back(writing, reader, id)

    _, error = await do(request, space, act, correcting.REFUSALS)
    if error is not None:
        return await _form(request, tx, space, id, {}, error)
    return Redirect(f"/mon-ecole/{space}/classes/{classroom}", status_code=303)


async def _form(
    request: AnyRequest, tx: Tx, space: int, id: UUID, form: Form, error: HubError | None
) -> Response[str]:
    reader = await enter_page(request, tx, space)
    found = await correcting.find_own(tx, reader, id, gone=error is not None)
    zone = await actions.seek_zone(tx)
    return page(
        request,
        "classwork/correct.html",
        space=space,
        post=found,
        zone=zone,
        wall=policy.wall_of(found.due_at, zone) if found.due_at else "",
        **said(request, form, error),
    )


handlers = (show_form, correct, take_back)
