"""Reports, the moderators' desk, reasons, complaints and their answers."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from hub.core.caller import SIGNED_IN, access
from hub.core.db import Tx
from hub.core.errors import HubError
from hub.core.pages import AnyRequest, page
from hub.core.web import caller_of
from hub.spaces import doors, policy
from hub.spaces.actions import keeping, moderating, writing
from hub.spaces.doors import GROUNDS, ONE, PRIVATE, Form, do, here, told
from hub.spaces.models import Decide, Report, Seat

REPORT = f"{ONE}/posts/{{id:uuid}}/report"
DESK = f"{ONE}/desk"
DECISION = f"{ONE}/decisions/{{id:uuid}}"


@get(REPORT, opt=access(SIGNED_IN), response_headers=PRIVATE, include_in_schema=False)
async def show_report(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    space: FromPath[int],
    place: FromPath[UUID],
    id: FromPath[UUID],
    sent: FromQuery[str] = "",
) -> Response[str]:
    """The form of a report, or that it is on its way (`sent`)."""
    return await _report(request, tx, space, place, id, {}, None, sent=bool(sent))


@post(REPORT, opt=access(SIGNED_IN), response_headers=PRIVATE, include_in_schema=False)
async def send_report(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    space: FromPath[int],
    place: FromPath[UUID],
    id: FromPath[UUID],
) -> Response[Any]:
    """Report a message."""

    async def act(writing_tx: Tx, seat: Seat, form: Form) -> None:
        typed = Report(ground=form.get("ground", ""), words=form.get("words", ""))
        await moderating.report(writing_tx, seat, id, typed)

    form, error = await do(request, space, place, act)
    if error is not None:
        return await _report(request, tx, space, place, id, form, error)
    return Redirect(here(space, place, f"/posts/{id}/report?sent=1"), status_code=303)


async def _report(
    request: AnyRequest,
    tx: Tx,
    space: int,
    place: UUID,
    id: UUID,
    form: Form,
    error: HubError | None,
    *,
    sent: bool = False,
) -> Response[str]:
    seat = await doors.read(request, tx, space, place)
    return page(
        request,
        "spaces/report.html",
        seat=seat,
        post=await writing.find_post(tx, seat, id),
        grounds=GROUNDS,
        sent=sent,
        **told(request, form, error),
    )


@get(DESK, opt=access(SIGNED_IN), response_headers=PRIVATE, include_in_schema=False)
async def show_desk(
    request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int], place: FromPath[UUID]
) -> Response[str]:
    """What waits for a moderator."""
    return await _desk(request, tx, space, place, {}, None)


@post(
    f"{DESK}/{{id:uuid}}", opt=access(SIGNED_IN), response_headers=PRIVATE, include_in_schema=False
)
async def decide(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    space: FromPath[int],
    place: FromPath[UUID],
    id: FromPath[UUID],
) -> Response[Any]:
    """Show, keep, refuse or remove."""

    async def act(writing_tx: Tx, seat: Seat, form: Form) -> None:
        typed = Decide(
            verdict=form.get("verdict", ""),
            ground=form.get("ground", ""),
            words=form.get("words", ""),
        )
        await moderating.decide(writing_tx, seat, id, typed)

    form, error = await do(request, space, place, act)
    if error is not None:
        return await _desk(request, tx, space, place, {**form, "post": str(id)}, error)
    return Redirect(here(space, place, "/desk"), status_code=303)


async def _desk(
    request: AnyRequest, tx: Tx, space: int, place: UUID, form: Form, error: HubError | None
) -> Response[str]:
    seat = await doors.read(request, tx, space, place)
    return page(
        request,
        "spaces/desk.html",
        seat=seat,
        waiting=await moderating.list_waiting(tx, seat),
        reported=await moderating.list_reported(tx, seat),
        appeals=await moderating.list_appeals(tx, seat),
        grounds=GROUNDS,
        **told(request, form, error),
    )


@get(DECISION, opt=access(SIGNED_IN), response_headers=PRIVATE, include_in_schema=False)
async def show_decision(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    space: FromPath[int],
    place: FromPath[UUID],
    id: FromPath[UUID],
) -> Response[str]:
    """Why something is not shown, and what its author says against it."""
    return await _decision(request, tx, space, place, id, {}, None)


@post(DECISION, opt=access(SIGNED_IN), response_headers=PRIVATE, include_in_schema=False)
async def contest_or_answer(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    space: FromPath[int],
    place: FromPath[UUID],
    id: FromPath[UUID],
) -> Response[Any]:
    """Its author contests it; a moderator answers."""

    async def act(writing_tx: Tx, seat: Seat, form: Form) -> None:
        if "appeal" in form:
            await moderating.contest(writing_tx, seat, id, form["appeal"])
            return
        outcome, words = form.get("outcome", ""), form.get("words", "")
        await moderating.answer(writing_tx, seat, id, outcome=outcome, words=words)

    form, error = await do(request, space, place, act, keeping.approach)
    if error is not None:
        return await _decision(request, tx, space, place, id, form, error)
    return Redirect(here(space, place, f"/decisions/{id}"), status_code=303)


async def _decision(
    request: AnyRequest,
    tx: Tx,
    space: int,
    place: UUID,
    id: UUID,
    form: Form,
    error: HubError | None,
) -> Response[str]:
    seat = await keeping.approach(tx, space, place, caller_of(request).person)
    decision, found = await moderating.find_decision(tx, seat, id)
    mine = found.author == seat.person
    waits = found.state in policy.TAKEN_OFF and found.body != ""
    return page(
        request,
        "spaces/decision.html",
        seat=seat,
        decision=decision,
        post=found,
        grounds=dict(GROUNDS),
        mine=mine,
        contests=mine and waits and policy.is_contestable(decision, tx.now),
        until=decision.decided_at + policy.CONTESTED_WITHIN,
        answers=seat.moderates and not mine and waits and decision.appeal and not decision.outcome,
        **told(request, form, error),
    )


handlers: tuple[Any, ...] = (
    show_report,
    send_report,
    show_desk,
    decide,
    show_decision,
    contest_or_answer,
)
