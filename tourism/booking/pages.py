"""The traveller's booking pages and the house's day, over the same actions as the API."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from hub import agreements, payments
from hub.core.caller import ANYBODY, access
from hub.core.db import Tx
from hub.core.errors import HubError, NotFound
from hub.core.idempotency import Once
from hub.core.mail import list_captured_mail
from hub.core.pages import page
from hub.core.problems import describe_problem
from hub.core.tokens import read_reference
from hub.core.web import caller_of
from tourism.booking.actions import choosing, holding, reading, rushing
from tourism.booking.calendar import make_calendar
from tourism.booking.models import Booking, State
from tourism.booking.subjects import subject_of
from tourism.booking.views import BOOKING, booking_token
from tourism.projects import Project
from tourism.quoting.doors import enter, settings_of
from tourism.quoting.euro import euro_lines
from tourism.quoting.models import DESK
from tourism.quoting.views import QUOTE
from tourism.rates.models import DepositKind

Form = URLEncodedBody[dict[str, str]]
AnyRequest = Request[Any, Any, Any]
CARDS = {
    "pm_card_visa": "Carte de test acceptée (Visa)",
    "pm_card_mastercard": "Carte de test acceptée (Mastercard)",
    "pm_card_visa_chargeDeclined": "Carte de test refusée",
    "pm_card_chargeDeclinedInsufficientFunds": "Carte de test : provision insuffisante",
}


@post("/devis/{token:str}/retenir", opt=access(ANYBODY), include_in_schema=False)
async def hold_quote(request: AnyRequest, token: FromPath[str]) -> Redirect:
    """Hold the rooms and go on to the guest's details. The offer is the key: pressed again, or
    repeated after a refusal in a crowd, the button leads to the same stay."""
    settings = settings_of(request)
    reference = read_reference(settings.secret_key, QUOTE, token)
    wish = rushing.Wish(
        tenant=reference.tenant,
        quote=reference.id,
        actor=caller_of(request).actor,
        once=Once(scope=f"guest:{token}", key="page", fingerprint=b"hold"),
        render=lambda booking: msgspec.json.encode(booking_token(settings, booking)),
    )
    reply = await rushing.hold_now(request.app.state.database, wish)
    return Redirect(f"/reservation/{msgspec.json.decode(reply.body)}", status_code=303)


@get("/reservation/{token:str}", opt=access(ANYBODY), include_in_schema=False)
async def show_booking(
    request: AnyRequest, tx: NamedDependency[Tx], token: FromPath[str]
) -> Response[str]:
    """Where the booking stands: to be paid, being paid, confirmed, cancelled or over."""
    reference = enter(request, tx, BOOKING, token)
    booking = await reading.find_booking(tx, reference.id)
    over = booking.state is State.HELD and (booking.expires_at or tx.now) <= tx.now
    if booking.state in {State.EXPIRED, State.RELEASED} or over:
        return page(request, "booking/expired.html", booking=booking, quote=booking.quote)
    if booking.state in {State.REQUESTED, State.DECLINED, State.LAPSED}:
        return page(
            request, "booking/requested.html", booking=booking, quote=booking.quote, token=token
        )
    if booking.state is State.HELD:
        chosen = await choosing.list_projects(tx, booking)
        return checkout_page(request, booking, token, {}, None, chosen)
    if booking.state is State.PAYING:
        charge = await payments.find_live_charge(tx, subject_of(booking.id))
        return page(
            request,
            "booking/processing.html",
            booking=booking,
            token=token,
            page_url=charge.page_url if charge else None,
            go_on="payer" in request.query_params,
        )
    refunds = await payments.list_refunds(tx, f"booking:{booking.id}")
    return page(
        request,
        "booking/booking.html",
        booking=booking,
        quote=booking.quote,
        token=token,
        euro=euro_lines(booking.quote.breakdown, booking.quote.property_name),
        refunds=refunds,
        twice=await _is_owed_twice(tx, booking),
        may_cancel=booking.state is State.CONFIRMED
        and booking.quote.channel != DESK
        and booking.changing is None,
        verify=await agreements.find_reference(
            tx, settings_of(request).secret_key, subject_of(booking.id, booking.version)
        ),
        penalties=await agreements.list_penalty_references(
            tx, settings_of(request).secret_key, subject_of(booking.id, booking.version)
        ),
    )


async def _is_owed_twice(tx: Tx, booking: Booking) -> bool:
    """Whether the house went back on a stay for which arrhes were paid."""
    if booking.state is not State.CANCELLED or booking.quote.payment.kind is not DepositKind.ARRHES:
        return False
    steps = await reading.list_revisions(tx, booking.id)
    return any(step.reason == "cancelled by the house" for step in steps)


def checkout_page(
    request: AnyRequest,
    booking: Booking,
    token: str,
    typed: Mapping[str, str],
    error: HubError | None,
    projects: Sequence[Project] = (),
) -> Response[str]:
    problem = describe_problem(error, request.url.path) if error else None
    return page(
        request,
        "booking/checkout.html",
        status_code=problem.status if problem else 200,
        booking=booking,
        quote=booking.quote,
        token=token,
        typed=typed,
        problem=problem,
        cards=CARDS,
        projects=projects,
        project_cents=choosing.project_cents(booking.quote),
        hosted=payments.HOSTED if payments.has_hosted_page() else None,
    )


@post("/reservation/{token:str}/rendre", opt=access(ANYBODY), include_in_schema=False)
async def release_booking(
    request: AnyRequest, tx: NamedDependency[Tx], token: FromPath[str]
) -> Redirect:
    """Give held rooms back before their time is over."""
    reference = enter(request, tx, BOOKING, token)
    await holding.release_hold(tx, reference.id)
    return Redirect(f"/reservation/{token}", status_code=303)


@get("/reservation/{token:str}/sejour.ics", opt=access(ANYBODY), include_in_schema=False)
async def download_calendar(
    request: AnyRequest, tx: NamedDependency[Tx], token: FromPath[str]
) -> Response[str]:
    """The stay for the traveller's own calendar."""
    reference = enter(request, tx, BOOKING, token)
    booking = await reading.find_booking(tx, reference.id)
    link = f"{settings_of(request).public_url}/reservation/{token}"
    text = make_calendar(
        booking,
        summary=booking.quote.property_name,
        description=booking.reference,
        link=link,
    )
    return Response(
        text,
        media_type="text/calendar; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{booking.reference}.ics"'},
    )


@get("/demo/mail", opt=access(ANYBODY), include_in_schema=False)
async def show_mail(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """The letters that the demonstration has captured; never in production."""
    if not settings_of(request).demo:
        raise NotFound("Letters are not shown here.")
    return page(request, "booking/mail.html", mails=await list_captured_mail(tx))


handlers = (
    hold_quote,
    show_booking,
    release_booking,
    download_calendar,
    show_mail,
)
