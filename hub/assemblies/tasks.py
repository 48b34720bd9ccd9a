"""Votes open and close by the clock."""

from datetime import timedelta

from hub.assemblies.actions import counting, departing
from hub.assemblies.models import ProposalDue, TurnDue
from hub.core.db import Database
from hub.core.vertical import Nothing, Task, Tick


async def _announce_due(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    async with database.transaction() as tx:
        await counting.announce_due(tx)


async def _advance(database: Database, tenant: int | None, message: ProposalDue) -> None:
    async with database.transaction(tenant) as tx:
        await counting.advance(tx, message.proposal)


async def _announce_turns(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    async with database.transaction() as tx:
        await departing.announce_turns(tx)


async def _tell_turn(database: Database, tenant: int | None, message: TurnDue) -> None:
    async with database.transaction(tenant) as tx:
        await departing.tell_turn(tx, message)


announce_due_later = Task(name="assemblies.announce_due", message_type=Nothing, run=_announce_due)
advance_later = Task(name="assemblies.advance", message_type=ProposalDue, run=_advance)
announce_turns_later = Task(
    name="assemblies.announce_turns", message_type=Nothing, run=_announce_turns
)
tell_turn_later = Task(name="assemblies.tell_turn", message_type=TurnDue, run=_tell_turn)
EVERY_HOUR = Tick(task=announce_turns_later, every=timedelta(hours=1))
EVERY_MINUTE = Tick(task=announce_due_later, every=timedelta(minutes=1))
