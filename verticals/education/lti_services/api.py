"""The services of a class for tools: LTI AGS 2.0 and NRPS 2.0.

They speak the standards' own media types, and are described by these and not by ours; errors are
problem details (RFC 9457). A score has no key: its own time says which one is the last.
"""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import TypeVar
from uuid import UUID

import msgspec
from litestar import Response, delete, get, post, put
from litestar.params import FromPath

from hub.core.caller import ANYBODY, access
from hub.core.db import Database, Tx
from hub.core.pages import AnyRequest, make_url
from hub.core.settings import Settings
from verticals.education import lti_tools
from verticals.education.lti_services import wire
from verticals.education.lti_services.actions import grading, members
from verticals.education.lti_tools import Access, Addresses, ToolUnknown

T = TypeVar("T")
CLASS = "/api/lti/{space:int}/classes/{classroom:uuid}"
LINES, LINE = CLASS + "/lineitems", CLASS + "/lineitems/{id:uuid}"
# What is told of people stays with the tool that asked.
PRIVATE = {"cache-control": "no-store"}


class Scene(msgspec.Struct, frozen=True):
    """Who calls, where, behind which wall."""

    tx: Tx
    access: Access
    at: Addresses


@asynccontextmanager
async def enter(request: AnyRequest, space: int, *scopes: str) -> AsyncGenerator[Scene]:
    """Behind the school's wall, for a tool whose token allows one of these. Raises `ToolUnknown`,
    `BearerRefused`, `ScopeMissing`."""
    if not 0 < space < 2**31:
        raise ToolUnknown()
    settings: Settings = request.app.state.settings
    database: Database = request.app.state.database
    at = Addresses(site=settings.public_url, space=space)
    header = request.headers.get("authorization", "")
    async with database.transaction(space, actor=lti_tools.ACTOR) as tx:
        caller = await lti_tools.read_bearer(tx, at, header, settings.secret_key)
        lti_tools.check_scope(caller, *scopes)
        yield Scene(tx, caller, at)


@get(LINES, opt=access(ANYBODY), response_headers=PRIVATE, include_in_schema=False)
async def list_lines(
    request: AnyRequest, space: FromPath[int], classroom: FromPath[UUID]
) -> Response[bytes]:
    """The tool's line items in a class."""
    query = request.query_params
    link = query.get("resource_link_id")
    asked = {name: query.get(name) for name in ("resource_link_id", "resource_id", "tag")}
    cut = wire.read_cut(query.get("limit"), query.get("after"))
    async with enter(request, space, lti_tools.LINES, lti_tools.LINES_READ) as scene:
        found = await grading.list_lines(
            scene.tx,
            scene.access,
            classroom,
            cut,
            link=wire.read_id(link, "resource_link_id") if link else None,
            resource_id=asked["resource_id"],
            tag=asked["tag"],
        )
        rows, more = _cut(found, cut)
        after = rows[-1].id if more else None
        next_page = _next(scene.at.lines(classroom), after, cut, asked)
        return _answer([wire.write_line(one, scene.at) for one in rows], wire.LINES, next_page)


@post(LINES, opt=access(ANYBODY), response_headers=PRIVATE, include_in_schema=False)
async def make_line(
    request: AnyRequest, space: FromPath[int], classroom: FromPath[UUID]
) -> Response[bytes]:
    """One line item more."""
    body = await request.body()
    async with enter(request, space, lti_tools.LINES) as scene:
        new = wire.read_line(wire.read_json(body))
        made = await grading.make_line(scene.tx, scene.access, classroom, new)
        return _answer(wire.write_line(made, scene.at), wire.LINE, status=201)


@get(LINE, opt=access(ANYBODY), response_headers=PRIVATE, include_in_schema=False)
async def show_line(
    request: AnyRequest, space: FromPath[int], classroom: FromPath[UUID], id: FromPath[UUID]
) -> Response[bytes]:
    """One of them."""
    async with enter(request, space, lti_tools.LINES, lti_tools.LINES_READ) as scene:
        found = await grading.find_line(scene.tx, scene.access, classroom, id)
        return _answer(wire.write_line(found, scene.at), wire.LINE)


