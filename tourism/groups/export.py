"""The rooming list as a table for spreadsheets: UTF-8 with a mark, semicolons, decimal commas."""

import csv
import io
from collections.abc import Mapping
from uuid import UUID

from tourism.groups.models import BlockShown, Pickup
from tourism.lodging.models import RoomType

HEAD = (
    "reference",
    "etat",
    "nom",
    "prenom",
    "e-mail",
    "chambre",
    "arrivee",
    "depart",
    "nuits",
    "total_eur",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_rooming_list(shown: BlockShown, types: Mapping[int, RoomType]) -> str:
    """One row a room that the group took, under a row of names."""
    out = io.StringIO()
    out.write("\ufeff")  # so that spreadsheets read the accents
    table = csv.writer(out, delimiter=";", lineterminator="\r\n")
    table.writerow(HEAD)
    told: set[UUID] = set()
    for one in shown.pickups:
        for _ in range(one.units):
            table.writerow(
                [_safe(cell) for cell in _row(one, types, first=one.booking not in told)]
            )
            told.add(one.booking)
    return out.getvalue()


def _row(one: Pickup, types: Mapping[int, RoomType], *, first: bool) -> tuple[str, ...]:
    """A room; what the whole booking comes to stands in the first of its rows."""
    type, guest = types.get(one.room_type), one.guest
    return (
        one.reference,
        one.state.value,
        guest.last_name if guest else "",
        guest.first_name if guest else "",
        guest.email if guest else "",
        (type.name or type.code) if type else str(one.room_type),
        one.arrival.isoformat(),
        one.departure.isoformat(),
        str(one.nights),
        f"{one.total_cents // 100},{one.total_cents % 100:02d}" if first else "",
    )


def _safe(cell: str) -> str:
    # A spreadsheet would run a cell that begins like a formula; a guest chooses its name.
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
