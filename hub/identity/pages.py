"""Signing in and out for people, and choosing for whom to act."""

from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, URLEncodedBody
from litestar.response import Redirect

from hub.core.caller import ANYBODY, SIGNED_IN, Caller, access
from hub.core.db import Tx
from hub.core.pages import language_of, make_url, page
from hub.core.problems import Problem, describe_problem, retry_headers
from hub.identity import actions, cookies, policy
from hub.identity.errors import (
    EmailTaken,
    FactorWanted,
    PersonInvalid,
    SignInLocked,
    WrongCredentials,
)
from hub.identity.factor_pages import ask_for_code
from hub.identity.models import OpenAccount, SignIn
from hub.identity.password_pages import CHANGED


class SignInForm(msgspec.Struct, frozen=True, kw_only=True):
    """The sign-in form."""

    email: str = ""
    password: str = ""
    next: str = ""


class OrganisationForm(msgspec.Struct, frozen=True, kw_only=True):
    """The choice of an organisation."""

    organisation: int
    next: str = ""


def _form_page(request: Request[Any, Any, Any], **shown: object) -> Response[str]:
    answer = page(request, "identity/sign_in.html", **shown)  # pyright: ignore[reportArgumentType]
    answer.headers["cache-control"] = "no-store"
    return answer


@get("/sign-in", opt=access(ANYBODY), include_in_schema=False)
async def show_sign_in(
    request: Request[Any, Any, Any], next: FromQuery[str] = "", said: FromQuery[str] = ""
) -> Response[str]:
    """The form."""
    wanted = policy.safe_path(next) or ""
    return _form_page(
        request, email="", next=wanted, error=None, minutes=0, changed=said == CHANGED
    )


@post("/sign-in", opt=access(ANYBODY), include_in_schema=False)
async def sign_in(
    request: Request[Any, Any, Any],
    data: URLEncodedBody[SignInForm],
) -> Response[str] | Redirect:
    """Let the person in, or show the form again with what was wrong."""
    wanted = policy.safe_path(data.next)
    kept = {"email": data.email, "next": wanted or ""}
    try:
        signed_in = await actions.sign_in(
            request.app.state.database,
            SignIn(email=data.email, password=data.password),
            host=request.client.host if request.client else None,
            replaces=cookies.read_session(request),
            language=language_of(request),
        )
    except FactorWanted as wanted_too:
        return ask_for_code(request, wanted_too.person, wanted)
    except WrongCredentials as error:
        return _form_page(request, **kept, error="wrong", minutes=0, status_code=error.status)
    except SignInLocked as error:
        minutes = -(-error.retry_after_s // 60)
        answer = _form_page(
            request, **kept, error="locked", minutes=minutes, status_code=error.status
        )
        answer.headers["retry-after"] = str(error.retry_after_s)
        return answer
    target = policy.home_of(signed_in.organisation, wanted)
    if policy.needs_to_choose(signed_in.organisation, signed_in.choices):
        target = make_url(policy.CHOOSE, next=wanted)
    cookie = cookies.session_cookie(signed_in.token, request.app.state.settings)
    return Redirect(target, status_code=303, cookies=[cookie])


class SignUpForm(msgspec.Struct, frozen=True, kw_only=True):
    """The form that opens an account."""

    name: str = ""
    email: str = ""
    password: str = ""
    next: str = ""


@get("/sign-up", opt=access(ANYBODY), include_in_schema=False)
async def show_sign_up(request: Request[Any, Any, Any], next: FromQuery[str] = "") -> Response[str]:
    """The form."""
    return _sign_up_page(request, SignUpForm(next=policy.safe_path(next) or ""), None)


@post("/sign-up", opt=access(ANYBODY), include_in_schema=False)
async def sign_up(
    request: Request[Any, Any, Any], data: URLEncodedBody[SignUpForm]
) -> Response[str] | Redirect:
    """Open the account and let the person in, or show the form again with what was wrong."""
    typed = msgspec.structs.replace(data, next=policy.safe_path(data.next) or "")
    try:
        signed_in = await actions.open_account(
            request.app.state.database,
            OpenAccount(email=data.email, name=data.name, password=data.password),
            host=request.client.host if request.client else None,
            replaces=cookies.read_session(request),
            language=language_of(request),
        )
    except (PersonInvalid, EmailTaken, SignInLocked) as error:
        return _sign_up_page(request, typed, describe_problem(error, request.url.path))
    cookie = cookies.session_cookie(signed_in.token, request.app.state.settings)
    target = policy.home_of(signed_in.organisation, typed.next)
    return Redirect(target, status_code=303, cookies=[cookie])


def _sign_up_page(
    request: Request[Any, Any, Any], typed: SignUpForm, problem: Problem | None
) -> Response[str]:
    answer = page(
        request,
        "identity/sign_up.html",
        status_code=problem.status if problem else 200,
        typed=typed,
        problem=problem,
        field=problem.extra.get("field") if problem else None,
    )
    answer.headers["cache-control"] = "no-store"
    if problem:
        answer.headers.update(retry_headers(problem))
    return answer


@post("/sign-out", opt=access(ANYBODY), include_in_schema=False)
async def sign_out(request: Request[Any, Any, Any], tx: NamedDependency[Tx]) -> Redirect:
    """End the session and go home."""
    await actions.sign_out(tx, cookies.read_session(request))
    cookie = cookies.ended_cookie(request.app.state.settings)
    # What scripts may have kept goes as well (OWASP ASVS 5.0.0, V14.3.1).
    headers = {"clear-site-data": '"storage"'}
    return Redirect("/", status_code=303, cookies=[cookie], headers=headers)


@get("/organisations", opt=access(SIGNED_IN), include_in_schema=False)
async def show_organisations(
    request: Request[Any, Any, Any],
    tx: NamedDependency[Tx],
    caller: NamedDependency[Caller],
    next: FromQuery[str] = "",
) -> Response[str]:
    """The organisations that the person may act for."""
    choices = await actions.list_choices(tx, caller)
    return page(
        request,
        "identity/organisations.html",
        choices=choices,
        chosen=caller.tenant,
        next=policy.safe_path(next) or "",
    )


@post("/organisations", opt=access(SIGNED_IN), include_in_schema=False)
async def choose_organisation(
    request: Request[Any, Any, Any],
    tx: NamedDependency[Tx],
    caller: NamedDependency[Caller],
    data: URLEncodedBody[OrganisationForm],
) -> Redirect:
    """Act for the chosen organisation and go to its home."""
    token = cookies.read_session(request)
    chosen = await actions.choose_organisation(tx, caller, token, data.organisation)
    return Redirect(policy.home_of(chosen, data.next), status_code=303)


@get("/pro", opt=access(SIGNED_IN), include_in_schema=False)
async def show_welcome(
    request: Request[Any, Any, Any], caller: NamedDependency[Caller]
) -> Response[str]:
    """What is there for the organisation that the person acts for."""
    return page(request, "identity/welcome.html", caller=caller)
