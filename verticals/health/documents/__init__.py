"""Documents of patients: sealed, shared with one professional for a time, and who opened them."""

from verticals.health.documents.actions import (
    hand_over,
    list_consents,
    list_own,
    list_readable,
    open_document,
)
from verticals.health.documents.models import (
    Consent,
    Document,
    Opened,
    Own,
    Readable,
    Sought,
    SoughtConsents,
)

__all__ = [
    "Consent",
    "Document",
    "Opened",
    "Own",
    "Readable",
    "Sought",
    "SoughtConsents",
    "hand_over",
    "list_consents",
    "list_own",
    "list_readable",
    "open_document",
]
