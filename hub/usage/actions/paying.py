"""What a month still wants is paid on the payment service's own page; what was paid too much goes
back."""

from datetime import date
from uuid import UUID, uuid5

from hub import ledger, payments
from hub.core.db import Database, Tx
from hub.ledger import Draft, Side
from hub.usage import policy, store
from hub.usage.errors import NothingToPay
from hub.usage.models import Outstanding, Subscription

SUBJECT = "usage:"
CASH, FEES, SOLD = "psp.cash", "psp.fees", "services.sold"
LOST = "lost"
CARD = "pm_card_visa"  # where the sandbox takes test cards by itself


async def find_outstanding(tx: Tx, subscription: UUID, month: date) -> Outstanding:
    """What the documents of a month come to, less what was paid and neither given back nor taken
    back by a bank for good. Behind the seller's wall."""
    subject = policy.subject_of(subscription, month)
    documents = await store.sum_bills(tx, subscription, month)
    charges = await payments.list_charges(tx, subject)
    paid = sum(one.amount_cents for one in charges if one.state is payments.State.SUCCEEDED)
    refunds = await payments.list_refunds(tx, subject)
    back = sum(one.amount_cents for one in refunds if one.state is not payments.State.FAILED)
    disputes = await payments.list_disputes(tx, subject)
    back += sum(one.amount_cents for one in disputes if one.state == LOST)
    return Outstanding(
        cents=documents - paid + back, paid_cents=paid - back, documents_cents=documents
    )


async def begin_payment(
    tx: Tx, subscription: Subscription, month: date, back: str, language: str
) -> payments.Charge:
    """Write down the charge of what a month still wants; the one that is under way, if there is
    one. Raises `NothingToPay`."""
    await store.lock_subscription(tx, subscription.id)
    subject = policy.subject_of(subscription.id, month)
    outstanding = await find_outstanding(tx, subscription.id, month)
    if outstanding.cents <= 0:
        raise NothingToPay("Everything is paid.")
    charges = await payments.list_charges(tx, subject)
    waiting = next((one for one in charges if one.state is payments.State.PROCESSING), None)
    if waiting is not None:
        return waiting
    part = f"{subject}:{len(charges) + 1}"
    return await payments.prepare_charge(
        tx,
        id=uuid5(subscription.id, part),
        subject=part,
        amount_cents=outstanding.cents,
        method=payments.HOSTED if payments.has_hosted_page() else CARD,
        page=payments.Page(
            return_url=back,
            language=language,
            title=f"{subscription.terms.name} {month:%m/%Y}",
            email=subscription.buyer.email,
        ),
    )


async def pay(
    database: Database, subscription: Subscription, month: date, back: str, language: str
) -> str:
    """Where the subscriber goes on to pay; `back` when it is paid at once. A page that was opened
    for another amount is closed first. Raises `NothingToPay`."""
    tenant = subscription.tenant
    charge, wanted = await _begin(database, subscription, month, back, language)
    if charge.amount_cents != wanted:
        await _settle(database, charge, await payments.give_up(database, charge))
        charge, _ = await _begin(database, subscription, month, back, language)
    await finish(database, tenant, charge.id)
    async with database.transaction(tenant) as tx:
        now = await payments.find_charge(tx, charge.id)
    return (now.page_url if now and now.settled_at is None else None) or back


async def _begin(
    database: Database, subscription: Subscription, month: date, back: str, language: str
) -> tuple[payments.Charge, int]:
    """The charge that is under way, and what the month wants now."""
    actor = f"organisation:{subscription.customer}"
    async with database.transaction(subscription.tenant, actor=actor) as tx:
        charge = await begin_payment(tx, subscription, month, back, language)
        return charge, (await find_outstanding(tx, subscription.id, month)).cents


async def look_again(database: Database, subscription: Subscription, month: date) -> None:
    """The subscriber is back from the service's page."""
    async with database.transaction(subscription.tenant) as tx:
        subject = policy.subject_of(subscription.id, month)
        charges = await payments.list_charges(tx, subject)
    for one in charges:
        if one.state is payments.State.PROCESSING:
            await finish(database, subscription.tenant, one.id)


async def finish(database: Database, tenant: int, charge_id: UUID) -> None:
    """Ask the service how a charge stands, and write down what it says, once."""
    async with database.transaction(tenant) as tx:
        charge = await payments.find_charge(tx, charge_id)
    if charge is None or not charge.subject.startswith(SUBJECT) or charge.settled_at is not None:
        return
    await _settle(database, charge, await payments.ask(database, charge))


async def _settle(database: Database, charge: payments.Charge, outcome: payments.Outcome) -> None:
    if outcome.waiting:
        return
    subscription, month = policy.month_of_subject(charge.subject)
    async with database.transaction(charge.tenant) as tx:
        await store.lock_subscription(tx, subscription)
        settled = await payments.settle_charge(tx, charge.id, outcome)
        if settled is not None and outcome.succeeded:
            await _post(tx, f"charge:{charge.id}", CASH, SOLD, charge.amount_cents)
            await _post(tx, f"fee:{charge.id}", FEES, CASH, settled.fee_cents)
            # What was credited while the page was open is paid back at once.
            await give_back(tx, subscription, month)


async def hear_fee(tx: Tx, charge_id: UUID) -> None:
    """The service has told what it keeps of a payment that was settled without it."""
    charge = await payments.find_charge(tx, charge_id)
    if charge is not None:
        await _post(tx, f"fee:{charge.id}", FEES, CASH, charge.fee_cents)


async def post_refund(tx: Tx, refund: UUID, cents: int) -> None:
    """Money went back to a subscriber."""
    await _post(tx, f"refund:{refund}", SOLD, CASH, cents)


async def return_refund(tx: Tx, refund: UUID, cents: int) -> None:
    """What went back to a subscriber has come back to us, whichever of the two is heard first."""
    await post_refund(tx, refund, cents)
    await _post(tx, f"refund:{refund}:back", CASH, SOLD, cents)


async def hear_dispute(tx: Tx, id: str) -> None:
    """A bank takes back what a subscriber has paid: a claim first, owed again once it is lost."""
    dispute = await payments.find_dispute(tx, id)
    if dispute is None:
        return
    assert tx.tenant is not None
    known = await ledger.list_by_reference(tx, f"dispute:{id}")
    await ledger.post(tx, tx.tenant, payments.money_of(dispute, tx.tenant, known))
    if dispute.state == LOST:
        await _post(tx, f"dispute:{id}:borne", SOLD, payments.CLAIMS, dispute.amount_cents)


async def give_back(tx: Tx, subscription: UUID, month: date) -> None:
    """What was paid beyond what the documents come to now. The caller has locked it."""
    outstanding = await find_outstanding(tx, subscription, month)
    if outstanding.cents < 0:
        await payments.prepare_refunds(
            tx,
            subject=policy.subject_of(subscription, month),
            amount_cents=min(-outstanding.cents, outstanding.paid_cents),
        )


async def _post(tx: Tx, reference: str, debit: str, credit: str, cents: int) -> None:
    if not cents:
        return
    assert tx.tenant is not None
    draft = Draft(
        reference=reference,
        debit=Side(holder=tx.tenant, code=debit),
        credit=Side(holder=tx.tenant, code=credit),
        amount_cents=cents,
    )
    await ledger.post(tx, tx.tenant, [draft])
