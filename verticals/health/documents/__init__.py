"""Documents of patients: sealed, shared with one professional for a time, and who opened them."""

from verticals.health.documents.actions import hand_over, list_consents, list_readable
from verticals.health.documents.models import Consent, Readable, Sought, SoughtConsents

__all__ = [
    "Consent",
    "Readable",
    "Sought",
    "SoughtConsents",
    "hand_over",
    "list_consents",
    "list_readable",
]
