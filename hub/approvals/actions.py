"""The steps of an approval. Each is one row with its reason, and is public as it commits."""

from collections.abc import Sequence
from typing import TypeAlias

import msgspec

from hub import audit, trust
from hub.approvals import policy, store, writing
from hub.approvals.errors import ChangedMeanwhile, DecisionNotYours
from hub.approvals.models import (
    Approval,
    ApprovalWithdrawn,
    Decision,
    Event,
    Label,
    ProposeGrant,
    State,
    Step,
    Submit,
)
from hub.core import outbox
from hub.core.db import Database, Tx
from hub.trust.models import Standing

LISTED_MOST = 200
Role: TypeAlias = str | None


async def find_label(tx: Tx, service: str) -> Label:
    """What everybody may know of a service now. Raises `NotFound`."""
    standing = await trust.assess(tx, service)
    approval = await store.find_current(tx, service)
    return _label(standing, approval, tx)


async def list_labels(tx: Tx) -> list[Label]:
    """The same of every service."""
    return [await find_label(tx, one.code) for one in await trust.list_services(tx)]


def _label(standing: Standing, approval: Approval | None, tx: Tx) -> Label:
    rank = policy.shown_rank(approval, standing.assessment.rank, tx.now)
    return Label(standing=standing, approval=approval, rank=rank)


async def list_events(tx: Tx, service: str, wanted: int = LISTED_MOST) -> Sequence[Event]:
    """Every step of a service's approvals, newest first."""
    return await store.list_events(tx, service, min(wanted, LISTED_MOST))


async def submit(tx: Tx, service: str, command: Submit, *, role: Role) -> Label:
    """Ask for a level: the clock of the review starts. Raises `StepNotPossible`,
    `DecisionInvalid`, `DecisionNotYours`."""
    _check_role(role)
    standing = await trust.assess(tx, service)
    wanted = policy.check_level_known(standing.referential.rank(command.level), command.level)
    before = await store.lock_current(tx, service)
    policy.next_state(before.state if before else None, Step.SUBMIT)
    operator = standing.service.operator
    await store.insert_approval(
        tx, tx.uuid(), service, operator, wanted, tx.now + policy.REVIEW_TIME
    )
    made = await store.find_current(tx, service)
    assert made is not None
    await _write_down(tx, made, Step.SUBMIT, "")
    return _label(standing, made, tx)


async def open_review(tx: Tx, service: str, *, role: Role) -> Label:
    """Somebody has begun to look. The clock goes on from the request."""
    return await _decide(tx, service, Step.OPEN_REVIEW, None, role)


async def propose_grant(tx: Tx, service: str, command: ProposeGrant, *, role: Role) -> Label:
    """The first person of two: a level, until a day. A newer proposal replaces an older one.

    Raises `LevelTooHigh` above what the proofs make."""
    _check_role(role)
    standing, before = await _look(tx, service, Step.PROPOSE, command.reason)
    rank = policy.check_level_known(standing.referential.rank(command.level), command.level)
    policy.check_proposal(rank, command.expires_on, standing.assessment.rank, tx.now)
    after = msgspec.structs.replace(
        before,
        proposed_rank=rank,
        proposed_until=command.expires_on,
        proposed_by=tx.actor,
    )
    return await _move(tx, standing, after, Step.PROPOSE, command.reason)


async def confirm_grant(tx: Tx, service: str, said: Decision, *, role: Role) -> Label:
    """The second person: granted, or renewed. Raises `SecondPersonMissing`, `LevelTooHigh`,
    `ChangedMeanwhile`."""
    _check_role(role)
    standing, before = await _look(tx, service, Step.CONFIRM, said.reason, said.version)
    policy.check_confirmation(before, tx.actor, standing.assessment.rank, tx.now)
    assert before.proposed_rank is not None
    after = msgspec.structs.replace(
        before,
        rank=before.proposed_rank,
        granted_at=tx.now,
        expires_on=before.proposed_until,
        proposed_rank=None,
        proposed_until=None,
        proposed_by=None,
    )
    return await _move(tx, standing, after, Step.CONFIRM, said.reason)


async def refuse(tx: Tx, service: str, said: Decision, *, role: Role) -> Label:
    """The request is refused, with its reason."""
    return await _decide(tx, service, Step.REFUSE, said, role)


async def warn(tx: Tx, service: str, said: Decision, *, role: Role) -> Label:
    """The provider is warned, in public."""
    return await _decide(tx, service, Step.WARN, said, role)


