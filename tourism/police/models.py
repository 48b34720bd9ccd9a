"""Police sheets (fiche individuelle de police, CESEDA R814-1 to R814-3).

What a sheet may hold is listed in R814-2 and nothing else is kept; above all nothing of an
identity document, neither its number nor its image (CNIL)."""

import builtins
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import msgspec

# A child younger than this stands on the sheet of the adult who comes with it (R814-2).
OWN_SHEET_AGE = 15
# Kept six months, then destroyed: still there 182 days after arrival, gone on day 183.
KEPT_DAYS = 182
CHILDREN_MAX = 9


class Child(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A child under fifteen on an adult's sheet."""

    last_name: str = ""
    first_names: str = ""
    born_on: date | None = None
    birth_place: str = ""
    nationality: str = ""


class Content(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a sheet says of its person; empty where it is not known yet. The nationality is an
    ISO 3166 code, or XK (Kosovo), or XX (stateless or unknown)."""

    last_name: str = ""
    first_names: str = ""
    born_on: date | None = None
    birth_place: str = ""
    nationality: str = ""
    address: str = ""
    mobile: str = ""
    email: str = ""
    children: tuple[Child, ...] = ()


class State(StrEnum):
    """Where a sheet stands."""

    DRAFT = "draft"
    REFUSED = "refused"
    SIGNED = "signed"
    REPLACED = "replaced"


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """One sheet. Arrival and planned departure are property-local dates. Its six months began
    at `began_on`: with the arrival that is written on it, or when it was signed, refused, or else
    made, whichever is earlier."""

    id: UUID
    booking: UUID | None
    arrival: date
    departure: date
    content: Content
    made_at: datetime
    signed_at: datetime | None = None
    signed_name: str | None = None
    content_hash: str | None = None
    refused_at: datetime | None = None
    replaces: UUID | None = None
    replaced_by: UUID | None = None
    replaced_at: datetime | None = None
    began_on: date | None = None

    @builtins.property
    def state(self) -> State:
        """A signed sheet counts until the one that replaces it is signed."""
        if self.signed_at is not None:
            return State.REPLACED if self.replaced_at else State.SIGNED
        return State.REFUSED if self.refused_at else State.DRAFT


class WriteSheet(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Write on a sheet what is known so far."""

    arrival: date
    departure: date
    content: Content


class ExportSheets(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hand the sheets of the arrivals from a day to a day over to the police, who asked."""

    first: date
    last: date
    reason: str


class SheetsOld(msgspec.Struct, frozen=True, kw_only=True):
    """A house holds sheets whose time may be over."""

    on: date
