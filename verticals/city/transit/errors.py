"""What cannot be taken in, and why."""

from hub.core.errors import Invalid, NotFound


class FeedInvalid(Invalid):
    """This feed cannot be taken in"""

    code = "gtfs-invalid"


class DisruptionInvalid(Invalid):
    """This disruption is not complete"""

    code = "disruption-invalid"


class StopUnknown(NotFound):
    """This stop is not here"""

    code = "stop-unknown"
