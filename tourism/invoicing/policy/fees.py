"""The fees of a month as documents: an invoice for what was earned with each stay, a credit note
for what was taken back of stays billed before."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

import msgspec

from hub.billing.models import (
    Address,
    Buyer,
    Category,
    Draft,
    Exemption,
    Invoice,
    Kind,
    Line,
    Profile,
    Reference,
)
from hub.core.money import BPS, divide_half_up, share_of
from tourism.invoicing.models import Fee

FEE_RATE_BPS = 2_000  # DOMAIN 2.2: the commission is a supply of its own, at 20 %
LINES_MOST = 900
NAMES = {
    "platform": "Commission de la centrale",
    "federation": "Contribution à la fédération",
    "office": "Commission de l'office de tourisme",
    "region": "Contribution à la région",
    "reserve": "Contribution à la réserve mutuelle",
    "project": "Contribution au projet local",
}
# What members agreed to share without VAT is no price of a service.
NO_VAT = Exemption(words="Contribution convenue sans TVA, hors champ de la TVA (CGI, art. 256)")
# The VAT of a fee is rounded once for each of its components: so far it may be from its rate's.
NOISE_CENTS = 25
REASON = "Part reprise : séjours annulés, modifiés ou contestés."


class Bill(msgspec.Struct, frozen=True, kw_only=True):
    """What one holder bills a house for a month, or (credit) gives back."""

    holder: int
    credit: bool
    fees: tuple[Fee, ...]


def months_end(month: date) -> date:
    """The last day of a month, named by its first."""
    return (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def month_before(day: date) -> date:
    """The first day of the month before."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def bills_of(fees: Sequence[Fee]) -> list[Bill]:
    """Who bills what: earned and taken back are two documents."""
    found: list[Bill] = []
    for holder in sorted({fee.holder for fee in fees}):
        own = [fee for fee in fees if fee.holder == holder]
        for credit in (False, True):
            part = tuple(fee for fee in own if (fee.net_cents < 0) is credit)
            if part:
                found.append(Bill(holder=holder, credit=credit, fees=part))
    return found


def draft_of(
    bill: Bill,
    house: int,
    buyer: Buyer,
    month: date,
    references: Mapping[UUID, str],
    earlier: Sequence[Invoice],
) -> Draft:
    """The draft of a holder's bill; what was kept from the house's payments settles it, so its
    rounding is what VAT on the whole differs from VAT stay by stay (DOMAIN VT-5)."""
    last = months_end(month)
    return Draft(
        source=f"fees:{house}:{month:%Y-%m}:{'credit' if bill.credit else 'invoice'}",
        subject=f"fees:{house}",
        matter=f"{month:%Y-%m}",
        buyer=buyer,
        buyer_organisation=house,
        lines=_lines(bill, references),
        delivered_from=month,
        delivered_until=last,
        paid_cents=sum(abs(fee.net_cents + fee.vat_cents) for fee in bill.fees),
        paid_on=last,
        settles=True,
        corrects=corrected(bill, references, earlier) if bill.credit else (),
        reason=REASON if bill.credit else "",
    )


def taxed_cents(fee: Fee) -> int:
    """How much of a fee bears VAT: all, nothing, or what its VAT comes from."""
    net, vat = abs(fee.net_cents), abs(fee.vat_cents)
    if not vat and share_of(net, FEE_RATE_BPS):
        return 0
    taxed = divide_half_up(vat * BPS, FEE_RATE_BPS)
    return net if abs(net - taxed) <= NOISE_CENTS else min(taxed, net)


def _lines(bill: Bill, references: Mapping[UUID, str]) -> tuple[Line, ...]:
    """A line a stay; one a role where a month has more of them than an invoice holds."""
    many = len(bill.fees) > LINES_MOST
    sums: dict[tuple[str, str, bool], int] = {}
    for fee in bill.fees:
        note = "" if many else references.get(fee.booking, "")
        taxed = taxed_cents(fee)
        for bears, cents in ((True, taxed), (False, abs(fee.net_cents) - taxed)):
            place = fee.role, note, bears
            sums[place] = sums.get(place, 0) + cents
    return tuple(
        Line(
            name=NAMES.get(role, role),
            note=note,
            net_cents=cents,
            category=Category.STANDARD if bears else Category.EXEMPT,
            rate_bps=FEE_RATE_BPS if bears else 0,
            exemption=None if bears else NO_VAT,
        )
        for (role, note, bears), cents in sums.items()
        if cents
    )


def corrected(
    bill: Bill, references: Mapping[UUID, str], earlier: Sequence[Invoice]
) -> tuple[Reference, ...]:
    """The invoices that billed these stays; the last one where they had too many to name."""
    invoices = [one for one in earlier if one.kind is Kind.INVOICE]
    names = [references.get(fee.booking, "") for fee in bill.fees]
    named = [one for one in invoices if any(name and name in one.content for name in names)]
    return tuple(
        Reference(number=one.number, issued_on=one.issued_on) for one in named or invoices[-1:]
    )


def buyer_of(profile: Profile) -> Buyer:
    """A house as the buyer of fees."""
    address = profile.address
    return Buyer(
        name=profile.name,
        address=Address(
            line=address.line,
            postcode=address.postcode,
            city=address.city,
            country=address.country,
        ),
        email=profile.email,
        siren=profile.siren,
        siret=profile.siret,
        vat_number=profile.vat_number,
    )
