"""Why a change of the calendar was not made."""

from hub.core.errors import HubError


class CalendarMoved(HubError):
    """Somebody changed these nights in the meantime"""

    code = "calendar-moved"
    status = 409


class ChangeNotUndoable(HubError):
    """This change cannot be undone any more"""

    code = "change-not-undoable"
    status = 409
