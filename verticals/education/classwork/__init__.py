"""What a class is given, hands in and gets back, on the page that each reader has a link to."""

from verticals.education.classwork.actions import (
    STUDENT,
    TEACHER,
    enter,
    find_place,
    seek_zone,
)
from verticals.education.classwork.errors import NothingHere
from verticals.education.classwork.marks import (
    change_column,
    delete_column,
    list_told_of,
    make_column,
    tell_mark,
)
from verticals.education.classwork.models import Told

__all__ = [
    "STUDENT",
    "TEACHER",
    "NothingHere",
    "Told",
    "change_column",
    "delete_column",
    "enter",
    "find_place",
    "list_told_of",
    "make_column",
    "seek_zone",
    "tell_mark",
]
