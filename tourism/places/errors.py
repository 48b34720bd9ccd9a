"""What can be wrong with a place. Each sentence says what to change."""

from hub.core.errors import Invalid, NotFound


class PlaceInvalid(Invalid):
    """This area cannot be searched"""

    code = "place-invalid"


class PlaceUnknown(NotFound):
    """This place is not known"""

    code = "place-unknown"
