"""Why there is no certificate."""

from hub.core.errors import Conflict


class NotFinished(Conflict):
    """There is no certificate yet"""

    code = "course-not-finished"
