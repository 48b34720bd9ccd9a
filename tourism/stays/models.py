"""A person's proven address, and the stays under it."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from tourism.booking.models import State


class StayEmail(msgspec.Struct, frozen=True, kw_only=True):
    """An address of a person; proven once its letter's link was followed by that very person."""

    id: UUID
    person: int
    email: str
    asked_at: datetime
    proven_at: datetime | None


class OwnStay(msgspec.Struct, frozen=True, kw_only=True):
    """A stay, with or without an account when it was booked."""

    tenant: int
    booking: UUID
    reference: str
    state: State
    house: str
    commune: str
    arrival: date
    departure: date
    total_cents: int
    refund_cents: int


class ProofAsked(msgspec.Struct, frozen=True, kw_only=True):
    """A letter with the link is to be written."""

    proof: UUID
    person: int
    name: str
    email: str
    language: str
