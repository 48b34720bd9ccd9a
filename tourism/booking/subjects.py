"""How payments, ledger and audit name a booking."""

from uuid import UUID

_PREFIX = "booking:"


def subject_of(booking: UUID) -> str:
    return f"{_PREFIX}{booking}"


def booking_of(subject: str) -> UUID | None:
    """The booking that a subject names, or None for another kind of subject."""
    return UUID(subject.removeprefix(_PREFIX)) if subject.startswith(_PREFIX) else None
