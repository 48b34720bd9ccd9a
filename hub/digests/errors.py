"""What cannot be chosen."""

from hub.core.errors import Invalid, NotFound


class ChoiceInvalid(Invalid):
    """This choice cannot be kept"""

    code = "space-choice-invalid"


class NoticeUnknown(NotFound):
    """You are not in this space any more"""

    code = "space-notice-unknown"
