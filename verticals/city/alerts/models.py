"""A message to everybody, in the words of CAP 1.2."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

# What may be said here, of what the standard knows: who is told needs few words.
STATUSES = ("Actual", "Exercise", "Test")
CATEGORIES = ("Safety", "Met", "Fire", "Health", "Env", "Transport", "Infra", "Other")
URGENCIES = ("Immediate", "Expected", "Future")
SEVERITIES = ("Extreme", "Severe", "Moderate", "Minor")
CERTAINTIES = ("Observed", "Likely", "Possible")


class State(StrEnum):
    """Where a message stands: waiting for a second person, told, or given up before."""

    WAITING = "waiting"
    SENT = "sent"
    DROPPED = "dropped"


class Write(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A message as it is typed. `expires` is the town's own clock, `polygon` points as CAP writes
    them: `lat,lng lat,lng …`, the first once more at the end."""

    status: str = "Actual"
    category: str = "Safety"
    urgency: str = "Immediate"
    severity: str = "Moderate"
    certainty: str = "Observed"
    headline: str = ""
    description: str = ""
    instruction: str = ""
    area: str = ""
    polygon: str = ""
    expires: str = ""


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What a message says, checked."""

    status: str
    category: str
    urgency: str
    severity: str
    certainty: str
    headline: str
    description: str
    instruction: str
    area: str
    polygon: str
    expires_at: datetime


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """A message as it is kept. `replaces` is the one that it updates or cancels, `chain` the first
    of them all; `identifier` and `sent` are in the letters in which it was told; `written_by` and
    `confirmed_by` are who, as the audit record names them."""

    id: UUID
    chain: UUID
    replaces: UUID | None
    msg_type: str
    state: State
    status: str
    category: str
    urgency: str
    severity: str
    certainty: str
    headline: str
    description: str
    instruction: str
    area: str
    polygon: str
    expires_at: datetime
    written_at: datetime
    written_by: str
    sent_at: datetime | None
    confirmed_by: str
    identifier: str = ""
    sent: str = ""
    replaced: bool

    @property
    def is_real(self) -> bool:
        return self.status == "Actual"


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A message that was taken in; `again` when the same form had brought it before."""

    id: UUID
    again: bool = False


class Reference(msgspec.Struct, frozen=True, kw_only=True):
    """An earlier message, as CAP names it."""

    sender: str
    identifier: str
    sent: datetime


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A CAP message that came from elsewhere."""

    identifier: str
    sender: str
    sent: datetime
    status: str
    msg_type: str
    scope: str
    references: tuple[Reference, ...]
    category: str
    event: str
    urgency: str
    severity: str
    certainty: str
    headline: str
    description: str
    instruction: str
    area: str
    polygon: str
    expires: datetime | None
