"""An export that is put by: the last whole one stays until the next is whole, and the archive that
people take away is one file of it."""

import os
import zipfile
from collections.abc import Mapping
from pathlib import Path

ESCROW, ARCHIVE = "escrow", "export.zip"
ACTS = "acts.jsonl"  # the own chain of acts, beside an export in the archive of it
_PLACES = ("kept-1", "kept-2")


def pack(parts: Mapping[str, Path], archive: Path) -> None:
    """Put exports into one file, each under its beginning of names, or a file under its name; whole
    or not at all."""
    fresh = archive.with_suffix(".part")
    with zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED) as file:
        for begins, folder in parts.items():
            if folder.is_file():
                file.write(folder, begins)
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
