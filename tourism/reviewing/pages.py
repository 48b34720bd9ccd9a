"""Pages of reviews: the guest's, everybody's, the house's, and of who moderates."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect

from hub.core.caller import ANYBODY, Caller, access
from hub.core.db import Database, Reader, Tx
from hub.core.errors import HubError, NotFound
from hub.core.pages import AnyRequest, language_of, page
from hub.core.problems import Problem, describe_problem
from hub.core.tokens import read_reference, sign_reference
from tourism import lodging, reviews
from tourism.quoting.doors import enter, settings_of
from tourism.reviewing import forms
from tourism.reviewing.actions import moderating, writing
from tourism.reviewing.errors import NotStayedYet
from tourism.reviewing.models import Reason
from tourism.reviewing.policy import check_may_review
from tourism.reviewing.views import STAYED
from tourism.reviews.views import REVIEW, view_reviews

Form = URLEncodedBody[dict[str, str]]
_TOLD = {400, 409, 429}


def _database(request: AnyRequest) -> Database:
    return request.app.state.database


def _problem(request: AnyRequest, error: HubError | None) -> Problem | None:
    if error is not None and error.status not in _TOLD:
        raise error
    return describe_problem(error, request.url.path) if error else None


@get("/avis/{token:str}", opt=access(ANYBODY), include_in_schema=False)
async def show_mine(
    request: AnyRequest, tx: NamedDependency[Tx], token: FromPath[str]
) -> Response[str]:
    """The form after a stay; once it is written, the review and what became of it."""
    reference = enter(request, tx, STAYED, token)
    return await _mine(request, tx, reference.id, token, {}, None)


@post("/avis/{token:str}", opt=access(ANYBODY), include_in_schema=False)
async def write_mine(
    request: AnyRequest, tx: NamedDependency[Tx], token: FromPath[str], data: Form
) -> Response[Any]:
    """Publish it; what was typed is kept when something is wrong with it."""
    reference = enter(request, tx, STAYED, token)
    try:
        command = forms.read_review(data, language_of(request))
        async with _database(request).transaction(reference.tenant, actor="guest") as acting:
            await writing.write_review(acting, reference.id, command)
    except HubError as error:
        return await _mine(request, tx, reference.id, token, data, error)
    return Redirect(f"/avis/{token}", status_code=303)


@post("/avis/{token:str}/retirer", opt=access(ANYBODY), include_in_schema=False)
async def withdraw_mine(
    request: AnyRequest, tx: NamedDependency[Tx], token: FromPath[str]
) -> Redirect:
    """Take one's review back."""
    reference = enter(request, tx, STAYED, token)
    await writing.withdraw_review(tx, reference.id)
    return Redirect(f"/avis/{token}", status_code=303)


async def _mine(
    request: AnyRequest,
    tx: Tx,
    booking_id: UUID,
    token: str,
    typed: Mapping[str, str],
    error: HubError | None,
) -> Response[str]:
    booking, review = await writing.find_stay(tx, booking_id)
    if error is None and review is None:
        try:
            check_may_review(booking, tx.now)
        except NotStayedYet as early:
            error = early
    problem = _problem(request, error)
    return page(
        request,
        "reviewing/mine.html",
        status_code=problem.status if problem else 200,
        booking=booking,
        quote=booking.quote,
        review=review,
        token=token,
        typed=typed,
        problem=problem,
        may_write=not isinstance(error, NotStayedYet),
    )


@get("/avis/regles", opt=access(ANYBODY), include_in_schema=False)
async def show_rules(request: AnyRequest) -> Response[str]:
    """How reviews are made, controlled, ordered and counted."""
    return page(request, "reviewing/rules.html", reasons=list(Reason))


@get("/hebergements/{id:int}/avis", opt=access(ANYBODY, gives_way=True), include_in_schema=False)
async def show_all(
    request: AnyRequest,
    reader: NamedDependency[Reader],
    id: FromPath[int],
    number: FromQuery[int] = 1,
) -> Response[str]:
    """All reviews of a house, ten a page."""
    house = await lodging.find_property(reader, id)
    if house is None or house.listing is lodging.Listing.DRAFT:
        raise NotFound("This house is unknown.")
    found = await reviews.list_reviews(reader, id, _database(request).clock.now(), number)
    shown = view_reviews(settings_of(request), found)
    return page(request, "reviewing/all.html", house=house, reviews=shown)


@get("/avis/signaler/{token:str}", opt=access(ANYBODY), include_in_schema=False)
async def show_report(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    token: FromPath[str],
    done: FromQuery[bool] = False,
) -> Response[str]:
    """The form by which a review is reported."""
    reference = enter(request, tx, REVIEW, token)
    return await _report(request, tx, reference.id, token, {}, None, done=done)


