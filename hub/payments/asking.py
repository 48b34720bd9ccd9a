"""Ask the payment service between two transactions, and write down what it said.

What is asked was committed before; a process that dies in here is followed by another one that
asks the same with the same key.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

import structlog

from hub.core.db import Database
from hub.core.errors import NotFound
from hub.payments.actions import calling, charging, hearing, payees
from hub.payments.errors import CallRefused, NoService, ServiceAway
from hub.payments.gateway import Gateway, StripeGateway, open_stripe
from hub.payments.models import (
    HOSTED,
    SANDBOX,
    BalanceLine,
    Charge,
    Heard,
    Outcome,
    Payee,
    Payout,
    Refund,
    ToCatchUp,
)
from hub.payments.sandbox import SandboxGateway
from hub.stripe_gateway.line import read_service
from hub.stripe_gateway.lost import LOST

CATCH_UP = timedelta(days=4)  # a webhook is repeated for three
HOUR = timedelta(hours=1)
# The service forgets a key after a day, and would then do again what it has done: what waits longer
# than this is looked up there instead.
LOOKED_UP_AFTER = timedelta(hours=20)

T = TypeVar("T")
log = structlog.get_logger("hub.payments")


def open_gateway(database: Database, reference: str | None = None) -> Gateway:
    """The service that is set up, or the sandbox; what the sandbox took, it gives back itself."""
    service = read_service()
    if service is None or (reference or "").startswith(SANDBOX):
        return SandboxGateway(database)
    return open_stripe(service)


def the_service() -> StripeGateway:
    """The service. Raises `NoService` where none is set up."""
    service = read_service()
    if service is None:
        raise NoService("Set STRIPE_SECRET_KEY, or start the stand-in.")
    return open_stripe(service)


def has_hosted_page() -> bool:
    """Whether guests give their card on the service's own page."""
    return read_service() is not None


def check_method(database: Database, method: str) -> None:
    """Raise `PaymentMethodUnknown` for a method that can never work here."""
    open_gateway(database).check_method(method)


async def ask(database: Database, charge: Charge) -> Outcome:
    """The service's answer to a charge, noted; the same charge is never paid twice."""
    gateway = open_gateway(database, charge.reference)
    if charge.reference is None and isinstance(gateway, StripeGateway):
        outcome = await _ask_once(database, gateway, charge)
    else:
        outcome = await gateway.ask(charge)
    if outcome.waiting or outcome.fee_cents or outcome.fee_awaited or outcome.customer:
        async with database.transaction(charge.tenant) as tx:
            await charging.note_answer(tx, charge.id, outcome)
    return outcome


async def _ask_once(database: Database, service: StripeGateway, charge: Charge) -> Outcome:
    """A guest is not charged a day late: by then it has been paid, or it has failed."""

    async def pay() -> Outcome:
        return LOST if _is_old(database, charge.created_at) else await service.ask(charge)

    return await _find_or_do(database, charge.created_at, lambda: service.find_payment(charge), pay)


def _is_old(database: Database, since: datetime) -> bool:
    return database.clock.now() - since >= LOOKED_UP_AFTER


async def _find_or_do(
    database: Database,
    since: datetime,
    find: Callable[[], Awaitable[T | None]],
    do: Callable[[], Awaitable[T]],
) -> T:
    """Do what was written down at an instant; what may have been done before, with its answer lost,
    is looked for first."""
    if _is_old(database, since) and (found := await find()) is not None:
        return found
    try:
        return await do()
    except ServiceAway as error:
        if not error.lost or (found := await find()) is None:
            raise
        return found


async def give_up(database: Database, charge: Charge) -> Outcome:
    """Close what a guest will not pay. An outcome that says `waiting` could not be closed."""
    if charge.reference is None:
        outcome = await ask(database, charge)
        if not outcome.waiting:
            return outcome
    else:
        outcome = Outcome(succeeded=False, reference=charge.reference)
    if charge.method != HOSTED and outcome.reference.startswith(SANDBOX):
        return outcome
    outcome = await the_service().give_up(outcome.reference)
    if outcome.succeeded:  # it was paid at the last instant
        async with database.transaction(charge.tenant) as tx:
            await charging.note_answer(tx, charge.id, outcome)
    return outcome


