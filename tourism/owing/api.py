"""See and pay what is owed of a stay, for programs."""

from datetime import date
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from hub.core.caller import ANYBODY, access
from hub.core.db import Tx
from hub.core.pages import AnyRequest
from hub.core.tokens import read_reference
from hub.core.web import answer_first, once_of
from tourism.booking.actions.reading import find_booking
from tourism.booking.views import BOOKING
from tourism.owing.actions import charging
from tourism.owing.actions.showing import find_owing
from tourism.owing.doors import return_url_of
from tourism.owing.models import DueKind, DueState, PayDue
from tourism.quoting.doors import enter, settings_of


class OwingView(msgspec.Struct, frozen=True, kw_only=True):
    """What is paid of a stay and what is not yet. `kind`, `due_on` and `state` are of what can be
    paid now; `pay_at` is where the guest goes on after paying has begun."""

    paid_cents: int
    owed_cents: int
    card: str | None
    kind: DueKind | None
    due_on: date | None
    state: DueState | None
    pay_at: str | None = None


@get(
    "/api/v1/bookings/{token:str}/owed",
    opt=access(ANYBODY),
    tags=["Booking"],
    summary="What is still to be paid",
)
async def see_owing(
    request: AnyRequest, tx: NamedDependency[Tx], token: FromPath[str]
) -> OwingView:
    """What was paid, what is owed and when, and the card that will be charged."""
    reference = enter(request, tx, BOOKING, token)
    return await _view(tx, reference.id)


@post(
    "/api/v1/bookings/{token:str}/owed/payment",
    opt=access(ANYBODY),
    tags=["Booking"],
    summary="Pay what is still to be paid",
    status_code=200,
)
async def pay_owed(
    request: AnyRequest, token: FromPath[str], data: JSONBody[PayDue]
) -> Response[OwingView]:
    """Pays what is owed now. The same Idempotency-Key always means the same charge; 402
    `card-declined`, 409 `amount-changed`. The guest goes on at `pay_at` where it is given."""
    settings = settings_of(request)
    reference = read_reference(settings.secret_key, BOOKING, token)
    database = request.app.state.database
    once = await once_of(request, f"guest:{token}")

    async def act() -> OwingView:
        outcome = await charging.pay_due(
            database, reference.tenant, reference.id, data, once.key,
            return_url_of(settings, token),
        )  # fmt: skip
        async with database.transaction(reference.tenant) as tx:
            view = await _view(tx, reference.id)
        return msgspec.structs.replace(view, pay_at=outcome.page_url)

    return await answer_first(request, once, act)


async def _view(tx: Tx, booking_id: UUID) -> OwingView:
    booking = await find_booking(tx, booking_id)
    owing = await find_owing(tx, booking)
    due = owing.open
    return OwingView(
        paid_cents=owing.paid_cents,
        owed_cents=owing.owed_cents,
        card=owing.card.label if owing.card else None,
        kind=due.kind if due else None,
        due_on=due.due_on if due else None,
        state=due.state if due else None,
    )
