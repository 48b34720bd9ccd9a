"""What the standard refuses."""

from hub.core.errors import Invalid, NotFound


class NotGiven(Invalid):
    """Something that the standard asks for was not given"""

    code = "open311-not-given"


class NotKnown(NotFound):
    """This was not found"""

    code = "open311-not-found"
