"""What cannot be done, and why."""

from hub.core.errors import Invalid, NotFound


class TownInvalid(Invalid):
    """Something is missing or wrong here"""

    code = "town-invalid"


class OutsideTown(Invalid):
    """This place is not in this town"""

    code = "outside-town"


class TownUnknown(NotFound):
    """This town has no page here"""

    code = "town-unknown"
