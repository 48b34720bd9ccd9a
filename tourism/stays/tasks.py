"""The letter follows its asking."""

from hub.core.db import Database
from hub.core.vertical import Task
from tourism.stays.actions import letters
from tourism.stays.models import ProofAsked


async def _write(database: Database, tenant: int | None, message: ProofAsked) -> None:
    async with database.transaction(tenant) as tx:
        await letters.write_proof(tx, message)


write_proof_later = Task(name="stays.write_proof", message_type=ProofAsked, run=_write)