async def look_for_fee(database: Database, tenant: int | None, id: UUID) -> None:
    """Ask what the service keeps of a charge that was settled without it, and tell it once."""
    async with database.transaction(tenant) as tx:
        charge = await charging.find_without_fee(tx, id)
    if charge is None:
        return
    outcome = await the_service().ask(charge)
    if outcome.succeeded and not outcome.fee_awaited:
        async with database.transaction(tenant) as tx:
            await charging.note_fee(tx, charge, outcome.fee_cents)


async def pay_refund(database: Database, tenant: int | None, id: UUID) -> None:
    """Pay a prepared refund, once."""
    async with database.transaction(tenant) as tx:
        waiting = await charging.find_refund_to_pay(tx, id)
    if waiting is None:
        return
    refund, reference = waiting
    outcome = await _ask_refund(database, refund, reference)
    async with database.transaction(tenant) as tx:
        await charging.settle_refund(tx, refund, outcome)


async def look_at_paid_refund(database: Database, tenant: int | None, id: UUID) -> None:
    """Ask how a refund stands that was paid and is said to have failed since, as when the guest's
    account is closed: some days later its money is ours again."""
    async with database.transaction(tenant) as tx:
        refund = await charging.find_paid_refund(tx, id)
    if refund is None or refund.reference is None or refund.reference.startswith(SANDBOX):
        return
    outcome = await the_service().look_at_refund(refund.reference)
    if outcome.succeeded or outcome.waiting:
        return
    async with database.transaction(tenant) as tx:
        await charging.return_refund(tx, refund)


async def _ask_refund(database: Database, refund: Refund, reference: str) -> Outcome:
    gateway = open_gateway(database, reference)

    async def pay() -> Outcome:
        return await gateway.refund(refund.id, reference, refund.amount_cents, refund.tenant)

    if not isinstance(gateway, StripeGateway):
        return await pay()
    if refund.reference is not None:
        return await gateway.look_at_refund(refund.reference)

    async def find() -> Outcome | None:
        found = await gateway.find_refund(refund, reference)
        return None if found is None else await gateway.look_at_refund(found)

    return await _find_or_do(database, refund.created_at, find, pay)


async def perform_call(database: Database, tenant: int | None, id: UUID) -> None:
    """Do what a prepared call asks, once, and tell who prepared it."""
    async with database.transaction(tenant) as tx:
        call = await calling.find_waiting_call(tx, id)
    if call is None:
        return
    reference, refusal = None, None
    service = the_service()
    try:
        reference = await _find_or_do(
            database,
            call.created_at,
            lambda: service.find_call(call),
            lambda: service.perform(call),
        )
    except CallRefused as refused:
        refusal = refused.refusal
    async with database.transaction(tenant) as tx:
        await calling.settle_call(tx, call, reference, refusal)


async def open_payee(database: Database, tenant: int, name: str, email: str | None) -> Payee:
    """The organisation's account at the service, opened if there is none yet."""
    async with database.transaction(tenant) as tx:
        payee = await payees.find_payee(tx)
        call = None if payee else await payees.prepare_account(tx, name, email)
    if payee is not None:
        return payee
    assert call is not None
    await perform_call(database, tenant, call)
    return await look_at_payee(database, tenant)


async def look_at_payee(database: Database, tenant: int) -> Payee:
    """How the organisation's account stands now. Raises `NotFound` before it is opened."""
    async with database.transaction(tenant) as tx:
        reference = await payees.find_account(tx)
    asked_at = database.clock.now()
    account = await the_service().look_at_account(reference)
    async with database.transaction(tenant) as tx:
        return await payees.keep_account(tx, account, asked_at)


async def onboarding_page(database: Database, tenant: int, back: str, again: str) -> str:
    """Where the organisation goes on to become payable."""
    async with database.transaction(tenant) as tx:
        reference = await payees.find_account(tx)
    return await the_service().onboarding_page(reference, back=back, again=again)


async def hear(database: Database, body: bytes, signature: str) -> Heard:
    """Keep what the service tells, if it is the service; what follows is a task's."""
    event = the_service().read_event(body, signature, database.clock.now())
    async with database.transaction() as tx:
        await hearing.keep_event(tx, event)
    return event


