"""Who may ask for an export, how often, how long it is kept, and where it stands."""

from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from hub.core.sentences import say
from hub.exports.errors import ExportedToday, ExportNotReady, OnlyManagersExport
from hub.exports.models import Export, State

KEPT = timedelta(days=7)
PAUSE = timedelta(days=1)  # between two of one organisation
MOST_TRIES = 3
SHOWN = 10  # of one organisation; older ones are gone by their time
FOLDER = "exports"
ARCHIVE, ROWS = "export.zip", "rows"
ROLES = frozenset({"owner", "manager"})
UNDERWAY = frozenset({State.WAITING, State.BUILDING})


def check_may_export(tenant: int | None, role: str | None) -> int:
    """Of which organisation somebody takes everything along: it means its people's data too, so it
    is for those who answer for it. Raises `OnlyManagersExport`."""
    if tenant is None or role not in ROLES:
        raise OnlyManagersExport("Ask an owner or a manager of your organisation.")
    return tenant


def check_pause(newest: Export | None, now: datetime) -> None:
    """Raises `ExportedToday` when another is to be begun too soon after the `newest` that did not
    fail."""
    if newest is None or newest.asked_at + PAUSE <= now:
        return
    wait_s = int((newest.asked_at + PAUSE - now).total_seconds()) + 1
    hours = -(-wait_s // 3600)
    raise ExportedToday(
        say("Fetch that one, or ask for another in %(hours)s h.", hours=hours),
        retry_after_s=wait_s,
    )


def is_over(export: Export, now: datetime) -> bool:
    """Whether its time is over."""
    return export.expires_at <= now


def check_ready(export: Export) -> None:
    """Raises `ExportNotReady`."""
    if export.state is not State.READY:
        raise ExportNotReady("Its page shows how far it is.")


def archive_name(export: UUID) -> str:
    """The file of the zone that is its archive."""
    return f"{FOLDER}/{export}/{ARCHIVE}"


def folder_of(data: Path, export: UUID) -> Path:
    """Where it is made."""
    return data / FOLDER / str(export)


def export_of(name: str) -> UUID | None:
    """Whose archive a file of the zone is; none for any other file."""
    parts = name.split("/")
    if len(parts) != 3 or (parts[0], parts[2]) != (FOLDER, ARCHIVE):
        return None
    return read_id(parts[1])


def read_id(text: str) -> UUID | None:
    """The export that a folder is named after; none for any other name."""
    try:
        return UUID(text)
    except ValueError:
        return None
