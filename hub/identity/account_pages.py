"""A person's password and sessions, for people."""

from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, URLEncodedBody
from litestar.response import Redirect

from hub.core.caller import SIGNED_IN, Caller, access
from hub.core.db import Tx
from hub.core.errors import HubError
from hub.core.pages import make_url, page
from hub.core.problems import describe_problem, retry_headers
from hub.identity import accounts, cookies
from hub.identity.errors import PasswordRefused, SignInLocked
from hub.identity.models import ChangePassword
from hub.identity.tokens import token_hash

AnyRequest = Request[Any, Any, Any]
ACCESS = "/account/access"
REFUSALS = (PasswordRefused, SignInLocked)
CHANGED, ENDED = "changed", "ended"


class EndForm(msgspec.Struct, frozen=True, kw_only=True):
    """Which session ends, and the password of who says so."""

    session: str = ""
    known: str = ""


@get(ACCESS, opt=access(SIGNED_IN), include_in_schema=False)
async def show_access(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    caller: NamedDependency[Caller],
    said: FromQuery[str] = "",
) -> Response[str]:
    """Another password, and where I am signed in."""
    return await _page(request, tx, caller, None, said=said)


@post(f"{ACCESS}/password", opt=access(SIGNED_IN), include_in_schema=False)
async def change_password(
    request: AnyRequest,
    caller: NamedDependency[Caller],
    data: URLEncodedBody[ChangePassword],
) -> Response[str] | Redirect:
    """From now on it is this one, and I am signed in here only."""
    database, token = request.app.state.database, cookies.read_session(request)
    try:
        await accounts.change_password(database, caller, token, data, host=_host(request))
    except REFUSALS as error:
        return await _refused(request, caller, error)
    return Redirect(make_url(ACCESS, said=CHANGED), status_code=303)


@post(f"{ACCESS}/end", opt=access(SIGNED_IN), include_in_schema=False)
async def end_sessions(
    request: AnyRequest, caller: NamedDependency[Caller], data: URLEncodedBody[EndForm]
) -> Response[str] | Redirect:
    """Sign a browser out, or all but this one."""
    database, token = request.app.state.database, cookies.read_session(request)
    try:
        await accounts.end_sessions(
            database, caller, token, data.session, data.known, host=_host(request)
        )
    except REFUSALS as error:
        return await _refused(request, caller, error)
    return Redirect(make_url(ACCESS, said=ENDED), status_code=303)


async def _refused(request: AnyRequest, caller: Caller, error: HubError) -> Response[str]:
    async with request.app.state.database.transaction() as tx:
        return await _page(request, tx, caller, error)


async def _page(
    request: AnyRequest, tx: Tx, caller: Caller, error: HubError | None, *, said: str = ""
) -> Response[str]:
    problem = describe_problem(error, request.url.path) if error else None
    token = cookies.read_session(request)
    here = token_hash(token) if token else None
    sessions = await accounts.list_sessions(tx, caller)
    answer = page(
        request,
        "identity/access.html",
        status_code=problem.status if problem else 200,
        mine=next((one for one in sessions if one.token == here), None),
        elsewhere=[one for one in sessions if one.token != here],
        others=accounts.OTHERS,
        said=said,
        problem=problem,
    )
    answer.headers["cache-control"] = "no-store"
    if problem:
        answer.headers.update(retry_headers(problem))
    return answer


def _host(request: AnyRequest) -> str | None:
    return request.client.host if request.client else None


handlers = (show_access, change_password, end_sessions)
