"""What is decided without looking anything up: which files are kept, who may open them."""

import unicodedata
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from hub.core.sentences import say
from verticals.health.documents.errors import DocumentInvalid
from verticals.health.documents.models import Consent

MOST_BYTES = 10_000_000
MOST_DOCUMENTS = 200
LEAST_DAYS, USUAL_DAYS, MOST_DAYS = 1, 7, 30
LEAST_REASON, MOST_REASON = 10, 500
TITLE_LETTERS = 120
# What a file begins with. Nothing that a browser would run is kept.
_BEGINS = (
    (b"%PDF-", "application/pdf", "pdf"),
    (b"\xff\xd8\xff", "image/jpeg", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "image/png", "png"),
)
ENDINGS = {kind: ending for _, kind, ending in _BEGINS}


def read_kind(content: bytes) -> str:
    """A file's type, by what it begins with. Raises `DocumentInvalid`."""
    if not content:
        raise DocumentInvalid("Choose a file.", field="file")
    if len(content) > MOST_BYTES:
        says = say("A file of at most %(most)s MB.", most=MOST_BYTES // 1_000_000)
        raise DocumentInvalid(says, field="file")
    for begins, kind, _ in _BEGINS:
        if content.startswith(begins):
            return kind
    raise DocumentInvalid("Send a PDF, a JPEG or a PNG.", field="file")


def read_title(typed: str) -> str:
    """Raises `DocumentInvalid`."""
    text = " ".join(unicodedata.normalize("NFC", typed).split())
    if not 1 <= len(text) <= TITLE_LETTERS or not text.isprintable():
        raise DocumentInvalid(
            say("Write 1 to %(most)s letters.", most=TITLE_LETTERS), field="title"
        )
    return text


def read_days(typed: str) -> int:
    """For how long. Raises `DocumentInvalid`."""
    text = typed.strip()
    good = text.isascii() and text.isdecimal() and len(text) < 4
    if not good or not LEAST_DAYS <= int(text) <= MOST_DAYS:
        says = say("From %(least)s to %(most)s days.", least=LEAST_DAYS, most=MOST_DAYS)
        raise DocumentInvalid(says, field="days")
    return int(text)


def read_reason(typed: str) -> str:
    """Why a document is opened without a consent; the patient reads it. Raises
    `DocumentInvalid`."""
    text = " ".join(unicodedata.normalize("NFC", typed).split())
    if not LEAST_REASON <= len(text) <= MOST_REASON:
        says = say("Say why, in %(least)s to %(most)s letters.", least=LEAST_REASON,
                   most=MOST_REASON)  # fmt: skip
        raise DocumentInvalid(says, field="reason")
    return text


def find_consent(consents: Iterable[Consent], practitioner: UUID, now: datetime) -> Consent | None:
    """The consent under which somebody may open a document now."""
    theirs = (one for one in consents if one.practitioner == practitioner and one.holds(now))
    return max(theirs, key=lambda one: one.until_at, default=None)


def name_file(title: str, media_type: str) -> str:
    """A name for a file that is taken away, in plain letters."""
    bare = unicodedata.normalize("NFD", title).encode("ascii", "ignore").decode()
    plain = "".join(one if one.isalnum() else "-" for one in bare).strip("-") or "document"
    return f"{plain[:60]}.{ENDINGS[media_type]}"
