"""The amends on their way: the guest says where, the platform transfers and writes it down."""

from uuid import UUID

from hub import audit, ledger
from hub.core import outbox
from hub.core.db import Tx
from hub.core.errors import NotFound
from hub.core.identifiers import check_iban
from hub.ledger import Draft, Side
from tourism.amends import policy, store
from tourism.amends.actions import letters
from tourism.amends.errors import AmendsPaid
from tourism.amends.models import (
    OWED,
    PAID,
    Amends,
    AmendsTransferred,
    NotePaid,
    SayWhere,
    Standing,
)
from tourism.booking.actions.reading import find_booking

SHOWN_MOST = 200


async def find_amends(tx: Tx, booking: UUID) -> Amends:
    """What is owed to the guest of a stay. Raises `NotFound`."""
    found = await store.find_amends(tx, booking)
    if found is None:
        raise NotFound("Nothing is owed to you for this stay.")
    return found


async def list_amends(tx: Tx) -> list[Amends]:
    """What the caller, a platform, has to transfer: what can be paid first."""
    return await store.list_amends(tx, SHOWN_MOST)


async def say_where(tx: Tx, booking: UUID, command: SayWhere) -> None:
    """The guest gives an account. Raises `IdentifierInvalid`, `Invalid`, `AmendsPaid`."""
    holder, iban = policy.clean_holder(command.holder), check_iban(command.iban)
    found = await store.lock_amends(tx, booking)
    if found is None:
        raise NotFound("Nothing is owed to you for this stay.")
    if found.state is Standing.PAID:
        raise AmendsPaid("Look at your bank's statement.")
    await store.keep_account(tx, booking, holder, iban)


async def note_paid(tx: Tx, command: NotePaid) -> None:
    """The caller, a platform, has made a transfer; noting it again changes nothing. Raises
    `Invalid`, `NotFound`."""
    reference = policy.clean_reference(command.reference)
    found = await store.lock_amends(tx, command.booking)
    if found is None or found.platform != tx.tenant:
        raise NotFound("Nothing is to be transferred for this stay.")
    if found.state is Standing.PAID:
        return
    policy.check_payable(found, command.paid_on, tx.now)
    draft = Draft(
        reference=f"amends:{found.booking}",
        debit=Side(holder=found.platform, code=OWED),
        credit=Side(holder=found.platform, code=PAID),
        amount_cents=found.amount_cents,
    )
    await ledger.post(tx, found.scheme, [draft])
    await store.mark_paid(tx, found.booking, command.paid_on, reference)
    await outbox.emit_for(tx, found.tenant, AmendsTransferred(booking=found.booking))
    await audit.record(
        tx, action="amends.paid", subject=f"booking:{found.booking}",
        detail={"cents": found.amount_cents},
    )  # fmt: skip


async def tell_guest(tx: Tx, told: AmendsTransferred) -> None:
    """The guest of one of the caller's stays is told that the transfer was made."""
    found = await store.find_amends(tx, told.booking)
    if found is not None and found.iban is not None:
        booking = await find_booking(tx, told.booking)
        await letters.write_transferred(tx, booking, found.amount_cents, found.iban[-4:])
