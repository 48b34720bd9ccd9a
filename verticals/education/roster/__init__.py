"""A school's roster: OneRoster bundles read, looked at, taken in; and its people and classes."""

from verticals.education.roster.actions import (
    apply_upload,
    find_member,
    keep_upload,
    read_bundle,
    see_class,
    see_waiting,
)
from verticals.education.roster.errors import RosterInvalid, SchoolUnknown
from verticals.education.roster.models import Person, SchoolClass, Seat

__all__ = [
    "Person",
    "RosterInvalid",
    "SchoolClass",
    "SchoolUnknown",
    "Seat",
    "apply_upload",
    "find_member",
    "keep_upload",
    "read_bundle",
    "see_class",
    "see_waiting",
]
