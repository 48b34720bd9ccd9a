"""The kit of verticals: the conformance suite that each must pass. What others may use:"""

from hub.kit.actions import check_vertical
from hub.kit.models import Conformance, Finding
from hub.kit.reading import Subject, VerticalUnknown, find_subject

__all__ = [
    "Conformance",
    "Finding",
    "Subject",
    "VerticalUnknown",
    "check_vertical",
    "find_subject",
]
