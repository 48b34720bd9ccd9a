"""Read a feed: look, ask the outside world without a transaction, then apply in one."""

import asyncio
from datetime import datetime
from uuid import UUID

from hub.core.clock import local_date
from hub.core.db import Database, Tx
from tourism import lodging, rates
from tourism.channels import gateway, policy, store
from tourism.channels.actions.feeds import move_units
from tourism.channels.errors import NightsMoved
from tourism.channels.models import Feed, FetchFailed, Outcome, Plan, Reading, Refused, Report

_APPLY_TRIES = 3


async def fetch_and_apply(
    database: Database, tenant: int, id: UUID, fetch: gateway.Fetch = gateway.fetch_feed
) -> Report | None:
    """Read one feed and make its blocks as it says; None when it is gone, paused, or was read by
    somebody else meanwhile. A feed that cannot be read changes nothing but its report.
    """
    async with database.transaction(tenant) as tx:
        started_at = tx.now
        feed = await store.find_feed(tx, id)
        house = await lodging.find_own_property(tx)
    if feed is None or house is None or feed.paused_at is not None:
        return None
    answer = await fetch(feed.address)
    if isinstance(answer, FetchFailed):
        return await _note_failure(
            database, tenant, id, Report(outcome=answer.outcome, http_status=answer.http_status)
        )
    today = local_date(started_at, house.zone)
    reading = await asyncio.to_thread(policy.read_feed, answer.body, house.zone, today)
    if isinstance(reading, Refused):
        return await _note_failure(database, tenant, id, Report(outcome=reading.outcome))
    return await _apply_with_rivals(database, tenant, id, reading, started_at)


async def apply_reading(
    tx: Tx, id: UUID, reading: Reading, started_at: datetime, today_zone: str
) -> Report | None:
    """Make the blocks of a feed as its reading is. Raises `NightsMoved` when a guest was quicker
    than the plan: nothing has changed then, and it can be tried again.
    """
    feed = await store.lock_feed(tx, id)
    overtaken = feed is not None and (feed.succeeded_at or started_at) > started_at
    if feed is None or feed.paused_at is not None or overtaken:
        return None
    plan = await _plan(tx, feed, reading, today_zone)
    await store.drop_blocks(tx, feed, plan.dropped)
    await store.keep_blocks(tx, feed, plan.kept)
    report = _describe(reading)
    await store.note_reading(tx, id, report)
    # Last of all, so that the rows of the room type are locked for the commit only.
    await move_units(tx, feed.room_type, plan.moves)
    return report


async def _plan(tx: Tx, feed: Feed, reading: Reading, zone: str) -> Plan:
    today = local_date(tx.now, zone)
    stored = await store.list_blocks(tx, feed.id, today)
    last = max((stay.departure for stay in (*reading.stays, *stored)), default=today)
    nights = await rates.list_nights(tx, [feed.room_type], today, last)
    units = {night.on: night.units_left for night in nights}
    return policy.plan_changes(stored, reading, units, today)


async def _apply_with_rivals(
    database: Database, tenant: int, id: UUID, reading: Reading, started_at: datetime
) -> Report | None:
    for attempt in range(1, _APPLY_TRIES + 1):
        try:
            async with database.transaction(tenant) as tx:
                house = await lodging.find_own_property(tx)
                if house is None:
                    return None
                return await apply_reading(tx, id, reading, started_at, house.zone)
        except NightsMoved:
            if attempt == _APPLY_TRIES:
                raise
    return None


async def _note_failure(database: Database, tenant: int, id: UUID, report: Report) -> Report | None:
    async with database.transaction(tenant) as tx:
        if await store.lock_feed(tx, id) is None:
            return None
        await store.note_failure(tx, id, report)
    return report


def _describe(reading: Reading) -> Report:
    return Report(
        outcome=Outcome.READ,
        events=reading.events,
        stays=len(reading.stays),
        past=reading.past,
        cancelled=reading.cancelled,
        ours=reading.ours,
        repeated=reading.repeated,
        recurring=reading.recurring,
        skipped=dict(reading.skipped),
    )
