"""Count what is used: each event once, by its source and id; and say how much is left."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from hub.core.db import Tx
from hub.core.sentences import say
from hub.usage import policy, store
from hub.usage.actions.planning import find_subscription, list_subscriptions
from hub.usage.errors import EventInvalid
from hub.usage.models import (
    Allowance,
    Charge,
    CloudEvent,
    Ingested,
    Metered,
    Quantity,
    Subscription,
)

EVENTS_MOST = 1_000


async def record_events(tx: Tx, events: Sequence[CloudEvent]) -> Ingested:
    """Keep events of the caller's subscriptions, all or none of them; those that are known count no
    second time. Raises `EventInvalid` for the first that cannot be."""
    if not 1 <= len(events) <= EVENTS_MOST:
        raise EventInvalid(say("Send 1 to %(most)s events at once.", most=EVENTS_MOST))
    read = [(event, policy.read_event(event, tx.now)) for event in events]
    wanted = {one.subscription for _, one in read}
    sold = await store.hold_subscriptions(tx, sorted(wanted))
    known = {id: await find_subscription(tx, id) for id in sorted(sold)}
    accepted = same = 0
    for event, one in read:
        subscription = known.get(one.subscription)
        if subscription is None:
            raise EventInvalid("This subscription is not yours.", field="subject")
        if one.type not in {meter.type for meter in subscription.terms.meters}:
            raise EventInvalid(say("The plan has no meter %(type)s.", type=one.type), field="type")
        if not policy.is_covered(subscription, one.at):
            raise EventInvalid("There was no subscription on that day.", field="time")
        if await store.insert_event(tx, one, subscription.customer):
            accepted += 1
        else:
            same += await store.is_known(tx, one, undated=event.time is None)
    return Ingested(accepted=accepted, known=same, differing=len(read) - accepted - same)


async def quantities_of(tx: Tx, subscription: Subscription, month: date) -> list[Quantity]:
    """What was used of each meter in a month of the subscriber's clock."""
    return await store.sum_events(tx, subscription.id, *policy.span_of(month, subscription.zone))


async def find_charges(tx: Tx, id: UUID, month: date | None) -> tuple[date, list[Charge]]:
    """What a month (this one) costs so far."""
    subscription = await find_subscription(tx, id)
    of = month or policy.month_of(tx.now, subscription.zone)
    return of, policy.charges_of(subscription, of, await quantities_of(tx, subscription, of))


async def find_metered(tx: Tx, type: str) -> Metered | None:
    """What the caller's own subscription to a meter of that type counts this month; none without
    one. The first that began, if there are several."""
    found = await list_subscriptions(tx, own=True)
    for one in sorted(found, key=lambda one: (one.since, one.id)):
        meter = next((meter for meter in one.terms.meters if meter.type == type), None)
        month = policy.month_of(tx.now, one.zone)
        if meter is None or not policy.active_days(one, month)[0]:
            continue
        _, charges = await find_charges(tx, one.id, month)
        charge = next(charge for charge in charges if charge.code == type)
        return Metered(
            plan=one.terms.name,
            month=month,
            included=meter.included,
            quantity=charge.quantity,
            cents=charge.cents,
        )
    return None


async def find_allowance(tx: Tx, id: UUID, name: str) -> Allowance:
    """Whether a subscriber may have more of a feature or a meter this month. One that is over has
    nothing."""
    subscription = await find_subscription(tx, id)
    month = policy.month_of(tx.now, subscription.zone)
    if not policy.active_days(subscription, month)[0]:
        return Allowance(name=name, allowed=False, limit=0, used=0, left=0)
    found = await quantities_of(tx, subscription, month)
    return policy.allowance_of(subscription.terms, name, found)
