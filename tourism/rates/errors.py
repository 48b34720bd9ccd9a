"""What can be wrong with a rate plan, a promotion, or a value of either or of the calendar."""

from hub.core.errors import HubError


class PlanInvalid(HubError):
    """This rate plan cannot be"""

    code = "plan-invalid"
    status = 400


class PlanMoved(HubError):
    """Somebody changed this rate plan in the meantime"""

    code = "plan-moved"
    status = 409


class PromotionInvalid(HubError):
    """This promotion cannot be"""

    code = "promotion-invalid"
    status = 400


class SupplementInvalid(HubError):
    """This supplement cannot be"""

    code = "supplement-invalid"
    status = 400


class EditInvalid(HubError):
    """This change of prices or availability cannot be"""

    code = "edit-invalid"
    status = 400
