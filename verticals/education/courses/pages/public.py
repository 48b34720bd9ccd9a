"""A course that is open to everybody who has its link."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from hub.core.caller import ANYBODY, access
from hub.core.db import Database, Tx
from hub.core.errors import HubError
from hub.core.pages import AnyRequest, page
from hub.core.tokens import Reference, read_reference
from verticals.education.classwork import policy as forms
from verticals.education.classwork.errors import PostInvalid
from verticals.education.classwork.pages.own import said
from verticals.education.classwork.pages.sessions import PRIVATE
from verticals.education.courses import actions as following
from verticals.education.courses.errors import CourseClosed, CourseInvalid
from verticals.education.courses.pages import doors
from verticals.education.courses.pages.doors import OPEN


@get(OPEN, opt=access(ANYBODY), response_headers=PRIVATE, include_in_schema=False)
async def show_open(
    request: AnyRequest, tx: NamedDependency[Tx], token: FromPath[str]
) -> Response[str]:
    """A course that is open to everybody who has its link."""
    return await _open(request, tx, token, {}, None)


@post(OPEN, opt=access(ANYBODY), response_headers=PRIVATE, include_in_schema=False)
async def begin_open(
    request: AnyRequest, tx: NamedDependency[Tx], token: FromPath[str]
) -> Response[Any]:
    """Begin it; the address of one's own page opens it again on any device."""
    reference = _read(request, doors.COURSE, token)
    form = {name: str(value) for name, value in (await request.form()).items()}
    database: Database = request.app.state.database
    try:
        key = _key(form)
        async with database.transaction(reference.tenant, actor="guest") as writing:
            begun = await following.begin_open(writing, reference.id, key, form.get("name", ""))
    except (CourseInvalid, CourseClosed) as error:
        return await _open(request, tx, token, form, error)
    mine = doors.link_of(request, doors.VISITOR, reference.tenant, begun)
    return Redirect(f"/mon-cours/{mine}", status_code=303)


async def _open(
    request: AnyRequest, tx: Tx, token: str, form: dict[str, str], error: HubError | None
) -> Response[str]:
    reference = _read(request, doors.COURSE, token)
    tx.enter(reference.tenant)
    content = (await following.find_open(tx, reference.id)).content
    shown = said(request, form, error)
    return page(request, "courses/open.html", token=token, content=content, **shown)


def _read(request: AnyRequest, kind: str, token: str) -> Reference:
    return read_reference(doors.settings_of(request).secret_key, kind, token)


def _key(form: dict[str, str]) -> UUID:
    try:
        return forms.read_key(form.get("idempotency_key", ""))
    except PostInvalid:
        raise CourseInvalid("This form is not complete.") from None


handlers = (show_open, begin_open)
