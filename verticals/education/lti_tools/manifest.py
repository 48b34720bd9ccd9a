"""What the slice brings."""

from hub.core.vertical import NavItem, Personal, Portability, Slice
from verticals.education.lti_tools import api, pages

slice = Slice(
    package="verticals.education.lti_tools",
    handlers=(*pages.handlers, *api.handlers),
    nav=(NavItem(label="Outils", path=pages.HOME, organisation_kinds=("school",), rank=40),),
    portability=Portability(
        stays={"school_lti_used": "what tools signed to this hub, until its time is over"},
        sealed={"school_lti_key": ("private",)},
    ),
    personal=Personal(
        nobody={
            "school_lti_tool": "the tools of a school",
            "school_lti_key": "a school's own keys, sealed",
            "school_lti_used": "hashes of what tools signed, for an hour",
        },
    ),
)
