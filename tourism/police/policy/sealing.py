"""The seal of a signed sheet, and the day on which a sheet is destroyed."""

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from uuid import UUID

import msgspec

from tourism.police.models import KEPT_DAYS, Sheet, WriteSheet


def seal(
    id: UUID, replaces: UUID | None, written: WriteSheet, signed_name: str, signed_at: datetime
) -> str:
    """SHA-256, in hexadecimal, over everything that was signed: the sheet's id, the sheet it
    replaces, its dates, its content, the typed name and the instant (UTC), as canonical JSON."""
    said = {
        "id": id,
        "replaces": replaces,
        "arrival": written.arrival,
        "departure": written.departure,
        "content": written.content,
        "signed_name": signed_name,
        "signed_at": signed_at.astimezone(UTC).isoformat(),
    }
    return sha256(msgspec.json.encode(said, order="deterministic")).hexdigest()


def is_intact(sheet: Sheet) -> bool:
    """Whether a signed sheet still says what was signed."""
    if sheet.signed_at is None or sheet.signed_name is None:
        return False
    written = WriteSheet(arrival=sheet.arrival, departure=sheet.departure, content=sheet.content)
    found = seal(sheet.id, sheet.replaces, written, sheet.signed_name, sheet.signed_at)
    return found == sheet.content_hash


def last_destroyed(today: date) -> date:
    """The last day on which the time began of a sheet that is destroyed on a day (six months: 182
    days kept)."""
    return today - timedelta(days=KEPT_DAYS + 1)


def destroyed_on(began: date) -> date:
    """The day on which a sheet is destroyed whose time began on a day."""
    return began + timedelta(days=KEPT_DAYS + 1)
