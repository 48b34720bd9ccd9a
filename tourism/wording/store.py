"""The statements of wording."""

from collections.abc import Mapping
from uuid import UUID

from hub.core.db import Tx
from hub.core.sql import load_queries
from tourism.wording.models import Wording

q = load_queries(__name__)


async def keep_words(
    tx: Tx, booking: UUID, version: int, words: Mapping[str, str], digest: str
) -> None:
    """Once a version; the first words stay."""
    await tx.run(
        q.keep_words,
        booking=booking,
        version=version,
        tenant=tx.tenant,
        words=dict(words),
        digest=digest,
        now=tx.now,
    )


async def find_words(tx: Tx, booking: UUID, version: int) -> Wording | None:
    return await tx.one(Wording, q.find_words, booking=booking, version=version)