async def list_to_catch_up(database: Database, at_a_time: timedelta = HOUR) -> list[ToCatchUp]:
    """What the service is asked again of late, in pieces that a task can do each: the platform hour
    by hour, each account by itself."""
    if read_service() is None:
        return []
    async with database.transaction() as tx:
        accounts = await payees.list_accounts(tx)
        since = tx.now - CATCH_UP
    begins = [since + at_a_time * number for number in range(CATCH_UP // at_a_time)]
    ends = [*begins[1:], None]  # the service's clock may be before ours
    return [
        *(
            ToCatchUp(account=None, since=one, until=end)
            for one, end in zip(begins, ends, strict=True)
        ),
        *(ToCatchUp(account=one, since=since, until=None) for one in accounts),
    ]


async def catch_up_with(database: Database, piece: ToCatchUp) -> int:
    """Hear again what the service has told: a message that was lost is not missed. How many were
    new; none of an account that has taken its leave."""
    try:
        events = await the_service().list_events(piece.since, piece.until, piece.account)
    except ServiceAway as error:
        if piece.account is None or not error.refused:
            raise
        log.warning("an account is closed to us", account=piece.account, error=str(error))
        return 0
    async with database.transaction() as tx:
        return sum([await hearing.keep_event(tx, event) for event in events])


async def catch_up(database: Database) -> int:
    """Hear everything again at once; how many were new."""
    pieces = await list_to_catch_up(database, CATCH_UP)
    return sum([await catch_up_with(database, piece) for piece in pieces])


async def list_balance_lines(since: datetime) -> list[BalanceLine]:
    """Every movement of the platform's balance at the service since an instant."""
    return await the_service().list_balance_lines(since)


async def list_account_payouts(since: datetime, account: str | None) -> list[Payout]:
    """The payouts of an account, or the platform's own, since an instant, as the service tells
    them."""
    return await the_service().list_payouts(since, account)


async def find_payout_of_line(line: str) -> Payout | None:
    """The platform's own payout by which a movement has left its balance; None where the service
    knows no such one."""
    try:
        return await the_service().find_payout_of_line(line)
    except ServiceAway as error:
        if not error.refused:
            raise
        return None


async def balance_cents(account: str | None = None) -> int:
    """What the platform, or an account, has at the service."""
    return await the_service().balance_cents(account)


async def apply_event(database: Database, id: str) -> None:
    """Do what an event means: ask the service how the thing stands now, whatever the event said.

    So events may come twice, late and in any order."""
    async with database.transaction() as tx:
        event = await hearing.find_event(tx, id)
    if event is None or event.applied_at is not None:
        return
    try:
        await _apply(database, event)
    except ServiceAway as error:
        if event.account is None or not error.refused:
            raise
        log.warning("an account is closed to us", account=event.account, error=str(error))
    if "tenant" in event.marks:
        async with database.transaction(int(event.marks["tenant"])) as tx:
            await hearing.note_reference(tx, event)
    async with database.transaction() as tx:
        await hearing.finish_event(tx, event)


async def _apply(database: Database, event: Heard) -> None:
    match event.kind.split("."):
        case ["account", "updated"]:
            await _hear_account(database, event.thing)
        case ["payout", *_] if event.account:
            await hear_payout(database, event.thing, event.account)
        case ["charge", "updated"] if "charge" in event.marks and "tenant" in event.marks:
            await look_for_fee(database, int(event.marks["tenant"]), UUID(event.marks["charge"]))
        case ["charge", "dispute", *_]:
            with suppress(NotFound):  # of a payment that was not made here: the night shows it
                await hear_dispute(database, event.thing)
        case _:
            pass


async def _hear_account(database: Database, id: str) -> None:
    asked_at = database.clock.now()
    account = await the_service().look_at_account(id)
    async with database.transaction(account.tenant) as tx:
        await payees.keep_account(tx, account, asked_at)


async def hear_payout(database: Database, id: str, of: str) -> None:
    """Keep how a payout of an account stands now, and what it carries."""
    account = await the_service().look_at_account(of)
    asked_at = database.clock.now()
    payout = await the_service().look_at_payout(id, of)
    async with database.transaction(account.tenant) as tx:
        await payees.keep_payout(tx, payout, asked_at)


async def hear_dispute(database: Database, id: str, *, again: bool = False) -> None:
    """Keep how a dispute stands now, and tell it when that is new, or `again`. Raises `NotFound`
    for a payment that was not made here."""
    found = await the_service().look_at_dispute(id)
    if found is None:
        raise NotFound("This dispute is about a payment that was not made here.")
    dispute, tenant = found
    async with database.transaction(tenant) as tx:
        await charging.keep_dispute(tx, dispute, again=again)
