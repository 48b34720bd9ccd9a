"""The statements of payments."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from hub.core.db import Tx
from hub.core.sql import load_queries
from hub.payments.models import (
    Account,
    Call,
    CallState,
    Carried,
    Charge,
    Dispute,
    Heard,
    KeptCard,
    Outcome,
    Page,
    PaidDay,
    Payee,
    Payout,
    PayoutLine,
    Refund,
    State,
    Waiting,
    Wish,
)

q = load_queries(__name__)


class _Id(msgspec.Struct, frozen=True):
    id: str


async def insert_charge(
    tx: Tx,
    id: UUID,
    subject: str,
    amount_cents: int,
    method: str,
    page: Page | None,
    *,
    keeps_card: bool = False,
    customer: str | None = None,
) -> None:
    await tx.run(
        q.insert_charge,
        id=id,
        tenant=tx.tenant,
        subject=subject,
        amount_cents=amount_cents,
        method=method,
        page=page,
        keeps_card=keeps_card,
        customer=customer,
        now=tx.now,
    )


async def find_charge(tx: Tx, id: UUID) -> Charge | None:
    return await tx.one(Charge, q.find_charge, id=id)


async def list_paid_charges(tx: Tx, subject: str) -> list[Charge]:
    return await tx.all(Charge, q.list_paid_charges, subject=subject)


async def settle_charge(tx: Tx, id: UUID, outcome: Outcome) -> bool:
    """True for the one call that settles it."""
    settled = await tx.run(
        q.settle_charge,
        id=id,
        state=State.SUCCEEDED if outcome.succeeded else State.FAILED,
        reference=outcome.reference,
        decline_code=outcome.decline_code,
        now=tx.now,
    )
    return settled == 1


async def refunded_cents(tx: Tx, charge: UUID) -> int:
    return await tx.value(int, q.refunded_cents, charge=charge) or 0


async def insert_refund(tx: Tx, id: UUID, charge: UUID, amount_cents: int) -> None:
    await tx.run(
        q.insert_refund,
        id=id,
        tenant=tx.tenant,
        charge=charge,
        amount_cents=amount_cents,
        now=tx.now,
    )


async def find_refund(tx: Tx, id: UUID) -> Refund | None:
    return await tx.one(Refund, q.find_refund, id=id)


async def list_refunds(tx: Tx, subject: str) -> list[Refund]:
    return await tx.all(Refund, q.list_refunds, subject=subject)


async def settle_refund(tx: Tx, id: UUID, outcome: Outcome) -> bool:
    """True for the one call that settles it."""
    settled = await tx.run(
        q.settle_refund,
        id=id,
        state=State.SUCCEEDED if outcome.succeeded else State.FAILED,
        reference=outcome.reference,
        now=tx.now,
    )
    return settled == 1


async def return_refund(tx: Tx, id: UUID) -> bool:
    """True for the one call that writes it down."""
    return await tx.run(q.return_refund, id=id, now=tx.now) == 1


async def note_refund(tx: Tx, id: UUID, reference: str) -> None:
    await tx.run(q.note_refund, id=id, reference=reference)


async def note_reference(tx: Tx, charge: UUID, reference: str) -> None:
    await tx.run(q.note_reference, id=charge, reference=reference)


async def find_live_charge(tx: Tx, subject: str) -> Charge | None:
    return await tx.one(Charge, q.find_live_charge, subject=subject)


async def list_charges(tx: Tx, subject: str) -> list[Charge]:
    return await tx.all(Charge, q.list_charges, subject=subject)


async def list_disputes(tx: Tx, subject: str) -> list[Dispute]:
    return await tx.all(Dispute, q.list_disputes, subject=subject)


async def total_paid_out(tx: Tx) -> int:
    return await tx.value(int, q.total_paid_out) or 0


async def list_paid_days(tx: Tx, since: date, until: date) -> list[PaidDay]:
    return await tx.all(PaidDay, q.list_paid_days, since=since, until=until)


async def note_answer(tx: Tx, id: UUID, outcome: Outcome) -> None:
    await tx.run(
        q.note_answer,
        id=id,
        reference=outcome.reference,
        page_url=outcome.page_url,
        fee_cents=outcome.fee_cents,
        fee_awaited=outcome.fee_awaited,
        customer=outcome.customer,
        card=outcome.card,
        card_label=outcome.card_label,
    )


async def find_without_fee(tx: Tx, id: UUID) -> Charge | None:
    return await tx.one(Charge, q.find_without_fee, id=id)


async def note_fee(tx: Tx, id: UUID, fee_cents: int) -> bool:
    """True for the one call that writes it down."""
    return await tx.run(q.note_fee, id=id, fee_cents=fee_cents) == 1


async def list_awaited_fees(tx: Tx, before: datetime, wanted: int) -> list[Waiting]:
    return await tx.all(Waiting, q.list_awaited_fees, before=before, wanted=wanted)


async def find_kept_card(tx: Tx, subject: str) -> KeptCard | None:
    return await tx.one(KeptCard, q.find_kept_card, subject=subject)


async def mark_card_released(tx: Tx, subject: str) -> bool:
    """True for the call that releases it."""
    return await tx.run(q.mark_card_released, subject=subject, now=tx.now) > 0


async def insert_call(tx: Tx, id: UUID, subject: str, wish: Wish) -> None:
    await tx.run(q.insert_call, id=id, tenant=tx.tenant, subject=subject, wish=wish, now=tx.now)


async def find_call(tx: Tx, id: UUID) -> Call | None:
    return await tx.one(Call, q.find_call, id=id)


async def count_refused(tx: Tx, subject: str) -> int:
    return await tx.value(int, q.count_refused, subject=subject) or 0


async def settle_call(tx: Tx, id: UUID, reference: str | None, refusal: str | None) -> bool:
    """True for the one call that settles it."""
    settled = await tx.run(
        q.settle_call,
        id=id,
        state=CallState.DONE if refusal is None else CallState.REFUSED,
        reference=reference,
        refusal=refusal,
        now=tx.now,
    )
    return settled == 1


async def list_waiting(tx: Tx, before: datetime, wanted: int) -> list[Waiting]:
    return await tx.all(Waiting, q.list_waiting, before=before, wanted=wanted)


async def list_accounts(tx: Tx) -> list[str]:
    return [row.id for row in await tx.all(_Id, q.list_accounts)]


async def find_payee(tx: Tx) -> Payee | None:
    return await tx.one(Payee, q.find_payee, tenant=tx.tenant)


async def keep_payee(tx: Tx, account: Account, asked_at: datetime) -> None:
    await tx.run(
        q.keep_payee,
        tenant=tx.tenant,
        account=account.id,
        payable=account.payable,
        submitted=account.submitted,
        due=list(account.due),
        reason=account.reason,
        asked_at=asked_at,
        now=tx.now,
    )


async def withhold_payee(tx: Tx, reason: str) -> None:
    await tx.run(q.withhold_payee, tenant=tx.tenant, reason=reason, now=tx.now)


async def release_payee(tx: Tx) -> None:
    await tx.run(q.release_payee, tenant=tx.tenant)


async def payee_account(tx: Tx, organisation: int) -> str | None:
    return await tx.value(str, q.payee_account, organisation=organisation)


async def keep_payout(tx: Tx, payout: Payout, asked_at: datetime) -> bool:
    """False for what was asked before what is known."""
    kept = await tx.run(
        q.keep_payout,
        id=payout.id,
        tenant=tx.tenant,
        amount_cents=payout.amount_cents,
        state=payout.state,
        failure=payout.failure,
        arrives_on=payout.arrives_on,
        asked_at=asked_at,
    )
    return kept == 1


async def keep_payout_line(tx: Tx, payout: str, line: PayoutLine) -> None:
    await tx.run(
        q.keep_payout_line,
        payout=payout,
        tenant=tx.tenant,
        transfer=line.transfer,
        amount_cents=line.amount_cents,
    )


async def list_payouts(tx: Tx, wanted: int) -> list[Payout]:
    return await tx.all(Payout, q.list_payouts, wanted=wanted)


async def find_payout(tx: Tx, id: str) -> Payout | None:
    return await tx.one(Payout, q.find_payout, id=id, tenant=tx.tenant)


async def list_returned(tx: Tx, wanted: int) -> list[Payout]:
    return await tx.all(Payout, q.list_returned, wanted=wanted)


async def list_payout_lines(tx: Tx, transfers: Sequence[str]) -> list[Carried]:
    return await tx.all(Carried, q.list_payout_lines, transfers=list(transfers))


async def keep_dispute(tx: Tx, dispute: Dispute) -> bool:
    """True when its state or its fee is new."""
    kept = await tx.run(
        q.keep_dispute,
        id=dispute.id,
        tenant=tx.tenant,
        charge=dispute.charge,
        amount_cents=dispute.amount_cents,
        state=dispute.state,
        reason=dispute.reason,
        opened_at=dispute.opened_at,
        fee_cents=dispute.fee_cents,
        now=tx.now,
    )
    return kept == 1


async def find_dispute(tx: Tx, id: str) -> Dispute | None:
    return await tx.one(Dispute, q.find_dispute, id=id)


async def keep_event(tx: Tx, event: Heard) -> bool:
    """True the first time."""
    kept = await tx.run(
        q.keep_event,
        id=event.id,
        kind=event.kind,
        thing=event.thing,
        account=event.account,
        marks=event.marks,
        created_at=event.created_at,
        now=tx.now,
    )
    return kept == 1


async def find_event(tx: Tx, id: str) -> Heard | None:
    return await tx.one(Heard, q.find_event, id=id)


async def mark_event(tx: Tx, id: str) -> bool:
    """True for the one call that marks it."""
    return await tx.run(q.mark_event, id=id, now=tx.now) == 1


async def list_unapplied(tx: Tx, before: datetime, wanted: int) -> list[str]:
    found = await tx.all(_Id, q.list_unapplied, before=before, wanted=wanted)
    return [row.id for row in found]
