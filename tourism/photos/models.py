"""Photos of a house: what is kept of an upload, and what is served."""

import builtins
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

PHOTOS_MAX = 60
UPLOAD_MAX = 10
UPLOAD_BYTES_MAX = 80_000_000
WIDTHS = (400, 800, 1600)
ALT_LENGTH_MAX = 250
KEPT_AFTER_REMOVAL_DAYS = 7
REMOVED_MAX = 30


class Format(StrEnum):
    """What a file is: the cleaned picture the others are made from, or one that is served."""

    MASTER = "master"
    AVIF = "avif"
    WEBP = "webp"


class Rendition(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a photo: its format, its size in pixels, its bytes and their SHA-256."""

    format: Format
    width: int
    height: int
    sha256: str
    content: bytes


class File(msgspec.Struct, frozen=True, kw_only=True):
    """One served file of a photo, without its bytes."""

    format: Format
    width: int
    height: int
    sha256: str

    @property
    def address(self) -> str:
        """Unguessable, and never the address of anything else: by the hash of the content."""
        return f"/photos/{self.sha256}.{self.format.value}"


class Photo(msgspec.Struct, frozen=True, kw_only=True):
    """A photo with its files, smallest first. Its alternative text is by language; without one it
    is not shown to the public."""

    id: UUID
    property: int
    room_type: int | None
    alt: Mapping[str, str]
    added_at: datetime
    removed_at: datetime | None = None
    files: tuple[File, ...] = ()

    def of(self, format: str) -> tuple[File, ...]:
        """Its files of a format, smallest first."""
        return tuple(file for file in self.files if file.format == format)

    @builtins.property
    def largest(self) -> File:
        """The one that says its size: WebP, which every photo has."""
        return self.of(Format.WEBP)[-1]

    def words(self, language: str, source: str = "fr") -> tuple[str, str]:
        """The alternative text and its language: the one wanted, else the house's own, else any."""
        for code in (language, source, *self.alt):
            if code in self.alt:
                return self.alt[code], code
        return "", language


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """The bytes of a file that is served."""

    format: Format
    content: bytes


class Master(msgspec.Struct, frozen=True, kw_only=True):
    """The cleaned picture of a photo, without its bytes."""

    photo: UUID
    width: int
    height: int
    sha256: str


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """A file as it came: its name, for words about it, and its bytes."""

    name: str
    content: bytes


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """A picture that was looked at and cleaned: its files, and the hash of what came."""

    source_sha256: str
    files: tuple[Rendition, ...]


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """A file of an upload that was not taken, and the code of the reason (`REASONS`)."""

    name: str
    reason: str


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What became of an upload."""

    added: int
    refused: tuple[Refused, ...]


class RenditionWanted(msgspec.Struct, frozen=True, kw_only=True):
    """A photo was taken in: its AVIF of this width is to be made."""

    photo: UUID
    width: int


class PhotosOld(msgspec.Struct, frozen=True, kw_only=True):
    """This house may hold photos whose time after removal is over."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What the page says of one photo: its texts by language, and its room type or None for the
    house."""

    photo: UUID
    alt: Mapping[str, str]
    room_type: int | None
