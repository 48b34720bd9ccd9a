"""The statements of reminding."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import msgspec

from hub.core.db import Tx
from hub.core.sql import load_queries

q = load_queries(__name__)


class Near(msgspec.Struct, frozen=True, kw_only=True):
    """A stay that is near, and its wall."""

    tenant: int
    booking: UUID


async def list_near(
    tx: Tx, after: Near | None, wanted: int, *, days: int, morning: int, ahead: timedelta
) -> Sequence[Near]:
    """Stays of all tenants whose guests are to be reminded now, in the order of houses and ids,
    after one of them."""
    return await tx.all(
        Near,
        q.list_near,
        now=tx.now,
        days=days,
        morning=morning,
        ahead=ahead,
        after=after.tenant if after else 0,
        after_booking=after.booking if after else UUID(int=0),
        wanted=wanted,
    )
