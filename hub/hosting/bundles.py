"""What exports say when they are laid side by side, and the archive that people take away."""

import hashlib
import os
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from hub.hosting.models import HostingError
from hub.portability import Bundle, verify_bundle
from hub.portability.errors import BundleBroken
from hub.withdrawals import Proof

ESCROW = "escrow"
_PLACES = ("kept-1", "kept-2")


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


def pack(parts: Mapping[str, Path], archive: Path) -> None:
    """Put exports into one file, each under its beginning of names; whole or not at all."""
    fresh = archive.with_suffix(".part")
    with zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED) as file:
        for begins, folder in parts.items():
            for path in sorted(folder.resolve().rglob("*")):
                if path.is_file():
                    file.write(path, begins + path.relative_to(folder.resolve()).as_posix())
    os.replace(fresh, archive)


def next_place(folder: Path) -> Path:
    """Where the next export of an organisation is put by: beside the last one, which stays."""
    folder.mkdir(0o700, parents=True, exist_ok=True)
    last = (folder / ESCROW).resolve().name
    return folder / (_PLACES[1] if last == _PLACES[0] else _PLACES[0])


def put_in_place(fresh: Path, folder: Path) -> None:
    """A whole export takes the place of the last one, in one act."""
    link = folder / f"{ESCROW}.part"
    link.unlink(missing_ok=True)
    link.symlink_to(fresh.name)
    os.replace(link, folder / ESCROW)
