"""Why a way out does not go on."""

from hub.core.errors import Conflict, Forbidden, Invalid


class StepNotPossible(Conflict):
    """This cannot happen on this way out as it stands"""

    code = "departure-step-not-possible"


class ChangedMeanwhile(Conflict):
    """Somebody has decided since you looked at it"""

    code = "departure-changed"


class ChoiceInvalid(Invalid):
    """This choice cannot be made"""

    code = "departure-choice-invalid"


class NotYours(Forbidden):
    """Only an owner or a manager decides where their organisation goes"""

    code = "departure-not-yours"


class HeldStill(Conflict):
    """This organisation is leaving: what it has can be read, and is not changed any more"""

    code = "organisation-held"
