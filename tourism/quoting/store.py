"""The statements of quotes."""

from uuid import UUID

from hub.core.db import Tx
from hub.core.sql import load_queries
from tourism.quoting.models import Quote

q = load_queries(__name__)


async def insert_quote(tx: Tx, quote: Quote) -> None:
    await tx.run(
        q.insert_quote,
        id=quote.id,
        tenant=quote.tenant,
        property=quote.property,
        arrival=quote.arrival,
        departure=quote.departure,
        total_cents=quote.breakdown.total_cents,
        document=quote,
        made_at=quote.made_at,
        expires_at=quote.expires_at,
    )


async def find_quote(tx: Tx, id: UUID) -> Quote | None:
    return await tx.value(Quote, q.find_quote, id=id)
