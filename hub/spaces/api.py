"""Spaces for programs: the caller's own, what is written there, and writing."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from hub.core import web
from hub.core.caller import SIGNED_IN, Caller, access
from hub.core.db import Tx
from hub.spaces.actions import keeping, writing
from hub.spaces.errors import SpaceUnknown
from hub.spaces.models import Cut, ListedSpace, Post, Write

AnyRequest = Request[Any, Any, Any]
POSTS = "/api/v1/spaces/{space:int}/{place:uuid}/posts"
TAGS = ["Spaces"]


@get("/api/v1/me/spaces", opt=access(SIGNED_IN), tags=TAGS, summary="My spaces")
async def list_own(tx: NamedDependency[Tx], caller: NamedDependency[Caller]) -> list[ListedSpace]:
    """The spaces that the caller is in, over all organisations."""
    assert caller.person is not None
    return await keeping.list_own(tx, caller.person)


@get(POSTS, opt=access(SIGNED_IN), tags=TAGS, summary="What is written in a space")
async def list_posts(
    tx: NamedDependency[Tx],
    caller: NamedDependency[Caller],
    space: FromPath[int],
    place: FromPath[UUID],
    thread: FromQuery[UUID | None] = None,
    after: FromQuery[UUID | None] = None,
) -> Cut[Post]:
    """A page of it, the newest first; the answers to `thread`, the oldest first. `after` is the
    last one of the page before."""
    seat = await keeping.read(tx, space, place, caller.person)
    if thread is None:
        return await writing.list_threads(tx, seat, after)
    found = await writing.find_thread(tx, seat, thread)
    return await writing.list_answers(tx, seat, found.id, after)


@post(POSTS, opt=access(SIGNED_IN), tags=TAGS, summary="Write in a space")
async def write_post(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    caller: NamedDependency[Caller],
    space: FromPath[int],
    place: FromPath[UUID],
    data: JSONBody[Write],
) -> Response[bytes]:
    """A message with its title, or the answer to one."""
    if not 0 < space < 2**31:
        raise SpaceUnknown()
    tx.enter(space)

    async def act() -> Post:
        seat = await keeping.read(tx, space, place, caller.person)
        return await writing.write_post(tx, seat, tx.uuid(), data)

    return await web.answer_once(tx, request, act)


handlers = (list_own, list_posts, write_post)
