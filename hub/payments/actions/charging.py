"""Prepare a movement of money, and settle it with the service's answer; the call lies between."""

from datetime import timedelta
from uuid import UUID

import asyncpg

from hub.core import outbox
from hub.core.db import Tx
from hub.core.errors import NotFound
from hub.core.sentences import say
from hub.payments import store
from hub.payments.actions.calling import prepare_call
from hub.payments.errors import AlreadyPaying, RefundTooLarge
from hub.payments.models import (
    SANDBOX,
    Charge,
    Dispute,
    DisputeChanged,
    FeeAwaited,
    FeeTold,
    KeptCard,
    Outcome,
    Page,
    Refund,
    RefundPrepared,
    RefundReturned,
    RefundSettled,
    ReleaseCard,
    State,
)

PATIENCE = timedelta(hours=1)  # so late the service may book what it has captured
SWEPT_MOST = 500


async def prepare_charge(
    tx: Tx,
    *,
    id: UUID,
    subject: str,
    amount_cents: int,
    method: str,
    page: Page | None = None,
    keeps_card: bool = False,
    kept: KeptCard | None = None,
) -> Charge:
    """Write down that `subject` is to be paid; the same id again gives the same charge.

    With `keeps_card` its card stays with the service for later, and an amount of 0 asks for nothing
    else; with `kept`, such a card is charged without its holder, and `method` is that card's.

    Raises `AlreadyPaying` if another charge for the subject is under way or has succeeded.
    """
    try:
        await store.insert_charge(
            tx, id, subject, amount_cents, method, page,
            keeps_card=keeps_card, customer=kept.customer if kept else None,
        )  # fmt: skip
    except asyncpg.UniqueViolationError:
        raise AlreadyPaying() from None
    charge = await store.find_charge(tx, id)
    if charge is None:
        raise NotFound("This payment belongs to somebody else.")
    return charge


async def settle_charge(tx: Tx, id: UUID, outcome: Outcome) -> Charge | None:
    """Write down the service's answer. The settled charge for the one call that settles it,
    None when it was settled before."""
    if not await store.settle_charge(tx, id, outcome):
        return None
    return await store.find_charge(tx, id)


async def prepare_refunds(tx: Tx, *, subject: str, amount_cents: int) -> list[Refund]:
    """Announce money back for a paid subject, one refund a charge: the subject's own and those of
    its parts (`SUBJECT:…`), the newest first. A task calls the service after the commit.

    Raises `NotFound` when nothing was paid, `RefundTooLarge` beyond what was paid.
    """
    charges = await store.list_paid_charges(tx, subject)
    if not charges:
        raise NotFound("Nothing was paid for this.")
    refunds: list[Refund] = []
    due = amount_cents
    for charge in charges:
        left = charge.amount_cents - await store.refunded_cents(tx, charge.id)
        step = min(due, left)
        if step > 0:
            refunds.append(await _prepare_refund(tx, charge, step))
            due -= step
    if due:
        raise RefundTooLarge(say("%(cents)s cents are left to refund.", cents=amount_cents - due))
    return refunds


async def _prepare_refund(tx: Tx, charge: Charge, amount_cents: int) -> Refund:
    id = tx.uuid()
    await store.insert_refund(tx, id, charge.id, amount_cents)
    await outbox.emit(tx, RefundPrepared(refund=id))
    refund = await store.find_refund(tx, id)
    assert refund is not None
    return refund


async def find_refund_to_pay(tx: Tx, id: UUID) -> tuple[Refund, str] | None:
    """The refund and the service's reference of its charge, if it is still to be paid."""
    refund = await store.find_refund(tx, id)
    if refund is None or refund.settled_at is not None:
        return None
    charge = await store.find_charge(tx, refund.charge)
    return (refund, charge.reference) if charge and charge.reference else None


async def settle_refund(tx: Tx, refund: Refund, outcome: Outcome) -> None:
    """Write down the service's answer and announce it; a second call does nothing. One that waits
    is looked at again when the service speaks of it, or by the sweep."""
    if outcome.waiting:
        await store.note_refund(tx, refund.id, outcome.reference)
    elif await store.settle_refund(tx, refund.id, outcome) and outcome.succeeded:
        await outbox.emit(
            tx,
            RefundSettled(
                refund=refund.id, subject=refund.subject, amount_cents=refund.amount_cents
            ),
        )


