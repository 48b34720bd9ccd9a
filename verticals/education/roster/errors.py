"""What cannot be done, and why."""

from hub.core.errors import Conflict, Forbidden, Invalid, NotFound


class RosterInvalid(Invalid):
    """This list cannot be taken in"""

    code = "roster-invalid"


class RosterChanged(Conflict):
    """The list has changed in the meantime"""

    code = "roster-changed"


class SchoolUnknown(NotFound):
    """This class or person is not here"""

    code = "school-unknown"


class SchoolHeld(Conflict):
    """An order keeps what this school has"""

    code = "school-held"


class NotTheHead(Forbidden):
    """Only the school's head may do this"""

    code = "not-the-head"


class LinkClosed(Conflict):
    """This link was closed in the meantime"""

    code = "school-link-closed"
