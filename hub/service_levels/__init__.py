"""What is promised of a service, what was measured, and what a missed month gives back. What others
may use:"""

from hub.service_levels.actions import (
    SENTENCES,
    announce_work,
    change_incident,
    close_month,
    find_availability,
    find_incident_times,
    list_incidents,
    list_months,
    list_works,
    measure,
    measure_lately,
    report_incident,
    take_pulse,
)
from hub.service_levels.models import (
    AnnounceWork,
    ChangeIncident,
    Incident,
    Measured,
    Month,
    ReportIncident,
    Span,
    Work,
)

__all__ = [
    "SENTENCES",
    "AnnounceWork",
    "ChangeIncident",
    "Incident",
    "Measured",
    "Month",
    "ReportIncident",
    "Span",
    "Work",
    "announce_work",
    "change_incident",
    "close_month",
    "find_availability",
    "find_incident_times",
    "list_incidents",
    "list_months",
    "list_works",
    "measure",
    "measure_lately",
    "report_incident",
    "take_pulse",
]
