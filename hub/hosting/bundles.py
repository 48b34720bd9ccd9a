"""What exports say when they are laid side by side."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from hub.hosting.models import HostingError
from hub.portability import Bundle, verify_bundle
from hub.portability.errors import BundleBroken
from hub.withdrawals import Proof


def digest(bundle: Bundle) -> str:
    """One sum over every table's rows and sum: two exports are equal, or differ here."""
    whole = hashlib.sha256()
    for table in bundle.tables:
        whole.update(f"{table.table}:{table.rows}:{table.sha256}\n".encode())
    return whole.hexdigest()


def prove(left: Bundle, arrived: Bundle, now: datetime, escrowed: datetime | None = None) -> Proof:
    """What stands on both sides."""
    return Proof(
        rows=arrived.rows,
        tables=sum(1 for table in arrived.tables if table.rows),
        source_sha256=digest(left),
        target_sha256=digest(arrived),
        made_at=now,
        escrowed=escrowed,
    )


def verified(folder: Path) -> Bundle | None:
    """The manifest of an export that is whole."""
    try:
        return verify_bundle(folder)
    except BundleBroken:
        return None


def newest(folders: Sequence[Path]) -> Path:
    """Of some exports the youngest that is whole. Raises `HostingError` when none is."""
    made = [(found.made_at, folder) for folder in folders if (found := verified(folder))]
    if not made:
        raise HostingError("Nothing that was put by is whole.")
    return max(made, key=lambda one: one[0])[1]
