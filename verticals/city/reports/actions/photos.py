"""Photos are sealed under the town's key: they show faces, plates, houses."""

from uuid import UUID

from hub import keys
from hub.core import outbox
from hub.core.db import Tx
from verticals.city.reports import store
from verticals.city.reports.models import Photo, PhotosBare


async def keep_photo(tx: Tx, report: UUID, photo: Photo) -> None:
    """Raises what `keys.seal` raises."""
    sealed = await keys.seal(tx, photo.content, _place(report))
    await store.insert_photo(tx, report, photo.width, photo.height, sealed)


async def open_photo(tx: Tx, report: UUID) -> Photo | None:
    """Raises what `keys.unseal` raises."""
    kept = await store.find_photo(tx, report)
    if kept is None:
        return None
    content = kept.content
    if kept.sealed is not None:
        content = await keys.unseal(tx, kept.sealed, _place(report))
    assert content is not None
    return Photo(width=kept.width, height=kept.height, content=content)


async def announce_bare_photos(tx: Tx, after: int = 0) -> int | None:
    """Wake the next towns whose photos are not all sealed; the last of them, or None."""
    towns = await store.list_bare_towns(tx, after)
    for town in towns:
        await outbox.emit_for(tx, town, PhotosBare())
    return towns[-1] if towns else None


async def seal_photos(tx: Tx) -> int:
    """Seal some photos that were taken in before; how many. The others follow."""
    ring = await keys.make_ring(tx)
    bare = await store.list_bare_photos(tx)
    for one in bare:
        sealed = ring.seal(one.content, _place(one.report), tx.database.ids)
        await store.seal_photo(tx, one.report, sealed)
    if bare:
        await outbox.emit(tx, PhotosBare())
    return len(bare)


def _place(report: UUID) -> str:
    return keys.place("city_report_photo", "sealed", report)
