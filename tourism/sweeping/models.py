"""What is over."""

from datetime import datetime
from uuid import UUID

import msgspec


class OverHold(msgspec.Struct, frozen=True, kw_only=True):
    """A hold, or a request, whose time has passed, and its wall."""

    tenant: int
    booking: UUID
    expires_at: datetime
    requested: bool
