"""The minutes of a vote: what is signed, and who signed it."""

from datetime import datetime

import msgspec


class SignMinutes(msgspec.Struct, frozen=True, kw_only=True):
    """Sign the minutes whose hash was shown. `quality` is the signer's (chair, secretary…)."""

    shown_hash: str
    name: str
    quality: str
    read: bool


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """Who signed which minutes when; `document_hash` is the SHA-256 of the PDF's bytes."""

    minutes_hash: str
    signed_name: str
    signed_quality: str
    signed_at: datetime
    document_hash: str
