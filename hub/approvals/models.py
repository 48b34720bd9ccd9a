"""An approval: its state, its level until a day, and every step with its reason."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from hub.trust.models import Standing


class State(StrEnum):
    """Where an approval stands (DOMAIN 6.5)."""

    SUBMITTED = "submitted"
    UNDER_REVIEW = "under_review"
    GRANTED = "granted"
    RENEWED = "renewed"
    WARNED = "warned"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    REFUSED = "refused"


class Step(StrEnum):
    """What can happen to it."""

    SUBMIT = "submit"
    OPEN_REVIEW = "open_review"
    PROPOSE = "propose"
    CONFIRM = "confirm"
    REFUSE = "refuse"
    ESCALATE = "escalate"
    WARN = "warn"
    LIFT = "lift"
    SUSPEND = "suspend"
    RESUME = "resume"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    """A request with what was decided. `decide_by` is when the review's time is over; then it is
    escalated, again every week, and never granted by silence. `proposed_*` is what a first person
    proposes and a second has not confirmed."""

    id: UUID
    service: str
    operator: int
    state: State
    version: int
    wanted: int
    submitted_at: datetime
    decide_by: datetime
    escalated_at: datetime | None
    rank: int
    granted_at: datetime | None
    expires_on: date | None
    proposed_rank: int | None
    proposed_until: date | None
    proposed_by: str | None
    changed_at: datetime


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A step that was made, kept for ever."""

    id: int
    approval: UUID
    service: str
    step: Step
    state: State
    rank: int
    at: datetime
    actor: str
    reason: str


class ApprovalWithdrawn(msgspec.Struct, frozen=True, kw_only=True):
    """Two persons have withdrawn the approval of a service: whoever lives with it has to leave."""

    service: str


class Submit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ask for a level, by its code."""

    level: str


class ProposeGrant(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Propose a level until a day (that day included), with the reasons."""

    level: str
    expires_on: date
    reason: str


class Decision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A decision with its reason. `version` is that of the approval which was looked at: a decision
    on something that has changed meanwhile is refused."""

    reason: str
    version: int


class Label(msgspec.Struct, frozen=True, kw_only=True):
    """What everybody may know now: the level is the granted one or, if the proofs make less, that;
    none while suspended, and none before a grant or after its end."""

    standing: Standing
    approval: Approval | None
    rank: int
