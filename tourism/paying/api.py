"""Pay a stay, see what would come back, and cancel, for programs."""

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from hub.core.caller import ANYBODY, access
from hub.core.db import Tx
from hub.core.pages import AnyRequest
from hub.core.tokens import read_reference
from hub.core.web import answer_once, answer_reply, once_of, refusal_reply
from tourism.booking.models import Booking
from tourism.booking.views import BOOKING, BookingView, view_booking
from tourism.paying.actions import cancelling
from tourism.paying.doors import Answers, pay_once, return_url_of
from tourism.paying.models import CancelBooking, PayBooking, Refund
from tourism.quoting.doors import enter, settings_of


@post(
    "/api/v1/bookings/{token:str}/payment",
    opt=access(ANYBODY),
    tags=["Booking"],
    summary="Pay",
    status_code=200,
)
async def pay(
    request: AnyRequest, token: FromPath[str], data: JSONBody[PayBooking]
) -> Response[BookingView]:
    """Books and pays. The same Idempotency-Key always means the same charge; 402 `card-declined`
    leaves the hold in place for another card and another key. A state of `paying` means that the
    guest goes on at `pay_at`: their bank's page, or the payment service's (method `hosted`); look
    at the booking for how it ended, for the first answer to a key stays as it was."""
    settings = settings_of(request)
    reference = read_reference(settings.secret_key, BOOKING, token)

    def render(booking: Booking, pay_at: str | None) -> bytes:
        view = view_booking(settings, booking)
        return msgspec.json.encode(msgspec.structs.replace(view, pay_at=pay_at))

    answers = Answers(
        once=await once_of(request, f"guest:{token}"),
        render=render,
        refuse=lambda refused: refusal_reply(request, refused),
    )
    back = return_url_of(settings, token)
    database = request.app.state.database
    return answer_reply(await pay_once(database, reference, data, answers, back))


@get(
    "/api/v1/bookings/{token:str}/refund",
    opt=access(ANYBODY),
    tags=["Booking"],
    summary="What would come back",
)
async def see_refund(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    token: FromPath[str],
    room: FromQuery[list[int] | None] = None,
) -> Refund:
    """For the whole stay, or for the rooms of these numbers."""
    reference = enter(request, tx, BOOKING, token)
    _, refund = await cancelling.preview_refund(tx, reference.id, sorted(set(room or ())))
    return refund


@post(
    "/api/v1/bookings/{token:str}/cancellation",
    opt=access(ANYBODY),
    tags=["Booking"],
    summary="Cancel",
)
async def cancel(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    token: FromPath[str],
    data: JSONBody[CancelBooking],
) -> Response[BookingView]:
    """Cancels the stay, or some of its rooms, for exactly the refund given; 409 `refund-changed`
    tells the refund of now."""
    reference = enter(request, tx, BOOKING, token)

    async def act() -> BookingView:
        booking = await cancelling.cancel_booking(tx, reference.id, data)
        return view_booking(settings_of(request), booking)

    return await answer_once(tx, request, act, scope=f"guest:{token}", status=200)
