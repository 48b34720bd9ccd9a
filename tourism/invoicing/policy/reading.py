"""What the ledger says of a stay, and of the fees of a month: the invoices add up to it by
construction. A stay sold at the desk is not in the ledger: its frozen price says it."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from hub.core.money import BPS, divide_half_up
from hub.ledger.models import Kind, Transfer
from tourism.booking.models import Booking, State
from tourism.booking.subjects import booking_of
from tourism.invoicing.models import Fee, Shared

COUNTS = frozenset({Kind.POSTED, Kind.POST, Kind.REVERSAL})
DEPOSITS, OWED = "guest.deposits", "guest.owed"
TAX = "tourist_tax."
SHARE, VAT = ".share", ".vat"
DISPUTED = ":dispute:"
SOLD = frozenset({State.CONFIRMED, State.IN_HOUSE, State.CHECKED_OUT})


def shared_of(transfers: Iterable[Transfer]) -> Shared:
    """What went out of the guest's deposits for a stay, less what came back into them. A payment
    that a bank has taken back is a debt of the guest: the sale stands."""
    net, penalised = 0, False
    vat: dict[int, int] = defaultdict(int)
    taxes: dict[str, int] = defaultdict(int)
    for transfer in transfers:
        if transfer.kind not in COUNTS or booking_of(transfer.reference) is None:
            continue
        if DISPUTED in transfer.reference:
            continue
        out = transfer.debit_code == DEPOSITS
        if not out and transfer.credit_code != DEPOSITS:
            continue
        cents = transfer.amount_cents if out else -transfer.amount_cents
        other = transfer.credit_code if out else transfer.debit_code
        if other == OWED:  # when the guest pays changes nothing of what is invoiced
            continue
        words = _after_subject(transfer.reference)
        penalised = penalised or words[0] == "penalty"
        if other.startswith(TAX):
            taxes[other.removeprefix(TAX)] += cents
        elif words[0] == "vat":
            vat[int(words[1])] += cents
        else:
            net += cents
    return Shared(
        net_cents=net,
        vat=dict(vat),
        taxes={code: cents for code, cents in sorted(taxes.items()) if cents},
        penalised=penalised,
    )


def shared_at_desk(booking: Booking) -> Shared:
    """What a stay costs that was sold at the desk: its guest pays the house, which collects the
    tourist tax itself. One that is cancelled, or whose guest never came, is the house's affair."""
    if booking.state not in SOLD:
        return Shared(net_cents=0, vat={}, taxes={})
    priced = booking.quote.breakdown
    vat: dict[int, int] = defaultdict(int)
    for amount in priced.vat:
        vat[amount.rate_bps] += amount.vat_cents
    rate = priced.vat[0].rate_bps
    kept_vat = booking.kept_cents - divide_half_up(booking.kept_cents * BPS, BPS + rate)
    vat[rate] += kept_vat
    return Shared(
        net_cents=sum(one.net_cents for one in priced.vat) + booking.kept_cents - kept_vat,
        vat=dict(vat),
        taxes={tax.code.lower(): tax.amount_cents for tax in priced.tourist_tax},
    )


def _after_subject(reference: str) -> list[str]:
    """The words after the stay and its version: `vat`, `1000` of `booking:ID:2:vat:1000`."""
    words = reference.split(":")
    return words[3:] if words[2].isdecimal() else words[2:]


def fees_of(transfers: Iterable[Transfer], house: int) -> list[Fee]:
    """What each holder but the house earned with each stay, with the VAT on it."""
    nets: dict[tuple[int, str, UUID], int] = defaultdict(int)
    vats: dict[tuple[int, str, UUID], int] = defaultdict(int)
    for transfer in transfers:
        booking = booking_of(transfer.reference)
        if transfer.kind not in COUNTS or booking is None:
            continue
        for holder, code, cents in (
            (transfer.credit_holder, transfer.credit_code, transfer.amount_cents),
            (transfer.debit_holder, transfer.debit_code, -transfer.amount_cents),
        ):
            if holder == house:
                continue
            if code.endswith(SHARE):
                nets[holder, code.removesuffix(SHARE), booking] += cents
            elif code.endswith(VAT):
                vats[holder, code.removesuffix(VAT), booking] += cents
    return [
        Fee(
            holder=place[0],
            role=place[1],
            booking=place[2],
            net_cents=nets.get(place, 0),
            vat_cents=vats.get(place, 0),
        )
        for place in dict.fromkeys((*nets, *vats))
        if nets.get(place, 0) or vats.get(place, 0)
    ]
