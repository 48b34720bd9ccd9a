"""The members of a federation by college, and its statute. What other slices may use:"""

from hub.members.actions import (
    college_names,
    count_enrolments,
    enrol,
    find_college,
    find_enrolment,
    find_statute,
    has_statute,
    list_enrolments,
    list_readers,
    list_schemes,
    write_statute,
)
from hub.members.errors import NoStatute, StatuteInvalid
from hub.members.models import College, Enrolment, Reader, Statute

__all__ = [
    "College",
    "Enrolment",
    "NoStatute",
    "Reader",
    "Statute",
    "StatuteInvalid",
    "college_names",
    "count_enrolments",
    "enrol",
    "find_college",
    "find_enrolment",
    "find_statute",
    "has_statute",
    "list_enrolments",
    "list_readers",
    "list_schemes",
    "write_statute",
]
