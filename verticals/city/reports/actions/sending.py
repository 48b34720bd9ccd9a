"""Take a report in."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

from hub import audit
from hub.core import pictures
from hub.core.db import Tx
from verticals.city import towns
from verticals.city.reports import policy, store
from verticals.city.reports.actions import letters, photos
from verticals.city.reports.actions.services import begin_services, find_service
from verticals.city.reports.errors import PhotosBusy, ReportInvalid, ReportKnown, TooManyReports
from verticals.city.reports.models import Photo, Report, SendReport, Sent, State

WIDEST = 1600
# One picture at a time in each process, so that pages are served meanwhile; who waits is bounded.
_thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="report-photos")
_WAITING_MAX = 8
_waiting = 0


async def prepare_photo(content: bytes) -> Photo:
    """The photo as it is kept: its pixels, and nothing of where and by whom it was taken. Raises
    `PictureRefused`, `PhotosBusy`."""
    global _waiting  # noqa: PLW0603  this process' own
    if _waiting >= _WAITING_MAX:
        raise PhotosBusy("Other photos are being taken in: send yours again in a minute.")
    _waiting += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_thread, _draw, content)
    finally:
        _waiting -= 1


def _draw(content: bytes) -> Photo:
    picture = pictures.read_picture(content, field="photo")
    drawn = pictures.write_webp(picture, WIDEST)
    return Photo(width=drawn.width, height=drawn.height, content=drawn.content)


async def send_report(
    tx: Tx, id: UUID, command: SendReport, photo: Photo | None = None, *, anyway: bool = True
) -> Sent:
    """Take a report in; the same id again changes nothing. One that seems to be known already (same
    kind, within 50 m, still open) is refused unless it is sent `anyway`; then it names the other.

    Raises `ReportInvalid`, `ReportKnown`, `ServiceUnknown`, `OutsideTown`, `TooManyReports`.
    """
    known = await store.find_report(tx, id)
    if known is not None:
        return Sent(id=id, number=known.number, duplicate_of=known.duplicate_of, again=True)
    town = await towns.find_town(tx)
    command = policy.check_report(command, await find_service(tx, command.service))
    point = towns.read_position(town, command.lat, command.long)
    if point is None and not command.address:
        raise ReportInvalid("Say where it is: an address, or a place on the map.", field="address")
    if await store.count_recent(tx, tx.now - timedelta(hours=1)) >= policy.MOST_AN_HOUR:
        raise TooManyReports("Send yours again in an hour, or call the town.")
    near = await find_near(tx, command.service, point)
    if near and not anyway:
        raise ReportKnown("Somebody has reported this within 50 metres.", field="anyway",
                          number=near[0].number)  # fmt: skip
    return await _keep(tx, id, command, point, near[0].number if near else None, photo)


async def _keep(
    tx: Tx,
    id: UUID,
    command: SendReport,
    point: tuple[float, float] | None,
    duplicate_of: int | None,
    photo: Photo | None,
) -> Sent:
    await begin_services(tx)
    number = await store.next_number(tx)  # from here on one after the other
    known = await store.find_report(tx, id)
    if known is not None:  # sent twice at once
        await store.give_number_back(tx)
        return Sent(id=id, number=known.number, duplicate_of=known.duplicate_of, again=True)
    await store.insert_report(tx, id, number, command, point, duplicate_of)
    if photo is not None:
        await photos.keep_photo(tx, id, photo)
    await store.insert_step(tx, id, State.RECEIVED, "")
    await audit.record(tx, action="city.report_received", subject=f"report:{id}")
    if command.email:
        await letters.write_step(tx, id, "received")
    return Sent(id=id, number=number, duplicate_of=duplicate_of)


async def find_near(tx: Tx, service: str, point: tuple[float, float] | None) -> list[Report]:
    """Open reports of the same kind within 50 m."""
    if point is None:
        return []
    return policy.same_place(*point, await store.list_near(tx, service, *policy.around(*point)))
