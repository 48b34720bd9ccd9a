"""A withdrawal begins, and everybody who lives with the provider is told."""

from collections.abc import AsyncIterator
from uuid import UUID

from hub import approvals, audit
from hub.core.db import Tx
from hub.core.errors import NotFound
from hub.withdrawals import letters, policy, store
from hub.withdrawals.models import Counted, Departure, Found, State, Step, Withdrawal


async def begin(tx: Tx, service: str) -> bool:
    """Begin the way out from a service whose approval is withdrawn; whether it began now. `tx`
    stands behind its operator's wall."""
    label = await approvals.find_label(tx, service)
    found = label.approval
    if found is None or found.state is not approvals.State.WITHDRAWN:
        return False
    events = await approvals.list_events(tx, service)
    reason = next((one.reason for one in events if one.step is approvals.Step.WITHDRAW), "")
    id = tx.uuid()
    choose_by, retrieve_until = policy.deadlines(tx.now)
    title = label.standing.service.title
    new = await store.insert_withdrawal(
        tx, id, found.id, service, title, reason, choose_by, retrieve_until
    )
    if new:
        await audit.record(
            tx, action="withdrawal.began", subject=f"service:{service}", reason=reason
        )
    return new


async def tell(tx: Tx, withdrawal: Withdrawal, found: Found) -> bool:
    """Tell an organisation that lives with the provider, once; whether it was now."""
    id = tx.uuid()
    if not await store.insert_departure(tx, withdrawal.id, id, found):
        return False
    for reader in found.readers:
        await store.insert_reader(tx, id, reader)
    departure = await find_departure(tx, id)
    await store.insert_step(tx, departure, Step.TELL, "")
    await letters.write(tx, withdrawal, departure, letters.TOLD)
    return True


async def find_withdrawal(tx: Tx, id: UUID) -> Withdrawal:
    """One of the operator's withdrawals. Raises `NotFound`."""
    found = await store.find_withdrawal(tx, id)
    if found is None:
        raise NotFound("There is no such withdrawal.")
    return found


async def list_withdrawals(tx: Tx) -> list[Withdrawal]:
    """The operator's withdrawals, newest first."""
    return await store.list_withdrawals(tx)


async def count_states(tx: Tx, id: UUID) -> dict[State, Counted]:
    """How many organisations and persons are where."""
    return {one.state: one for one in await store.count_states(tx, id)}


async def list_residual(tx: Tx, id: UUID, wanted: int) -> list[Departure]:
    """Whoever the old provider still holds, by name."""
    states = [state for state in State if state is not State.GONE]
    return await store.list_departures(tx, id, states, wanted)


async def walk_residual(tx: Tx, id: UUID, at_once: int) -> AsyncIterator[Departure]:
    """Everybody whom the old provider still holds, by name, some at once."""
    states = [state for state in State if state is not State.GONE]
    after = store.FIRST
    while found := await store.list_departures(tx, id, states, at_once, after):
        for one in found:
            yield one
        after = (found[-1].name, found[-1].id)


async def find_departure(tx: Tx, id: UUID) -> Departure:
    """The way out of one organisation. Raises `NotFound`."""
    found = await store.find_departure(tx, id)
    if found is None:
        raise NotFound("There is no such way out.")
    return found
