"""Activities of tools in a class: placed by its teacher, opened by who is there (LTI 1.3, Deep
Linking 2.0)."""

from verticals.education.lti_launch.actions.launching import name_for, name_people
from verticals.education.lti_launch.actions.lines import (
    change_line,
    find_line,
    find_own_link,
    is_placed,
    list_lines,
    make_line,
)
from verticals.education.lti_launch.actions.placing import place_link
from verticals.education.lti_launch.models import (
    OUT_OF_LEAST,
    OUT_OF_MOST,
    ROLES,
    Line,
    NewLine,
    PlaceLink,
)

__all__ = [
    "OUT_OF_LEAST",
    "OUT_OF_MOST",
    "ROLES",
    "Line",
    "NewLine",
    "PlaceLink",
    "change_line",
    "find_line",
    "find_own_link",
    "is_placed",
    "list_lines",
    "make_line",
    "name_for",
    "name_people",
    "place_link",
]
