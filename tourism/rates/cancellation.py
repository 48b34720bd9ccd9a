"""What it costs to cancel, as data."""

from enum import StrEnum

import msgspec

MOST_STEPS = 5


class PenaltyKind(StrEnum):
    """What is kept when a stay is cancelled too late."""

    FIRST_NIGHT = "first_night"
    PERCENT = "percent"


class CancellationStep(msgspec.Struct, frozen=True, kw_only=True):
    """A later step of a policy: from `days` days before the arrival on, at the policy's own hour,
    this penalty is kept where it is more than those before it."""

    days: int
    penalty: PenaltyKind
    penalty_bps: int = 10_000


class Cancellation(msgspec.Struct, frozen=True, kw_only=True):
    """A cancellation policy as data. Free until `free_days` days before arrival at `free_hour`
    o'clock on the property's own clock (None: never free); after that the penalty is kept, of
    the price of the lodging, and later what the `steps` say, the furthest from the arrival first.
    The tourist tax is always given back."""

    free_days: int | None
    free_hour: int = 18
    penalty: PenaltyKind
    penalty_bps: int = 10_000
    steps: tuple[CancellationStep, ...] = ()
