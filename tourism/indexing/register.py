"""Where each house, room type, plan and overlay stands in the tables, by the database's ids."""

from datetime import date

import numpy as np

from tourism.nights import layout
from tourism.nights.layout import Tables

NOTHING = 0  # the overlay that says nothing
OVERLAYS = tuple(
    f"overlay_{name}"
    for name in ("price", "min_stay", "min_through", "max_stay", "max_through", "flags")
)


class IndexFull(Exception):
    """A table has no room left: the index is built anew."""


class Register:
    """The tables, and places in them."""

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

    def _known(self, name: str) -> np.ndarray:
        return getattr(self.tables, name)[: self.tables[name]]

    def take(self, name: str, count: int) -> int:
        """The first of so many new rows at the end of a table."""
        start = self.tables[name]
        if start + count > self.tables[f"{name}_max"]:
            raise IndexFull(name)
        self.tables.note(name, start + count)
        return start

    def number(self, name: str, known: dict[str, int], text: str) -> int:
        """The number of a text in a small table of texts."""
        if text not in known:
            place = self.take(name, 1)
            self.tables.put(name, place, text.encode())
            known[text] = place
        return known[text]

    def overlay(self, property: int, room_type: int, rate_plan: int) -> int:
        """The column of an overlay, made when it is new."""
        key = (property, room_type, rate_plan)
        if key not in self.overlay_of:
            place = self.take("overlays", 1)
            for name in OVERLAYS:
                self.tables.put_cells(name, np.arange(layout.DAYS), place, 0)
            self.tables.put("overlay_of", place, key)
            self.overlay_of[key] = place
        return self.overlay_of[key]

    def house_at(self, room_type: int) -> int | None:
        """The property of a room type on sale."""
        column = self.column_of.get(room_type)
        if column is None:
            return None
        return int(self.tables.houses[self.tables.house[column]]["property"])

    def touch(self, houses: int | np.ndarray, month: date | None = None) -> None:
        """Something of houses was written, of all their days or of one month's nights: what was
        found where they stand is found again."""
        communes = self.tables.houses["commune"][houses]
        if month is None:
            self.tables.touched[communes] += 1
        else:
            self.tables.touched_months[layout.month_row(month), communes] += 1

    def overlay_house(self, number: int) -> None:
        """Something more than its plans and nights says when a house is sold."""
        bits = self.tables.house_bits
        self.tables.put(
            "house_bits", number, bits[number] & ~np.uint8(layout.PLAIN) | layout.OVERLAID
        )
