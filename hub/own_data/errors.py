"""What can go wrong with a copy of a person's data."""

from hub.core.errors import Conflict, Invalid, NotFound


class CopyUnknown(NotFound):
    """This copy is unknown, or was destroyed with its time"""

    code = "copy-unknown"


class CopyNotReady(Conflict):
    """This copy is not ready yet"""

    code = "copy-not-ready"


class UnderLegalHold(Conflict):
    """An order keeps what an organisation holds about you"""

    code = "held-by-an-order"


class StillOwner(Conflict):
    """You are the only owner of an organisation"""

    code = "still-owner"


class NotMeant(Invalid):
    """Type the e-mail of your account"""

    code = "erasure-not-meant"


class PersonUnknown(NotFound):
    """No account has this e-mail"""

    code = "person-unknown"
