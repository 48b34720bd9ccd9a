"""What a folder of backups holds, and what came out of it.

FOLDER/copies/20261127T010203Z/   a whole copy: `data/` (a cluster), `copy.json`
FOLDER/wal/                       every change since, in segments; the one being written ends
                                  with `.partial`
"""

from datetime import datetime
from pathlib import Path

import msgspec

from hub.core.postgres import PostgresError


class BackupError(PostgresError):
    """The backup or the restore cannot be done; the message is one sentence for the operator."""


class Copy(msgspec.Struct, frozen=True, kw_only=True):
    """A whole copy. It can bring back any instant from `whole_at` on, for as long as the segments
    from `first_segment` on are there without a gap."""

    begun_at: datetime
    whole_at: datetime
    first_segment: str
    major: int


class Restoration(msgspec.Struct, frozen=True, kw_only=True):
    """A cluster that was brought back: the last act in it, and the seconds that it took."""

    home: Path
    copy: str
    segments: int
    last_act_at: datetime | None
    seconds: float


class Soundness(msgspec.Struct, frozen=True, kw_only=True):
    """What must hold in a database that was brought back; `faults` are words for the operator."""

    tables: int
    accounts: int
    ledger_links: int
    audit_links: int
    faults: tuple[str, ...]
