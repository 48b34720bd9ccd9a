"""What is written in a space: read, write, answer, put right, take back."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from hub.core.caller import SIGNED_IN, access
from hub.core.db import Tx
from hub.core.errors import HubError
from hub.core.pages import AnyRequest, page
from hub.core.web import caller_of
from hub.spaces import doors, policy
from hub.spaces.actions import keeping, writing
from hub.spaces.doors import ONE, PRIVATE, Form, do, here, told
from hub.spaces.models import Seat, Write

POSTS = f"{ONE}/posts"
POST = f"{POSTS}/{{id:uuid}}"


@get(ONE, opt=access(SIGNED_IN), response_headers=PRIVATE, include_in_schema=False)
async def show_space(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    space: FromPath[int],
    place: FromPath[UUID],
    after: FromQuery[UUID | None] = None,
) -> Response[str]:
    """What is written, the newest first; who may enter and has not is asked to."""
    seat = await keeping.enter(tx, space, place, caller_of(request).person)
    if not seat.reads:
        return page(request, "spaces/door.html", seat=seat)
    return await _space(request, tx, seat, {}, None, after)


@post(POSTS, opt=access(SIGNED_IN), response_headers=PRIVATE, include_in_schema=False)
async def write_post(
    request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int], place: FromPath[UUID]
) -> Response[Any]:
    """Write a message."""

    async def act(writing_tx: Tx, seat: Seat, form: Form) -> None:
        key = policy.check_key(form.get("idempotency_key", ""))
        typed = Write(title=form.get("title", ""), body=form.get("body", ""))
        await writing.write_post(writing_tx, seat, key, typed)

    form, error = await do(request, space, place, act)
    if error is not None:
        return await _space(
            request, tx, await doors.read(request, tx, space, place), form, error, None
        )
    return Redirect(here(space, place), status_code=303)


async def _space(
    request: AnyRequest,
    tx: Tx,
    seat: Seat,
    form: Form,
    error: HubError | None,
    after: UUID | None,
) -> Response[str]:
    return page(
        request,
        "spaces/space.html",
        seat=seat,
        posts=await writing.list_threads(tx, seat, after),
        first=after is None,
        **told(request, form, error),
    )


@get(POST, opt=access(SIGNED_IN), response_headers=PRIVATE, include_in_schema=False)
async def show_post(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    space: FromPath[int],
    place: FromPath[UUID],
    id: FromPath[UUID],
    after: FromQuery[UUID | None] = None,
) -> Response[str]:
    """A message with its answers."""
    return await _thread(request, tx, space, place, id, {}, None, after)


@post(POST, opt=access(SIGNED_IN), response_headers=PRIVATE, include_in_schema=False)
async def answer_post(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    space: FromPath[int],
    place: FromPath[UUID],
    id: FromPath[UUID],
) -> Response[Any]:
    """Answer a message."""

    async def act(writing_tx: Tx, seat: Seat, form: Form) -> None:
        key = policy.check_key(form.get("idempotency_key", ""))
        await writing.write_post(
            writing_tx, seat, key, Write(body=form.get("body", ""), answers=id)
        )

    form, error = await do(request, space, place, act)
    if error is not None:
        return await _thread(request, tx, space, place, id, form, error)
    return Redirect(here(space, place, f"/posts/{id}"), status_code=303)


async def _thread(
    request: AnyRequest,
    tx: Tx,
    space: int,
    place: UUID,
    id: UUID,
    form: Form,
    error: HubError | None,
    after: UUID | None = None,
) -> Response[str]:
    seat = await doors.read(request, tx, space, place)
    found = await writing.find_thread(tx, seat, id)
    thread = found if found.answers is None else await writing.find_thread(tx, seat, found.answers)
    return page(
        request,
        "spaces/thread.html",
        seat=seat,
        thread=thread,
        answers=await writing.list_answers(tx, seat, thread.id, after),
        reasons=await writing.find_reasons(tx, seat, found),
        **told(request, form, error),
    )


@get(f"{POST}/edit", opt=access(SIGNED_IN), response_headers=PRIVATE, include_in_schema=False)
async def show_edit(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    space: FromPath[int],
    place: FromPath[UUID],
    id: FromPath[UUID],
) -> Response[str]:
    """What one wrote, to be put right or taken back."""
    return await _edit(request, tx, space, place, id, {}, None)


@post(f"{POST}/edit", opt=access(SIGNED_IN), response_headers=PRIVATE, include_in_schema=False)
async def edit_post(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    space: FromPath[int],
    place: FromPath[UUID],
    id: FromPath[UUID],
) -> Response[Any]:
    """Put it right."""

    async def act(writing_tx: Tx, seat: Seat, form: Form) -> None:
        typed = Write(title=form.get("title", ""), body=form.get("body", ""))
        seen = doors.number_of(form.get("revision", ""))
        await writing.edit_post(writing_tx, seat, id, seen, typed)

    form, error = await do(request, space, place, act)
    if error is not None:
        return await _edit(request, tx, space, place, id, form, error)
    return Redirect(here(space, place, f"/posts/{id}"), status_code=303)


async def _edit(
    request: AnyRequest,
    tx: Tx,
    space: int,
    place: UUID,
    id: UUID,
    form: Form,
    error: HubError | None,
) -> Response[str]:
    seat = await doors.read(request, tx, space, place)
    found = await writing.find_post(tx, seat, id)
    return page(request, "spaces/edit.html", seat=seat, post=found, **told(request, form, error))


@post(f"{POST}/take-back", opt=access(SIGNED_IN), include_in_schema=False)
async def take_back(
    request: AnyRequest, space: FromPath[int], place: FromPath[UUID], id: FromPath[UUID]
) -> Redirect:
    """Its words go."""
    kept: list[UUID] = []

    async def act(tx: Tx, seat: Seat, form: Form) -> None:
        del form
        gone = await writing.take_back(tx, seat, id)
        kept.extend([gone.answers] if gone.answers else [])

    _, error = await do(request, space, place, act, keeping.approach)
    if error is not None:
        raise error
    below = f"/posts/{kept[0]}" if kept else ""
    return Redirect(here(space, place, below), status_code=303)


handlers: tuple[Any, ...] = (
    show_space,
    write_post,
    show_post,
    answer_post,
    show_edit,
    edit_post,
    take_back,
)
