"""What can be wrong with a rate plan, a promotion, or an edit of the calendar."""

from hub.core.errors import HubError


class PlanInvalid(HubError):
    """This rate plan cannot be"""

    code = "plan_invalid"
    status = 400


class PromotionInvalid(HubError):
    """This promotion cannot be"""

    code = "promotion_invalid"
    status = 400


class EditInvalid(HubError):
    """This change of the calendar cannot be"""

    code = "edit_invalid"
    status = 400


class CalendarMoved(HubError):
    """Somebody changed these nights in the meantime"""

    code = "calendar_moved"
    status = 409


class ChangeNotUndoable(HubError):
    """This change cannot be undone any more"""

    code = "change_not_undoable"
    status = 409
