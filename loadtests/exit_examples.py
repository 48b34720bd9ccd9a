"""An organisation of each vertical that has an example, with a row in each of its tables, goes the
way of the house: exported, imported on another PostgreSQL, equal, erased where it was."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from hub import portability
from hub.app import compose
from hub.core.db import Database, Session
from hub.core.vertical import Slice, Vertical
from hub.identity import HashCost, hash_password
from hub.kit.world import open_example

CHEAP = HashCost(memory_kib=8, passes=1)


async def move_examples(
    database: Database, source: Session, target: Session, place: Path, now: datetime
) -> dict[str, int]:
    """By vertical, in how many tables rows left, arrived the same and were erased; 0 where one
    differs or stays."""
    slices = compose().slices
    moved: dict[str, int] = {}
    for vertical in compose().verticals:
        if vertical.example is not None:
            moved[vertical.code] = await _move(
                vertical, database, source, target, place / f"example-{vertical.code}", slices, now
            )
    return moved


async def _move(
    vertical: Vertical,
    database: Database,
    source: Session,
    target: Session,
    place: Path,
    slices: Sequence[Slice],
    now: datetime,
) -> int:
    assert vertical.example is not None
    secret = await hash_password("an example's password", CHEAP)
    email = f"{vertical.code}@example.org"
    tenant, _ = await open_example(vertical.example, database, email, secret)
    left = await portability.export_tenant(source, tenant, place / "left", slices, now=now)
    await portability.import_tenant(target, place / "left", slices)
    arrived = await portability.export_tenant(target, tenant, place / "arrived", slices, now=now)
    done = await portability.erase_tenant(source, tenant, place / "left", slices, now=now)
    same = arrived.bundle.tables == left.bundle.tables and not done.left
    return sum(1 for table in left.bundle.tables if table.rows) if same else 0
