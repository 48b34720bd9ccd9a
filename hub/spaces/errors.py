"""What cannot be done in a space, and why."""

from hub.core.errors import Conflict, Forbidden, Invalid, NotFound, TooMany


class SpaceUnknown(NotFound):
    """There is no such space for you"""

    code = "space-unknown"


class PostUnknown(NotFound):
    """There is nothing here, or no more"""

    code = "space-post-unknown"


class SpaceInvalid(Invalid):
    """This space cannot be kept as it is"""

    code = "space-invalid"


class PostInvalid(Invalid):
    """This message cannot be sent as it is"""

    code = "space-post-invalid"


class SpaceNotYours(Forbidden):
    """You do not decide on this space"""

    code = "space-not-yours"


class SpaceClosed(Conflict):
    """This space is closed: it is only read"""

    code = "space-closed"


class SpaceChanged(Conflict):
    """The space has changed since you looked at it"""

    code = "space-changed"


class SpaceFull(Conflict):
    """There is no more room"""

    code = "space-full"


class MemberUnknown(Invalid):
    """No account has this address"""

    code = "space-member-unknown"


class PostChanged(Conflict):
    """This message has changed since you read it"""

    code = "space-post-changed"


class PostOver(Conflict):
    """This message is no longer shown"""

    code = "space-post-over"


class PostReported(Conflict):
    """This message is reported: it stays as it is until that is decided"""

    code = "space-post-reported"


class DecisionOver(Conflict):
    """This is decided already"""

    code = "space-decision-over"


class TooManyPosts(TooMany):
    """You have written a lot in a short time"""

    code = "space-too-many-posts"


class ReportsFull(TooMany):
    """This message is reported often enough"""

    code = "space-reports-full"
