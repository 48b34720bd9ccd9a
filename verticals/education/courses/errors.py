"""What cannot be done, and why."""

from hub.core.errors import Conflict, Forbidden, Invalid


class CourseInvalid(Invalid):
    """Something of this course is missing or wrong"""

    code = "course-invalid"


class AnswersInvalid(Invalid):
    """These answers cannot be taken as they are"""

    code = "course-answers-invalid"


class NoMoreTries(Conflict):
    """There are no tries left for this quiz"""

    code = "course-no-more-tries"


class CourseClosed(Conflict):
    """Nobody can begin this course any more"""

    code = "course-closed"


class NotOpen(Forbidden):
    """The school keeps its courses to its own people"""

    code = "course-not-open"
