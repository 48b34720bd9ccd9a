"""A new generation of the index, from the database as one snapshot sees it."""

import os
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import msgspec

from hub.core.db import Session
from tourism.indexing import bulk, records, store
from tourism.indexing.catalogue import Catalogue
from tourism.indexing.models import CommuneRow, Whole
from tourism.indexing.reading import read_houses
from tourism.nights import folders, layout
from tourism.nights.layout import Capacity, Tables

BEFORE = 2  # days before today that are kept: it is still yesterday in some of the zones
CELL_DEGREES = 0.1
UNKNOWN_PLACE = 99.0


class BuildFailed(Exception):
    """No file was built: the process that builds was killed, or had no room."""


class Built(msgspec.Struct, frozen=True, kw_only=True):
    """What was built, and how."""

    path: str
    houses: int
    columns: int
    nights: int
    seconds: float


def first_day(today: date) -> int:
    """The ordinal of the first night that an index of today holds."""
    return today.toordinal() - BEFORE


async def build(session: Session, folder_for: Callable[[int], Path], today: date) -> Built:
    """Build a file in the folder that has room for its size; nothing refers to it yet."""
    started = time.monotonic()
    await session.execute("begin isolation level repeatable read read only")
    try:
        feed = await store.open_feed(session)
        communes = await store.list_communes(session)
        wholes = await read_houses(session)
        capacity = capacity_for(wholes, communes)
        folder = folder_for(capacity.size)
        half = folders.half(folder, os.getpid())
        half.unlink(missing_ok=True)
        generation = time.time_ns()
        tables = layout.create(half, capacity, generation)
        tables.header["first_day"] = first_day(today)
        tables.header["let_year"] = date.fromordinal(first_day(today)).year
        catalogue = Catalogue(tables)
        in_order = place_all(catalogue, wholes, communes)
        nights = await _read_nights(session, catalogue, today)
        for whole in in_order:
            catalogue.open_house(whole)
        tables.header["watermark"] = feed.horizon
        tables.header["feed"] = feed.id.encode()
        tables.guard.seal()
    finally:
        await session.execute("rollback")
    path = folder / f"index-{generation}"
    half.rename(path)
    return Built(
        path=str(path),
        houses=len(wholes),
        columns=tables["columns"],
        nights=nights,
        seconds=time.monotonic() - started,
    )


def capacity_for(wholes: Sequence[Whole], communes: Sequence[CommuneRow]) -> Capacity:
    """Room for what there is, and a fifth more; then the index is built anew."""
    rooms = sum(len(whole.rooms) for whole in wholes)
    plans = sum(len(whole.plans) for whole in wholes)
    promotions = sum(len(whole.promotions) * len(whole.plans) for whole in wholes)
    supplements = sum(
        len(records.supplement_rows(plan)) for whole in wholes for plan in whole.plans
    )
    overlays = sum(len(whole.overlays) for whole in wholes)
    links = sum(1 + len(whole.plans) * (1 + len(whole.rooms)) for whole in wholes if whole.overlays)

    def more(count: int, least: int) -> int:
        return count + count // 5 + least

    return Capacity(
        columns=-(-more(rooms, 1_000) // 64) * 64,
        houses=-(-more(len(wholes), 1_000) // layout.WORD) * layout.WORD,
        plans=more(2 * plans, 10_000),
        promotions=more(2 * promotions, 10_000),
        supplements=more(2 * supplements, 10_000),
        links=more(2 * links, 100_000),
        overlays=more(overlays, 4_000),
        cards=more(1_200 * len(wholes), 4_000_000),
        communes=max(len(communes), 1),
    )


def place_all(
    catalogue: Catalogue, wholes: Sequence[Whole], communes: Sequence[CommuneRow]
) -> list[Whole]:
    """Number communes by region, department and cell, and their houses after them."""
    ordered = sorted(communes, key=_commune_order)
    catalogue.set_communes(ordered)
    place = {commune.code: number for number, commune in enumerate(ordered)}
    known = [whole for whole in wholes if whole.house.commune_code in place]
    in_order = sorted(known, key=lambda w: (place[w.house.commune_code], w.house.property))
    for whole in in_order:
        catalogue.place_house(whole)
    catalogue.close_ranges()
    return in_order


def _commune_order(commune: CommuneRow) -> tuple[str, str, int, str, str]:
    return (
        commune.region,
        commune.department,
        cell_of(commune.lat, commune.lng),
        commune.parent or commune.code,
        commune.code,
    )


def cell_of(lat: float | None, lng: float | None) -> int:
    """The place of a cell of about ten kilometres along a curve that keeps neighbours together
    (Morton order)."""
    y = int(((UNKNOWN_PLACE if lat is None else lat) + 90) / CELL_DEGREES)
    x = int(((UNKNOWN_PLACE if lng is None else lng) + 180) / CELL_DEGREES)
    return sum((x >> bit & 1) << 2 * bit | (y >> bit & 1) << 2 * bit + 1 for bit in range(12))


async def _read_nights(session: Session, catalogue: Catalogue, today: date) -> int:
    first = date.fromordinal(first_day(today)).replace(day=1)
    nights = await bulk.read_nights(session, catalogue)
    for month in await store.list_further_months(session, first):
        catalogue.write_month(month)
    for month in await store.list_overlay_months(session, None, first):
        catalogue.write_overlay(month)
    return nights


def is_sound(tables: Tables) -> bool:
    """Whether the counts of a file are within it; a half-written one is not."""
    return all(tables[name] <= tables[f"{name}_max"] for name in layout.COUNTED)
