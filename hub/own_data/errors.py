"""What can go wrong with a copy of a person's data."""

from hub.core.errors import Conflict, NotFound


class CopyUnknown(NotFound):
    """This copy is unknown, or was destroyed with its time"""

    code = "copy-unknown"


class CopyNotReady(Conflict):
    """This copy is not ready yet"""

    code = "copy-not-ready"


class PersonUnknown(NotFound):
    """No account has this e-mail"""

    code = "person-unknown"
