"""Why a vertical may not run here."""

from hub.core.errors import Conflict


class GateClosed(Conflict):
    """The hosting does not allow this yet"""

    code = "service-gate-closed"
