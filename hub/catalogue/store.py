"""The statements of the catalogue. Its one table was made beside those of services, whose first
schema file is released and makes it still."""

from collections.abc import Sequence

from hub.catalogue.models import SheetCheck
from hub.core.db import Tx
from hub.core.sql import load_queries

q = load_queries(__name__)

MOST_SHEETS = 500


async def insert_sheet_check(tx: Tx, vertical: str, fingerprint: str) -> bool:
    touched = await tx.run(
        q.insert_sheet_check,
        vertical=vertical,
        fingerprint=fingerprint,
        now=tx.now,
        actor=tx.actor,
    )
    return touched > 0


async def list_sheet_checks(tx: Tx, fingerprints: Sequence[str]) -> list[SheetCheck]:
    return await tx.all(
        SheetCheck, q.list_sheet_checks, fingerprints=list(fingerprints), wanted=MOST_SHEETS
    )
