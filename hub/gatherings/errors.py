"""What cannot be done about an event."""

from hub.core.errors import Conflict, Invalid, NotFound


class GatheringInvalid(Invalid):
    """This event cannot be kept as it is"""

    code = "space-event-invalid"


class GatheringUnknown(NotFound):
    """This event is not here, or no more"""

    code = "space-event-unknown"


class GatheringChanged(Conflict):
    """The event has changed since you looked at it"""

    code = "space-event-changed"


class GatheringOver(Conflict):
    """This event is over, or does not take place"""

    code = "space-event-over"
