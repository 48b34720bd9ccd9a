"""What cannot be done, and why."""

from hub.core.errors import Conflict, Invalid, NotFound, TooMany


class AskedWrongly(Invalid):
    """This cannot be taken as it is"""

    code = "lti-asked-wrongly"


class NotThere(NotFound):
    """There is no such thing for this tool"""

    code = "lti-not-there"


class ScoreOlder(Conflict):
    """A later score is known already"""

    code = "lti-score-older"


class LinesFull(TooMany):
    """This class has as many columns as it can have"""

    code = "lti-lines-full"
