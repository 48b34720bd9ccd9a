"""What cannot be done, and why."""

from hub.core.errors import Busy, Conflict, Forbidden, Gone, Invalid, NotFound


class VisitInvalid(Invalid):
    """Something is missing or wrong here"""

    code = "visit-invalid"


class VisitUnknown(NotFound):
    """This visit is not here"""

    code = "visit-unknown"


class NotYourVisit(Forbidden):
    """This visit is another professional's"""

    code = "visit-not-yours"


class RoomsNotYours(Forbidden):
    """Only owners and managers say where rooms are"""

    code = "video-not-yours"


class RoomClosed(Conflict):
    """This room is not open"""

    code = "room-closed"


class LinkUsed(Gone):
    """This link has been used, or its time is over"""

    code = "room-link-used"


class ProviderSilent(Busy):
    """The video service does not answer"""

    code = "video-silent"
