"""The statements of requests."""

from datetime import datetime
from uuid import UUID

from hub.core.db import Tx
from hub.core.sql import load_queries
from tourism.booking.models import Booking, Guest

q = load_queries(__name__)

MOST_SHOWN = 100


async def insert_request(
    tx: Tx, id: UUID, quote: UUID, reference: str, guest: Guest, until: datetime
) -> bool:
    """False when the quote is asked or held already, or the reference is taken."""
    inserted = await tx.run(
        q.insert_request,
        id=id,
        tenant=tx.tenant,
        quote=quote,
        reference=reference,
        guest=guest,
        now=tx.now,
        until=until,
        actor=tx.actor,
    )
    return inserted == 1


async def find_of_quote(tx: Tx, quote: UUID) -> Booking | None:
    return await tx.one(Booking, q.find_of_quote, quote=quote)


async def list_requests(tx: Tx) -> list[Booking]:
    return await tx.all(Booking, q.list_requests, wanted=MOST_SHOWN)
