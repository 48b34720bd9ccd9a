"""What a dispute does to the ledger: pure functions over its rows."""

from collections.abc import Iterable, Sequence

import msgspec

from hub.ledger.models import Draft, Kind, Side, Transfer
from hub.payments.models import Dispute
from hub.payments.policy import CLAIMS
from hub.rules import split

LOSSES = "psp.losses"
DEPOSITS, OWED, AMENDS = "guest.deposits", "guest.owed", "guest.amends"


class Shared(msgspec.Struct, frozen=True, kw_only=True):
    """A posted share of a stay with what is left of it after its reversals."""

    transfer: Transfer
    left_cents: int


def is_borne(dispute: Dispute, known: Iterable[Transfer]) -> bool:
    """Whether the shares of a lost dispute were taken back."""
    ended = {f"dispute:{dispute.id}:borne", f"dispute:{dispute.id}:loss"}
    return any(transfer.reference in ended for transfer in known)


def left_of(transfers: Sequence[Transfer]) -> list[Shared]:
    """Every share of a stay, whatever its version or its penalty, less its reversals."""
    found: list[Shared] = []
    for transfer in transfers:
        if transfer.kind is not Kind.POSTED or _is_of_payment(transfer):
            continue
        taken = sum(
            other.amount_cents
            for other in transfers
            if other.kind is Kind.REVERSAL and _reverses(other, transfer)
        )
        if transfer.amount_cents > taken:
            found.append(Shared(transfer=transfer, left_cents=transfer.amount_cents - taken))
    return found


def _is_of_payment(transfer: Transfer) -> bool:
    """Whether a transfer says when or where the guest pays, what a fund bears, or what the house
    pays its guest for going back on the stay: it shares nothing."""
    if {OWED, AMENDS} & {transfer.debit_code, transfer.credit_code}:
        return True
    return ":house" in transfer.reference or ":absorbed:" in transfer.reference


def _reverses(other: Transfer, transfer: Transfer) -> bool:
    begun = transfer.reference
    return other.reference.startswith((f"{begun}:reversal:", f"{begun}:dispute:"))


def borne(
    dispute: Dispute, platform: int, transfers: Sequence[Transfer], absorbed_cents: int = 0
) -> list[Draft]:
    """The way back of the shares that a lost dispute costs, in proportion and to the cent, but for
    what a fund absorbs of it; what no share can bear is the platform's loss."""
    shared = left_of(transfers)
    paid = [one for one in shared if one.transfer.debit_code == DEPOSITS]
    between = [one for one in shared if one.transfer.debit_code != DEPOSITS]
    total = sum(one.left_cents for one in paid)
    lost = min(dispute.amount_cents - absorbed_cents, total)
    drafts: list[Draft] = []
    if lost:
        parts = split(lost, [one.left_cents for one in paid])
        drafts += [_undo(dispute, one, part) for one, part in zip(paid, parts, strict=True)]
        drafts += [_undo(dispute, one, one.left_cents * lost // total) for one in between]
    claim, name = Side(holder=platform, code=CLAIMS), f"dispute:{dispute.id}"
    for word, code, cents in (
        ("borne", DEPOSITS, lost + absorbed_cents),
        ("loss", LOSSES, dispute.amount_cents - lost - absorbed_cents),
    ):
        drafts.append(
            Draft(
                reference=f"{name}:{word}",
                debit=Side(holder=platform, code=code),
                credit=claim,
                amount_cents=cents,
            )
        )
    return drafts


def _undo(dispute: Dispute, one: Shared, cents: int) -> Draft:
    transfer = one.transfer
    return Draft(
        reference=f"{transfer.reference}:dispute:{dispute.id}",
        debit=Side(holder=transfer.credit_holder, code=transfer.credit_code),
        credit=Side(holder=transfer.debit_holder, code=transfer.debit_code),
        amount_cents=cents,
        kind=Kind.REVERSAL,
        reverses=transfer.reference,
        shared=transfer.shared,
    )
