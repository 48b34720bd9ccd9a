"""The statements of sweeping. Their functions stand with the table that they read, in booking."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hub.core.db import Tx
from hub.core.sql import load_queries
from tourism.sweeping.models import OverHold

q = load_queries(__name__)

_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


async def list_over(tx: Tx, after: OverHold | None = None, wanted: int = 5_000) -> list[OverHold]:
    """Holds, payments and requests that are over, of all tenants, the first first, after one."""
    return await tx.all(
        OverHold,
        q.list_over_holds,
        now=tx.now,
        after_at=after.expires_at if after else _BEGINNING,
        after_id=after.booking if after else UUID(int=0),
        wanted=wanted,
    )


async def end_holds(tx: Tx, bookings: Sequence[UUID]) -> int:
    """Give back the rooms of holds of a house that are over, together; how many. Requests stay."""
    ended = await tx.value(
        int, q.end_holds, tenant=tx.tenant, now=tx.now, bookings=list(bookings), actor=tx.actor
    )
    assert ended is not None
    return ended


async def wait_briefly(tx: Tx) -> None:
    await tx.run(q.wait_briefly)


async def move_holds(tx: Tx, step: timedelta) -> int:
    return await tx.value(int, q.move_holds, now=tx.now, step=step) or 0
