"""What a person and their programs see of a stay: its signed link in place of inner ids."""

from datetime import date
from uuid import UUID

import msgspec

from hub.core.settings import Settings
from hub.core.tokens import sign_reference
from tourism.booking.models import State
from tourism.booking.views import BOOKING
from tourism.stays.models import OwnStay


class StayLine(msgspec.Struct, frozen=True, kw_only=True):
    """A stay; `token` opens it as the link of its letter does."""

    token: str
    reference: str
    state: State
    house: str
    commune: str
    arrival: date
    departure: date
    total_cents: int
    refund_cents: int


def view_stay(settings: Settings, stay: OwnStay) -> StayLine:
    inner: tuple[int, UUID] = (stay.tenant, stay.booking)
    names = StayLine.__struct_fields__[1:]
    return StayLine(
        token=sign_reference(settings.secret_key, BOOKING, *inner),
        **{name: getattr(stay, name) for name in names},
    )
