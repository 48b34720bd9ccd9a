"""What the slice brings."""

from hub.core.vertical import Slice
from verticals.education.records import pages

slice = Slice(package="verticals.education.records", handlers=pages.handlers)
