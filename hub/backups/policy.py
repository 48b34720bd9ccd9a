"""Which copy, which segments, and what may go."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime

from hub.backups.models import BackupError, Copy

_SEGMENT = re.compile(r"[0-9A-F]{24}")
_SEGMENTS_OF_A_LOG = 0x100  # of 16 MB, PostgreSQL's own size
PARTIAL, HISTORY = ".partial", ".history"


def choose_copy(copies: Mapping[str, Copy], until: datetime | None) -> str:
    """The newest copy, or the newest that was whole at the wanted instant."""
    whole = [name for name, copy in copies.items() if until is None or copy.whole_at <= until]
    if not whole:
        oldest = min((copy.whole_at for copy in copies.values()), default=None)
        raise BackupError(
            f"No instant before {oldest:%Y-%m-%d %H:%M:%S %Z} can be brought back."
            if oldest
            else "There is no whole copy in this folder."
        )
    return max(whole, key=lambda name: copies[name].whole_at)


def list_segments(first: str, names: Collection[str]) -> list[str]:
    """The archive's segments from the first on, whatever their timelines, the unfinished last.

    Raises `BackupError` for a gap: what was written after it could not be trusted.
    """
    known = sorted(name for name in names if _SEGMENT.fullmatch(name.removesuffix(PARTIAL)))
    chosen = [
        name
        for name in known
        if _place(name) >= _place(first)
        and not (name.endswith(PARTIAL) and name.removesuffix(PARTIAL) in names)
    ]
    places = sorted({_place(name) for name in chosen})
    if places:
        missing = set(range(places[0], places[-1] + 1)) - set(places)
        if missing or places[0] > _place(first) + 1:
            at = min(missing, default=_place(first) + 1)
            log, number = divmod(at, _SEGMENTS_OF_A_LOG)
            raise BackupError(f"The changes have a gap at …{log:08X}{number:08X}.")
    return chosen


def is_change(name: str) -> bool:
    """Whether a file of the archive holds changes, or says how timelines follow each other."""
    return bool(_SEGMENT.fullmatch(name.removesuffix(PARTIAL))) or name.endswith(HISTORY)


def follow_on(first: str, names: Collection[str]) -> bool:
    """Whether nothing is missing between a copy and the newest change of the archive."""
    try:
        list_segments(first, names)
    except BackupError:
        return False
    return True


def list_droppable_copies(copies: Mapping[str, Copy], keep: int) -> list[str]:
    """All but the newest so many. Raises `BackupError` when none would be left."""
    if keep < 1:
        raise BackupError("Keep at least one copy.")
    return sorted(copies, key=lambda name: copies[name].whole_at)[:-keep]


def list_droppable_segments(copies: Collection[Copy], names: Collection[str]) -> list[str]:
    """Finished segments that no copy needs; none without a copy."""
    oldest = min((_place(copy.first_segment) for copy in copies), default=0)
    return sorted(n for n in names if _SEGMENT.fullmatch(n) and _place(n) < oldest)


def _place(name: str) -> int:
    """Where a segment stands in the order of all, without its timeline."""
    return int(name[8:16], 16) * _SEGMENTS_OF_A_LOG + int(name[16:24], 16)
