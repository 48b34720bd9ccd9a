"""Launch a vertical, fill its sandbox, and let it take its steps."""

from datetime import date, timedelta
from uuid import UUID

import msgspec

from hub import audit, tenancy
from hub.core import outbox
from hub.core.clock import local_date
from hub.core.db import Database, Tx
from hub.core.errors import NotFound
from hub.core.sentences import say
from hub.core.vertical import Vertical
from hub.gates import State, check_gate
from hub.services import store
from hub.services.errors import (
    NotExported,
    ServiceChanged,
    ServiceInvalid,
    ServiceNotYours,
    StepNotPossible,
)
from hub.services.models import Launch, Move, SandboxOpened, Service, Step
from hub.services.policy import steps
from hub.tenancy import Kind, OpenOrganisation

PARIS = "Europe/Paris"


def check_role(role: str | None) -> None:
    """Raises `ServiceNotYours`."""
    if role not in steps.DECIDERS:
        raise ServiceNotYours()


async def find_service(tx: Tx, id: UUID) -> Service:
    """One of the launcher's services. Raises `NotFound`."""
    found = await store.find_service(tx, id, local_date(tx.now, PARIS))
    if found is None:
        raise NotFound("There is no such service.")
    return found


async def launch(
    tx: Tx, id: UUID, command: Launch, vertical: Vertical, *, role: str | None, person: int
) -> Service:
    """Open a sandbox, or at once a trial. The same `id` again gives what is there.

    Raises `ServiceInvalid`, `GateClosed`, `ServiceNotYours`."""
    check_role(role)
    known = await store.find_service(tx, id, local_date(tx.now, PARIS))
    if known is not None:
        return known
    if vertical.example is None:
        raise ServiceInvalid("This vertical is not launched by territories.", field="vertical")
    if await store.count_open(tx) >= steps.MOST_SERVICES:
        raise ServiceInvalid(say("At most %(most)s services at a time.", most=steps.MOST_SERVICES))
    command = msgspec.structs.replace(command, name=steps.check_name(command.name))
    today, step = local_date(tx.now, PARIS), Step.TRY
    if command.trial_until is not None:
        step = Step.OPEN_TRIAL
        steps.check_trial(command.trial_until, today, today)
    state = steps.next_state(None, step)
    await check_gate(tx, vertical, state)
    await store.insert_service(tx, id, command, state, today, command.trial_until)
    await _open_space(tx, id, command.name, vertical, state, person)
    await _write_down(tx, id, step, state, "")
    return await find_service(tx, id)


async def _open_space(
    tx: Tx, id: UUID, name: str, vertical: Vertical, state: State, person: int
) -> None:
    assert vertical.example is not None
    launcher = await tenancy.find_organisation(tx)
    invented = state is State.SANDBOX
    opening = OpenOrganisation(
        kind=Kind(vertical.example.organisation_kind),
        name=f"{name} (bac à sable)" if invented else name,
        territory_kind=launcher.territory_kind,
        territory_code=launcher.territory_code,
    )
    space = await tenancy.open_organisation(tx, opening, owner=person, caller_kind=Kind.OPERATOR)
    await store.insert_space(tx, id, space, invented=invented)
    if invented:
        await outbox.emit_for(tx, space, SandboxOpened(space=space, vertical=vertical.code))


async def fill_sandbox(database: Database, space: int, vertical: Vertical) -> bool:
    """Put the example of its vertical into a sandbox, once; whether it was now."""
    assert vertical.example is not None
    async with database.transaction(space, actor="sandbox") as tx:
        if not await store.mark_filled(tx, space):
            return False
        await vertical.example.fill(tx)
        return True


async def move(
    tx: Tx, id: UUID, command: Move, vertical: Vertical | None, *, role: str | None, person: int
) -> Service:
    """Make a step. `vertical` is none when it is not installed any more: then only the way out is
    open. Raises `StepNotPossible`, `ServiceChanged`, `GateClosed`, `NotExported`, `ServiceInvalid`,
    `ServiceNotYours`."""
    check_role(role)
    if command.step in steps.BY_CLOCK:
        raise StepNotPossible("Only the clock does this.")
    before = await _look(tx, id, command.version)
    state = steps.next_state(before.state, command.step)
    wanted = steps.gate_for(command.step)
    if wanted is not None:
        if vertical is None:
            raise StepNotPossible("This vertical is not installed any more.")
        await check_gate(tx, vertical, wanted)
    after = await _dated(tx, before, command, state)
    if command.step is Step.RETIRE and state is State.RETIRED:
        _check_taken_out(before)
    if before.state is State.SANDBOX or state is State.RETIRED:
        await store.close_space(tx, id)
    if before.state is State.SANDBOX and state is State.TRIAL:
        assert vertical is not None
        await _open_space(tx, id, before.name, vertical, state, person)
    return await _keep(tx, after, command.step, command.reason)


async def _look(tx: Tx, id: UUID, version: int) -> Service:
    await store.lock_service(tx, id)
    before = await find_service(tx, id)
    if before.version != version:
        raise ServiceChanged("Look at it again, then decide.")
    return before


async def _dated(tx: Tx, before: Service, command: Move, state: State) -> Service:
    """The service in its new state with its last day."""
    today = local_date(tx.now, PARIS)
    began, ends = before.began_on, before.ends_on
    if command.step is Step.OPEN_TRIAL or (
        command.step is Step.RESUME and await store.has_stepped(tx, before.id, Step.GO_LIVE)
    ):
        began = today
    if state is State.TRIAL:
        ends = steps.check_trial(command.until, began, today)
    elif state is State.PRODUCTION:
        ends = None
    elif state is State.WINDING_DOWN:
        ends = _retrieval_until(today)
    return msgspec.structs.replace(before, state=state, began_on=began, ends_on=ends)


def _retrieval_until(today: date) -> date:
    return today + timedelta(days=steps.RETRIEVAL_DAYS)


def _check_taken_out(service: Service) -> None:
    if service.state is State.WINDING_DOWN and service.exported_at is None:
        raise NotExported("Take the data out first: nothing is lost by mistake.")


async def _keep(tx: Tx, after: Service, step: Step, reason: str) -> Service:
    if not await store.move_service(tx, after):
        raise ServiceChanged("Look at it again, then decide.")
    await _write_down(tx, after.id, step, after.state, reason.strip()[:500])
    return await find_service(tx, after.id)


async def _write_down(tx: Tx, id: UUID, step: Step, state: State, reason: str) -> None:
    await store.insert_event(tx, id, step, state, reason)
    await audit.record(
        tx,
        action=f"service.{step.value}",
        subject=f"service:{id}",
        reason=reason,
        detail={"state": state.value},
    )


async def advance(database: Database) -> int:
    """What the clock makes happen to services whose last day is over; how many steps."""
    async with database.transaction() as tx:
        due = await store.list_due(tx, local_date(tx.now, PARIS))
    moved = 0
    for one in due:
        async with database.transaction(one.tenant) as tx:
            moved += await _advance(tx, one.id)
    return moved


async def _advance(tx: Tx, id: UUID) -> bool:
    await store.lock_service(tx, id)
    before = await find_service(tx, id)
    today = local_date(tx.now, PARIS)
    step = steps.due_step(before, today)
    if step is None:
        return False
    state = steps.next_state(before.state, step)
    if state is State.RETIRED:
        await store.close_space(tx, id)
    ends = _retrieval_until(today) if state is State.WINDING_DOWN else before.ends_on
    after = msgspec.structs.replace(before, state=state, ends_on=ends)
    await _keep(tx, after, step, "")
    return True
