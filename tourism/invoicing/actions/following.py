"""The documents of a stay follow it: the invoice when it is over or asked for, a credit note and
the next invoice when it has changed, and the journal of what was paid.

A stay sold at the desk is paid at the house: its receipt is written when it ends, and an invoice
that is asked for before says what is still to be paid."""

from datetime import date
from uuid import UUID

import msgspec

from hub import billing, ledger
from hub.billing import Buyer, Invoice, Kind, RecordKind, content_of, day_of, same_sale
from hub.core import outbox
from hub.core.clock import local_date
from hub.core.db import Tx
from tourism import lodging
from tourism.booking.actions.moving import lock
from tourism.booking.models import Booking, State
from tourism.booking.subjects import subject_of
from tourism.invoicing import store
from tourism.invoicing.errors import NoInvoice
from tourism.invoicing.models import Followed, FollowStay, Shared
from tourism.invoicing.policy import lines, reading
from tourism.invoicing.policy.reading import SOLD
from tourism.quoting.models import DESK

ENDED = frozenset({State.CHECKED_OUT, State.CANCELLED, State.NO_SHOW})
INVOICED = ENDED | {State.CONFIRMED, State.IN_HOUSE}
CHANGED = "Annule et remplace : le séjour ou le client a changé."
CANCELLED = "Le séjour est annulé et remboursé."
AT_ONCE = 500
NOTHING = Followed(revision=0, buyer=None, invoiced=False, received={})


async def follow_stay(tx: Tx, booking_id: UUID) -> None:
    """Bring the journal and the documents of a stay to where it stands. Doing it again changes
    nothing; without the house's identity its documents wait, and the sweep comes back."""
    booking = await lock(tx, booking_id)
    if not may_have_invoice(booking):
        return
    followed = await store.find_followed(tx, booking.id) or NOTHING
    shared = await _shared(tx, booking)
    await _record(tx, booking, followed, shared)
    revision, invoiced = booking.revision, followed.invoiced
    if invoiced or _is_over(booking, day_of(tx)):
        if await billing.find_profile(tx) is not None:
            await _write(tx, booking, followed.buyer, shared)
            invoiced = True
        else:
            revision = followed.revision
    await _keep(tx, booking, revision, followed.buyer, shared, invoiced=invoiced)


async def ask_invoice(tx: Tx, booking_id: UUID, buyer: Buyer) -> list[Invoice]:
    """The guest asks for the invoice, for this buyer; another buyer than before means a credit note
    and a new invoice. Raises `NoInvoice`, `ProfileMissing`, `BuyerInvalid`."""
    checked = billing.check_buyer(buyer)
    booking = await lock(tx, booking_id)
    check_may_ask(booking)
    followed = await store.find_followed(tx, booking.id) or NOTHING
    shared = await _shared(tx, booking)
    await _record(tx, booking, followed, shared)
    await _write(tx, booking, checked, shared)
    await _keep(tx, booking, booking.revision, checked, shared, invoiced=True)
    return await list_documents(tx, booking)


async def find_buyer(tx: Tx, booking: Booking) -> Buyer:
    """Who is billed: whoever the guest named, else the guest."""
    followed = await store.find_followed(tx, booking.id)
    return (followed.buyer if followed else None) or lines.buyer_of(booking)


async def list_documents(tx: Tx, booking: Booking) -> list[Invoice]:
    """The documents of a stay, oldest first."""
    return list(await billing.list_of_subject(tx, subject_of(booking.id)))


async def find_document(tx: Tx, booking: Booking, id: UUID) -> Invoice:
    """One document of this stay. Raises `NoInvoice` for another's."""
    found = await billing.find_invoice(tx, id)
    if found.subject != subject_of(booking.id):
        raise NoInvoice("This document is of another stay.")
    return found


def may_have_invoice(booking: Booking) -> bool:
    """Whether the stay is paid, or sold by the house itself."""
    return booking.state in INVOICED and booking.guest is not None


def _is_over(booking: Booking, today: date) -> bool:
    """Whether the stay is to be invoiced by itself. One that was paid and that nobody has closed is
    over the day after; whether the guest of the desk came, only the house knows."""
    forgotten = booking.state in SOLD and booking.departure < today
    return booking.state in ENDED or (forgotten and booking.quote.channel != DESK)


