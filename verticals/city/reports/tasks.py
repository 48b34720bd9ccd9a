"""Photos that were taken in before photos were sealed are sealed in the background."""

from datetime import timedelta

from hub.core.db import Database
from hub.core.vertical import Nothing, Task, Tick
from verticals.city.reports.actions import photos
from verticals.city.reports.models import PhotosBare


async def _announce(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    after: int | None = 0
    while after is not None:
        async with database.transaction() as tx:
            after = await photos.announce_bare_photos(tx, after)


async def _seal(database: Database, tenant: int | None, message: PhotosBare) -> None:
    del message
    async with database.transaction(tenant) as tx:
        await photos.seal_photos(tx)


announce_photos_later = Task(name="city.announce_photos", message_type=Nothing, run=_announce)
seal_photos_later = Task(name="city.seal_photos", message_type=PhotosBare, run=_seal)
DAILY = Tick(task=announce_photos_later, every=timedelta(days=1))
