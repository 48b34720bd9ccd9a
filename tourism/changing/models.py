"""Another stay in place of the one that was booked, and what the difference costs."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from tourism.lodging.models import RoomType
from tourism.quoting.models import RoomWanted
from tourism.rates.models import RatePlan, SupplementChoice
from tourism.rates.policy.supplements import choice_of


class ChangeStay(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Change a stay to these dates, rooms, persons and rate, for exactly the difference that was
    shown (below zero: what comes back).

    `payment_method` pays a difference that is due. Three switches are the house's: `with_fee` keeps
    what the terms keep of nights given up; `check_restrictions` holds the house to its own minimum
    stays and closed days (rooms must be there in any case); `note` is its reason.
    """

    arrival: date
    departure: date
    rate_plan: int
    rooms: tuple[RoomWanted, ...]
    difference_cents: int | None = None
    payment_method: str | None = None
    with_fee: bool = True
    check_restrictions: bool = True
    note: str = ""


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """What a change makes of the price, tourist tax included; the fee is what stays due of nights
    or rooms that are given up."""

    before_cents: int
    after_cents: int
    fee_cents: int

    @property
    def cents(self) -> int:
        """Due when above zero, back when below."""
        return self.after_cents + self.fee_cents - self.before_cents

    @property
    def due_cents(self) -> int:
        return max(self.cents, 0)

    @property
    def back_cents(self) -> int:
        return max(-self.cents, 0)


class ChangeWish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The stay that a guest wants instead, and the difference that was shown."""

    arrival: date
    departure: date
    rate_plan: int
    rooms: tuple[RoomWanted, ...]
    difference_cents: int | None = None
    payment_method: str | None = None


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A change that waits, or waited, for its payment; its id is its charge's too."""

    id: UUID
    booking: UUID
    quote: UUID
    difference: Difference
    state: str
    expires_at: datetime


class Choices(msgspec.Struct, frozen=True, kw_only=True):
    """What a stay may be changed to: the house's room types and rates."""

    types: list[RoomType]
    plans: list[RatePlan]

    @property
    def supplements(self) -> tuple[SupplementChoice, ...]:
        """The optional supplements of the house; what they cost is said by the price."""
        known = self.plans[0].supplements if self.plans else ()
        return tuple(choice_of(one, 0) for one in known if not one.details.mandatory)


class ChangePaymentBegun(msgspec.Struct, frozen=True, kw_only=True):
    booking: UUID
    change: UUID


class ChangeExpired(msgspec.Struct, frozen=True, kw_only=True):
    booking: UUID
    change: UUID


class StayChanged(msgspec.Struct, frozen=True, kw_only=True):
    """A stay was changed; `cents` were due (or are not any more, below zero); of them `later_cents`
    are paid later, with the balance or at the house."""

    booking: UUID
    revision: int
    cents: int
    later_cents: int = 0
