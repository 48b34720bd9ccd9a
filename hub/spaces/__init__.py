"""A community's place across its services: who is in it, what they say, how it is moderated.

What others may use, beside `doors`, by which their pages are entered:
"""

from hub.spaces.actions.keeping import find_space, find_zone, lock_space, read
from hub.spaces.actions.writing import find_post, is_written, write_post
from hub.spaces.errors import SpaceNotYours
from hub.spaces.models import Attached, Post, PostShown, PostShownAgain, Seat, Space, State, Write
from hub.spaces.policy import check_key, check_writes, first_state

__all__ = [
    "Attached",
    "Post",
    "PostShown",
    "PostShownAgain",
    "Seat",
    "Space",
    "SpaceNotYours",
    "State",
    "Write",
    "check_key",
    "check_writes",
    "find_post",
    "find_space",
    "find_zone",
    "first_state",
    "is_written",
    "lock_space",
    "read",
    "write_post",
]
