"""What can go wrong at the desk. Each says what happened and what to do."""

from hub.core.errors import Conflict, Invalid, TooMany


class MessageInvalid(Invalid):
    """This message cannot be sent"""

    code = "message-invalid"


class TooManyMessages(TooMany):
    """Many messages were sent today"""

    code = "too-many-messages"


class SelectionInvalid(Invalid):
    """These bookings cannot be listed"""

    code = "selection-invalid"


class WalkInInvalid(Invalid):
    """This stay cannot be entered as it is"""

    code = "walk-in-invalid"


class AlreadyDecided(Conflict):
    """The house has already decided on this no-show"""

    code = "already-decided"


class WaiverOver(Conflict):
    """The time to waive has passed"""

    code = "waiver-over"
