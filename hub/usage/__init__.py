"""Services billed by plan and by use: plans, subscriptions, metered events, monthly invoices."""

from hub.usage.actions.billing_months import credit_month, lock_months
from hub.usage.actions.metering import find_allowance, find_metered, record_events
from hub.usage.models import Allowance, CloudEvent, Metered

__all__ = [
    "Allowance",
    "CloudEvent",
    "Metered",
    "credit_month",
    "find_allowance",
    "find_metered",
    "lock_months",
    "record_events",
]
