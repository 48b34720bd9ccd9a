"""What cannot be asked, or chosen."""

from hub.core.errors import Conflict, Forbidden, Invalid, NotFound


class PollInvalid(Invalid):
    """This question cannot be asked as it is"""

    code = "space-poll-invalid"


class PollUnknown(NotFound):
    """This question is not here, or no more"""

    code = "space-poll-unknown"


class PollClosed(Conflict):
    """This vote is over"""

    code = "space-poll-closed"


class VoteNotYours(Forbidden):
    """You do not vote here"""

    code = "space-vote-not-yours"
