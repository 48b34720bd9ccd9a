"""The conditions of a stay in words."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from tourism.quoting.models import CancellationTerms, PaymentTerms


class Wording(msgspec.Struct, frozen=True, kw_only=True):
    """The words of a version of a stay, by language, and their digest. `kept_at` is None before
    they are written down: then they are what would be written now."""

    booking: UUID
    version: int
    words: dict[str, str]
    digest: str
    kept_at: datetime | None


class TermsView(msgspec.Struct, frozen=True, kw_only=True):
    """The conditions of a stay as it was sold, as data and in words of each language. The digest is
    SHA-256 of the words as JSON, keys sorted, without spaces."""

    reference: str
    version: int
    arrival: date
    departure: date
    terms: CancellationTerms
    payment: PaymentTerms
    words: dict[str, str]
    digest: str
    kept_at: datetime | None
