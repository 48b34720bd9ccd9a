"""Why an approval does not move."""

from hub.core.errors import Conflict, Forbidden, Invalid


class StepNotPossible(Conflict):
    """This cannot happen to the approval as it stands"""

    code = "approval-step-not-possible"


class DecisionInvalid(Invalid):
    """This decision cannot be taken as it is"""

    code = "approval-decision-invalid"


class LevelTooHigh(Conflict):
    """This level is above what was checked"""

    code = "approval-level-too-high"


class NotDecidedYet(Conflict):
    """Nothing is proposed that could be confirmed"""

    code = "approval-nothing-proposed"


class SecondPersonMissing(Forbidden):
    """A grant and a withdrawal take two persons"""

    code = "approval-second-person"


class ChangedMeanwhile(Conflict):
    """The approval has changed since you looked at it"""

    code = "approval-changed"


class DecisionNotYours(Forbidden):
    """Only an owner or a manager of the operator decides on approvals"""

    code = "approval-not-yours"
