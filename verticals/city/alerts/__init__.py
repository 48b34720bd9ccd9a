"""What the town tells everybody when it matters: CAP 1.2 messages, updated and cancelled."""

from verticals.city.alerts.actions import write_alert
from verticals.city.alerts.models import Write

__all__ = ["Write", "write_alert"]
