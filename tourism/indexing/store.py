"""The statements of the index: the feed, and what is on sale."""

from collections.abc import Sequence
from datetime import date

from hub.core.db import Reads
from hub.core.sql import load_queries
from tourism.indexing.models import (
    Change,
    CommuneRow,
    Feed,
    HouseRow,
    LetRow,
    Month,
    NightRow,
    OverlayKey,
    OverlayMonth,
    OverlayNight,
    PlanRow,
    PromotionRow,
    RoomRow,
    SupplementRow,
)

q = load_queries(__name__)

Properties = Sequence[int] | None


async def open_feed(reads: Reads) -> Feed:
    feed = await reads.one(Feed, q.open_feed)
    assert feed is not None
    return feed


async def read_changes(reads: Reads, after: tuple[int, int], wanted: int) -> list[Change]:
    """Changes after (transaction, number); at least one row, for its horizon."""
    xid, seq = after
    return await reads.all(Change, q.read_changes, xid=xid, seq=seq, wanted=wanted)


async def keep_writer(reads: Reads, name: str, applied: int, *, asleep: bool) -> None:
    await reads.value(int, q.keep_writer, name=name, applied=applied, asleep=asleep)


async def prune_changes(reads: Reads, retention_s: float) -> None:
    await reads.value(int, q.prune_changes, retention_s=retention_s)


async def list_houses(reads: Reads, properties: Properties) -> list[HouseRow]:
    return await reads.all(HouseRow, q.list_houses, properties=properties)


async def list_rooms(reads: Reads, properties: Properties) -> list[RoomRow]:
    return await reads.all(RoomRow, q.list_rooms, properties=properties)


async def list_plans(reads: Reads, properties: Properties) -> list[PlanRow]:
    return await reads.all(PlanRow, q.list_plans, properties=properties)


async def list_promotions(reads: Reads, properties: Properties) -> list[PromotionRow]:
    return await reads.all(PromotionRow, q.list_promotions, properties=properties)


async def list_supplements(reads: Reads, properties: Properties) -> list[SupplementRow]:
    return await reads.all(SupplementRow, q.list_supplements, properties=properties)


async def list_lets(reads: Reads, properties: Properties) -> list[LetRow]:
    return await reads.all(LetRow, q.list_lets, properties=properties)


async def list_overlay_keys(reads: Reads, properties: Properties) -> list[OverlayKey]:
    return await reads.all(OverlayKey, q.list_overlay_keys, properties=properties)


async def list_communes(reads: Reads) -> list[CommuneRow]:
    return await reads.all(CommuneRow, q.list_communes)


async def list_months(
    reads: Reads, room_types: Sequence[int], months: Sequence[date]
) -> list[Month]:
    return await reads.all(Month, q.list_months, room_types=room_types, months=months)


async def list_months_of(reads: Reads, room_types: Sequence[int], first: date) -> list[Month]:
    return await reads.all(Month, q.list_months_of, room_types=room_types, first=first)


async def list_further_months(reads: Reads, first: date) -> list[Month]:
    return await reads.all(Month, q.list_further_months, first=first)


async def list_overlay_months(
    reads: Reads, properties: Properties, first: date
) -> list[OverlayMonth]:
    return await reads.all(OverlayMonth, q.list_overlay_months, properties=properties, first=first)


async def list_nights_of_day(reads: Reads, day: date) -> list[NightRow]:
    return await reads.all(NightRow, q.list_nights_of_day, month=day.replace(day=1), place=day.day)


async def list_overlays_of_day(reads: Reads, day: date) -> list[OverlayNight]:
    return await reads.all(
        OverlayNight, q.list_overlays_of_day, month=day.replace(day=1), place=day.day
    )
