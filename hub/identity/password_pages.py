"""A forgotten password, for people: a letter is asked for, its link leads to a new password."""

from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from hub.core.caller import ANYBODY, access
from hub.core.errors import HubError
from hub.core.pages import SIGN_IN, make_url, page
from hub.core.problems import describe_problem, retry_headers
from hub.identity import cookies, password_links
from hub.identity.errors import LinkOver, PasswordRefused, SignInLocked
from hub.identity.letters import FORGOTTEN

AnyRequest = Request[Any, Any, Any]
CHANGED = "new-password"


class ForgottenForm(msgspec.Struct, frozen=True, kw_only=True):
    """To whom the letter goes."""

    email: str = ""


class PasswordForm(msgspec.Struct, frozen=True, kw_only=True):
    """A new password, twice."""

    password: str = ""
    again: str = ""


@get(FORGOTTEN, opt=access(ANYBODY), include_in_schema=False)
async def show_forgotten(request: AnyRequest) -> Response[str]:
    """The form that asks for a letter."""
    return _forgotten_page(request, "", None, asked=False)


@post(FORGOTTEN, opt=access(ANYBODY), include_in_schema=False, status_code=200)
async def ask(request: AnyRequest, data: URLEncodedBody[ForgottenForm]) -> Response[str]:
    """The letter is on its way, if the account exists: the answer is the same."""
    host = request.client.host if request.client else None
    try:
        await password_links.ask(request.app.state.database, data.email, host=host)
    except (PasswordRefused, SignInLocked) as error:
        return _forgotten_page(request, data.email, error, asked=False)
    return _forgotten_page(request, data.email, None, asked=True)


@get(f"{FORGOTTEN}/{{link:str}}", opt=access(ANYBODY), include_in_schema=False)
async def show_new_password(request: AnyRequest, link: FromPath[str]) -> Response[str]:
    """The letter's link: the form, or that it is over."""
    try:
        async with request.app.state.database.transaction() as tx:
            await password_links.check_link(tx, link)
    except LinkOver as error:
        return _new_page(request, link, error)
    return _new_page(request, link, None)


@post(f"{FORGOTTEN}/{{link:str}}", opt=access(ANYBODY), include_in_schema=False)
async def set_password(
    request: AnyRequest, link: FromPath[str], data: URLEncodedBody[PasswordForm]
) -> Response[str] | Redirect:
    """The password is set; the person signs in with it, and with their second factor."""
    try:
        database = request.app.state.database
        await password_links.set_password(database, link, data.password, data.again)
    except (LinkOver, PasswordRefused) as error:
        return _new_page(request, link, error)
    cookie = cookies.ended_cookie(request.app.state.settings)
    return Redirect(make_url(SIGN_IN, said=CHANGED), status_code=303, cookies=[cookie])


def _forgotten_page(
    request: AnyRequest, email: str, error: HubError | None, *, asked: bool
) -> Response[str]:
    return _page(request, "identity/forgotten.html", error, email=email, asked=asked)


def _new_page(request: AnyRequest, link: str, error: HubError | None) -> Response[str]:
    over = isinstance(error, LinkOver)
    return _page(request, "identity/new_password.html", error, link=link, over=over)


def _page(
    request: AnyRequest, template: str, error: HubError | None, **shown: object
) -> Response[str]:
    """Never kept by anybody: the address is a secret."""
    problem = describe_problem(error, request.url.path) if error else None
    status = problem.status if problem else 200
    answer = page(request, template, status_code=status, problem=problem, **shown)
    answer.headers["cache-control"] = "no-store"
    if problem:
        answer.headers.update(retry_headers(problem))
    return answer


handlers = (show_forgotten, ask, show_new_password, set_password)
