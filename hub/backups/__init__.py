"""Backups of the whole database: copies and every change after them, and their restoring."""

from hub.backups.following import Follower
from hub.backups.models import BackupError, Copy, Restoration
from hub.backups.restoring import restore
from hub.backups.taking import list_copies, take_copy

__all__ = [
    "BackupError",
    "Copy",
    "Follower",
    "Restoration",
    "list_copies",
    "restore",
    "take_copy",
]
