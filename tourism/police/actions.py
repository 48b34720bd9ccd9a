"""Prepare, complete, sign, replace, hand over and destroy police sheets."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

import msgspec

from hub import audit
from hub.core import outbox
from hub.core.clock import local_date
from hub.core.db import Tx
from hub.core.errors import NotFound
from tourism import lodging
from tourism.booking.actions import reading
from tourism.booking.models import Booking
from tourism.police import store
from tourism.police.errors import SheetNotSigned, SheetSigned
from tourism.police.models import (
    Content,
    ExportSheets,
    Sheet,
    SheetsOld,
    State,
    WriteSheet,
)
from tourism.police.policy import checking, sealing

PARIS = "Europe/Paris"
# No place on earth is further ahead of UTC: no house's today is later than this.
_FURTHEST_AHEAD = timedelta(hours=14)
AT_ONCE = 1_000


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """A booking that arrives on the day, with its sheets."""

    booking: Booking
    sheets: tuple[Sheet, ...]


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """The arrivals of a day, and the day's sheets that belong to none of them."""

    on: date
    arrivals: tuple[Arrival, ...]
    others: tuple[Sheet, ...]
    sheets: tuple[Sheet, ...]


async def find_house(tx: Tx) -> lodging.Property:
    """The lodging behind the wall. Raises `NotFound` when it has not described itself."""
    house = await lodging.find_own_property(tx)
    if house is None:
        raise NotFound("Describe your house first: its police sheets come with its guests.")
    return house


async def list_day(tx: Tx, house: lodging.Property, on: date | None) -> Day:
    """The arrivals of a day and their sheets; today, on the house's own calendar, by default.

    Raises `Invalid` for a day that no stay can have.
    """
    day = checking.check_day(on or local_date(tx.now, house.zone))
    sheets = await store.list_sheets(tx, day, day)
    bookings = [one for one in await reading.list_day(tx, day) if one.arrival == day]
    known = {booking.id for booking in bookings}
    return Day(
        on=day,
        arrivals=tuple(
            Arrival(booking=one, sheets=tuple(s for s in sheets if s.booking == one.id))
            for one in bookings
        ),
        others=tuple(sheet for sheet in sheets if sheet.booking not in known),
        sheets=tuple(sheets),
    )


async def find_sheet(tx: Tx, id: UUID) -> Sheet:
    """One sheet of this house. Raises `NotFound`."""
    sheet = await store.find_sheet(tx, id)
    if sheet is None:
        raise NotFound("This sheet is unknown, or was destroyed with its time.")
    return sheet


async def prepare_sheet(tx: Tx, booking: UUID | None) -> UUID:
    """A new draft. The booking's first sheet takes over who booked, and only what R814-2 lists;
    the next ones, of those who come along, only the dates. Without a booking it is for today."""
    house = await find_house(tx)
    id = tx.uuid()
    if booking is None:
        today = local_date(tx.now, house.zone)
        written = WriteSheet(arrival=today, departure=today + timedelta(days=1), content=Content())
    else:
        found = await reading.find_booking(tx, booking)
        first = await store.count_of_booking(tx, booking) == 0
        written = WriteSheet(
            arrival=found.arrival,
            departure=found.departure,
            content=_prefill(found) if first else Content(),
        )
    await store.insert_sheet(tx, id, house.id, booking, written)
    return id


def _prefill(booking: Booking) -> Content:
    guest = booking.guest
    if guest is None:
        return Content()
    return Content(
        last_name=guest.last_name,
        first_names=guest.first_name,
        email=guest.email,
        mobile=guest.phone or "",
    )


async def write_sheet(tx: Tx, id: UUID, written: WriteSheet) -> None:
    """Keep what is known so far. Raises `SheetIncomplete` and `SheetSigned`."""
    checking.check_written(written)
    await find_sheet(tx, id)
    if not await store.save_sheet(tx, id, written):
        raise SheetSigned("Replace it by a new one.")


