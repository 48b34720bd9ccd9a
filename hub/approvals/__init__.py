"""The approval of a service: asked for, reviewed in a bounded time, granted by two persons, and
taken back fast. What others may use:"""

from hub.approvals.actions import (
    advance,
    confirm_grant,
    find_label,
    find_suspender,
    lift_warning,
    list_events,
    list_labels,
    open_review,
    propose_grant,
    refuse,
    resume,
    submit,
    suspend,
    warn,
    withdraw,
)
from hub.approvals.models import (
    Approval,
    ApprovalWithdrawn,
    Decision,
    Label,
    ProposeGrant,
    State,
    Step,
    Submit,
)
from hub.approvals.policy import ACTIVE as IN_FORCE
from hub.approvals.policy import HALTED

__all__ = [
    "HALTED",
    "IN_FORCE",
    "Approval",
    "ApprovalWithdrawn",
    "Decision",
    "Label",
    "ProposeGrant",
    "State",
    "Step",
    "Submit",
    "advance",
    "confirm_grant",
    "find_label",
    "find_suspender",
    "lift_warning",
    "list_events",
    "list_labels",
    "open_review",
    "propose_grant",
    "refuse",
    "resume",
    "submit",
    "suspend",
    "warn",
    "withdraw",
]
