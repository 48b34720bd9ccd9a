"""What the slice brings."""

from hub.core.vertical import About, Keeps, Personal, Portability, Slice
from verticals.education.lti_launch.pages import launch, own

_OWN = {"member": "school_member"}

slice = Slice(
    package="verticals.education.lti_launch",
    handlers=(*own.handlers, *launch.handlers),
    portability=Portability(
        stays={"school_lti_choice": "a teacher on the way to a tool of this hub, for two hours"},
    ),
    personal=Personal(
        about={
            "school_lti_person": About(
                words="Under which name a tool of your school knows you.",
                follows=_OWN,
                keeps=Keeps.OTHERS,
            ),
            "school_lti_choice": About(
                words="That you went to a tool to choose activities.",
                follows=_OWN,
                keeps=Keeps.OTHERS,
            ),
        },
        nobody={
            "school_lti_link": "what tools offer to a class",
            "school_lti_line": "what the marks of a tool are for",
        },
    ),
)
