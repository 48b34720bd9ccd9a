"""What people report to their town: holes, lamps, rubbish; taken in, answered, followed."""

from verticals.city.reports.actions.sending import prepare_photo, send_report
from verticals.city.reports.actions.services import find_service, list_services
from verticals.city.reports.actions.tracking import find_numbered, list_public
from verticals.city.reports.errors import ReportInvalid, ReportUnknown
from verticals.city.reports.models import (
    Attribute,
    Filter,
    Photo,
    Report,
    SendReport,
    Sent,
    Service,
    State,
)

__all__ = [
    "Attribute",
    "Filter",
    "Photo",
    "Report",
    "ReportInvalid",
    "ReportUnknown",
    "SendReport",
    "Sent",
    "Service",
    "State",
    "find_numbered",
    "find_service",
    "list_public",
    "list_services",
    "prepare_photo",
    "send_report",
]
