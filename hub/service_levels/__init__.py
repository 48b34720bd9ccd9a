"""What is promised of a service, what was measured, and what a missed month gives back. What others
may use:"""

from hub.service_levels.actions.closing import close_month, close_some, list_months
from hub.service_levels.actions.measuring import (
    SENTENCES,
    announce_work,
    change_incident,
    find_availability,
    find_incident_times,
    list_incidents,
    list_works,
    measure,
    measure_lately,
    report_incident,
    take_pulse,
)
from hub.service_levels.models import (
    AnnounceWork,
    ChangeIncident,
    CloseMonth,
    Incident,
    Measured,
    Month,
    ReportIncident,
    Signed,
    Span,
    Work,
)

__all__ = [
    "SENTENCES",
    "AnnounceWork",
    "ChangeIncident",
    "CloseMonth",
    "Incident",
    "Measured",
    "Month",
    "ReportIncident",
    "Signed",
    "Span",
    "Work",
    "announce_work",
    "change_incident",
    "close_month",
    "close_some",
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
