"""What a space's file is made of."""

from datetime import datetime
from uuid import UUID

import msgspec


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A row as it is written, and its place in the order."""

    id: UUID
    line: str


class PersonRow(msgspec.Struct, frozen=True, kw_only=True):
    """A member as they are written."""

    person: int
    line: str


class DocumentRow(msgspec.Struct, frozen=True, kw_only=True):
    """A document with its bytes."""

    id: UUID
    name: str
    content: bytes


class Packed(msgspec.Struct, frozen=True, kw_only=True):
    """What was packed: how many of each, and when."""

    counts: dict[str, int]
    made_at: datetime
