"""Why a way out does not begin, or does not go on."""

from hub.core.errors import Conflict, Forbidden, Invalid


class ExitStepNotPossible(Conflict):
    """This cannot happen on your way out as it stands"""

    code = "exit-step-not-possible"


class ExitChanged(Conflict):
    """Somebody has decided since you looked at your way out"""

    code = "exit-changed"


class NoticeStands(Conflict):
    """Your organisation has given notice already"""

    code = "exit-notice-stands"


class DutiesOpen(Conflict):
    """There is something to do for others first"""

    code = "exit-duties-open"


class OnlyOwnersLeave(Forbidden):
    """Only an owner decides that their organisation leaves"""

    code = "exit-only-owners"


class ExitInvalid(Invalid):
    """This notice cannot be given so"""

    code = "exit-invalid"


class ArchiveNotReady(Conflict):
    """Your archive is not ready yet"""

    code = "exit-archive-not-ready"
