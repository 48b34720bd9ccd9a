"""A booking in the ledger: what the guest pays, who receives it, and its way back.

Accounts: `psp.cash` and `guest.deposits` of the platform; `lodging.payable` of the house;
`<role>.share` and `<role>.vat` of each beneficiary; `tourist_tax.<code>` of the platform, which
collects it. Everything goes through `guest.deposits`, which is empty once a booking is shared.
What a guest has not paid yet of a price that is shared is a claim, `guest.owed`.
"""

from collections.abc import Sequence
from uuid import UUID

from hub import agreements, ledger, payments
from hub.agreements import Role, Share
from hub.core.db import Tx
from hub.ledger import Draft, Kind, Side
from tourism.booking import store
from tourism.booking.models import Booking
from tourism.booking.subjects import subject_of
from tourism.paying import policy
from tourism.quoting.models import Split

CASH = "psp.cash"
DEPOSITS = "guest.deposits"
FEES = "psp.fees"
OWED = "guest.owed"


def _cash(split: Split) -> Side:
    return Side(holder=split.platform, code=CASH)


def _deposits(split: Split) -> Side:
    return Side(holder=split.platform, code=DEPOSITS)


def _payable(booking: Booking) -> Side:
    return Side(holder=booking.tenant, code="lodging.payable")


def _holder(booking: Booking, role: Role) -> int:
    """The organisation behind a role; the scheme keeps the share of a role nobody fills here."""
    if role is Role.LODGING:
        return booking.tenant
    split = booking.quote.split
    return split.beneficiaries.get(role, split.scheme)


def _subject(booking: Booking) -> str:
    return subject_of(booking.id, booking.version)


async def post_pending_charge(tx: Tx, booking: Booking, charge: payments.Charge) -> None:
    """The guest's payment is asked for."""
    split = booking.quote.split
    draft = Draft(
        reference=f"charge:{charge.id}",
        debit=_cash(split),
        credit=_deposits(split),
        amount_cents=charge.amount_cents,
        kind=Kind.PENDING,
    )
    await ledger.post(tx, split.scheme, [draft])


def pending_charge(charge: payments.Charge) -> dict[str, object]:
    """The same, before the platform is known that holds both accounts: the frozen offer names it,
    where `begin_payment` posts it."""
    return {
        "reference": f"charge:{charge.id}",
        "kind": Kind.PENDING,
        "debit": {"code": CASH},
        "credit": {"code": DEPOSITS},
        "settles": None,
        "reverses": None,
        "shared": False,
    }


async def void_charge(tx: Tx, booking: Booking, charge: payments.Charge) -> None:
    """The payment did not happen."""
    await ledger.post(tx, booking.quote.split.scheme, [settle_charge(booking, charge, Kind.VOID)])


async def post_paid(tx: Tx, booking: Booking, charge: payments.Charge) -> None:
    """The payment happened: freeze the shares and post every one of them."""
    split = booking.quote.split
    await agreements.freeze_allocation(
        tx, scheme=split.scheme, subject=_subject(booking), allocation=split.allocation
    )
    await ledger.post(tx, split.scheme, paid_drafts(booking, charge))


def paid_drafts(booking: Booking, charge: payments.Charge) -> list[Draft]:
    """The charge posted with what it cost, what is paid later as a claim, and the whole price
    shared."""
    later = booking.total_cents - booking.quote.payment.cents_now(booking.total_cents)
    return [
        *charged_drafts(booking, charge),
        *owed_drafts(booking, later),
        *share_drafts(booking),
    ]


async def post_unpaid(tx: Tx, booking: Booking) -> None:
    """Nothing is paid yet: freeze the shares, and post the whole price as what the guest owes."""
    split = booking.quote.split
    await agreements.freeze_allocation(
        tx, scheme=split.scheme, subject=_subject(booking), allocation=split.allocation
    )
    drafts = [*owed_drafts(booking, booking.total_cents), *share_drafts(booking)]
    await ledger.post(tx, split.scheme, drafts)


def owed_drafts(booking: Booking, cents: int) -> list[Draft]:
    """What a guest owes more (below zero: less) than before, by the number of the revision that
    makes it so. What is owed less is paid out of the deposits, or was taken back of the price."""
    split = booking.quote.split
    claim, deposits = Side(holder=split.platform, code=OWED), _deposits(split)
    return [
        Draft(
            reference=f"{subject_of(booking.id)}:owed:{booking.revision + 1}",
            debit=claim if cents > 0 else deposits,
            credit=deposits if cents > 0 else claim,
            amount_cents=abs(cents),
        )
    ]


async def post_owed_paid(
    tx: Tx,
    booking: Booking,
    charge: payments.Charge,
    used_cents: int,
    refunds: Sequence[payments.Refund],
) -> None:
    """A charge has paid what the guest owed; what it has paid beyond that is on its way back."""
    drafts = [
        *charged_drafts(booking, charge),
        *owed_drafts(booking, -used_cents),
        *pending_refunds(booking, refunds),
    ]
    await ledger.post(tx, booking.quote.split.scheme, drafts)


