"""A house pays what it owes by card.

Prepared and committed, asked of the service, then settled: the charge's id is the key there, and
whoever comes after a crash asks the same again. What the card pays beyond what is owed by then is
due to the house again, and moved to it with its shares.
"""

from uuid import UUID, uuid5

from hub import audit, ledger, payments
from hub.core.db import Database, Tx
from hub.core.errors import Invalid
from hub.core.idempotency import check_key
from hub.ledger import Draft, Side
from tourism import settlement
from tourism.booking.actions.reading import find_booking
from tourism.booking.models import Booking
from tourism.debts import policy, store
from tourism.debts.models import CASH, FEES, Line, Owed, PayDebt

SUBJECT = "debt"
STAYS_MOST, PAYMENTS_MOST = 200, 20
_PAYMENTS = UUID("0d6f5c1e-2f4e-4b43-9d0f-6b8f6f2a4c11")


async def find_owed(tx: Tx) -> Owed:
    """What the caller, a house, owes, and what it has paid of late."""
    stays = await store.list_owed_stays(tx, STAYS_MOST + 1)
    return Owed(
        stays=tuple(stays[:STAYS_MOST]),
        more=len(stays) > STAYS_MOST,
        payments=tuple(await store.list_payments(tx, PAYMENTS_MOST)),
        given_up=tuple(await store.list_given_up(tx, PAYMENTS_MOST)),
    )


async def begin(tx: Tx, command: PayDebt, key: str, page: payments.Page) -> payments.Charge:
    """Write down the charge; the same key again gives the same. Raises `DebtChanged`,
    `AlreadyPaying`, `Invalid` for less than the service takes."""
    assert tx.tenant is not None
    check_key(key)
    id = uuid5(_PAYMENTS, f"{tx.tenant}:{key}")
    known = await payments.find_charge(tx, id)
    if known is not None:
        return known
    live = await _find_live(tx)
    if live is not None:
        if live.method != command.payment_method:
            raise payments.AlreadyPaying()
        return live
    owed = await find_owed(tx)
    lines = [Line(tenant=tx.tenant, booking=one.booking, cents=one.cents) for one in owed.stays]
    policy.check_amount(lines, command.amount_cents)
    if command.amount_cents < policy.LEAST_CENTS:
        raise Invalid("So little is kept from your next shares: nothing is to be paid.")
    charge = await payments.prepare_charge(
        tx,
        id=id,
        subject=f"{SUBJECT}:{id}",
        amount_cents=command.amount_cents,
        method=command.payment_method,
        page=page,
    )
    if not await store.insert_payment(tx, id, lines):
        raise payments.AlreadyPaying()  # a colleague was first
    return charge


async def _find_live(tx: Tx) -> payments.Charge | None:
    """One payment at a time: whoever comes again meets the one that is under way."""
    for payment in await store.list_payments(tx, PAYMENTS_MOST):
        if payment.paid_at is None:
            return await payments.find_charge(tx, payment.id)
    return None


async def pay(
    database: Database, tenant: int, actor: str, command: PayDebt, key: str, page: payments.Page
) -> payments.Outcome:
    """Prepare, ask the service, settle; where the house goes on elsewhere the outcome waits.

    Raises `CardDeclined`, and as `begin` does."""
    payments.check_method(database, command.payment_method)
    await _let_go(database, tenant, command)
    async with database.transaction(tenant, actor=actor) as tx:
        charge = await begin(tx, command, key, page)
    outcome = await finish(database, tenant, charge.id)
    if outcome is None:  # settled by the same key before, or by a message
        async with database.transaction(tenant) as tx:
            outcome = await payments.find_outcome(tx, charge.id)
    if not outcome.succeeded and not outcome.waiting:
        raise payments.CardDeclined("Try another card.", decline_code=outcome.decline_code)
    return outcome


async def _let_go(database: Database, tenant: int, command: PayDebt) -> None:
    """A payment that was begun for another amount than the one that is shown now is closed, so that
    nobody pays what they have not seen. What was paid at the last instant counts."""
    async with database.transaction(tenant) as tx:
        live = await _find_live(tx)
    if live is None or live.amount_cents == command.amount_cents:
        return
    outcome = await payments.give_up(database, live)
    if outcome.waiting:
        raise payments.AlreadyPaying()
    async with database.transaction(tenant, actor="debts") as tx:
        await settle(tx, live, outcome)


async def finish(database: Database, tenant: int, charge_id: UUID) -> payments.Outcome | None:
    """Ask the service how a payment stands and settle it; None when that is done already, or it is
    no debt's."""
    async with database.transaction(tenant) as tx:
        payment = await store.find_payment(tx, charge_id)
        charge = await payments.find_charge(tx, charge_id)
    if payment is None or charge is None or charge.settled_at is not None:
        return None
    outcome = await payments.ask(database, charge)
    if outcome.waiting:
        return outcome
    async with database.transaction(tenant, actor="debts") as tx:
        await settle(tx, charge, outcome)
    return outcome


async def finish_all(database: Database, tenant: int) -> None:
    """The house is back from the service's page: ask how its payments stand."""
    async with database.transaction(tenant) as tx:
        found = await store.list_payments(tx, PAYMENTS_MOST)
    for payment in found:
        if payment.paid_at is None:
            await finish(database, tenant, payment.id)


async def settle(tx: Tx, charge: payments.Charge, outcome: payments.Outcome) -> None:
    """Write down what a payment came to; a second call does nothing."""
    settled = await payments.settle_charge(tx, charge.id, outcome)
    payment = await store.find_payment(tx, charge.id)
    if settled is None or payment is None:
        return
    if not outcome.succeeded:
        await store.drop_payment(tx, charge.id)
        return
    for number, line in enumerate(payment.ordered):
        clearing = settlement.Clearing(
            id=clearing_id(charge.id, line),
            name=f"charge:{charge.id}",
            code=CASH,
            is_paid=True,
        )
        booking, _ = await settlement.clear_debt(
            tx, line.booking, line.tenant, line.cents, clearing
        )
        if number == 0:
            await _post_fee(tx, booking, settled)
    await store.mark_paid(tx, charge.id)
    await audit.record(
        tx, action="debts.pay", subject=f"{SUBJECT}:{charge.id}",
        detail={"cents": payment.amount_cents, "stays": len(payment.lines)},
    )  # fmt: skip


async def hear_fee(tx: Tx, charge_id: UUID) -> None:
    """The service has told what it keeps of a payment that was settled without it."""
    payment = await store.find_payment(tx, charge_id)
    charge = await payments.find_charge(tx, charge_id)
    if payment is not None and charge is not None:
        first = payment.ordered[0]
        await _post_fee(tx, await find_booking(tx, first.booking), charge)


def clearing_id(payment: UUID, line: Line) -> UUID:
    """How the part of a payment for one stay is known."""
    return uuid5(payment, str(line.booking))


async def _post_fee(tx: Tx, booking: Booking, charge: payments.Charge) -> None:
    """What the service keeps of a payment is a cost of the platform."""
    split = booking.quote.split
    fee = Draft(
        reference=f"fee:{charge.id}",
        debit=Side(holder=split.platform, code=FEES),
        credit=Side(holder=split.platform, code=CASH),
        amount_cents=charge.fee_cents,
    )
    await ledger.post(tx, split.scheme, [fee])
