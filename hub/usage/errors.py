"""What may go wrong with plans and events."""

from hub.core.errors import Conflict, Invalid


class PlanInvalid(Invalid):
    """This plan cannot be"""

    code = "usage-plan-invalid"


class SubscriptionInvalid(Invalid):
    """This subscription cannot be"""

    code = "subscription-invalid"


class EventInvalid(Invalid):
    """This event cannot be counted"""

    code = "usage-event-invalid"


class NothingToPay(Conflict):
    """There is nothing to pay for this month"""

    code = "nothing-to-pay"