async def lift_warning(tx: Tx, service: str, said: Decision, *, role: Role) -> Label:
    """The reason of the warning is gone."""
    return await _decide(tx, service, Step.LIFT, said, role)


async def suspend(tx: Tx, service: str, said: Decision, *, role: Role) -> Label:
    """No level any more from this instant; at once for a grave breach, without a warning before."""
    return await _decide(tx, service, Step.SUSPEND, said, role)


async def resume(tx: Tx, service: str, said: Decision, *, role: Role) -> Label:
    """The suspension ends, under a warning."""
    return await _decide(tx, service, Step.RESUME, said, role)


async def withdraw(tx: Tx, service: str, said: Decision, *, role: Role) -> Label:
    """The approval of a suspended service is over; a second person says so. Raises
    `SecondPersonMissing`."""
    _check_role(role)
    before = await store.lock_current(tx, service)
    if before is not None and before.state is State.SUSPENDED:
        policy.check_withdrawal(await find_suspender(tx, before), tx.actor)
    done = await _decide(tx, service, Step.WITHDRAW, said, role)
    await outbox.emit_for(tx, done.standing.service.operator, ApprovalWithdrawn(service=service))
    return done


async def find_suspender(tx: Tx, approval: Approval) -> str | None:
    """Who suspended last; somebody else withdraws."""
    return await store.find_last_actor(tx, approval.id, Step.SUSPEND)


async def _decide(tx: Tx, service: str, step: Step, said: Decision | None, role: Role) -> Label:
    _check_role(role)
    reason = said.reason if said else ""
    standing, before = await _look(tx, service, step, reason, said.version if said else None)
    return await _move(tx, standing, _without_proposal(before, step), step, reason)


def _without_proposal(approval: Approval, step: Step) -> Approval:
    """Whatever is decided otherwise, an open proposal is no longer about what was looked at."""
    if step is Step.ESCALATE:
        return approval
    return msgspec.structs.replace(
        approval, proposed_rank=None, proposed_until=None, proposed_by=None
    )


def _check_role(role: Role) -> None:
    if role not in policy.DECIDERS:
        raise DecisionNotYours()


async def _look(
    tx: Tx, service: str, step: Step, reason: str, version: int | None = None
) -> tuple[Standing, Approval]:
    """The service and its approval, locked, in the state that the step will have made."""
    standing = await trust.assess(tx, service)
    before = await store.lock_current(tx, service)
    state = policy.next_state(before.state if before else None, step)
    assert before is not None, "only a submission begins with nothing"
    policy.check_reason(step, reason)
    if version is not None and version != before.version:
        raise ChangedMeanwhile("Look at it again, then decide.")
    return standing, msgspec.structs.replace(before, state=state)


async def _move(tx: Tx, standing: Standing, after: Approval, step: Step, reason: str) -> Label:
    if not await store.change_approval(tx, after):
        raise ChangedMeanwhile("Look at it again, then decide.")
    await _write_down(tx, after, step, reason.strip())
    return _label(standing, await store.find_current(tx, after.service), tx)


async def _write_down(tx: Tx, approval: Approval, step: Step, reason: str) -> None:
    await store.insert_event(tx, approval, step, reason)
    await audit.record(
        tx,
        action=f"approval.{step.value}",
        subject=f"service:{approval.service}",
        reason=reason,
        detail={"state": approval.state, "rank": approval.rank},
    )


async def advance(database: Database) -> int:
    """What the clock and the proofs make happen to every open approval; how many steps. Nothing is
    ever granted here."""
    moved, after = 0, ""
    while True:
        async with database.transaction() as tx:
            found = await store.list_open(tx, after)
        for one in found:
            async with database.transaction(one.operator) as tx:
                moved += await _advance(tx, one.service)
        if not found:
            return moved
        after = found[-1].service


async def _advance(tx: Tx, service: str) -> bool:
    standing = await trust.assess(tx, service)
    before = await store.lock_current(tx, service)
    if before is None or before.state in policy.OVER:
        return False
    step = policy.due_step(before, standing.assessment.rank, tx.now)
    if step is None:
        return False
    after = _without_proposal(
        msgspec.structs.replace(before, state=policy.next_state(before.state, step)), step
    )
    if step is Step.ESCALATE:
        after = msgspec.structs.replace(after, escalated_at=tx.now)
    reason = ""
    if step is Step.WARN:
        reason = ", ".join(one.id for one in standing.assessment.lacking(before.rank))
    await _move(tx, standing, after, step, reason)
    await writing.tell_deciders(tx, standing.service, step, reason)
    return True
