"""The writer's hand on the tables: houses, room types and plans as they are now.

A reader may look at any moment. So rows of plans, promotions, links and cards are always written
at the end of their table, and the one number of the house that refers to them is stored last; a
room type that is not whole has no places for persons, and is found by nobody.
"""

from collections.abc import Sequence

import msgspec
import numpy as np

from tourism.indexing import records
from tourism.indexing.grids import EXTRA, Grids, clear_nights
from tourism.indexing.models import CommuneRow, RoomRow, Whole
from tourism.indexing.register import NOTHING
from tourism.nights import layout
from tourism.nights.layout import WORD
from tourism.rates.models import RatePlan


class Catalogue(Grids):
    """The tables, written by house."""

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
        self.tables.note("communes", len(communes))

    def close_ranges(self) -> None:
        """The houses placed so far stand in the order of their communes: note each one's range."""
        tables = self.tables
        count = tables["columns"]
        of = tables.houses["commune"][tables.house[:count]]
        numbers = np.arange(tables["communes"])
        tables.communes["lo"][: len(numbers)] = np.searchsorted(of, numbers, "left")
        tables.communes["hi"][: len(numbers)] = np.searchsorted(of, numbers, "right")
        tables.note("ranged", count)

    def moves(self, whole: Whole) -> bool:
        """Whether the room types of a house will stand elsewhere, or stand nowhere yet."""
        number = self.house_of.get(whole.house.property)
        return number is None or not self._stays(number, whole)

    def place_house(self, whole: Whole, columns: int | None = None) -> bool:
        """Write a house as it is now; True when its room types moved, so that their nights must be
        written and `open_house` called. `columns` is where a new house shall stand."""
        number = self.house_of.get(whole.house.property)
        moved = number is None or columns is not None or not self._stays(number, whole)
        if number is None:
            number = self.take("houses", 1)
        elif moved:
            self._close(number)
            self.touch(number)  # where it stood nobody finds it any more
        if moved:
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
        stood = slice(first, first + count)
        tables.put("adults_max", stood, 0)
        tables.put("occupancy_max", stood, 0)
        for column in range(first, first + count):
            self.column_of.pop(int(tables.room_type[column]), None)
        tables.put("room_type", stood, 0)
        with tables.changing("houses", number):
            row["columns"] = 0

    def _stand(self, number: int, whole: Whole, first: int) -> None:
        tables, count = self.tables, len(whole.rooms)
        row, stands = tables.houses[number], slice(first, first + count)
        with tables.changing("houses", number):
            row["first_column"], row["columns"] = first, count
            row["commune"] = self.commune_of.get(whole.house.commune_code, -1)
        # What stood there before, in this file or in the one that this was copied from, is gone.
        if tables["ranged"]:  # a new file is empty
            clear_nights(tables, np.arange(layout.DAYS)[:, None], np.arange(first, first + count))
        tables.put("room_type", stands, [room.id for room in whole.rooms])
        tables.put("house", stands, number)
        self.column_of.update((room.id, column) for column, room in enumerate(whole.rooms, first))
        keys = [(whole.house.property, room.id, EXTRA) for room in whole.rooms]
        tables.put("extra", stands, [self.overlay_of.get(key, NOTHING) for key in keys])

    def _fill(self, number: int, whole: Whole) -> None:
        tables, house = self.tables, whole.house
        row = tables.houses[number]
        with_stars, without = (
            self.number("keys", self.key_of, key) for key in records.tax_keys(house)
        )
        with tables.changing("houses", number):
            records.fill_house(row, house, whole.lets, tables["let_year"])
            row["tax"], row["tax_unclassified"] = with_stars, without
        zone = self.number("zones", self.zone_of, records.known_zone(house.zone))
        tables.put("house_zone", number, zone)
        tables.put("house_until", number, records.stars_until(house))
        tables.put("house_stars", number, house.stars or 0)
        self._widen(row)
        self._sum_up(number, whole)
        card = msgspec.msgpack.encode(records.card_of(whole))
        place = self.take("cards", len(card))
        tables.put("cards", slice(place, place + len(card)), np.frombuffer(card, np.uint8))
        with tables.changing("houses", number):
            row["card"] = place << 24 | len(card)
        plans = self._write_plans(whole)
        with tables.changing("houses", number):
            row["plans"] = plans
        rate, cents = records.bounds_of(whole)
        first, count = int(row["first_column"]), len(whole.rooms)
        tables.put("bound_rate", slice(first, first + count), rate)
        tables.put("bound_cents", slice(first, first + count), cents)

    def _sum_up(self, number: int, whole: Whole) -> None:
        """What a search asks of every house, beside its row."""
        tables, summary = self.tables, records.sum_up(whole)
        first, count = int(tables.houses["first_column"][number]), len(whole.rooms)
        tables.put("house_free", number, summary.free)
        tables.put("house_bits", number, summary.bits)
        if tables.extra[first : first + count].any():
            self.overlay_house(number)
        word, bit = number // WORD, np.uint64(1 << number % WORD)
        has, lacks = tables.planes[word] | bit, tables.planes[word] & ~bit
        tables.put("planes", word, np.where(summary.planes, has, lacks))

    def _widen(self, house: np.void) -> None:
        """A commune's box holds all its houses."""
        lat, lng, commune = float(house["lat"]), float(house["lng"]), int(house["commune"])
        if commune >= 0 and not np.isnan([lat, lng]).any():
            row = self.tables.communes[commune]
            with self.tables.changing("communes", commune):
                row["south"], row["north"] = min(row["south"], lat), max(row["north"], lat)
                row["west"], row["east"] = min(row["west"], lng), max(row["east"], lng)

    def _write_plans(self, whole: Whole) -> int:
        plans = records.sellable_plans(whole.plans)[: records.MOST_PLANS]
        start = self.take("plans", len(plans))
        slots = {plan.id: start + n for n, plan in enumerate(plans)}
        for plan in plans:
            slot = slots[plan.id]
            parent = -1 if plan.parent is None else slots.get(plan.parent, -1)
            row = records.plan_row(
                plan, parent, self._write_promotions(whole, plan), self._write_supplements(plan)
            )
            self.tables.put("plans", slot, row)
            details = plan.details
            pricing = records.pricing_row(details.pricing, details.derivation)
            self.tables.put("pricing", slot, pricing)
        links = self._write_links(whole, list(slots)) if whole.overlays else -1
        return layout.plans_reference(start, len(plans), links)

    def _write_promotions(self, whole: Whole, plan: RatePlan) -> int:
        about = [p for p in whole.promotions if plan.id in p.details.plans or not p.details.plans]
        first = self.take("promotions", len(about))
        with self.tables.changing("promotions", slice(first, first + len(about))):
            for place, promotion in enumerate(about, start=first):
                records.fill_promotion(self.tables.promotions[place], promotion)
        return layout.reference(first, len(about))

    def _write_supplements(self, plan: RatePlan) -> int:
        beside = records.supplement_rows(plan)
        first = self.take("supplements", len(beside))
        with self.tables.changing("supplements", slice(first, first + len(beside))):
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
        links = [self.overlay(id, *pair) if pair in known else NOTHING for pair in wanted]
        self.tables.put("links", slice(start, start + len(wanted)), links)
        return start

    def open_house(self, whole: Whole) -> None:
        """Let the room types of a house be found: their persons are written last."""
        number = self.house_of[whole.house.property]
        self._seat(int(self.tables.houses["first_column"][number]), whole.rooms)
        self.touch(number)
        self._note_written()

    def _note_written(self) -> None:
        """Once a house is whole: what a reader counted before is then counted again."""
        self.tables.note("houses_written", self.tables["houses_written"] + 1)

    def _seat(self, first: int, rooms: Sequence[RoomRow]) -> None:
        put, seats = self.tables.put, slice(first, first + len(rooms))
        put("standard", seats, [min(room.occupancy_standard, 255) for room in rooms])
        put("asked", seats, [room.on_request for room in rooms])
        put("children_max", seats, [min(room.children_max, 255) for room in rooms])
        put("occupancy_max", seats, [min(room.occupancy_max, 255) for room in rooms])
        put("adults_max", seats, [min(room.adults_max, 255) for room in rooms])

    def remove_house(self, property: int) -> None:
        """A house that is not on sale any more."""
        number = self.house_of.pop(property, None)
        if number is not None:
            self._close(number)
            self.touch(number)
            with self.tables.changing("houses", number):
                self.tables.houses[number]["property"] = 0
            self._note_written()
