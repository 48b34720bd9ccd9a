"""The number of a certificate: pure."""

from datetime import date
from uuid import UUID


def number_of(enrolment: UUID, day: date) -> str:
    """Its year, and figures that say nothing of how many there are."""
    letters = enrolment.hex.upper()
    return f"{day.year}-{letters[-12:-8]}-{letters[-8:-4]}-{letters[-4:]}"
