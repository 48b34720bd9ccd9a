"""The agenda of a practice: who receives, at which times, who comes. No time is given twice."""

from verticals.health.agenda.actions.booking import list_appointments
from verticals.health.agenda.actions.opening import list_practitioners, list_slots
from verticals.health.agenda.models import (
    Appointment,
    Mode,
    Practitioner,
    Slot,
    SoughtAppointments,
    SoughtPractitioners,
    SoughtSlots,
    State,
)

__all__ = [
    "Appointment",
    "Mode",
    "Practitioner",
    "Slot",
    "SoughtAppointments",
    "SoughtPractitioners",
    "SoughtSlots",
    "State",
    "list_appointments",
    "list_practitioners",
    "list_slots",
]
