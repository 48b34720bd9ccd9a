"""What a dispute does to the platform's money: pure functions over the ledger's rows."""

from collections.abc import Sequence

from hub.ledger.models import Draft, Kind, Side, Transfer
from hub.payments.models import Dispute

CASH, FEES, CLAIMS = "psp.cash", "psp.fees", "guest.disputes"


def money_of(dispute: Dispute, platform: int, known: Sequence[Transfer]) -> list[Draft]:
    """What the bank has taken and given back: the amount as a claim, its fee as a cost; what is
    added to the fee later is posted by itself."""
    name = f"dispute:{dispute.id}"
    fees = [one for one in known if one.kind is Kind.POSTED and _is_fee(one, name)]
    charged = sum(one.amount_cents for one in fees)
    cash = Side(holder=platform, code=CASH)
    claim, cost = Side(holder=platform, code=CLAIMS), Side(holder=platform, code=FEES)
    drafts: list[Draft] = []
    if dispute.withdrawn and not any(one.reference == name for one in known):
        drafts.append(
            Draft(reference=name, debit=claim, credit=cash, amount_cents=dispute.amount_cents)
        )
    if dispute.withdrawn and dispute.fee_cents > charged:
        drafts.append(
            Draft(
                reference=f"{name}:fee:{dispute.fee_cents}" if fees else f"{name}:fee",
                debit=cost,
                credit=cash,
                amount_cents=dispute.fee_cents - charged,
            )
        )
    if dispute.state == "won":
        drafts.append(_back(name, claim, cash, dispute.amount_cents))
        left = charged - dispute.fee_cents
        for one in fees:
            part = max(min(left, one.amount_cents), 0)
            drafts.append(_back(one.reference, cost, cash, part))
            left -= part
    return drafts


def _is_fee(transfer: Transfer, name: str) -> bool:
    return transfer.reference == f"{name}:fee" or transfer.reference.startswith(f"{name}:fee:")


def _back(reference: str, debited: Side, credited: Side, cents: int) -> Draft:
    return Draft(
        reference=f"{reference}:won",
        debit=credited,
        credit=debited,
        amount_cents=cents,
        kind=Kind.REVERSAL,
        reverses=reference,
    )