async def post_at_house(tx: Tx, booking: Booking) -> None:
    """The guest has paid the house what was owed, the tourist tax with it: the house keeps its own
    share of it and hands the tax over itself; what is others' it owes."""
    split, name = booking.quote.split, f"{_subject(booking)}:house"
    house = _payable(booking)
    drafts = [
        Draft(
            reference=name,
            debit=house,
            credit=Side(holder=split.platform, code=OWED),
            amount_cents=booking.owed_cents,
        )
    ]
    for code, cents in policy.worth_of(booking).taxes.items():
        drafts.append(
            Draft(
                reference=f"{name}:tax:{code}",
                debit=_tax_account(split, code),
                credit=house,
                amount_cents=cents,
            )
        )
    await ledger.post(tx, split.scheme, drafts)


def charged_drafts(booking: Booking, charge: payments.Charge) -> list[Draft]:
    """The charge posted; what the service keeps of it is a cost of the platform, by itself."""
    split = booking.quote.split
    fee = Draft(
        reference=f"fee:{charge.id}",
        debit=Side(holder=split.platform, code=FEES),
        credit=_cash(split),
        amount_cents=charge.fee_cents,
    )
    return [settle_charge(booking, charge, Kind.POST), fee]


async def post_unshared(
    tx: Tx, booking: Booking, charge: payments.Charge, refunds: Sequence[payments.Refund]
) -> None:
    """The payment came too late: it stays in the deposits, shared with nobody, until it is back."""
    drafts = [*charged_drafts(booking, charge), *pending_refunds(booking, refunds)]
    await ledger.post(tx, booking.quote.split.scheme, drafts)


def settle_charge(booking: Booking, charge: payments.Charge, kind: Kind) -> Draft:
    """The end of a pending charge: posted or void."""
    split = booking.quote.split
    return Draft(
        reference=f"charge:{charge.id}:{kind.value}",
        debit=_cash(split),
        credit=_deposits(split),
        amount_cents=charge.amount_cents,
        kind=kind,
        settles=f"charge:{charge.id}",
    )


def share_drafts(booking: Booking) -> list[Draft]:
    """The whole price out of the deposits: shares, the lodging's VAT, the tourist tax; and the VAT
    on each fee from the house to who earns the fee."""
    split, breakdown = booking.quote.split, booking.quote.breakdown
    subject, deposits = _subject(booking), _deposits(split)
    drafts: list[Draft] = []
    for share in split.allocation.shares:
        drafts += split_share(booking, subject, share)
    for amount in breakdown.vat:
        drafts.append(
            Draft(
                reference=f"{subject}:vat:{amount.rate_bps}",
                debit=deposits,
                credit=_payable(booking),
                amount_cents=amount.vat_cents,
            )
        )
    for tax in breakdown.tourist_tax:
        drafts.append(
            Draft(
                reference=f"{subject}:tax:{tax.code}",
                debit=deposits,
                credit=_tax_account(split, tax.code),
                amount_cents=tax.amount_cents,
            )
        )
    return drafts


def split_share(booking: Booking, subject: str, share: Share) -> list[Draft]:
    """One share out of the deposits, with its VAT from the house to who earns it."""
    role, deposits = share.role, _deposits(booking.quote.split)
    holder = _holder(booking, role)
    lodging = role is Role.LODGING
    earned = _payable(booking) if lodging else Side(holder=holder, code=f"{role.value}.share")
    return [
        Draft(
            reference=f"{subject}:share:{role.value}",
            debit=deposits,
            credit=earned,
            amount_cents=share.amount_cents,
            shared=not lodging,
        ),
        Draft(
            reference=f"{subject}:share:{role.value}:vat",
            debit=_payable(booking),
            credit=Side(holder=holder, code=f"{role.value}.vat"),
            amount_cents=share.vat_cents,
        ),
    ]


def _tax_account(split: Split, code: str) -> Side:
    return Side(holder=split.platform, code=f"tourist_tax.{code.lower()}")


def pending_refunds(booking: Booking, refunds: Sequence[payments.Refund]) -> list[Draft]:
    """Money on its way back to the guest."""
    return [
        _refund_draft(booking, refund.id, refund.amount_cents, Kind.PENDING) for refund in refunds
    ]


async def post_refund(tx: Tx, booking_id: UUID, refund_id: UUID, amount_cents: int) -> None:
    """The money has gone back to the guest."""
    booking = await store.find_booking(tx, booking_id)
    if booking is not None:
        draft = _refund_draft(booking, refund_id, amount_cents, Kind.POST)
        await ledger.post(tx, booking.quote.split.scheme, [draft])


async def return_refund(tx: Tx, booking_id: UUID, refund_id: UUID, amount_cents: int) -> None:
    """The money that had gone back to the guest has come back to us: it is the guest's still, among
    the deposits, whichever of the two is heard first."""
    booking = await store.find_booking(tx, booking_id)
    if booking is None:
        return
    paid = _refund_draft(booking, refund_id, amount_cents, Kind.POST)
    back = Draft(
        reference=f"refund:{refund_id}:back",
        debit=paid.credit,
        credit=paid.debit,
        amount_cents=amount_cents,
        kind=Kind.REVERSAL,
        reverses=paid.reference,
    )
    await ledger.post(tx, booking.quote.split.scheme, [paid, back])


def _refund_draft(booking: Booking, refund: UUID, amount_cents: int, kind: Kind) -> Draft:
    split = booking.quote.split
    pending = f"refund:{refund}"
    return Draft(
        reference=pending if kind is Kind.PENDING else f"{pending}:{kind.value}",
        debit=_deposits(split),
        credit=_cash(split),
        amount_cents=amount_cents,
        kind=kind,
        settles=None if kind is Kind.PENDING else pending,
    )
