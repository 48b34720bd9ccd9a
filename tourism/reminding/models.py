"""A stay that is near."""

from uuid import UUID

import msgspec


class StayNear(msgspec.Struct, frozen=True, kw_only=True):
    """A stay begins soon, and its guest was not reminded of it yet."""

    booking: UUID
