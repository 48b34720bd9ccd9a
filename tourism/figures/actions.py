"""Put a house's figures together for a question."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import msgspec

from hub.core.clock import local_date
from hub.core.db import Tx
from hub.territory import departments, regions
from tourism import demand, lodging
from tourism.figures import store
from tourism.figures.models import (
    Cohort,
    Counts,
    LeadTime,
    Period,
    Pickup,
    Question,
    Report,
    RoomStay,
    TypeNight,
    add_up,
)
from tourism.figures.policy import counting, periods
from tourism.figures.policy.areas import AreaLine, make_lines

PARIS = "Europe/Paris"


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of one period at one instant."""

    nights: dict[date, Counts]
    total: Counts
    lead: LeadTime | None
    cohort: Cohort


def read_question(tx: Tx, house: lodging.Property | None, form: Mapping[str, str]) -> Question:
    """What a form asks, by the house's own calendar. Raises `PeriodInvalid`."""
    return periods.read_question(form, local_date(tx.now, house.zone if house else PARIS))


async def find_house(tx: Tx) -> lodging.Property | None:
    """The lodging behind the wall, if it has described itself."""
    return await lodging.find_own_property(tx)


async def make_report(tx: Tx, house: lodging.Property, question: Question) -> Report:
    """The figures of the question's period, of the year before as it stood then, and the pickup."""
    period, previous = question.period, periods.year_before(question.period)
    stays = await store.list_room_stays(
        tx, house.id, _window(period, house.zone), _window(previous, house.zone)
    )
    then = periods.moment_before(period, tx.now)
    places = await store.list_type_nights(tx, house.id, period)
    now = _measure(stays, places, period, tx.now, house.zone)
    old_places = await store.list_type_nights(tx, house.id, previous)
    old = _measure(stays, old_places, previous, then, house.zone)
    return Report(
        question=question,
        total=now.total,
        lead=now.lead,
        cohort=now.cohort,
        cohorts=_cohorts(stays, period, tx.now, house.zone),
        rows=counting.group_rows(now.nights, by_month=period.by_month),
        pickup=_pick_up(stays, question, house.zone),
        previous=previous,
        previous_total=old.total,
        previous_lead=old.lead,
        previous_cohort=old.cohort,
    )


async def find_lost_demand(
    tx: Tx, house: lodging.Property, question: Question
) -> demand.LostDemand:
    """The searches that did not find the house, made on the days of the question's period that are
    over; in the last 30 days when none of it is."""
    today = local_date(tx.now, PARIS)
    first, last = periods.searched_days(question.period, today)
    return await demand.find_lost_demand(tx, house.id, first, last)


def _window(period: Period, zone: str) -> store.Window:
    day_before = period.first - date.resolution
    return store.Window(
        period=period,
        since=periods.evening_of(day_before, zone),
        before=periods.evening_of(period.until - date.resolution, zone),
    )


def _measure(
    stays: Sequence[RoomStay], places: Sequence[TypeNight], period: Period, at: datetime, zone: str
) -> Measured:
    nights = counting.count_nights(stays, places, period.first, period.until, at)
    return Measured(
        nights=nights,
        total=add_up(nights.values()),
        lead=counting.lead_time(stays, period.first, period.until, at, zone),
        cohort=counting.cohort_of(stays, period.first, period.until, at, zone),
    )


def _cohorts(
    stays: Sequence[RoomStay], period: Period, at: datetime, zone: str
) -> tuple[Cohort, ...]:
    """One cohort a month of a year; none for shorter periods, whose cohort is the total."""
    if not period.by_month:
        return ()
    firsts = [period.first.replace(month=number) for number in range(1, 13)]
    return tuple(
        counting.cohort_of(stays, first, periods.next_month(first), at, zone) for first in firsts
    )


def _pick_up(stays: Sequence[RoomStay], question: Question, zone: str) -> tuple[Pickup, ...]:
    period = question.period
    before, after = (
        counting.count_nights(
            stays, (), period.first, period.until, periods.evening_of(evening, zone)
        )
        for evening in (question.pickup_from, question.pickup_to)
    )
    return counting.pick_up(before, after, by_month=period.by_month)


async def list_area_months(tx: Tx) -> list[date]:
    """The months of which lost demand of areas is told, the newest first."""
    return await demand.list_told_months(tx)


async def find_area_demand(tx: Tx, level: demand.Level, month: date) -> list[AreaLine]:
    """The lost demand of the departments or regions in a month, under statistical secrecy."""
    told = await demand.list_told_areas(tx, level, month)
    places = departments() if level is demand.Level.DEPARTMENT else regions()
    return make_lines(told, {place.code: place.name for place in places})
