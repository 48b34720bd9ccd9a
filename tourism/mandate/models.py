"""The mandate of a house (code du tourisme L311-5-1): a contract made of data, signed as words.

By type it cannot speak of a price that the house asks elsewhere: there is no field for one.
"""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from hub.rules import RuleText

AGREEMENT = "tourisminfrance"


class Revision(msgspec.Struct, frozen=True, kw_only=True):
    """A revision of the contract's text, from a day on, with its periods in days.

    `sign_within_days`: how long a mandate signed under an earlier revision still stands (P2B
    2019/1150, art. 3: at least 15). `notice_days`: the house ends the mandate; `agent_notice_days`:
    the booking centre does (P2B, art. 4: 30). `payout_days`: after departure.
    """

    number: int
    from_on: date
    sign_within_days: int
    notice_days: int
    agent_notice_days: int
    change_notice_days: int
    payout_days: int


class MandateFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the words of a contract are made from."""

    house_name: str
    kind: str
    address: str
    postcode: str
    commune: str
    siret: str | None
    registration_number: str | None
    agent_name: str
    agent_identity: str
    agreement_number: int
    agreement_title: str
    agreement_effective_on: date
    agreement_hash: str
    rules: RuleText
    revision: Revision


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """The contract as it would be signed now: French words, their SHA-256, and their data."""

    text: str
    hash: str
    facts: MandateFacts


class SignMandate(msgspec.Struct, frozen=True, kw_only=True):
    """Sign the text whose hash was shown. `quality` is the signer's (owner, manager…)."""

    shown_hash: str
    name: str
    quality: str
    read: bool


class EndMandate(msgspec.Struct, frozen=True, kw_only=True):
    """Give notice; the house stops selling now, or at the end of the notice."""

    name: str
    stop_now: bool
    reason: str


class Mandate(msgspec.Struct, frozen=True, kw_only=True):
    """A signed contract. Its words never change; `ends_on` is set by notice, `ended_at` once it
    is over."""

    id: UUID
    property: int
    number: int
    revision: int
    text: str
    text_hash: str
    facts: MandateFacts
    signed_name: str
    signed_quality: str
    signed_by: str
    signed_at: datetime
    notice_at: datetime | None = None
    ends_on: date | None = None
    end_reason: str | None = None
    ended_at: datetime | None = None


class DueMandate(msgspec.Struct, frozen=True, kw_only=True):
    """A mandate that must end, and behind which wall."""

    tenant: int
    mandate: UUID


class State(StrEnum):
    """Where a house stands with its mandate."""

    NONE = "none"
    ACTIVE = "active"
    TO_RENEW = "to_renew"
    NOTICE = "notice"
    ENDED = "ended"


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """The state today; `until` is the last day to sign a new revision, or the end of the notice."""

    state: State
    mandate: Mandate | None = None
    until: date | None = None

    @property
    def active(self) -> bool:
        """Whether the house may be published and booked."""
        return self.state in {State.ACTIVE, State.TO_RENEW, State.NOTICE}
