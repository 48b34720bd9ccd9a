"""What both doors, the API and the pages, do alike: read tokens, and pay."""

from typing import Any

from litestar import Request

from hub import payments
from hub.core.db import Database, Tx
from hub.core.settings import Settings
from hub.core.tokens import Reference, read_reference
from tourism.booking.actions import paying
from tourism.booking.models import Booking, PayBooking, State


def settings_of(request: Request[Any, Any, Any]) -> Settings:
    return request.app.state.settings


def enter(request: Request[Any, Any, Any], tx: Tx, kind: str, token: str) -> Reference:
    """The row that a token names; the transaction goes behind its wall."""
    reference = read_reference(settings_of(request).secret_key, kind, token)
    tx.enter(reference.tenant)
    return reference


async def pay_now(
    database: Database, reference: Reference, command: PayBooking, key: str
) -> Booking:
    """Prepare, ask the service, settle: two transactions with the call between them.

    Raises `CardDeclined` after the hold was given back to the guest.
    """
    payments.SandboxGateway(database).check_method(command.payment_method)
    async with database.transaction(reference.tenant, actor="guest") as tx:
        charge = await paying.begin_payment(tx, reference.id, command, key)
    outcome = await paying.ask_service(database, charge)
    async with database.transaction(reference.tenant, actor="guest") as tx:
        booking = await paying.finish_payment(tx, reference.id, charge.id, outcome)
    if not outcome.succeeded and booking.state is not State.CONFIRMED:
        raise payments.CardDeclined("Try another card.", decline_code=outcome.decline_code)
    return booking
