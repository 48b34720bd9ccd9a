"""What follows a request, after the commit."""

from hub.core.db import Database
from hub.core.vertical import Task
from tourism.booking.models import RequestLapsed
from tourism.requests.actions import letters
from tourism.requests.models import HouseAsked, RequestAccepted, RequestDeclined


async def _write_asked(database: Database, tenant: int | None, message: HouseAsked) -> None:
    async with database.transaction(tenant) as tx:
        await letters.write_asked(tx, message.booking)


async def _write_accepted(database: Database, tenant: int | None, message: RequestAccepted) -> None:
    async with database.transaction(tenant) as tx:
        await letters.write_accepted(tx, message.booking)


async def _write_declined(database: Database, tenant: int | None, message: RequestDeclined) -> None:
    async with database.transaction(tenant) as tx:
        await letters.write_refused(tx, database.reader, message.booking)


async def _write_lapsed(database: Database, tenant: int | None, message: RequestLapsed) -> None:
    async with database.transaction(tenant) as tx:
        await letters.write_refused(tx, database.reader, message.booking)


write_asked_later = Task(name="requests.write_asked", message_type=HouseAsked, run=_write_asked)
write_accepted_later = Task(
    name="requests.write_accepted", message_type=RequestAccepted, run=_write_accepted
)
write_declined_later = Task(
    name="requests.write_declined", message_type=RequestDeclined, run=_write_declined
)
write_lapsed_later = Task(
    name="requests.write_lapsed", message_type=RequestLapsed, run=_write_lapsed
)
