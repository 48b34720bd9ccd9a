"""A part of a price on its way back: each share in proportion, and what a cancellation or a no-show
still costs shared by its own rule."""

from collections.abc import Mapping, Sequence

from hub import agreements, ledger, payments
from hub.agreements import Allocation
from hub.core.db import Tx
from hub.ledger import Draft, Kind
from tourism import taxes
from tourism.booking.models import Booking
from tourism.booking.subjects import subject_of
from tourism.paying import policy
from tourism.paying.actions.sharing import (
    owed_drafts,
    pending_refunds,
    share_drafts,
    split_share,
)
from tourism.paying.models import Worth

CANCELLATION, NO_SHOW = "cancellation", "no_show"


async def reverse(
    tx: Tx,
    booking: Booking,
    after: Worth,
    refunds: Sequence[payments.Refund],
    *,
    event: str,
    unpaid_cents: int = 0,
) -> None:
    """Take the shares of the price back in proportion to what the booking loses of it, share a new
    penalty by the rule for the `event`, and announce the refund; `unpaid_cents` of what it loses
    were never paid. `booking` is as it stood before.

    The penalty's VAT stays where the price's was. Each step bears the number of the revision that
    made it.
    """
    drafts = [
        *await take_back(tx, booking, after),
        *await _share_penalty(tx, booking, after, event),
        *pending_refunds(booking, refunds),
        *owed_drafts(booking, -unpaid_cents),
    ]
    await ledger.post(tx, booking.quote.split.scheme, drafts)


async def _share_penalty(tx: Tx, booking: Booking, after: Worth, event: str) -> list[Draft]:
    """What a cancellation or a no-show still costs, out of the deposits by its own rule."""
    net = _new_penalty(booking, after)
    if not net:
        return []
    subject, step = _subject(booking), booking.revision + 1
    allocation = await agreements.share_penalty(
        tx, tx.database.reader, subject=subject, event=event, step=step, penalty_cents=net
    )
    return [
        draft
        for share in allocation.shares
        for draft in split_share(booking, f"{subject}:penalty:{step}", share)
    ]


def _new_penalty(booking: Booking, after: Worth) -> int:
    """How much the penalties grow, net of VAT: the total is rounded, never the step."""
    rate = booking.quote.breakdown.vat[0].rate_bps
    before = policy.worth_of(booking).penalty_cents
    if after.penalty_cents <= before:
        return 0
    total = taxes.split_gross(after.penalty_cents, rate).net_cents
    return total - taxes.split_gross(before, rate).net_cents


async def take_back(tx: Tx, booking: Booking, after: Worth) -> list[Draft]:
    """Reverse the allocation of the price in proportion to what a booking loses of it, with what
    becomes a penalty; the drafts that say so."""
    before = policy.worth_of(booking)
    had, has = _vat_lines(booking, before), _vat_lines(booking, after)
    back = sum(had[rate].net_cents - has[rate].net_cents for rate in had)
    reversal = await agreements.reverse_allocation(
        tx, _subject(booking), back + _new_penalty(booking, after)
    )
    vat = {rate: had[rate].vat_cents - has[rate].vat_cents for rate in had}
    gone = {code: cents - after.taxes.get(code, 0) for code, cents in before.taxes.items()}
    return reversal_drafts(booking, reversal, vat, gone)


def _vat_lines(booking: Booking, worth: Worth) -> dict[int, taxes.VatLine]:
    """What a booking is worth, by the rates of VAT of its price: the lodging, and beside it what
    was chosen."""
    rates = [amount.rate_bps for amount in booking.quote.breakdown.vat]
    gross = {rate: worth.chosen_cents.get(rate, 0) for rate in rates}
    gross[rates[0]] += worth.gross_cents
    return {rate: taxes.split_gross(cents, rate) for rate, cents in gross.items()}


def reversal_drafts(
    booking: Booking,
    reversal: Allocation,
    vat_cents: Mapping[int, int],
    tax_cents: Mapping[str, int],
) -> list[Draft]:
    """The way back into the deposits of a part of each share, of the VAT and of the taxes."""
    amounts: dict[str, int] = {}
    subject = _subject(booking)
    for share in reversal.shares:
        amounts[f"{subject}:share:{share.role.value}"] = -share.amount_cents
        amounts[f"{subject}:share:{share.role.value}:vat"] = -share.vat_cents
    for amount in booking.quote.breakdown.vat:
        amounts[f"{subject}:vat:{amount.rate_bps}"] = vat_cents[amount.rate_bps]
    for code, cents in tax_cents.items():
        amounts[f"{subject}:tax:{code}"] = cents
    return [
        Draft(
            reference=f"{draft.reference}:reversal:{booking.revision + 1}",
            debit=draft.credit,
            credit=draft.debit,
            amount_cents=amounts.get(draft.reference, 0),
            kind=Kind.REVERSAL,
            reverses=draft.reference,
            shared=draft.shared,
        )
        for draft in share_drafts(booking)
    ]


def _subject(booking: Booking) -> str:
    return subject_of(booking.id, booking.version)
