"""Documents of a space."""

from datetime import datetime
from uuid import UUID

import msgspec


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """A file as it was sent."""

    name: str
    content: bytes


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """A file that may be kept: its `kind` is the ending of its name."""

    name: str
    kind: str
    content: bytes


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A document, by the message that it came with; `size` in bytes."""

    post: UUID
    author: str | None
    title: str
    name: str
    kind: str
    size: int
    posted_at: datetime


class DocumentFile(msgspec.Struct, frozen=True, kw_only=True):
    """Its bytes."""

    name: str
    kind: str
    content: bytes


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Of a photo: its long and its short side in pixels at least, and how often the short one goes
    into the long one at most."""

    long: int
    short: int
    ratio: int


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """How much a space holds: documents, and bytes."""

    documents: int
    bytes: int
