"""Plans and who has them: a version never changes, a subscription keeps the one it began with."""

from datetime import date
from uuid import UUID

from hub import audit, billing
from hub.core import outbox
from hub.core.db import Tx
from hub.core.errors import NotFound
from hub.usage import policy, store
from hub.usage.errors import SubscriptionInvalid
from hub.usage.models import BillMonth, Plan, PlanTerms, Subscribe, Subscription

PLANS_MOST, SUBSCRIPTIONS_MOST = 200, 500


async def save_plan(tx: Tx, code: str, terms: PlanTerms) -> Plan:
    """The next version of a plan, for whoever subscribes from now on. Raises `PlanInvalid`."""
    policy.check_terms(code, terms)
    version = await store.next_version(tx, code)
    await store.insert_plan(tx, code, version, terms)
    await audit.record(tx, action="usage.plan", subject=f"plan:{code}:{version}")
    return Plan(code=code, version=version, terms=terms, made_at=tx.now)


async def list_plans(tx: Tx) -> list[Plan]:
    """The newest version of each plan that the caller sells."""
    return await store.list_plans(tx, PLANS_MOST)


async def subscribe(tx: Tx, said: Subscribe) -> Subscription:
    """Let an organisation have the newest version of a plan. Raises `SubscriptionInvalid`,
    `BuyerInvalid`, `NotFound`."""
    policy.check_zone(said.zone)
    buyer = billing.check_buyer(said.buyer)
    plan = next((one for one in await list_plans(tx) if one.code == said.plan), None)
    if plan is None:
        raise NotFound("There is no such plan.")
    for one in await store.list_subscriptions(tx, SUBSCRIPTIONS_MOST, own=False):
        if (one.customer, one.plan, one.until) == (said.customer, said.plan, None):
            raise SubscriptionInvalid("This organisation has the plan already.", field="customer")
    id = tx.uuid()
    kept = Subscribe(
        customer=said.customer, plan=said.plan, since=said.since, buyer=buyer, zone=said.zone
    )
    await store.insert_subscription(tx, id, kept, plan)
    await audit.record(tx, action="usage.subscribe", subject=f"subscription:{id}")
    return await find_subscription(tx, id)


async def end_subscription(tx: Tx, id: UUID, until: date) -> Subscription:
    """The first day without it; its last month is billed by its days, and what was billed beyond
    that day is credited (what was used until now was used). Raises `SubscriptionInvalid`."""
    await store.lock_subscription(tx, id)
    subscription = await find_subscription(tx, id)
    if subscription.until == until:
        return subscription
    if not await store.end_subscription(tx, id, until):
        raise SubscriptionInvalid(
            "A subscription ends once, after the day on which it began.", field="until"
        )
    for month in await store.list_billed_months(tx, id, until.replace(day=1)):
        await outbox.emit(tx, BillMonth(subscription=id, month=month))
    await audit.record(tx, action="usage.end", subject=f"subscription:{id}")
    return await find_subscription(tx, id)


async def find_subscription(tx: Tx, id: UUID) -> Subscription:
    """One that the caller sells or has. Raises `NotFound`."""
    found = await store.find_subscription(tx, id)
    if found is None:
        raise NotFound("This subscription is unknown.")
    return found


async def list_subscriptions(tx: Tx, *, own: bool) -> list[Subscription]:
    """What the caller has (`own`), or sells."""
    return await store.list_subscriptions(tx, SUBSCRIPTIONS_MOST, own=own)
