"""`hub do tourism import-registry FILE EXPORT_DATE`."""

import lzma
from datetime import date
from pathlib import Path

import asyncpg

from hub.core.migrate import role_dsn
from hub.core.settings import Settings
from tourism.lodging.registry.errors import RegistryInvalid
from tourism.lodging.registry.place import list_rows
from tourism.lodging.registry.read import read_export
from tourism.lodging.registry.update import update_from_export


async def import_registry(settings: Settings, arguments: tuple[str, ...]) -> list[str]:
    """Read an export (`.csv` or `.csv.xz`), match it, apply it; the report as lines.

    Raises `RegistryInvalid` for another file or a row whose commune is not found: then nothing is
    changed.
    """
    path, day = arguments
    rows = read_export(_read(Path(path)))
    listed, report = list_rows(rows)
    if report.unmatched:
        raise RegistryInvalid(f"No commune was found for lines {list(report.unmatched)[:20]}.")
    assert settings.database_url is not None
    owner = await asyncpg.connect(role_dsn(settings.database_url, "hub_owner", settings.secret_key))
    try:
        done = await update_from_export(owner, listed, _date(day))
    finally:
        await owner.close()
    counts = f"updated {done.updated}, added {done.added}, no longer named {done.gone}"
    return [report.as_table(), counts]


def _read(path: Path) -> str:
    try:
        raw = path.read_bytes()
        return (lzma.decompress(raw) if path.suffix == ".xz" else raw).decode("utf-8")
    except (OSError, lzma.LZMAError, UnicodeDecodeError) as error:
        raise RegistryInvalid(f"{path} cannot be read: {error}") from None


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RegistryInvalid(f"{text!r} is not a date such as 2026-11-01.") from None
