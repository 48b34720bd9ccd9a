"""Describe, order, remove, put back and destroy photos."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from hub import audit
from hub.core import outbox
from hub.core.db import Tx
from hub.core.errors import NotFound
from hub.core.sentences import Sentence
from tourism import lodging
from tourism.photos import store
from tourism.photos.errors import TooManyPhotos
from tourism.photos.models import (
    KEPT_AFTER_REMOVAL_DAYS,
    PHOTOS_MAX,
    REMOVED_MAX,
    Change,
    PhotosOld,
)
from tourism.photos.policy import ordering

_KEPT = timedelta(days=KEPT_AFTER_REMOVAL_DAYS)


async def describe_photos(
    tx: Tx, house: lodging.Property, changes: Sequence[Change]
) -> dict[str, Sentence]:
    """Keep the texts and room types that are right; what is wrong with the others, by the name of
    its field (`alt-PHOTO-LANGUAGE`)."""
    rooms = {type.id for type in await lodging.list_room_types(tx, house.id)}
    known = {photo.id: photo for photo in await store.list_photos(tx, house.id)}
    source = house.facts.source_language
    faults: dict[str, Sentence] = {}
    for change in changes:
        photo = known.get(change.photo)
        if photo is None:
            continue
        wrong = ordering.alt_faults(change, source, shown=bool(photo.alt))
        faults |= {f"alt-{photo.id}-{language}": said for language, said in wrong.items()}
        alt = photo.alt if wrong else ordering.clean_alt(change.alt)
        room = change.room_type if change.room_type in rooms else None
        if (alt, room) != (photo.alt, photo.room_type):
            await store.describe_photo(tx, house.id, photo.id, alt, room)
    return faults


async def move_photo(tx: Tx, house: lodging.Property, photo: UUID, steps: int) -> None:
    """Move a photo some places further or back in the order."""
    await _order(tx, house, lambda current: ordering.move(current, photo, steps))


async def order_photos(tx: Tx, house: lodging.Property, wanted: Sequence[UUID]) -> None:
    """Put the photos in the wanted order; those that came since follow."""
    await _order(tx, house, lambda current: ordering.arrange(current, wanted))


async def _order(tx: Tx, house: lodging.Property, arrange: ordering.Arrange) -> None:
    await lodging.lock_property(tx, house.id)
    current = [photo.id for photo in await store.list_photos(tx, house.id)]
    await store.order_photos(tx, house.id, arrange(current))


async def remove_photo(tx: Tx, house: lodging.Property, photo: UUID) -> None:
    """Take a photo away from every page; it can be put back for seven days. Raises `NotFound`."""
    if not await store.remove_photo(tx, house.id, photo):
        raise NotFound("This photo is unknown, or was removed.")
    await store.destroy_photos(tx, tx.now - _KEPT, REMOVED_MAX)
    await audit.record(tx, action="photo.removed", subject=f"photo:{photo}")


async def restore_photo(tx: Tx, house: lodging.Property, photo: UUID) -> None:
    """Put a removed photo back, last. Raises `NotFound` and `TooManyPhotos`."""
    await lodging.lock_property(tx, house.id)
    if await store.count_kept(tx, house.id) >= PHOTOS_MAX:
        raise TooManyPhotos("Remove one first: at most 60 photos.")
    if not await store.restore_photo(tx, house.id, photo):
        raise NotFound("This photo is unknown, or was destroyed with its time.")
    await audit.record(tx, action="photo.restored", subject=f"photo:{photo}")


async def announce_old_photos(tx: Tx) -> int:
    """Wake every house that holds photos removed too long ago; how many houses."""
    houses = await store.list_houses_with_removed_photos(tx, tx.now - _KEPT)
    for tenant in houses:
        await outbox.emit_for(tx, tenant, PhotosOld())
    return len(houses)


async def destroy_old_photos(tx: Tx) -> int:
    """Destroy the house's photos removed more than seven days ago; how many."""
    return await store.destroy_photos(tx, tx.now - _KEPT, REMOVED_MAX)
