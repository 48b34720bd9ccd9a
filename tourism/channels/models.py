"""Calendars of other platforms: feeds that are read, and the nights that they block."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

import msgspec

FEED_PACE_MINUTES = 15
STALE_AFTER = timedelta(hours=1)
EXPORT_DAYS = 400
MAX_FEEDS = 10
MAX_EVENTS = 10_000
# Both our own feeds and the calendar file of a booking use it.
UID_DOMAIN = "usage-hub"


class Skipped(StrEnum):
    """Why one event of a feed could not be used."""

    MISSING_UID = "missing_uid"
    LONG_UID = "long_uid"
    MISSING_START = "missing_start"
    BAD_DATE = "bad_date"
    UNKNOWN_ZONE = "unknown_zone"
    ENDS_BEFORE_START = "ends_before_start"


class Outcome(StrEnum):
    """How reading a feed ended. All but `READ` changed nothing."""

    READ = "read"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    ADDRESS_REFUSED = "address_refused"
    TOO_MANY_REDIRECTS = "too_many_redirects"
    HTTP_STATUS = "http_status"
    TOO_LARGE = "too_large"
    BAD_ENCODING = "bad_encoding"
    NOT_A_CALENDAR = "not_a_calendar"
    CUT_OFF = "cut_off"
    TOO_MANY_EVENTS = "too_many_events"


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """What a feed's address answered."""

    body: bytes


class FetchFailed(msgspec.Struct, frozen=True, kw_only=True):
    """Why an address gave no calendar; `http_status` only for `HTTP_STATUS`."""

    outcome: Outcome
    http_status: int | None = None


class Stay(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody's nights from `arrival` (slept) to before `departure`, in property-local dates.

    `uid` and both dates together name it: some platforms repeat one UID for several stays.
    """

    uid: str
    arrival: date
    departure: date

    @property
    def key(self) -> tuple[str, date, date]:
        return (self.uid, self.arrival, self.departure)


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What a feed says: its stays that are not over, each once, and what was left out.

    `unreadable` holds the UIDs of skipped events: what they blocked before is not given back.
    """

    stays: tuple[Stay, ...]
    events: int = 0
    past: int = 0
    cancelled: int = 0
    ours: int = 0
    repeated: int = 0
    recurring: int = 0
    skipped: Mapping[Skipped, int] = {}
    unreadable: frozenset[str] = frozenset()


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """Why a feed as a whole cannot be trusted; nothing may change because of it."""

    outcome: Outcome


class BlockState(StrEnum):
    """What became of a stay of a feed: a unit is taken; none was left; its nights are not open."""

    BLOCKED = "blocked"
    CONFLICT = "conflict"
    WAITING = "waiting"


class Block(Stay, frozen=True, kw_only=True):
    """A stay of a feed as we keep it. The nights [`taken_from`, `taken_until`) are what it took
    and what it gives back: nights that were over or not open yet are not among them."""

    state: BlockState
    taken_from: date | None = None
    taken_until: date | None = None


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """Units to take (quantity > 0) or give back (< 0) on the nights [first, last)."""

    quantity: int
    first: date
    last: date


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What makes the stored blocks as the feed is: rows to drop and to keep, units to move."""

    dropped: tuple[Block, ...]
    kept: tuple[Block, ...]
    moves: tuple[Move, ...]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The last attempt to read a feed, in numbers for the hotelier."""

    outcome: Outcome
    http_status: int | None = None
    events: int = 0
    stays: int = 0
    past: int = 0
    cancelled: int = 0
    ours: int = 0
    repeated: int = 0
    recurring: int = 0
    skipped: dict[Skipped, int] = {}


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """Another platform's calendar of one room type. The address is a secret of the house."""

    id: UUID
    room_type: int
    label: str
    address: str
    added_at: datetime
    asked_at: datetime
    paused_at: datetime | None
    attempted_at: datetime | None
    succeeded_at: datetime | None
    report: Report | None


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """What waits for somebody of the house: stays of other platforms that find no room here, feeds
    whose last reading failed, and feeds that were not read for long. Paused feeds are none."""

    conflicts: int
    failing: int
    stale: int


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """One failed attempt to read a feed."""

    feed: UUID
    at: datetime
    outcome: Outcome
    http_status: int | None


class FeedBlock(Block, frozen=True, kw_only=True):
    """A block with the feed it belongs to, and when it came to its state."""

    feed: UUID
    noted_at: datetime


class AddFeed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Read another platform's calendar for a room type from now on."""

    room_type: int
    label: str
    address: str


class FeedAsked(msgspec.Struct, frozen=True, kw_only=True):
    """A feed shall be read now."""

    feed: UUID