@put(LINE, opt=access(ANYBODY), response_headers=PRIVATE, include_in_schema=False)
async def change_line(
    request: AnyRequest, space: FromPath[int], classroom: FromPath[UUID], id: FromPath[UUID]
) -> Response[bytes]:
    """It is said otherwise."""
    body = await request.body()
    async with enter(request, space, lti_tools.LINES) as scene:
        new = wire.read_line(wire.read_json(body))
        made = await grading.change_line(scene.tx, scene.access, classroom, id, new)
        return _answer(wire.write_line(made, scene.at), wire.LINE)


@delete(
    LINE, opt=access(ANYBODY), status_code=204, response_headers=PRIVATE, include_in_schema=False
)
async def delete_line(
    request: AnyRequest, space: FromPath[int], classroom: FromPath[UUID], id: FromPath[UUID]
) -> None:
    """It goes, with its marks."""
    async with enter(request, space, lti_tools.LINES) as scene:
        await grading.delete_line(scene.tx, scene.access, classroom, id)


@post(LINE + "/scores", opt=access(ANYBODY), response_headers=PRIVATE, include_in_schema=False)
async def tell_score(
    request: AnyRequest, space: FromPath[int], classroom: FromPath[UUID], id: FromPath[UUID]
) -> Response[bytes]:
    """A pupil's mark."""
    body = await request.body()
    async with enter(request, space, lti_tools.SCORES) as scene:
        score = wire.read_score(wire.read_json(body))
        await grading.tell_score(scene.tx, scene.access, classroom, id, score)
        results = make_url(f"{scene.at.line(classroom, id)}/results", user_id=str(score.sub))
        return _answer({"resultUrl": results}, "application/json")


@get(LINE + "/results", opt=access(ANYBODY), response_headers=PRIVATE, include_in_schema=False)
async def list_results(
    request: AnyRequest, space: FromPath[int], classroom: FromPath[UUID], id: FromPath[UUID]
) -> Response[bytes]:
    """The marks of a line item."""
    query = request.query_params
    user, cut = query.get("user_id"), wire.read_cut(query.get("limit"), query.get("after"))
    async with enter(request, space, lti_tools.RESULTS) as scene:
        sub = wire.read_id(user, "user_id") if user else None
        line, found = await grading.list_results(
            scene.tx, scene.access, classroom, id, cut, sub=sub
        )
        rows, more = _cut(found, cut)
        after = rows[-1][1] if more else None
        own = f"{scene.at.line(classroom, id)}/results"
        told = [wire.write_result(one, line, name, scene.at) for one, name in rows]
        return _answer(told, wire.RESULTS, _next(own, after, cut, {"user_id": user}))


@get(CLASS + "/memberships", opt=access(ANYBODY), response_headers=PRIVATE, include_in_schema=False)
async def list_members(
    request: AnyRequest, space: FromPath[int], classroom: FromPath[UUID]
) -> Response[bytes]:
    """Who is in a class."""
    query = request.query_params
    asked, cut = query.get("role"), wire.read_cut(query.get("limit"), query.get("after"))
    async with enter(request, space, lti_tools.MEMBERS) as scene:
        title, found = await members.list_members(
            scene.tx, scene.access, classroom, cut, role=wire.read_role(asked)
        )
        rows, more = _cut(found, cut)
        after = rows[-1].sub if more else None
        said = {"role": asked.lower() if asked else None}
        next_page = _next(scene.at.members(classroom), after, cut, said)
        told = wire.write_members(scene.access.tool, scene.at, classroom, title, rows)
        return _answer(told, wire.MEMBERS, next_page)


def _cut(found: Sequence[T], cut: wire.Cut) -> tuple[Sequence[T], bool]:
    """What a page holds, and whether there is more."""
    return found[: cut.wanted], len(found) > cut.wanted


def _next(
    address: str, after: UUID | None, cut: wire.Cut, asked: dict[str, str | None]
) -> str | None:
    """Where the next page is; none when this one is the last."""
    if after is None:
        return None
    return make_url(address, **asked, limit=cut.wanted, after=str(after))


def _answer(
    content: object, media_type: str, next_page: str | None = None, *, status: int = 200
) -> Response[bytes]:
    headers = {"link": f'<{next_page}>; rel="next"'} if next_page else {}
    body = msgspec.json.encode(content)
    return Response(body, status_code=status, media_type=media_type, headers=headers)


handlers = (
    list_lines,
    make_line,
    show_line,
    change_line,
    delete_line,
    tell_score,
    list_results,
    list_members,
)
