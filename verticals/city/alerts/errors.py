"""What cannot be told, and why."""

from hub.core.errors import Conflict, Forbidden, Invalid, NotFound


class AlertInvalid(Invalid):
    """This message is not complete"""

    code = "alert-invalid"


class CapInvalid(Invalid):
    """This is no CAP 1.2 message"""

    code = "cap-invalid"


class AlertMoved(Conflict):
    """Something has happened to this message"""

    code = "alert-moved"


class SecondPersonNeeded(Forbidden):
    """A second person has to confirm this"""

    code = "second-person"


class AlertUnknown(NotFound):
    """This message is not here"""

    code = "alert-unknown"
