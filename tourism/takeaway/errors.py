"""What can go wrong with an archive."""

from hub.core.errors import Conflict, Forbidden


class OnlyOwners(Forbidden):
    """Only an owner or a manager may take everything away"""

    code = "takeaway-only-owners"


class TakeawayNotReady(Conflict):
    """This archive is not ready yet"""

    code = "takeaway-not-ready"
