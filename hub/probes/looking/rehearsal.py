"""Leaving is rehearsed: a sample organisation is exported, and arrives in an empty hub (ACC-05,
ACC-06). It takes an administrator's connection, so it is run by a command and not by the worker."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from pathlib import Path
from time import monotonic

import msgspec

from hub import portability
from hub.core.db import Session
from hub.core.log import hide_values
from hub.core.vertical import Slice
from hub.portability.bundle import read_parts
from hub.trust import Found

LOST = "L'export a échoué : %(why)s."
CROSSED = "L'export contient des lignes d'une autre organisation : %(names)s."
AGAIN = "Un second export n'a rien repris du premier."
LEFT = "%(rows)s lignes exportées en %(seconds)s secondes, vérifiées, reprises par différences."
DIFFERS = "Le retour a échoué : %(why)s."
ARRIVED = (
    "%(rows)s lignes revenues dans un service vide, égales une à une, en %(seconds)s secondes."
)
SENTENCES = (LOST, CROSSED, AGAIN, LEFT, DIFFERS, ARRIVED)


class Left(msgspec.Struct, frozen=True, kw_only=True):
    """An export, and what it proves."""

    found: Found
    exported: portability.Exported | None


async def rehearse_export(
    session: Session, tenant: int, folder: Path, slices: Sequence[Slice], now: datetime
) -> Left:
    """Export, verify every file and whose rows they hold, and export again by differences."""
    begun = monotonic()
    try:
        done = await portability.export_tenant(session, tenant, folder, slices, now=now)
        portability.verify_bundle(folder)
        crossed = list_crossed(folder, done.bundle, slices)
        again = await portability.export_tenant(session, tenant, folder, slices, now=now)
    except Exception as error:
        return Left(found=_failed(LOST, error), exported=None)
    seconds = round(monotonic() - begun)
    if crossed:
        names = ", ".join(crossed[:5])
        return Left(found=Found(rank=0, says=CROSSED, filled={"names": names}), exported=None)
    if not again.kept:
        return Left(found=Found(rank=2, says=AGAIN), exported=done)
    filled: dict[str, str | int] = {"rows": done.bundle.rows, "seconds": seconds}
    return Left(found=Found(rank=3, says=LEFT, filled=filled), exported=done)


def list_crossed(folder: Path, bundle: portability.Bundle, slices: Sequence[Slice]) -> list[str]:
    """The tables of an export that hold rows which are another tenant's: in none of the columns
    that make a row somebody's stands who was exported."""
    said = {name: by for one in slices for name, by in one.portability.belongs_by.items()}
    found: list[str] = []
    for file in bundle.tables:
        columns = said.get(file.table, ("tenant",))
        if not {column.name for column in file.columns} & set(columns):
            continue
        lines = (line for part in read_parts(folder, file) for line in part)
        rows = (msgspec.json.decode(line) for line in lines)
        if any(bundle.tenant not in {row.get(name) for name in columns} for row in rows):
            found.append(file.table)
    return found


async def rehearse_round_trip(
    exported: portability.Exported,
    folder: Path,
    slices: Sequence[Slice],
    open_empty: Callable[[], Awaitable[Session]],
) -> Found:
    """Into a hub that is empty; the import itself compares line by line what has arrived."""
    begun = monotonic()
    try:
        target = await open_empty()
        try:
            arrived = await portability.import_tenant(target, folder, slices)
        finally:
            await target.close()
    except Exception as error:
        return _failed(DIFFERS, error)
    if arrived.new != exported.bundle.rows:
        return Found(rank=0, says=DIFFERS, filled={"why": f"{arrived.new}"})
    filled: dict[str, str | int] = {
        "rows": arrived.rows,
        "seconds": round(monotonic() - begun),
    }
    return Found(rank=3, says=ARRIVED, filled=filled)


def _failed(says: str, error: Exception) -> Found:
    return Found(
        rank=0,
        says=says,
        filled={"why": type(error).__name__},
        detail={"error": hide_values(str(error))[:500]},
    )
