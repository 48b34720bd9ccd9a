"""A selection as a table for spreadsheets: UTF-8 with a mark, semicolons, commas in amounts."""

import csv
import io
from collections.abc import Iterable

from tourism.desk.models import Line

HEAD = (
    "reference",
    "etat",
    "nom",
    "prenom",
    "e-mail",
    "telephone",
    "arrivee",
    "depart",
    "nuits",
    "chambres",
    "adultes",
    "ages_enfants",
    "tarif",
    "canal",
    "total_eur",
    "rembourse_eur",
    "reserve_le",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_csv(lines: Iterable[Line]) -> str:
    """One row a booking, under a row of names."""
    out = io.StringIO()
    out.write("\ufeff")  # so that spreadsheets read the accents
    table = csv.writer(out, delimiter=";", lineterminator="\r\n")
    table.writerow(HEAD)
    for line in lines:
        table.writerow([_safe(cell) for cell in _row(line)])
    return out.getvalue()


def _row(line: Line) -> tuple[str, ...]:
    guest = line.guest
    return (
        line.reference,
        line.state.value,
        guest.last_name if guest else "",
        guest.first_name if guest else "",
        guest.email if guest else "",
        (guest.phone or "") if guest else "",
        line.arrival.isoformat(),
        line.departure.isoformat(),
        str(line.nights),
        ", ".join(room.name or room.code for room in line.rooms),
        str(line.adults),
        ", ".join(str(age) for age in line.child_ages),
        line.plan_code,
        line.channel,
        _euros(line.total_cents),
        _euros(line.refund_cents),
        line.held_at.isoformat(timespec="minutes"),
    )


def _euros(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02d}"


def _safe(cell: str) -> str:
    # A spreadsheet would run a cell that begins like a formula; a guest chooses its name.
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