async def find_paid_refund(tx: Tx, id: UUID) -> Refund | None:
    """The refund, if the service has paid it."""
    refund = await store.find_refund(tx, id)
    return refund if refund is not None and refund.state is State.SUCCEEDED else None


async def return_refund(tx: Tx, refund: Refund) -> None:
    """A refund that was paid came back to us: it stands among those that failed, and is announced;
    a second call does nothing."""
    if await store.return_refund(tx, refund.id):
        await outbox.emit(
            tx,
            RefundReturned(
                refund=refund.id, subject=refund.subject, amount_cents=refund.amount_cents
            ),
        )


async def list_refunds(tx: Tx, subject: str) -> list[Refund]:
    """The refunds of a subject and of its parts, oldest first."""
    return await store.list_refunds(tx, subject)


async def find_charge(tx: Tx, id: UUID) -> Charge | None:
    """One charge of this tenant."""
    return await store.find_charge(tx, id)


async def find_outcome(tx: Tx, id: UUID) -> Outcome:
    """How a charge that is settled has ended."""
    charge = await store.find_charge(tx, id)
    if charge is None or charge.settled_at is None:
        raise NotFound("This payment is not over.")
    return Outcome(
        succeeded=charge.state is State.SUCCEEDED,
        reference=charge.reference or "",
        decline_code=charge.decline_code,
    )


async def find_live_charge(tx: Tx, subject: str) -> Charge | None:
    """The charge of a subject that is under way or has succeeded."""
    return await store.find_live_charge(tx, subject)


async def list_charges(tx: Tx, subject: str) -> list[Charge]:
    """Every charge of a subject and of its parts, oldest first."""
    return await store.list_charges(tx, subject)


async def find_kept_card(tx: Tx, subject: str) -> KeptCard | None:
    """The card that was left with the service for a subject, if it was not released."""
    return await store.find_kept_card(tx, subject)


async def release_card(tx: Tx, subject: str) -> bool:
    """Forget the card of a subject: from now on nothing is charged to it, and a task tells the
    service so. True for the call that does it."""
    kept = await store.find_kept_card(tx, subject)
    if kept is None or not await store.mark_card_released(tx, subject):
        return False
    if not kept.is_sandbox:
        await prepare_call(tx, id=tx.uuid(), subject=subject, wish=ReleaseCard(card=kept.card))
    return True


async def was_sandboxed(tx: Tx, subject: str) -> bool:
    """Whether a subject was paid in the sandbox: there is no money of it at the service."""
    found = await store.list_charges(tx, subject)
    return any(
        charge.amount_cents and (charge.reference or "").startswith(SANDBOX) for charge in found
    )


async def list_disputes(tx: Tx, subject: str) -> list[Dispute]:
    """The disputes of a subject's payments, oldest first."""
    return await store.list_disputes(tx, subject)


async def note_answer(tx: Tx, id: UUID, outcome: Outcome) -> None:
    """Write down what the service has said so far of a charge."""
    await store.note_answer(tx, id, outcome)


async def find_without_fee(tx: Tx, id: UUID) -> Charge | None:
    """A charge that succeeded before the service knew what it keeps of it."""
    return await store.find_without_fee(tx, id)


async def note_fee(tx: Tx, charge: Charge, fee_cents: int) -> None:
    """Write down what the service keeps of a charge that was settled without it, and tell it."""
    if await store.note_fee(tx, charge.id, fee_cents):
        await outbox.emit(tx, FeeTold(charge=charge.id, subject=charge.subject))


async def announce_awaited_fees(tx: Tx) -> int:
    """Look again at every charge whose cost the service did not know; how many."""
    found = await store.list_awaited_fees(tx, tx.now - PATIENCE, SWEPT_MOST)
    for one in found:
        await outbox.emit_for(tx, one.tenant, FeeAwaited(charge=one.id))
    return len(found)


async def keep_dispute(tx: Tx, dispute: Dispute, *, again: bool = False) -> None:
    """Remember how a dispute stands, and tell it when that is new, or `again`; what is closed stays
    closed, and money that was taken does not become a mere question."""
    charge = await store.find_charge(tx, dispute.charge)
    if charge is not None and (await store.keep_dispute(tx, dispute) or again):
        await outbox.emit(tx, DisputeChanged(dispute=dispute.id, subject=charge.subject))


async def find_dispute(tx: Tx, id: str) -> Dispute | None:
    """One dispute of this tenant."""
    return await store.find_dispute(tx, id)
