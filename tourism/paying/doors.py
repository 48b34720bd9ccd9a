"""What both doors, the API and the pages, do alike: pay."""

from collections.abc import Callable

import msgspec

from hub import payments
from hub.core.db import Database, Tx
from hub.core.errors import HubError
from hub.core.idempotency import Once, Reply, find_first, keep_first
from hub.core.settings import Settings
from hub.core.tokens import Reference
from tourism.booking.actions.choosing import choose_project
from tourism.booking.actions.reading import find_booking
from tourism.booking.models import Booking, State
from tourism.booking.subjects import subject_of
from tourism.paying.actions import paying
from tourism.paying.models import AT_HOUSE, PayBooking


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """How the first answer to a key is written; `render` takes where the guest goes on, if they
    must."""

    once: Once
    render: Callable[[Booking, str | None], bytes]
    refuse: Callable[[HubError], Reply]


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
    if command.payment_method == AT_HOUSE:
        async with database.transaction(reference.tenant, actor="guest") as tx:
            return await _book_unpaid(tx, reference, command)
    await _prepare(database, reference, command)
    begun = await _begin(database, reference, command, key, return_url)
    charge = await _charge_of(database, reference, command, key, return_url, begun)
    outcome = await paying.ask_service(database, charge)
    if begun is not None and not outcome.waiting:
        booking = await paying.confirm_at_once(database, begun, outcome, "guest")
        if booking is not None:
            return booking
    return await _settle(database, reference, charge, outcome)


async def pay_once(
    database: Database,
    reference: Reference,
    command: PayBooking,
    answers: Answers,
    return_url: str,
) -> Reply:
    """The same for programs: the first answer is kept under the key, with the payment itself in the
    plain case, and given again whatever has become of the stay. Raises `KeyReused`."""
    once = answers.once
    unpaid = command.payment_method == AT_HOUSE
    if (unpaid or command.project is not None) and (
        kept := await find_first(database.at_once, once)
    ):
        return kept
    if unpaid:
        async with database.transaction(reference.tenant, actor="guest") as tx:
            booking = await _book_unpaid(tx, reference, command)
            return await keep_first(tx, once, Reply(status=200, body=answers.render(booking, None)))
    await _prepare(database, reference, command)
    begun = await _begin(database, reference, command, once.key, return_url)
    if begun is None and (kept := await find_first(database.at_once, once)):
        return kept
    charge = await _charge_of(database, reference, command, once.key, return_url, begun)
    outcome = await paying.ask_service(database, charge)
    if begun is not None and not outcome.waiting:
        keep = paying.Keep(once=once, render=lambda booking: answers.render(booking, None))
        booking = await paying.confirm_at_once(database, begun, outcome, "guest", keep)
        if booking is not None:
            return Reply(status=200, body=keep.render(booking))
    try:
        booking = await _settle(database, reference, charge, outcome)
        pay_at = await page_url_of(database, booking)
        reply = Reply(status=200, body=answers.render(booking, pay_at))
    except HubError as refused:
        if not refused.kept:
            raise
        reply = answers.refuse(refused)
    async with database.transaction(reference.tenant, actor="guest") as tx:
        return await keep_first(tx, once, reply)


async def _book_unpaid(tx: Tx, reference: Reference, command: PayBooking) -> Booking:
    """A stay of which nothing is paid before it is paid at the house."""
    if command.project is not None:
        await choose_project(tx, reference.id, command.project)
    return await paying.book_unpaid(tx, reference.id, command)


async def _prepare(database: Database, reference: Reference, command: PayBooking) -> None:
    payments.check_method(database, command.payment_method)
    if command.project is not None:
        async with database.transaction(reference.tenant, actor="guest") as tx:
            await choose_project(tx, reference.id, command.project)


async def _begin(
    database: Database, reference: Reference, command: PayBooking, key: str, return_url: str
) -> paying.Begun | None:
    return await paying.begin_at_once(
        database.at_once, database, reference.tenant, reference.id, command, key, return_url,
        actor="guest",
    )  # fmt: skip


async def _charge_of(
    database: Database,
    reference: Reference,
    command: PayBooking,
    key: str,
    return_url: str,
    begun: paying.Begun | None,
) -> payments.Charge:
    if begun is not None:
        return begun.charge
    async with database.transaction(reference.tenant, actor="guest") as tx:
        return await paying.begin_payment(tx, reference.id, command, key, return_url)


async def _settle(
    database: Database, reference: Reference, charge: payments.Charge, outcome: payments.Outcome
) -> Booking:
    if outcome.waiting:
        async with database.transaction(reference.tenant, actor="guest") as tx:
            return await find_booking(tx, reference.id)
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
