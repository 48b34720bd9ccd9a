"""A stay that is asked of its house."""

from uuid import UUID

import msgspec

from tourism.booking.models import Guest


class AskHouse(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ask a house for the stay of an offer on request."""

    guest: Guest


class HouseAsked(msgspec.Struct, frozen=True, kw_only=True):
    booking: UUID


class RequestAccepted(msgspec.Struct, frozen=True, kw_only=True):
    booking: UUID


class RequestDeclined(msgspec.Struct, frozen=True, kw_only=True):
    booking: UUID


class Elsewhere(msgspec.Struct, frozen=True, kw_only=True):
    """Another house nearby that sells the same stay at once."""

    property: int
    name: str
    total_cents: int
