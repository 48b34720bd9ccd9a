"""What both doors, the API and the pages, do alike: pay."""

from hub import payments
from hub.core.db import Database
from hub.core.idempotency import KeyMissing
from hub.core.pages import AnyRequest
from hub.core.tokens import Reference
from tourism.booking.models import Booking, State
from tourism.paying.actions import paying
from tourism.paying.models import PayBooking


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


def key_of(request: AnyRequest) -> str:
    """The key of a request that must have one. Raises `KeyMissing`."""
    key = request.headers.get("idempotency-key", "")
    if not 1 <= len(key) <= 255:
        raise KeyMissing("Give 1 to 255 characters, such as a UUID, new for each new attempt.")
    return key
