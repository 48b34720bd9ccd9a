"""What the outside sees of a place on a waiting list: a signed token in place of its inner id."""

from datetime import date, datetime

import msgspec

from hub.core.settings import Settings
from hub.core.tokens import sign_reference
from tourism.booking.models import Booking, Guest
from tourism.booking.views import booking_token
from tourism.waiting.models import Place, Wish, WishState

WISH = "wish"


class WishView(msgspec.Struct, frozen=True, kw_only=True):
    """A place on a waiting list. `token` is the signed link; while rooms are offered, `booking` is
    the token of their hold, to be paid as any other until `offer_until`."""

    token: str
    property: int
    arrival: date
    departure: date
    flex_days: int
    refundable: bool
    adults: int
    child_ages: tuple[int, ...]
    rooms: int
    room_types: tuple[int, ...]
    guest: Guest
    state: WishState
    before: int
    joined_at: datetime
    offer_until: datetime | None
    booking: str | None
    total_cents: int | None


def wish_token(settings: Settings, wish: Wish) -> str:
    return sign_reference(settings.secret_key, WISH, wish.tenant, wish.id)


def view_place(settings: Settings, place: Place, offer: Booking | None) -> WishView:
    """`offer` is the hold that was made for the wish."""
    wish = place.wish
    inner = {"token", "before", "booking", "total_cents"}
    return WishView(
        token=wish_token(settings, wish),
        before=place.before,
        booking=booking_token(settings, offer) if offer else None,
        total_cents=offer.total_cents if offer else None,
        **{name: getattr(wish, name) for name in WishView.__struct_fields__ if name not in inner},
    )
