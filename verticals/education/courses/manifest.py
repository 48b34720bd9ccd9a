"""What the slice brings."""

from hub.core.vertical import About, Keeps, Personal, Slice
from verticals.education.courses import tasks
from verticals.education.courses.pages import learning, public

_OWN = {"enrolment": "school_enrolment"}

slice = Slice(
    package="verticals.education.courses",
    handlers=(*learning.handlers, *public.handlers),
    tasks=tasks.DAILY.tasks,
    on=tasks.DAILY.on,
    ticks=tasks.DAILY.ticks,
    personal=Personal(
        about={
            "school_course": About(
                words="A course that you wrote.",
                follows={"author": "school_member"},
                keeps=Keeps.OTHERS,
            ),
            "school_enrolment": About(
                words="A course that you follow.",
                follows={"member": "school_member"},
                keeps=Keeps.OTHERS,
            ),
            "school_course_done": About(
                words="What you read or watched in a course.", follows=_OWN, keeps=Keeps.OTHERS
            ),
            "school_course_try": About(
                words="What you answered in a quiz.", follows=_OWN, keeps=Keeps.OTHERS
            ),
        },
        nobody={
            "school_course_rules": "where videos of courses may be",
            "school_course_version": "what a course says",
            "school_course_class": "which classes a course is for",
        },
    ),
)
