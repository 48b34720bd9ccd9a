"""Ask a house for a stay, for programs."""

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from hub.core.caller import ANYBODY, access
from hub.core.db import Tx
from hub.core.pages import AnyRequest
from hub.core.web import answer_once
from tourism.booking.views import BookingView, view_booking
from tourism.quoting.doors import enter, settings_of
from tourism.quoting.views import QUOTE
from tourism.requests.actions import asking
from tourism.requests.models import AskHouse


@post(
    "/api/v1/quotes/{token:str}/request",
    opt=access(ANYBODY),
    tags=["Booking"],
    summary="Ask the house",
)
async def ask(
    request: AnyRequest, tx: NamedDependency[Tx], token: FromPath[str], data: JSONBody[AskHouse]
) -> Response[BookingView]:
    """Asks the house for an offer that is `on_request`: nothing is taken or paid before it accepts
    (then the booking is `held` and can be paid). 409 `not-on-request` for any other offer."""
    reference = enter(request, tx, QUOTE, token)

    async def act() -> BookingView:
        booking = await asking.ask_house(tx, reference.id, data.guest)
        return view_booking(settings_of(request), booking)

    return await answer_once(tx, request, act, scope=f"guest:{token}")
