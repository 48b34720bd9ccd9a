"""Applying the feed: what changed is read again from the database and written into one file."""

import contextlib
import time
from datetime import date

from hub.core.db import Session
from tourism.indexing import store
from tourism.indexing.build import first_day
from tourism.indexing.catalogue import Catalogue
from tourism.indexing.grids import clear_day
from tourism.indexing.models import Change, OverlayMonth
from tourism.indexing.reading import read_houses
from tourism.nights.layout import DAYS, YEARS, Tables

PAGE_OF_CHANGES = 2_000
MAX_ROLL = 20
NEVER = float("-inf")


class Rebuild(Exception):
    """What was read cannot be applied to this generation."""


class Follower:
    """Applies the feed to one generation."""

    def __init__(self, session: Session, tables: Tables) -> None:
        self.session, self.tables = session, tables
        self.catalogue = Catalogue(tables)
        self._done: dict[int, int] = {}  # number -> transaction, not below the watermark

    async def follow(self) -> int:
        """Apply everything committed before this call, and note it; how many changes. Raises
        `Rebuild`, also when the feed has forgotten what was not applied, `IndexFull` or
        `Damaged`."""
        began = time.monotonic()
        watermark, applied = self.tables["watermark"], 0
        after, horizon = (watermark, -1), None
        while True:
            rows = await store.read_changes(self.session, after, PAGE_OF_CHANGES)
            if rows[0].pruned > watermark:
                self.tables.header["caught_up"] = NEVER
                raise Rebuild("the feed has forgotten what was not applied")
            # The first reading's horizon: later pages may see more, which the next turn looks at.
            horizon = rows[0].horizon if horizon is None else horizon
            changes = [row for row in rows if row.seq is not None]
            fresh = [row for row in changes if row.seq not in self._done]
            if fresh:
                await self.apply(fresh)
                applied += len(fresh)
                self._done |= {row.seq: row.xid for row in fresh if row.seq and row.xid}
            if len(changes) < PAGE_OF_CHANGES:
                break
            last = changes[-1]
            assert last.xid is not None
            assert last.seq is not None
            after = (last.xid, last.seq)
        self._note(horizon, began)
        return applied

    def _note(self, horizon: int, began: float) -> None:
        tables = self.tables
        if self._done:
            tables.note("applied_seq", max(tables["applied_seq"], *self._done))
            self._done = {seq: xid for seq, xid in self._done.items() if xid >= horizon}
        if tables["watermark"] != horizon:
            tables.note("watermark", horizon)
        tables.header["caught_up"] = began

    async def apply(self, changes: list[Change]) -> None:
        """Bring what changed to what the database says now."""
        if any(change.kind == "everything" for change in changes):
            raise Rebuild("everything changed")
        houses = {c.property for c in changes if c.kind == "house" and c.property is not None}
        nights = {
            (c.room_type, c.month)
            for c in changes
            if c.kind == "nights" and c.room_type is not None and c.month is not None
        }
        overlays: set[int] = set()
        for change in changes:
            if change.kind == "overlay" and change.property is not None:
                overlays.add(change.property)
                key = (change.property, change.room_type or 0, change.rate_plan or 0)
                if key not in self.catalogue.overlay_of:
                    houses.add(change.property)
        if houses:
            await self.apply_houses(sorted(houses))
        if overlays:
            await self.apply_overlays(sorted(overlays))
        if nights:
            await self.apply_nights(nights)

    def first_month(self) -> date:
        return date.fromordinal(self.tables["first_day"]).replace(day=1)

    async def apply_houses(self, properties: list[int]) -> None:
        """Houses as they are now; the nights of room types that stand anew are read whole, before
        anything is written: a house that moves is found where it was until then."""
        catalogue, first = self.catalogue, self.first_month()
        wholes = {w.house.property: w for w in await read_houses(self.session, properties)}
        moving = [whole for whole in wholes.values() if catalogue.moves(whole)]
        rooms = [room.id for whole in moving for room in whole.rooms]
        months = await store.list_months_of(self.session, rooms, first) if rooms else []
        overlays = await self._read_overlays([w.house.property for w in moving if w.overlays])
        for property in properties:
            if property not in wholes:
                catalogue.remove_house(property)
        with self.tables.moving() if moving else contextlib.nullcontext():
            for whole in wholes.values():
                catalogue.place_house(whole)
            catalogue.write_months(months)
            for month in overlays:
                catalogue.write_overlay(month)
            for whole in moving:
                catalogue.open_house(whole)

    async def apply_overlays(self, properties: list[int]) -> None:
        for month in await self._read_overlays(properties):
            self.catalogue.write_overlay(month)

    async def _read_overlays(self, properties: list[int]) -> list[OverlayMonth]:
        if not properties:
            return []
        return await store.list_overlay_months(self.session, properties, self.first_month())

    async def apply_nights(self, wanted: set[tuple[int, date]]) -> None:
        pairs = sorted(wanted)
        found = await store.list_months(
            self.session, [room for room, _ in pairs], [month for _, month in pairs]
        )
        self.catalogue.write_months(found)
        for room_type, month in wanted - {(m.room_type, m.month) for m in found}:
            self.catalogue.forget_month(room_type, month)

    async def roll_to(self, today: date) -> bool:
        """Let days pass: each new night takes the row of one that is over. True when one did."""
        tables, wanted = self.tables, first_day(today)
        if wanted <= tables["first_day"]:
            return False
        last = date.fromordinal(wanted + DAYS - 1)
        if wanted - tables["first_day"] > MAX_ROLL or last.year - tables["let_year"] >= YEARS:
            raise Rebuild("too many days have passed")
        while tables["first_day"] < wanted:
            day = date.fromordinal(tables["first_day"] + DAYS)
            await self._write_day(day)
            tables.note("first_day", tables["first_day"] + 1)
        return True

    async def _write_day(self, day: date) -> None:
        """The night of a day that is new at the end."""
        nights = await store.list_nights_of_day(self.session, day)
        overlays = await store.list_overlays_of_day(self.session, day)
        row = day.toordinal() % DAYS
        clear_day(self.tables, row)
        self.catalogue.write_day(row, nights)
        self.catalogue.write_overlay_day(row, overlays)
