"""What a cancellation costs."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hub.core.money import share_of
from tourism.rates.cancellation import Cancellation, CancellationStep, PenaltyKind
from tourism.rates.models import NoShow


def free_until(policy: Cancellation, arrival: date, zone: str) -> datetime | None:
    """The last instant of free cancellation, by the property's own clock; None if never free."""
    if policy.free_days is None:
        return None
    return local_instant(arrival - timedelta(days=policy.free_days), policy.free_hour, zone)


def step_from(policy: Cancellation, step: CancellationStep, arrival: date, zone: str) -> datetime:
    """The last instant before a step of a policy holds, by the property's own clock."""
    return local_instant(arrival - timedelta(days=step.days), policy.free_hour, zone)


def local_instant(day: date, hour: int, zone: str) -> datetime:
    """`hour` o'clock of a day by the property's own clock; 24 is the midnight that ends it.

    An hour that the change to summer time skips is the instant at which the clock jumps over it.
    """
    if hour == 24:
        day, hour = day + timedelta(days=1), 0
    return datetime.combine(day, time(hour), ZoneInfo(zone))


def penalty_cents(
    policy: Cancellation | CancellationStep | NoShow, first_night_cents: int, rooms_gross_cents: int
) -> int:
    """What is kept after the free instant, in a step of the policy by itself, or of who never
    comes: at most the rooms' price."""
    if policy.penalty is PenaltyKind.FIRST_NIGHT:
        return min(first_night_cents, rooms_gross_cents)
    return min(share_of(rooms_gross_cents, policy.penalty_bps), rooms_gross_cents)
