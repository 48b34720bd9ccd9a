"""Why rooms are not kept for a group or not taken. Each says what to do instead."""

from hub.core.errors import Conflict, Invalid, NotFound


class BlockInvalid(Invalid):
    """These rooms cannot be kept for the group"""

    code = "group-invalid"


class BlockOver(Conflict):
    """The rooms are no longer kept for the group"""

    code = "group-over"


class NoneLeft(Conflict):
    """The group has no such room left on one of the nights"""

    code = "group-none-left"


class GroupUnknown(NotFound):
    """This group is unknown"""

    code = "group-unknown"
