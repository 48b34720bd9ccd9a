"""The AVIF files are made after the upload was answered; removed photos go with their time."""

from datetime import timedelta

from hub.core.db import Database
from hub.core.vertical import Nothing, Task, Tick
from tourism.photos.actions import changing, taking
from tourism.photos.models import PhotosOld, RenditionWanted


async def _make_rendition(database: Database, tenant: int | None, message: RenditionWanted) -> None:
    await taking.make_rendition(database, tenant, message.photo, message.width)


async def _announce_old_photos(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    async with database.transaction() as tx:
        await changing.announce_old_photos(tx)


async def _destroy_old_photos(database: Database, tenant: int | None, message: PhotosOld) -> None:
    del message
    async with database.transaction(tenant) as tx:
        await changing.destroy_old_photos(tx)


make_rendition_later = Task(
    name="photos.make_rendition", message_type=RenditionWanted, run=_make_rendition
)
announce_old_photos_later = Task(
    name="photos.announce_old_photos", message_type=Nothing, run=_announce_old_photos
)
destroy_old_photos_later = Task(
    name="photos.destroy_old_photos", message_type=PhotosOld, run=_destroy_old_photos
)

DAILY = Tick(task=announce_old_photos_later, every=timedelta(days=1))
