"""What a house owes a guest whose stay it goes back on."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import msgspec

OWED, PAID = "guest.amends", "bank.paid"


class Standing(StrEnum):
    """`ASKED`: the guest has not said where to; `READY`: the transfer can be made."""

    ASKED = "asked"
    READY = "ready"
    PAID = "paid"


class Amends(msgspec.Struct, frozen=True, kw_only=True):
    """A sum that goes to a guest by bank transfer: arrhes cannot go back twice to a card. The IBAN
    is forgotten once it is paid, but for its end."""

    booking: UUID
    tenant: int
    platform: int
    scheme: int
    reference: str
    house: str
    amount_cents: int
    state: Standing
    holder: str | None
    iban: str | None
    made_at: datetime
    paid_on: date | None
    paid_reference: str | None


class RenounceStay(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Go back on a stay for exactly the refund and the amends that were shown."""

    refund_cents: int
    amends_cents: int
    note: str = ""


class SayWhere(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the guest wants the transfer: the account's holder, and its IBAN."""

    holder: str
    iban: str


class NotePaid(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A transfer was made: its day, and the bank's reference."""

    booking: UUID
    paid_on: date
    reference: str


class AmendsTransferred(msgspec.Struct, frozen=True, kw_only=True):
    """The platform has transferred what was owed to the guest of a stay."""

    booking: UUID
