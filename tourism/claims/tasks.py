"""What follows when a claim waits for a decision."""

from hub.core.db import Database
from hub.core.vertical import Task
from tourism.claims.actions import deciding
from tourism.claims.models import ClaimAsked


async def _tell_deciders(database: Database, tenant: int | None, message: ClaimAsked) -> None:
    assert tenant is not None
    await deciding.tell_deciders(database, tenant, message.claim)


tell_deciders_later = Task(name="claims.tell_deciders", message_type=ClaimAsked, run=_tell_deciders)
