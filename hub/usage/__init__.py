"""Services billed by plan and by use: plans, subscriptions, metered events, monthly invoices."""

from hub.usage.actions.metering import find_allowance, record_events
from hub.usage.models import Allowance, CloudEvent

__all__ = ["Allowance", "CloudEvent", "find_allowance", "record_events"]
