"""What cannot be done, and why."""

from hub.core.errors import Conflict, Invalid, NotFound


class MergeInvalid(Invalid):
    """Something is missing or wrong here"""

    code = "merge-invalid"


class MergeUnknown(NotFound):
    """This merge is not here"""

    code = "merge-unknown"


class MergeChanged(Conflict):
    """This was decided in the meantime"""

    code = "merge-changed"


class SecondPersonNeeded(Conflict):
    """Somebody else decides"""

    code = "merge-second-person"
