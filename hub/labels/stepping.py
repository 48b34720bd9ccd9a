"""The one door of an approval's steps, for programs and for forms."""

import msgspec

from hub import approvals
from hub.approvals.errors import StepNotPossible
from hub.approvals.models import Decision, Label, ProposeGrant, Step, Submit
from hub.core.db import Tx


class Decide(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A step of an approval. `level` is for submit and propose, `expires_on` for propose; the
    `version` is that of the approval that was looked at."""

    step: Step
    reason: str = ""
    version: int = 0
    level: str = ""
    expires_on: str = ""


async def make_step(tx: Tx, code: str, data: Decide, role: str | None) -> Label:
    """The step that was asked for. Raises what the step raises."""
    if data.step is Step.SUBMIT:
        return await approvals.submit(tx, code, Submit(level=data.level), role=role)
    if data.step is Step.OPEN_REVIEW:
        return await approvals.open_review(tx, code, role=role)
    if data.step is Step.PROPOSE:
        wish = msgspec.convert(
            {"level": data.level, "expires_on": data.expires_on, "reason": data.reason},
            ProposeGrant,
        )
        return await approvals.propose_grant(tx, code, wish, role=role)
    verbs = {
        Step.CONFIRM: approvals.confirm_grant,
        Step.REFUSE: approvals.refuse,
        Step.WARN: approvals.warn,
        Step.LIFT: approvals.lift_warning,
        Step.SUSPEND: approvals.suspend,
        Step.RESUME: approvals.resume,
        Step.WITHDRAW: approvals.withdraw,
    }
    if data.step not in verbs:
        raise StepNotPossible("Only the clock does this.")
    decision = Decision(reason=data.reason, version=data.version)
    return await verbs[data.step](tx, code, decision, role=role)
