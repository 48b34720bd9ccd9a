"""A patient's document, whom it is shared with, and who opened it."""

from datetime import datetime
from uuid import UUID

import msgspec


class Command(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody asks for, as typed."""


class KeepDocument(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file of the patient's."""

    title: str
    content: bytes


class Share(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One professional may open it for so many days."""

    practitioner: str
    days: str


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of a document beside its content; the title is sealed too."""

    id: UUID
    patient: UUID
    title_sealed: bytes
    media_type: str
    bytes: int
    added_at: datetime


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """A document's content as it is kept."""

    content_sealed: bytes


class Consent(msgspec.Struct, frozen=True, kw_only=True):
    """A patient lets one professional open one document until an instant, or until they take it
    back. One of before the professional's account was another's (`is_past`) holds no more."""

    id: UUID
    document: UUID
    patient: UUID
    practitioner: UUID
    practitioner_name: str
    given_at: datetime
    until_at: datetime
    revoked_at: datetime | None
    is_past: bool

    def holds(self, now: datetime) -> bool:
        return self.revoked_at is None and not self.is_past and self.given_at <= now < self.until_at


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody opened a document under their account: with a consent, or without one and for a
    reason."""

    document: UUID
    practitioner: UUID
    practitioner_name: str
    person: int | None
    at: datetime
    reason: str


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """A document, readable."""

    title: str
    media_type: str
    content: bytes


class Readable(msgspec.Struct, frozen=True, kw_only=True):
    """A document that somebody may open, with its title, if it can be read here; `patient_name` for
    who reads lists."""

    document: Document
    title: str | None
    patient_name: str
    until_at: datetime | None


class Own(msgspec.Struct, frozen=True, kw_only=True):
    """A patient's document as they see it: with whom it is shared, who opened it, and its title, if
    it can be read here."""

    document: Document
    title: str | None
    consents: list[Consent]
    openings: list[Opening]


class Sought(msgspec.Struct, frozen=True, kw_only=True):
    """Which documents or consents are asked for; all that is said must hold."""

    id: UUID | None = None
    patient: UUID | None = None
    after: UUID | None = None
    wanted: int = 200


class SoughtConsents(Sought, frozen=True, kw_only=True):
    """The same, of consents: whether they hold now."""

    holds: bool | None = None
