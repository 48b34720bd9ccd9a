"""Hold, book, look and cancel, for programs. Guests need no account: tokens are signed."""

from datetime import date

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from hub.core.caller import ANYBODY, access
from hub.core.db import Tx
from hub.core.pages import AnyRequest
from hub.core.tokens import read_reference
from hub.core.web import answer_once, answer_reply, caller_of, once_of
from tourism.booking.actions import holding, reading, rushing
from tourism.booking.models import HoldStay, ReleaseHold
from tourism.booking.views import BOOKING, BookingView, view_booking
from tourism.quoting.doors import enter, settings_of
from tourism.quoting.views import QUOTE


@post("/api/v1/quotes/{token:str}/hold", opt=access(ANYBODY), tags=["Booking"], summary="Hold")
async def hold(
    request: AnyRequest, token: FromPath[str], data: JSONBody[HoldStay]
) -> Response[BookingView]:
    """Takes the rooms for 15 minutes. 409 `sold-out`, `price-changed`, `not-sellable`; 410 when
    the quote has expired; 503 `crowded` with Retry-After when too many want this house at once."""
    del data
    settings = settings_of(request)
    reference = read_reference(settings.secret_key, QUOTE, token)
    wish = rushing.Wish(
        tenant=reference.tenant,
        quote=reference.id,
        actor=caller_of(request).actor,
        once=await once_of(request, f"guest:{token}"),
        render=lambda booking: msgspec.json.encode(view_booking(settings, booking)),
    )
    return answer_reply(await rushing.hold_now(request.app.state.database, wish))


@get("/api/v1/bookings/{token:str}", opt=access(ANYBODY), tags=["Booking"], summary="See a booking")
async def see_booking(
    request: AnyRequest, tx: NamedDependency[Tx], token: FromPath[str]
) -> BookingView:
    reference = enter(request, tx, BOOKING, token)
    return view_booking(settings_of(request), await reading.find_booking(tx, reference.id))


@post(
    "/api/v1/bookings/{token:str}/release",
    opt=access(ANYBODY),
    tags=["Booking"],
    summary="Give back",
)
async def release(
    request: AnyRequest, tx: NamedDependency[Tx], token: FromPath[str], data: JSONBody[ReleaseHold]
) -> Response[BookingView]:
    """Gives held rooms back before their time is over; 409 `wrong-state` once they are being
    paid."""
    del data
    reference = enter(request, tx, BOOKING, token)

    async def act() -> BookingView:
        return view_booking(settings_of(request), await holding.release_hold(tx, reference.id))

    return await answer_once(tx, request, act, scope=f"guest:{token}", status=200)


@get("/api/v1/house/bookings", opt=access("lodging"), tags=["House"], summary="The day's bookings")
async def list_day(
    request: AnyRequest, tx: NamedDependency[Tx], day: FromQuery[date | None] = None
) -> list[BookingView]:
    """Who arrives, stays and leaves on a day (today by default) in the caller's own houses."""
    settings = settings_of(request)
    return [view_booking(settings, found) for found in await reading.list_day(tx, day)]
