"""A school's roster: OneRoster bundles read, looked at, taken in; and its people and classes."""

from verticals.education.roster.actions import (
    apply_upload,
    check_head,
    end_link,
    find_by_door,
    find_by_link,
    find_member,
    give_links,
    keep_upload,
    list_children,
    list_links,
    list_people,
    list_places,
    read_bundle,
    renew_link,
    see_board,
    see_class,
    see_waiting,
)
from verticals.education.roster.errors import RosterInvalid, SchoolUnknown
from verticals.education.roster.models import Person, Place, SchoolClass, Seat

__all__ = [
    "Person",
    "Place",
    "RosterInvalid",
    "SchoolClass",
    "SchoolUnknown",
    "Seat",
    "apply_upload",
    "check_head",
    "end_link",
    "find_by_door",
    "find_by_link",
    "find_member",
    "give_links",
    "keep_upload",
    "list_children",
    "list_links",
    "list_people",
    "list_places",
    "read_bundle",
    "renew_link",
    "see_board",
    "see_class",
    "see_waiting",
]
