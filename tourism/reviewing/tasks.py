"""What follows the end of a stay, and the removal of a review."""

from datetime import timedelta

from hub.core.db import Database
from hub.core.vertical import Nothing, Task, Tick
from tourism.reviewing.actions import asking, letters
from tourism.reviewing.models import OldReviews, ReviewRemoved, ReviewWanted, StayOver


async def _announce(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    async with database.transaction() as tx:
        last = await asking.announce_stays_over(tx)
    while last is not None:
        async with database.transaction() as tx:
            last = await asking.announce_stays_over(tx, last)


async def _ask(database: Database, tenant: int | None, message: StayOver) -> None:
    async with database.transaction(tenant) as tx:
        await asking.ask_guest(tx, message.booking)


async def _invite(database: Database, tenant: int | None, message: ReviewWanted) -> None:
    async with database.transaction(tenant) as tx:
        await letters.write_invitation(tx, message)


async def _tell_removed(database: Database, tenant: int | None, message: ReviewRemoved) -> None:
    async with database.transaction(tenant) as tx:
        await letters.write_removal(tx, database.reader, message.review)


async def _announce_old(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    async with database.transaction() as tx:
        await asking.announce_old(tx)


async def _forget_old(database: Database, tenant: int | None, message: OldReviews) -> None:
    del message
    async with database.transaction(tenant) as tx:
        await asking.forget_old(tx)


announce_later = Task(name="reviewing.announce", message_type=Nothing, run=_announce)
ask_later = Task(name="reviewing.ask", message_type=StayOver, run=_ask)
invite_later = Task(name="reviewing.invite", message_type=ReviewWanted, run=_invite)
tell_removed_later = Task(
    name="reviewing.tell_removed", message_type=ReviewRemoved, run=_tell_removed
)
announce_old_later = Task(name="reviewing.announce_old", message_type=Nothing, run=_announce_old)
forget_old_later = Task(name="reviewing.forget_old", message_type=OldReviews, run=_forget_old)

ASK = Tick(task=announce_later, every=timedelta(hours=1))
FORGET = Tick(task=announce_old_later, every=timedelta(hours=24))