async def sign_sheet(tx: Tx, id: UUID, written: WriteSheet, signed_name: str) -> None:
    """Write and sign a sheet, for good. Raises `SheetIncomplete` and `SheetSigned`."""
    checking.check_to_sign(written, signed_name)
    sheet = await find_sheet(tx, id)
    checking.check_arrived(written, await _find_today(tx))
    sealed = sealing.seal(id, sheet.replaces, written, signed_name, tx.now)
    if not (
        await store.save_sheet(tx, id, written)
        and await store.sign_sheet(tx, id, signed_name, sealed)
    ):
        raise SheetSigned("Replace it by a new one.")
    await audit.record(tx, action="police.sign", subject=_subject(id), detail={"hash": sealed})


async def refuse_to_sign(tx: Tx, id: UUID, written: WriteSheet) -> None:
    """Write down that the guest refused; the house may then refuse access.

    Raises `SheetIncomplete` and `SheetSigned`.
    """
    await write_sheet(tx, id, written)
    checking.check_arrived(written, await _find_today(tx))
    await store.refuse_sheet(tx, id)
    await audit.record(tx, action="police.refusal", subject=_subject(id))


async def replace_sheet(tx: Tx, id: UUID) -> UUID:
    """A new draft that says the same and names the signed sheet it replaces; the same draft when
    there is one already. Raises `SheetNotSigned`."""
    house = await find_house(tx)
    sheet = await find_sheet(tx, id)
    if sheet.signed_at is None:
        raise SheetNotSigned()
    written = WriteSheet(arrival=sheet.arrival, departure=sheet.departure, content=sheet.content)
    new = tx.uuid()
    if not await store.insert_sheet(tx, new, house.id, sheet.booking, written, replaces=id):
        replaced_by = (await find_sheet(tx, id)).replaced_by
        assert replaced_by is not None
        return replaced_by
    await audit.record(tx, action="police.replace", subject=_subject(id), detail={"by": str(new)})
    return new


async def discard_sheet(tx: Tx, id: UUID) -> None:
    """Throw a sheet away that was never signed. Raises `SheetSigned`."""
    await find_sheet(tx, id)
    if not await store.discard_sheet(tx, id):
        raise SheetSigned("It is destroyed by itself, six months after the arrival.")
    await audit.record(tx, action="police.discard", subject=_subject(id))


async def export_sheets(tx: Tx, command: ExportSheets) -> Sequence[Sheet]:
    """The sheets of some arrivals for the police, who asked: signed ones that were not replaced,
    and refusals. Who handed how many over, and why, is written down. Raises `ExportInvalid`."""
    checking.check_export(command)
    found = await store.list_sheets(tx, command.first, command.last)
    handed = [sheet for sheet in found if sheet.state in {State.SIGNED, State.REFUSED}]
    await audit.record(
        tx,
        action="police.export",
        subject="police-sheets",
        reason=command.reason,
        detail={
            "first": str(command.first),
            "last": str(command.last),
            "sheets": len(handed),
        },
    )
    return handed


async def announce_old_sheets(tx: Tx, after: int = 0) -> int | None:
    """Wake the next houses that may hold sheets whose time is over; the last one of them, after
    which to go on, or None when there is none any more."""
    furthest = (tx.now + _FURTHEST_AHEAD).date()
    last = sealing.last_destroyed(furthest)
    houses = await store.list_houses_with_old_sheets(tx, last, after, AT_ONCE)
    for tenant in houses:
        await outbox.emit_for(tx, tenant, SheetsOld(on=furthest))
    return houses[-1] if houses else None


async def destroy_old_sheets(tx: Tx) -> int:
    """Destroy the sheets of the house whose time is over on its own calendar; how many. Only
    their number is written down."""
    destroyed = await store.destroy_sheets(tx, sealing.last_destroyed(await _find_today(tx)))
    if destroyed:
        await audit.record(
            tx, action="police.purge", subject="police-sheets", detail={"sheets": destroyed}
        )
    return destroyed


async def _find_today(tx: Tx) -> date:
    house = await lodging.find_own_property(tx)
    return local_date(tx.now, house.zone if house else PARIS)


def _subject(id: UUID) -> str:
    return f"police-sheet:{id}"
