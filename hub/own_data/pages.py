"""What is held about me: one button, how far it is, and the file."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Stream

from hub.core.caller import ANONYMOUS, SIGNED_IN, Caller, access
from hub.core.db import Tx
from hub.core.errors import HubError
from hub.core.pages import AnyRequest, page
from hub.core.problems import describe_problem, retry_headers
from hub.identity import SignInLocked, WrongCredentials, ended_cookie
from hub.own_data.actions import asking, erasing
from hub.own_data.answers import stream_copy
from hub.own_data.errors import NotMeant, StillOwner
from hub.own_data.models import KEPT_DAYS, EraseMe, State

PAGE = "/account/data"
ERASURE = f"{PAGE}/erasure"


class EraseForm(msgspec.Struct, frozen=True, kw_only=True):
    """The form that erases an account."""

    email: str = ""
    password: str = ""


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


@get(ERASURE, opt=access(SIGNED_IN), include_in_schema=False)
async def show_erasure(request: AnyRequest, caller: NamedDependency[Caller]) -> Response[str]:
    """What would go, what would stay, and the form."""
    return await _foreseen(request, caller, "", None)


@post(ERASURE, opt=access(SIGNED_IN), include_in_schema=False)
async def erase_me(
    request: AnyRequest, caller: NamedDependency[Caller], data: URLEncodedBody[EraseForm]
) -> Response[str]:
    """Erase the account and what no law keeps; the certificate is the last page."""
    host = request.client.host if request.client else None
    command = EraseMe(email=data.email, password=data.password)
    try:
        done = await erasing.erase_person(request.app.state.database, caller, command, host=host)
    except (NotMeant, StillOwner, WrongCredentials, SignInLocked) as error:
        return await _foreseen(request, caller, data.email, error)
    text = msgspec.json.format(msgspec.json.encode(done), indent=2).decode()
    request.scope["caller"] = ANONYMOUS  # pyright: ignore[reportGeneralTypeIssues]  nobody any more
    answer = page(request, "own_data/erased.html", done=done, certificate=text)
    answer.headers["cache-control"] = "no-store"
    answer.set_cookie(ended_cookie(request.app.state.settings))
    return answer


async def _foreseen(
    request: AnyRequest, caller: Caller, email: str, error: HubError | None
) -> Response[str]:
    problem = describe_problem(error, request.url.path) if error else None
    answer = page(
        request,
        "own_data/erasure.html",
        status_code=problem.status if problem else 200,
        foreseen=await erasing.foresee_erasure(request.app.state.database, caller),
        email=caller.email,
        typed=email,
        problem=problem,
    )
    if problem:
        answer.headers.update(retry_headers(problem))
    return answer


handlers: tuple[Any, ...] = (show_copies, ask_copy, fetch_copy, show_erasure, erase_me)
