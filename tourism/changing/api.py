"""Change a stay, for programs: the difference first, then exactly that difference."""

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from hub.core.caller import ANYBODY, access
from hub.core.db import Reader, Tx
from hub.core.pages import AnyRequest
from hub.core.tokens import read_reference
from hub.core.web import answer_first, once_of
from tourism.booking.views import BOOKING, BookingView, view_booking
from tourism.changing.actions import changing, finishing
from tourism.changing.doors import return_url_of
from tourism.changing.models import ChangeWish
from tourism.changing.views import ChangeView, command_of, view_change
from tourism.quoting.doors import enter, settings_of


@post(
    "/api/v1/bookings/{token:str}/change-preview",
    opt=access(ANYBODY),
    tags=["Booking"],
    summary="What a change would cost",
    status_code=200,
)
async def preview_change(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    reader: NamedDependency[Reader],
    token: FromPath[str],
    data: JSONBody[ChangeWish],
) -> ChangeView:
    """The stay as it would be and the difference, to the cent; nothing is kept or taken."""
    reference = enter(request, tx, BOOKING, token)
    _, wanted, difference = await changing.preview_change(
        tx, reader, reference.id, command_of(data)
    )
    return view_change(wanted, difference)


@post(
    "/api/v1/bookings/{token:str}/change",
    opt=access(ANYBODY),
    tags=["Booking"],
    summary="Change",
    status_code=200,
)
async def change(
    request: AnyRequest, token: FromPath[str], data: JSONBody[ChangeWish]
) -> Response[BookingView]:
    """Changes dates, rooms, persons or rate as one act, for exactly the difference given; 409
    `difference-changed` tells the difference of now, 402 `card-declined` leaves the old stay
    intact. The same Idempotency-Key always means the same change. Where `pay_at` is given, the
    guest pays the difference there; until then the old stay stands."""
    settings = settings_of(request)
    reference = read_reference(settings.secret_key, BOOKING, token)
    once = await once_of(request, f"guest:{token}")

    async def act() -> BookingView:
        database = request.app.state.database
        booking = await changing.pay_change(
            database, reference.tenant, reference.id, command_of(data), once.key,
            return_url_of(settings, token),
        )  # fmt: skip
        async with database.transaction(reference.tenant) as tx:
            pay_at = await finishing.find_page(tx, booking)
        return msgspec.structs.replace(view_booking(settings, booking), pay_at=pay_at)

    return await answer_first(request, once, act)
