"""What is held about me: one button, how far it is, and the file."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Stream

from hub.core.caller import SIGNED_IN, Caller, access
from hub.core.db import Tx
from hub.core.pages import AnyRequest, page
from hub.own_data.actions import asking
from hub.own_data.answers import stream_copy
from hub.own_data.models import KEPT_DAYS, State

PAGE = "/account/data"


@get(PAGE, opt=access(SIGNED_IN), include_in_schema=False)
async def show_copies(
    request: AnyRequest, tx: NamedDependency[Tx], caller: NamedDependency[Caller]
) -> Response[str]:
    """My copies, and the button for a new one."""
    standing = await asking.describe_standing(tx, caller)
    return page(
        request,
        "own_data/copies.html",
        standing=standing,
        email=caller.email,
        underway=any(one.state is State.WAITING for one in standing.copies),
        kept_days=KEPT_DAYS,
    )


@post(PAGE, opt=access(SIGNED_IN), include_in_schema=False)
async def ask_copy(tx: NamedDependency[Tx], caller: NamedDependency[Caller]) -> Redirect:
    """Have everything put into a copy."""
    await asking.ask_copy(tx, caller)
    return Redirect(PAGE, status_code=303)


@get(f"{PAGE}/{{copy:uuid}}/archive", opt=access(SIGNED_IN), include_in_schema=False)
async def fetch_copy(request: AnyRequest, tx: NamedDependency[Tx], copy: FromPath[UUID]) -> Stream:
    """The copy as a file."""
    return await stream_copy(request, tx, copy)


handlers: tuple[Any, ...] = (show_copies, ask_copy, fetch_copy)
