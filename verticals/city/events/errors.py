"""What cannot be done, and why."""

from hub.core.errors import Conflict, Invalid, NotFound, TooMany


class EventInvalid(Invalid):
    """Something is missing or wrong here"""

    code = "event-invalid"


class EventUnknown(NotFound):
    """This event is not here"""

    code = "event-unknown"


class EventChanged(Conflict):
    """Somebody has changed this event in the meantime"""

    code = "event-changed"


class EventClosed(Conflict):
    """One cannot register now"""

    code = "event-closed"


class RegisteredAlready(Conflict):
    """This address is registered already"""

    code = "event-registered-already"


class TooManyAsked(TooMany):
    """Many people register at this moment"""

    code = "event-too-many"
