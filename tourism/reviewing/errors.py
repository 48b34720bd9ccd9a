"""Why a review is not written, answered or reported. Each says what to do instead."""

from hub.core.errors import Conflict, Invalid, NotFound, TooMany


class ReviewInvalid(Invalid):
    """This review cannot be published"""

    code = "review-invalid"


class NotStayedYet(Conflict):
    """A review is written after the stay"""

    code = "not-stayed-yet"


class ReviewOver(Conflict):
    """This review can no longer be changed"""

    code = "review-closed"


class ReviewUnknown(NotFound):
    """This review is unknown"""

    code = "review-unknown"


class ReportsFull(TooMany):
    """This review has been reported often already"""

    code = "review-reported"
