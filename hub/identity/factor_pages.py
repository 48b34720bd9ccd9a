"""The second factor, for people: shown at sign-in, shown again, set up, renewed, taken away."""

from typing import Any

import msgspec
import segno
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, URLEncodedBody
from litestar.response import Redirect

from hub.core.caller import ANYBODY, GUARDED, SIGNED_IN, Caller, access
from hub.core.db import Tx
from hub.core.errors import HubError
from hub.core.pages import SET_UP_FACTOR, SHOW_FACTOR, SIGN_IN, language_of, make_url, page
from hub.core.problems import describe_problem, retry_headers
from hub.identity import accounts, cookies, factors, policy, sealing
from hub.identity.errors import PasswordRefused, SignInLocked, TicketExpired, WrongCode

AnyRequest = Request[Any, Any, Any]
CODE = f"{SIGN_IN}/code"
REFUSALS = (WrongCode, SignInLocked, PasswordRefused)


class CodeForm(msgspec.Struct, frozen=True, kw_only=True):
    """A code, and for which sign-in; to set the first one up, the password as well (`known`)."""

    code: str = ""
    known: str = ""
    ticket: str = ""
    next: str = ""


Form = URLEncodedBody[CodeForm]


def ask_for_code(request: AnyRequest, person: int, wanted: str | None) -> Response[str]:
    """The second page of a sign-in, whose password was right."""
    now = request.app.state.database.clock.now()
    ticket = sealing.sign_ticket(_key(request), person, now)
    return _sign_in_page(request, CodeForm(ticket=ticket, next=wanted or ""), None)


def _sign_in_page(request: AnyRequest, typed: CodeForm, error: HubError | None) -> Response[str]:
    return _page(request, "identity/sign_in_code.html", error, typed=typed, action=CODE)


@post(CODE, opt=access(ANYBODY), include_in_schema=False)
async def finish_sign_in(request: AnyRequest, data: Form) -> Response[str] | Redirect:
    """Let the person in, or ask again; from the beginning when it took too long."""
    wanted = policy.safe_path(data.next)
    try:
        signed_in = await factors.finish_sign_in(
            request.app.state.database,
            _key(request),
            data.ticket,
            data.code,
            host=_host(request),
            replaces=cookies.read_session(request),
            language=language_of(request),
        )
    except TicketExpired:
        return Redirect(make_url(SIGN_IN, next=wanted), status_code=303)
    except REFUSALS as error:
        return _sign_in_page(request, data, error)
    target = policy.home_of(signed_in.organisation, wanted)
    if policy.needs_to_choose(signed_in.organisation, signed_in.choices):
        target = make_url(policy.CHOOSE, next=wanted)
    cookie = cookies.session_cookie(signed_in.token, request.app.state.settings)
    return Redirect(target, status_code=303, cookies=[cookie])


@get(SHOW_FACTOR, opt=access(SIGNED_IN), include_in_schema=False)
async def show_form(request: AnyRequest, next: FromQuery[str] = "") -> Response[str]:
    """Show the second factor again: for what cannot be taken back."""
    typed = CodeForm(next=policy.safe_path(next) or "")
    return _page(request, "identity/sign_in_code.html", None, typed=typed, action=SHOW_FACTOR)


@post(SHOW_FACTOR, opt=access(SIGNED_IN), include_in_schema=False)
async def show_factor(
    request: AnyRequest, caller: NamedDependency[Caller], data: Form
) -> Response[str] | Redirect:
    """Go on to where it was asked for."""
    try:
        await factors.show_again(
            request.app.state.database,
            _key(request),
            caller,
            cookies.read_session(request),
            data.code,
            _host(request),
        )
    except REFUSALS as error:
        return _page(request, "identity/sign_in_code.html", error, typed=data, action=SHOW_FACTOR)
    return Redirect(policy.safe_path(data.next) or policy.WELCOME, status_code=303)


