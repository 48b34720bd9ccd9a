"""How payments, ledger and audit name a booking, and each version of its stay."""

from uuid import UUID

_PREFIX = "booking:"


def subject_of(booking: UUID, version: int = 1) -> str:
    """The first version bears the booking's own name; a change makes the next one."""
    return f"{_PREFIX}{booking}" if version == 1 else f"{_PREFIX}{booking}:{version}"


def booking_of(subject: str) -> UUID | None:
    """The booking that a subject names, or None for another kind of subject."""
    if not subject.startswith(_PREFIX):
        return None
    return UUID(subject.removeprefix(_PREFIX).partition(":")[0])
