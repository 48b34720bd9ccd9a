"""What both doors, the API and the pages, do alike: pay."""

from hub import payments
from hub.core.db import Database
from hub.core.idempotency import KeyMissing
from hub.core.pages import AnyRequest
from hub.core.settings import Settings
from hub.core.tokens import Reference
from tourism.booking.actions.choosing import choose_project
from tourism.booking.actions.reading import find_booking
from tourism.booking.models import Booking, State
from tourism.booking.subjects import subject_of
from tourism.paying.actions import paying
from tourism.paying.models import PayBooking


async def pay_now(
    database: Database,
    reference: Reference,
    command: PayBooking,
    key: str,
    return_url: str = "",
) -> Booking:
    """Prepare, ask the service, settle: two transactions with the call between them, each a single
    message in the plain case.

    While the guest must go on elsewhere (a hosted page, their bank), the booking is being paid.
    Raises `CardDeclined` after the hold was given back to the guest.
    """
    payments.check_method(database, command.payment_method)
    if command.project is not None:
        async with database.transaction(reference.tenant, actor="guest") as tx:
            await choose_project(tx, reference.id, command.project)
    begun = await paying.begin_at_once(
        database.at_once, database, reference.tenant, reference.id, command, key, return_url,
        actor="guest",
    )  # fmt: skip
    if begun is not None:
        charge = begun.charge
    else:
        async with database.transaction(reference.tenant, actor="guest") as tx:
            charge = await paying.begin_payment(tx, reference.id, command, key, return_url)
    outcome = await paying.ask_service(database, charge)
    if outcome.waiting:
        async with database.transaction(reference.tenant, actor="guest") as tx:
            return await find_booking(tx, reference.id)
    if begun is not None:
        booking = await paying.confirm_at_once(database, begun, outcome, "guest")
        if booking is not None:
            return booking
    async with database.transaction(reference.tenant, actor="guest") as tx:
        booking = await paying.finish_payment(tx, reference.id, charge.id, outcome)
    if not outcome.succeeded and booking.state is not State.CONFIRMED:
        raise payments.CardDeclined("Try another card.", decline_code=outcome.decline_code)
    return booking


async def page_url_of(database: Database, booking: Booking) -> str | None:
    """Where the guest of a booking that is being paid goes on."""
    if booking.state is not State.PAYING:
        return None
    async with database.transaction(booking.tenant) as tx:
        charge = await payments.find_live_charge(tx, subject_of(booking.id))
    return charge.page_url if charge else None


def return_url_of(settings: Settings, token: str) -> str:
    """Where a guest comes back to from the service's page, or from their bank."""
    return f"{settings.public_url}/reservation/{token}/retour"


def key_of(request: AnyRequest) -> str:
    """The key of a request that must have one. Raises `KeyMissing`."""
    key = request.headers.get("idempotency-key", "")
    if not 1 <= len(key) <= 255:
        raise KeyMissing("Give 1 to 255 characters, such as a UUID, new for each new attempt.")
    return key
