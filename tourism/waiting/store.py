"""The statements of the waiting list."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from hub.core.db import Tx
from hub.core.sql import load_queries
from tourism.booking.models import Guest
from tourism.waiting.models import JoinList, Wish, WishState

q = load_queries(__name__)

MOST_SHOWN = 200


class OpenCount(msgspec.Struct, frozen=True, kw_only=True):
    """How many wait at a house, and how many of them under one address."""

    house: int
    guest: int


class HouseOf(msgspec.Struct, frozen=True, kw_only=True):
    """A house and its wall."""

    tenant: int
    property: int


class WishOf(msgspec.Struct, frozen=True, kw_only=True):
    """A wish and its wall."""

    tenant: int
    wish: UUID


class Wall(msgspec.Struct, frozen=True, kw_only=True):
    """A tenant."""

    tenant: int


async def insert_wish(tx: Tx, id: UUID, command: JoinList) -> bool:
    """False when this wish is known already."""
    inserted = await tx.run(
        q.insert_wish,
        id=id,
        tenant=tx.tenant,
        property=command.property,
        arrival=command.arrival,
        departure=command.departure,
        flex_days=command.flex_days,
        refundable=command.refundable,
        adults=command.adults,
        child_ages=list(command.child_ages),
        rooms=command.rooms,
        room_types=list(command.room_types),
        guest=command.guest,
        now=tx.now,
    )
    return inserted == 1


async def find_wish(tx: Tx, id: UUID) -> Wish | None:
    return await tx.one(Wish, q.find_wish, id=id)


async def lock_wish(tx: Tx, id: UUID) -> Wish | None:
    return await tx.one(Wish, q.lock_wish, id=id)


async def count_open(tx: Tx, property: int, email: str) -> OpenCount:
    found = await tx.one(OpenCount, q.count_open, property=property, email=email)
    assert found is not None
    return found


async def count_before(tx: Tx, wish: Wish, span: tuple[date, date]) -> int:
    found = await tx.value(
        int,
        q.count_before,
        property=wish.property,
        id=wish.id,
        first=span[0],
        until=span[1],
    )
    return found or 0


async def list_waiting(tx: Tx, property: int) -> list[Wish]:
    return await tx.all(Wish, q.list_waiting, property=property, wanted=MOST_SHOWN)


async def list_open(tx: Tx) -> list[Wish]:
    return await tx.all(Wish, q.list_open, wanted=MOST_SHOWN)


async def list_closed(tx: Tx, wanted: int) -> list[Wish]:
    return await tx.all(Wish, q.list_closed, wanted=wanted)


async def note_tried(tx: Tx, property: int) -> None:
    await tx.run(q.note_tried, property=property, now=tx.now)


async def offer_wish(tx: Tx, wish: UUID, booking: UUID, until: datetime) -> None:
    await tx.run(q.offer_wish, id=wish, booking=booking, until=until)


async def close_wish(tx: Tx, wish: UUID, state: WishState) -> bool:
    """False when it is closed already."""
    return await tx.run(q.close_wish, id=wish, state=state, now=tx.now) == 1


async def close_past(tx: Tx, property: int, today: date) -> None:
    await tx.run(q.close_past, property=property, today=today, now=tx.now)


async def keep_hold(tx: Tx, booking: UUID, until: datetime, guest: Guest) -> None:
    await tx.run(q.keep_hold, booking=booking, until=until, guest=guest)


async def list_houses_waited_for(tx: Tx, before: datetime, wanted: int) -> Sequence[HouseOf]:
    return await tx.all(HouseOf, q.list_houses_waited_for, before=before, wanted=wanted)


async def list_offers_to_close(tx: Tx, wanted: int) -> Sequence[WishOf]:
    return await tx.all(WishOf, q.list_offers_to_close, now=tx.now, wanted=wanted)


async def list_tenants_with_old_wishes(tx: Tx, before: datetime) -> list[int]:
    found = await tx.all(Wall, q.list_tenants_with_old_wishes, before=before)
    return [wall.tenant for wall in found]


async def forget_old(tx: Tx, before: datetime) -> None:
    await tx.run(q.forget_old, before=before)


async def find_waited_for(tx: Tx, booking: UUID) -> int | None:
    return await tx.value(int, q.find_waited_for, booking=booking)


async def claim_letter(tx: Tx, wish: UUID, kind: str) -> bool:
    """True for the one call that may write this letter."""
    return await tx.run(q.claim_letter, wish=wish, kind=kind) == 1
