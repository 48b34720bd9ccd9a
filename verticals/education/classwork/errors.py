"""What cannot be done, and why."""

from hub.core.errors import Conflict, Invalid, NotFound


class PostInvalid(Invalid):
    """Something is missing or wrong here"""

    code = "school-post-invalid"


class WorkReturned(Conflict):
    """This work is marked already"""

    code = "school-work-returned"


class WorkChanged(Conflict):
    """This work has changed since you read it"""

    code = "school-work-changed"


class PostChanged(Conflict):
    """This has changed since you read it"""

    code = "school-post-changed"


class TakenBack(Conflict):
    """This was taken back"""

    code = "school-taken-back"


class PostInUse(Conflict):
    """This cannot be taken back any more"""

    code = "school-post-in-use"


class NothingHere(NotFound):
    """There is nothing here for you"""

    code = "school-nothing-here"