def check_may_ask(booking: Booking) -> None:
    """Raises `NoInvoice`."""
    if not may_have_invoice(booking):
        raise NoInvoice("A stay has an invoice once it is booked.")


async def announce_stays(tx: Tx) -> None:
    """Send every stay that its documents do not follow to be looked at."""
    for due in await store.list_stays_to_invoice(tx, day_of(tx), AT_ONCE):
        await outbox.emit_for(tx, due.tenant, FollowStay(booking=due.booking))


async def _shared(tx: Tx, booking: Booking) -> Shared:
    if booking.quote.channel == DESK:
        return reading.shared_at_desk(booking)
    prefix = subject_of(booking.id) + ":"
    return reading.shared_of(await ledger.list_by_reference(tx, prefix))


async def _record(tx: Tx, booking: Booking, followed: Followed, shared: Shared) -> None:
    """What came or went back since the journal last looked."""
    moved = lines.moved_of(followed.received, _received(booking, shared))
    source = f"{subject_of(booking.id)}:{booking.revision}"
    for kind, came in ((RecordKind.RECEIPT, True), (RecordKind.REFUND, False)):
        parts = [part for way, part in moved if way is came]
        await billing.record_payment(tx, kind, source, parts)


def _received(booking: Booking, shared: Shared) -> dict[str, int]:
    """What was paid of each rate so far."""
    return lines.paid_parts(booking, shared) if _is_paid(booking) else {}


def _is_paid(booking: Booking) -> bool:
    return booking.quote.channel != DESK or booking.state is State.CHECKED_OUT


async def _write(tx: Tx, booking: Booking, buyer: Buyer | None, shared: Shared) -> None:
    """Cancel what no longer says how the stay stands, and issue what does."""
    documents = await list_documents(tx, booking)
    standing = next(
        (one for one in documents if one.kind is Kind.INVOICE and one.cancelled_by is None), None
    )
    wanted = await _wanted(tx, booking, buyer, shared, len(documents))
    if standing is not None:
        if wanted is not None and _says_same(standing, wanted):
            return
        reason = CANCELLED if wanted is None else CHANGED
        source = f"{subject_of(booking.id)}:document:{len(documents) + 1}"
        await billing.cancel_invoice(tx, standing, source, reason)
        wanted = await _wanted(tx, booking, buyer, shared, len(documents) + 1)
    if wanted is not None:
        await billing.issue_invoice(tx, wanted)


async def _wanted(
    tx: Tx, booking: Booking, buyer: Buyer | None, shared: Shared, documents: int
) -> billing.Draft | None:
    if not shared.total_cents:
        return None
    house = await lodging.find_property(tx, booking.property)
    assert house is not None
    return lines.draft_of(
        booking,
        shared,
        buyer or lines.buyer_of(booking),
        house.vat_regime,
        f"{subject_of(booking.id)}:document:{documents + 1}",
        _paid_on(booking, house.zone, day_of(tx)),
    )


def _paid_on(booking: Booking, zone: str, today: date) -> date | None:
    if booking.quote.channel == DESK:
        return min(booking.departure, today) if _is_paid(booking) else None
    if booking.owed_cents and not booking.paid_cents:
        return None
    return min(local_date(booking.confirmed_at or booking.held_at, zone), today)


def _says_same(standing: Invoice, wanted: billing.Draft) -> bool:
    issued = standing.read()
    asked = issued.totals.paid_cents
    if asked < wanted.paid_cents:  # it asked to be paid: that it was changes no document
        wanted = msgspec.structs.replace(
            wanted, paid_cents=asked, paid_on=wanted.paid_on if asked else None
        )
    would_be = content_of(wanted, Kind.INVOICE, issued.seller, issued.number, issued.issued_on)
    return same_sale(issued, would_be)


async def _keep(
    tx: Tx,
    booking: Booking,
    revision: int,
    buyer: Buyer | None,
    shared: Shared,
    *,
    invoiced: bool,
) -> None:
    followed = Followed(
        revision=revision,
        buyer=buyer,
        invoiced=invoiced,
        received=_received(booking, shared),
    )
    await store.keep_followed(tx, booking.id, followed)
