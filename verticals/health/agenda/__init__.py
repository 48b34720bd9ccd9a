"""The agenda of a practice: who receives, at which times, who comes. No time is given twice."""

from verticals.health.agenda.actions.booking import (
    find_appointment,
    find_own,
    hand_over,
    list_appointments,
)
from verticals.health.agenda.actions.opening import (
    enter_practice,
    find_of_account,
    find_practice,
    find_practitioner,
    list_practitioners,
    list_slots,
)
from verticals.health.agenda.models import (
    Appointment,
    Mode,
    Practice,
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
    "Practice",
    "Practitioner",
    "Slot",
    "SoughtAppointments",
    "SoughtPractitioners",
    "SoughtSlots",
    "State",
    "enter_practice",
    "find_appointment",
    "find_of_account",
    "find_own",
    "find_practice",
    "find_practitioner",
    "hand_over",
    "list_appointments",
    "list_practitioners",
    "list_slots",
]