@get(SET_UP_FACTOR, opt=access(SIGNED_IN), include_in_schema=False)
async def show_set_up(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    caller: NamedDependency[Caller],
    next: FromQuery[str] = "",
) -> Response[str]:
    """The caller's second factor, or how to set one up."""
    return await _account_page(request, tx, caller, CodeForm(next=policy.safe_path(next) or ""))


@post(SET_UP_FACTOR, opt=access(SIGNED_IN), include_in_schema=False)
async def set_up(request: AnyRequest, caller: NamedDependency[Caller], data: Form) -> Response[str]:
    """From now on it is asked; the recovery codes, shown once."""
    token = cookies.read_session(request)
    database = request.app.state.database
    try:
        await accounts.check_known(database, caller, data.known, "known", host=_host(request))
        codes = await factors.set_up(
            database, _key(request), caller, token, data.code, _host(request)
        )
    except REFUSALS as error:
        return await _refused(request, caller, data, error)
    return _codes_page(request, codes, data)


@post(f"{SET_UP_FACTOR}/codes", opt=access(SIGNED_IN), include_in_schema=False)
async def renew_codes(
    request: AnyRequest, caller: NamedDependency[Caller], data: Form
) -> Response[str]:
    """New recovery codes."""
    database = request.app.state.database
    try:
        codes = await factors.renew_codes(
            database, _key(request), caller, data.code, _host(request)
        )
    except REFUSALS as error:
        return await _refused(request, caller, data, error)
    return _codes_page(request, codes, data)


@post(f"{SET_UP_FACTOR}/away", opt=access(SIGNED_IN), include_in_schema=False)
async def take_away(
    request: AnyRequest, caller: NamedDependency[Caller], data: Form
) -> Response[str] | Redirect:
    """No second factor any more, until another telephone is set up."""
    token = cookies.read_session(request)
    database = request.app.state.database
    try:
        await factors.take_away(database, _key(request), caller, token, data.code, _host(request))
    except REFUSALS as error:
        return await _refused(request, caller, data, error)
    return Redirect(SET_UP_FACTOR, status_code=303)


async def _refused(
    request: AnyRequest, caller: Caller, data: CodeForm, error: HubError
) -> Response[str]:
    async with request.app.state.database.transaction() as tx:
        return await _account_page(request, tx, caller, data, error)


async def _account_page(
    request: AnyRequest, tx: Tx, caller: Caller, typed: CodeForm, error: HubError | None = None
) -> Response[str]:
    state = await factors.find_state(tx, caller)
    issuer = request.app.state.site.brand_of(None, language_of(request)).name
    shown = None if state else await factors.offer(tx, _key(request), caller, issuer)
    picture = segno.make(shown.address, error="m", micro=False) if shown else None
    required = request.app.state.settings.second_factor
    return _page(
        request,
        "identity/second_factor.html",
        error,
        state=state,
        shown=shown,
        picture=picture.svg_data_uri(border=4, dark="#000", light="#fff") if picture else None,
        must=required and caller.organisation_kind in GUARDED,
        typed=typed,
    )


def _codes_page(request: AnyRequest, codes: list[str], data: CodeForm) -> Response[str]:
    target = policy.safe_path(data.next) or SET_UP_FACTOR
    return _page(request, "identity/recovery_codes.html", None, codes=codes, target=target)


def _page(
    request: AnyRequest, template: str, error: HubError | None, **shown: object
) -> Response[str]:
    """Never kept by anybody: secrets are on these pages."""
    problem = describe_problem(error, request.url.path) if error else None
    answer = page(
        request,
        template,
        status_code=problem.status if problem else 200,
        problem=problem,
        **shown,
    )
    answer.headers["cache-control"] = "no-store"
    if problem:
        answer.headers.update(retry_headers(problem))
    return answer


def _key(request: AnyRequest) -> bytes:
    return request.app.state.settings.secret_key


def _host(request: AnyRequest) -> str | None:
    return request.client.host if request.client else None


handlers = (finish_sign_in, show_form, show_factor, show_set_up, set_up, renew_codes, take_away)
