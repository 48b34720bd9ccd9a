"""What a certificate says."""

from datetime import datetime

import msgspec


class CertificateFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a certificate says, and its public page, no more. `minutes` is how long it takes, `zone`
    the school's own clock."""

    name: str
    course: str
    language: str
    school: str
    minutes: int
    number: str
    finished_at: datetime
    zone: str
