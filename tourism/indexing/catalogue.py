"""The writer's hand on the tables: where each house, room type, plan and overlay stands.

A reader may look at any moment. So rows of plans, promotions, links and cards are always written
at the end of their table, and the one number of the house that refers to them is stored last; a
room type that is not whole has no places for persons, and is found by nobody.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any, TypeVar

import msgspec
import numpy as np

from tourism.indexing import records
from tourism.indexing.models import (
    CommuneRow,
    Month,
    NightRow,
    OverlayMonth,
    OverlayNight,
    RoomRow,
    Whole,
)
from tourism.nights import DAYS, layout
from tourism.nights.layout import (
    FOR_SALE,
    LEAST,
    NO_ARRIVAL,
    TO_ARRIVAL,
    TO_DEPARTURE,
    WORD,
    Tables,
)
from tourism.rates.models import Closed, RatePlan

Bits = TypeVar("Bits", int, np.ndarray)
TO_GREATEST = TO_DEPARTURE.bit_length() - int(Closed.TO_DEPARTURE).bit_length()
NOTHING = 0  # the overlay that says nothing
EXTRA = -1  # the rate plan of an overlay that holds a room type's own further restrictions
OVERLAYS = tuple(
    f"overlay_{name}"
    for name in ("price", "min_stay", "min_through", "max_stay", "max_through", "flags")
)
# A minimum or maximum beyond these is out of reach of every stay that can be asked.
LONGEST = 255


class IndexFull(Exception):
    """A table has no room left: the index is built anew."""


class Catalogue:
    """The tables with what is needed to find a place in them by the database's ids."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        houses = tables.houses[: tables["houses"]]
        self.house_of = {int(id): n for n, id in enumerate(houses["property"]) if id}
        live = np.flatnonzero(tables.room_type[: tables["columns"]])
        self.column_of = {int(tables.room_type[n]): int(n) for n in live}
        self.overlay_of = {
            (int(key["property"]), int(key["room_type"]), int(key["rate_plan"])): n
            for n, key in enumerate(tables.overlay_of[: tables["overlays"]])
        }
        self.key_of = {bytes(key).decode(): n for n, key in enumerate(self._known("keys"))}
        self.zone_of = {bytes(key).decode(): n for n, key in enumerate(self._known("zones"))}
        self.commune_of = {
            bytes(row["code"]).decode(): n for n, row in enumerate(self._known("communes"))
        }

    def set_communes(self, communes: Sequence[CommuneRow]) -> None:
        """Number the communes, before any house is placed."""
        for number, commune in enumerate(communes):
            row = self.tables.communes[number]
            row["code"], row["parent"] = commune.code.encode(), (commune.parent or "").encode()
            row["department"], row["region"] = commune.department.encode(), commune.region.encode()
            row["lat"] = np.nan if commune.lat is None else commune.lat
            row["lng"] = np.nan if commune.lng is None else commune.lng
            row["south"] = row["west"] = np.inf
            row["north"] = row["east"] = -np.inf
            self.commune_of[commune.code] = number
        self.tables.header["communes"] = len(communes)

    def close_ranges(self) -> None:
        """The houses placed so far stand in the order of their communes: note each one's range."""
        tables = self.tables
        count = tables["columns"]
        of = tables.houses["commune"][tables.house[:count]]
        numbers = np.arange(tables["communes"])
        tables.communes["lo"][: len(numbers)] = np.searchsorted(of, numbers, "left")
        tables.communes["hi"][: len(numbers)] = np.searchsorted(of, numbers, "right")
        tables.header["ranged"] = count

    def _known(self, name: str) -> np.ndarray:
        return getattr(self.tables, name)[: self.tables[name]]

    def take(self, name: str, count: int) -> int:
        """The first of so many new rows at the end of a table."""
        start = self.tables[name]
        if start + count > self.tables[f"{name}_max"]:
            raise IndexFull(name)
        self.tables.header[name] = start + count
        return start

    def _number(self, name: str, known: dict[str, int], text: str) -> int:
        """The number of a text in a small table of texts."""
        if text not in known:
            place = self.take(name, 1)
            getattr(self.tables, name)[place] = text.encode()
            known[text] = place
        return known[text]

    def place_house(self, whole: Whole, columns: int | None = None) -> bool:
        """Write a house as it is now; True when its room types moved, so that their nights must be
        written and `open_house` called. `columns` is where a new house shall stand."""
        number = self.house_of.get(whole.house.property)
        self.tables.header["houses_written"] += 1
        if number is not None:
            self._touch(number)
        moved = number is None or columns is not None or not self._stays(number, whole)
        if number is None:
            number = self.take("houses", 1)
        if moved:
            self._close(number)
            first = self.take("columns", len(whole.rooms)) if columns is None else columns
            self._stand(number, whole, first)
        self._fill(number, whole)
        self.house_of[whole.house.property] = number
        if not moved:
            self.open_house(whole)
        return moved

    def _stays(self, number: int, whole: Whole) -> bool:
        row = self.tables.houses[number]
        first, count = int(row["first_column"]), int(row["columns"])
        known = self.tables.room_type[first : first + count].tolist()
        same_place = row["commune"] == self.commune_of.get(whole.house.commune_code, -1)
        return bool(same_place) and known == [room.id for room in whole.rooms]

    def _close(self, number: int) -> None:
        row, tables = self.tables.houses[number], self.tables
        first, count = int(row["first_column"]), int(row["columns"])
        tables.adults_max[first : first + count] = 0
        tables.occupancy_max[first : first + count] = 0
        for column in range(first, first + count):
            self.column_of.pop(int(tables.room_type[column]), None)
        tables.room_type[first : first + count] = 0
        row["columns"] = 0

    def _stand(self, number: int, whole: Whole, first: int) -> None:
        tables, count = self.tables, len(whole.rooms)
        row = tables.houses[number]
        row["first_column"], row["columns"] = first, count
        row["commune"] = self.commune_of.get(whole.house.commune_code, -1)
        # What stood there before, in this file or in the one that this was copied from, is gone.
        if tables["ranged"]:  # a new file is empty
            clear_nights(tables, (slice(None), slice(first, first + count)))
        tables.room_type[first : first + count] = [room.id for room in whole.rooms]
        tables.house[first : first + count] = number
        for column, room in enumerate(whole.rooms, start=first):
            self.column_of[room.id] = column
            tables.extra[column] = self.overlay_of.get(
                (whole.house.property, room.id, EXTRA), NOTHING
            )

    def _fill(self, number: int, whole: Whole) -> None:
        tables, house = self.tables, whole.house
        row = tables.houses[number]
        records.fill_house(row, house, whole.lets, tables["let_year"])
        with_stars, without = records.tax_keys(house)
        row["tax"] = self._number("keys", self.key_of, with_stars)
        row["tax_unclassified"] = self._number("keys", self.key_of, without)
        zone = self._number("zones", self.zone_of, records.known_zone(house.zone))
        tables.house_zone[number] = zone
        tables.house_until[number] = records.stars_until(house)
        tables.house_stars[number] = house.stars or 0
        self._widen(row)
        self._sum_up(number, whole)
        card = msgspec.msgpack.encode(records.card_of(whole))
        place = self.take("cards", len(card))
        tables.cards[place : place + len(card)] = np.frombuffer(card, np.uint8)
        row["card"] = place << 24 | len(card)
        row["plans"] = self._write_plans(whole)
        rate, cents = records.bounds_of(whole)
        first, count = int(row["first_column"]), len(whole.rooms)
        tables.bound_rate[first : first + count] = rate
        tables.bound_cents[first : first + count] = cents

    def _sum_up(self, number: int, whole: Whole) -> None:
        """What a search asks of every house, beside its row."""
        tables, summary = self.tables, records.sum_up(whole)
        first, count = int(tables.houses["first_column"][number]), len(whole.rooms)
        tables.house_free[number] = summary.free
        tables.house_bits[number] = summary.bits
        if tables.extra[first : first + count].any():
            self._overlay_house(number)
        word, bit = number // WORD, np.uint64(1 << number % WORD)
        tables.planes[word] = np.where(
            summary.planes, tables.planes[word] | bit, tables.planes[word] & ~bit
        )

    def _overlay_house(self, number: int) -> None:
        """Something more than its plans and nights says when a house is sold."""
        bits = self.tables.house_bits
        bits[number] = bits[number] & ~np.uint8(layout.PLAIN) | layout.OVERLAID

    def _widen(self, house: np.void) -> None:
        """A commune's box holds all its houses."""
        lat, lng, commune = float(house["lat"]), float(house["lng"]), int(house["commune"])
        if commune >= 0 and not np.isnan([lat, lng]).any():
            row = self.tables.communes[commune]
            row["south"], row["north"] = min(row["south"], lat), max(row["north"], lat)
            row["west"], row["east"] = min(row["west"], lng), max(row["east"], lng)

    def _write_plans(self, whole: Whole) -> int:
        plans = records.sellable_plans(whole.plans)[: records.MOST_PLANS]
        start = self.take("plans", len(plans))
        slots = {plan.id: start + n for n, plan in enumerate(plans)}
        for plan in plans:
            slot = slots[plan.id]
            parent = -1 if plan.parent is None else slots.get(plan.parent, -1)
            self.tables.plans[slot] = records.plan_row(
                plan, parent, self._write_promotions(whole, plan), self._write_supplements(plan)
            )
            self.tables.pricing[slot] = records.pricing_row(
                plan.details.pricing, plan.details.derivation
            )
        links = self._write_links(whole, list(slots)) if whole.overlays else -1
        return layout.plans_reference(start, len(plans), links)

    def _write_promotions(self, whole: Whole, plan: RatePlan) -> int:
        about = [p for p in whole.promotions if plan.id in p.details.plans or not p.details.plans]
        first = self.take("promotions", len(about))
        for place, promotion in enumerate(about, start=first):
            records.fill_promotion(self.tables.promotions[place], promotion)
        return layout.reference(first, len(about))

    def _write_supplements(self, plan: RatePlan) -> int:
        beside = records.supplement_rows(plan)
        first = self.take("supplements", len(beside))
        for place, (room_type, rule) in enumerate(beside, start=first):
            records.fill_supplement(self.tables.supplements[place], room_type, rule)
        return layout.reference(first, len(beside))

    def _write_links(self, whole: Whole, plans: Sequence[int]) -> int:
        """A house's overlays: its own, its plans', then its plans' in each room type."""
        id = whole.house.property
        known = {(key.room_type, key.rate_plan) for key in whole.overlays}
        wanted = [(0, 0), *((0, plan) for plan in plans)]
        wanted += [(room.id, plan) for room in whole.rooms for plan in plans]
        start = self.take("links", len(wanted))
        self.tables.links[start : start + len(wanted)] = [
            self.overlay(id, *pair) if pair in known else NOTHING for pair in wanted
        ]
        return start

    def overlay(self, property: int, room_type: int, rate_plan: int) -> int:
        """The column of an overlay, made when it is new."""
        key = (property, room_type, rate_plan)
        if key not in self.overlay_of:
            place = self.take("overlays", 1)
            for name in OVERLAYS:
                getattr(self.tables, name)[:, place] = 0
            self.tables.overlay_of[place] = key
            self.overlay_of[key] = place
        return self.overlay_of[key]

    def open_house(self, whole: Whole) -> None:
        """Let the room types of a house be found: their persons are written last."""
        number = self.house_of[whole.house.property]
        self._seat(int(self.tables.houses["first_column"][number]), whole.rooms)
        self._touch(number)

    def _touch(self, houses: int | np.ndarray) -> None:
        """Something of houses was written: what was found where they stand is found again."""
        communes = self.tables.houses["commune"][houses]
        self.tables.touched[communes] += 1

    def _seat(self, first: int, rooms: Sequence[RoomRow]) -> None:
        tables = self.tables
        for column, room in enumerate(rooms, start=first):
            tables.standard[column] = min(room.occupancy_standard, 255)
            tables.occupancy_max[column] = min(room.occupancy_max, 255)
            tables.adults_max[column] = min(room.adults_max, 255)

    def remove_house(self, property: int) -> None:
        """A house that is not on sale any more."""
        number = self.house_of.pop(property, None)
        if number is not None:
            self._close(number)
            self._touch(number)
            self.tables.houses[number]["property"] = 0
            self.tables.header["houses_written"] += 1

    def covered(self, month: date, length: int) -> tuple[int, int, int]:
        """Which nights of a month the index holds: first and last place (from 0), first ordinal."""
        first_day, begins = self.tables["first_day"], month.toordinal()
        low = max(first_day - begins, 0)
        high = min(first_day + DAYS - begins, length)
        return low, high, begins

    def write_months(self, months: Sequence[Month]) -> None:
        """The nights of some room types as they are now, those of one month together; room types
        that are not on sale are left out."""
        together: defaultdict[tuple[date, int], list[Month]] = defaultdict(list)
        for month in months:
            if month.room_type not in self.column_of:
                continue
            if _is_even(month):
                together[month.month, len(month.units_left)].append(month)
            else:
                self.forget_month(month.room_type, month.month, len(month.units_left))
        for some in together.values():
            self._write_together(some)

    def write_month(self, month: Month) -> None:
        """The nights of a room type as they are now."""
        self.write_months((month,))

    def _write_together(self, months: Sequence[Month]) -> None:
        """Months of one name and length, of different room types."""
        low, high, begins = self.covered(months[0].month, len(months[0].units_left))
        if low >= high:
            return
        part, rows = slice(low, high), np.arange(begins + low, begins + high) % DAYS
        columns = np.array([self.column_of[month.room_type] for month in months])
        flags = flags_of(np.array([month.flags[part] for month in months], np.int16).T)
        left = np.array([month.units_left[part] for month in months], np.int16).T
        prices = np.array([month.price_cents[part] for month in months], np.int64).T
        least = np.array([month.min_stay[part] for month in months], np.int16).T
        self.note_price(int(prices.max()))
        self._put("price", rows, columns, prices)
        self._put("min_stay", rows, columns, least_of(least, flags))
        self._put("left", rows, columns, np.where(flags & FOR_SALE, ~left, left))
        self._put("flags", rows, columns, flags)
        for month, column in zip(months, columns.tolist(), strict=True):
            self._write_extra(month, column, rows, part)
        self._touch(np.unique(self.tables.house[columns]))

    def _put(self, name: str, rows: np.ndarray, columns: np.ndarray, values: np.ndarray) -> None:
        """Write what is new only: a line of memory that is written is taken from every reader."""
        grid = getattr(self.tables, name)
        new = values.astype(grid.dtype)
        night, room = (grid[rows[:, None], columns] != new).nonzero()
        if len(night):
            grid[rows[night], columns[room]] = new[night, room]

    def note_price(self, cents: int) -> None:
        """The greatest price of a night: it tells how wide sums must be."""
        if cents > self.tables["price_max"]:
            self.tables.header["price_max"] = cents

    def forget_month(self, room_type: int, month: date, length: int) -> None:
        """Nights that are not in the database any more."""
        column = self.column_of.get(room_type)
        low, high, begins = self.covered(month, length)
        if column is not None and low < high:
            rows = np.arange(begins + low, begins + high) % DAYS
            clear_nights(self.tables, (rows, column))
            self._touch(int(self.tables.house[column]))

    def _write_extra(self, month: Month, column: int, rows: np.ndarray, part: slice) -> None:
        tables = self.tables
        further = (month.min_through, month.max_stay, month.max_through)
        place = int(tables.extra[column])
        if place == NOTHING:
            if not any(values is not None and any(values[part]) for values in further):
                return
            house = int(tables.houses[tables.house[column]]["property"])
            place = self.overlay(house, month.room_type, EXTRA)
        for grid, values in zip(
            (tables.overlay_min_through, tables.overlay_max_stay, tables.overlay_max_through),
            further,
            strict=True,
        ):
            grid[rows, place] = 0 if values is None else np.clip(values[part], 0, LONGEST)
        tables.extra[column] = place
        self._overlay_house(int(tables.house[column]))

    def write_night(self, row: int, night: NightRow) -> None:
        """One night of a room type on sale."""
        column, tables = self.column_of.get(night.room_type), self.tables
        if column is None:
            return
        flags = flags_of(night.flags)
        self.note_price(night.price_cents)
        tables.price[row, column] = night.price_cents
        tables.min_stay[row, column] = least_of(np.array(night.min_stay), np.array(flags))
        tables.left[row, column] = ~night.units_left if flags & FOR_SALE else night.units_left
        tables.flags[row, column] = flags
        further = (night.min_through, night.max_stay, night.max_through)
        if any(further):
            house = int(tables.houses[tables.house[column]]["property"])
            place = self.overlay(house, night.room_type, EXTRA)
            tables.overlay_min_through[row, place] = min(max(night.min_through, 0), LONGEST)
            tables.overlay_max_stay[row, place] = min(max(night.max_stay, 0), LONGEST)
            tables.overlay_max_through[row, place] = min(max(night.max_through, 0), LONGEST)
            tables.extra[column] = place
            self._overlay_house(int(tables.house[column]))

    def write_overlay_night(self, row: int, night: OverlayNight) -> None:
        """One night of an overlay that is known."""
        place = self.overlay_of.get((night.property, night.room_type, night.rate_plan))
        if place is None:
            return
        tables = self.tables
        self.note_price(night.price_cents)
        tables.overlay_price[row, place] = night.price_cents
        tables.overlay_flags[row, place] = flags_of(night.flags)
        tables.overlay_min_stay[row, place] = min(max(night.min_stay, 0), LONGEST)
        tables.overlay_min_through[row, place] = min(max(night.min_through, 0), LONGEST)
        tables.overlay_max_stay[row, place] = min(max(night.max_stay, 0), LONGEST)
        tables.overlay_max_through[row, place] = min(max(night.max_through, 0), LONGEST)

    def write_overlay(self, month: OverlayMonth) -> None:
        """What a house or plan says of a month."""
        low, high, begins = self.covered(month.month, len(month.flags))
        if low >= high:
            return
        tables, part = self.tables, slice(low, high)
        place = self.overlay(month.property, month.room_type, month.rate_plan)
        rows = np.arange(begins + low, begins + high) % DAYS
        prices = np.array(month.price_cents[part], np.int64)
        self.note_price(int(prices.max()))
        tables.overlay_price[rows, place] = prices
        tables.overlay_flags[rows, place] = flags_of(np.array(month.flags[part], np.int16))
        for grid, values in (
            (tables.overlay_min_stay, month.min_stay),
            (tables.overlay_min_through, month.min_through),
            (tables.overlay_max_stay, month.max_stay),
            (tables.overlay_max_through, month.max_through),
        ):
            grid[rows, place] = np.clip(values[part], 0, LONGEST)
        if month.property in self.house_of:
            self._touch(self.house_of[month.property])

    def house_at(self, room_type: int) -> int | None:
        """The property of a room type on sale."""
        column = self.column_of.get(room_type)
        if column is None:
            return None
        return int(self.tables.houses[self.tables.house[column]]["property"])


def flags_of(closed: Bits) -> Bits:
    """Flags of nights as the grid holds them, from `rates.Closed`."""
    return closed & (TO_ARRIVAL | FOR_SALE) | (closed & int(Closed.TO_DEPARTURE)) << TO_GREATEST


def least_of(least: np.ndarray, flags: np.ndarray) -> np.ndarray:
    """Least stays of nights as the grid holds them, beyond every stay where nobody may arrive."""
    within = np.minimum(np.maximum(least, 0), LEAST)
    return within.astype(np.uint8) | (flags.astype(np.uint8) & TO_ARRIVAL) * NO_ARRIVAL


def clear_nights(tables: Tables, where: Any) -> None:
    """Nights that nobody knows anything of: they are closed."""
    tables.left[where] = -1
    tables.flags[where] = layout.MISSING
    tables.price[where] = 0
    tables.min_stay[where] = 0


def _is_even(month: Month) -> bool:
    """Whether every array is of the month's length: else none of its nights can be trusted."""
    arrays = (month.price_cents, month.min_stay, month.flags)
    return all(len(array) == len(month.units_left) for array in arrays)
