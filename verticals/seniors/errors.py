"""What cannot be done, and why."""

from hub.core.errors import Conflict, Invalid, NotFound


class SeniorInvalid(Invalid):
    """Something is missing or wrong here"""

    code = "senior-invalid"


class NobodyToCall(Conflict):
    """There is nobody to call yet"""

    code = "nobody-to-call"


class NotYours(Conflict):
    """This has changed in the meantime"""

    code = "senior-changed"


class SeniorUnknown(NotFound):
    """This person or thing is not here"""

    code = "senior-unknown"