@post("/avis/signaler/{token:str}", opt=access(ANYBODY), include_in_schema=False)
async def report(
    request: AnyRequest, caller: NamedDependency[Caller], token: FromPath[str], data: Form
) -> Response[Any]:
    """Report it; the house's own report is marked as such."""
    reference = read_reference(settings_of(request).secret_key, REVIEW, token)
    database = _database(request)
    try:
        command = forms.read_report(data)
        async with database.transaction(reference.tenant, actor=caller.actor) as acting:
            own = caller.tenant == reference.tenant
            await moderating.report_review(acting, reference.id, command, by_house=own)
    except HubError as error:
        async with database.transaction(reference.tenant) as tx:
            return await _report(request, tx, reference.id, token, data, error)
    return Redirect(f"/avis/signaler/{token}?done=true", status_code=303)


async def _report(
    request: AnyRequest,
    tx: Tx,
    id: UUID,
    token: str,
    typed: Mapping[str, str],
    error: HubError | None,
    *,
    done: bool = False,
) -> Response[str]:
    problem = _problem(request, error)
    return page(
        request,
        "reviewing/report.html",
        status_code=problem.status if problem else 200,
        review=await writing.find_review(tx, id),
        token=token,
        typed=typed,
        problem=problem,
        done=done,
        reasons=list(Reason),
    )


@get("/pro/reviews", opt=access("lodging"), include_in_schema=False)
async def show_house(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """What guests said of the own house, to be answered."""
    return await _house(request, tx, None, {}, None)


@post("/pro/reviews/{id:uuid}", opt=access("lodging"), include_in_schema=False)
async def reply(
    request: AnyRequest, tx: NamedDependency[Tx], caller: NamedDependency[Caller],
    id: FromPath[UUID], data: Form,
) -> Response[Any]:  # fmt: skip
    """Answer one, beside it."""
    try:
        async with _database(request).transaction(caller.tenant, actor=caller.actor) as acting:
            await writing.reply_to(acting, id, data.get("reply", ""))
    except HubError as error:
        return await _house(request, tx, id, data, error)
    return Redirect("/pro/reviews", status_code=303)


async def _house(
    request: AnyRequest,
    tx: Tx,
    wrong: UUID | None,
    typed: Mapping[str, str],
    error: HubError | None,
) -> Response[str]:
    problem = _problem(request, error)
    house = await lodging.find_own_property(tx)
    now = _database(request).clock.now()
    summary = await reviews.summarise(tx.database.reader, house.id, now) if house else None
    return page(
        request,
        "reviewing/house.html",
        status_code=problem.status if problem else 200,
        house=house,
        summary=summary,
        reviews=await writing.list_own(tx),
        report=lambda review: review_address(request, review.tenant, review.id),
        wrong=wrong,
        typed=typed,
        problem=problem,
    )


def review_address(request: AnyRequest, tenant: int, id: UUID) -> str:
    """Where a review is reported."""
    return "/avis/signaler/" + sign_reference(settings_of(request).secret_key, REVIEW, tenant, id)


@get("/pro/reported-reviews", opt=access("federation", "operator"), include_in_schema=False)
async def show_reported(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """The reviews that somebody reported."""
    return await _reported(request, tx, None, {}, None)


@post(
    "/pro/reported-reviews/{id:uuid}",
    opt=access("federation", "operator"),
    include_in_schema=False,
)
async def decide(
    request: AnyRequest, tx: NamedDependency[Tx], caller: NamedDependency[Caller],
    id: FromPath[UUID], data: Form,
) -> Response[Any]:  # fmt: skip
    """Keep one, or remove it with a reason."""
    try:
        command = forms.read_decision(data)
        await moderating.decide(_database(request), caller.tenant, caller.actor, id, command)
    except HubError as error:
        return await _reported(request, tx, id, data, error)
    return Redirect("/pro/reported-reviews", status_code=303)


async def _reported(
    request: AnyRequest,
    tx: Tx,
    wrong: UUID | None,
    typed: Mapping[str, str],
    error: HubError | None,
) -> Response[str]:
    problem = _problem(request, error)
    return page(
        request,
        "reviewing/reported.html",
        status_code=problem.status if problem else 200,
        reviews=await moderating.list_reported(tx),
        reasons=list(Reason),
        wrong=wrong,
        typed=typed,
        problem=problem,
    )


handlers = (
    show_mine,
    write_mine,
    withdraw_mine,
    show_rules,
    show_all,
    show_report,
    report,
    show_house,
    reply,
    show_reported,
    decide,
)
