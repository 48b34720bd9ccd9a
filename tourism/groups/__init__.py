"""Rooms kept for a group until a day, and given to those who come with its code. What other slices
may use:"""

from tourism.groups.actions.moving import (
    agree_change,
    draw_for,
    find_group,
    lock_group,
    note_change,
    return_for,
)

__all__ = ["agree_change", "draw_for", "find_group", "lock_group", "note_change", "return_for"]
