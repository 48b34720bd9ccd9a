"""A legal hold: while an order stands, nothing of a tenant is erased from this hub, whatever time
is over and whoever asks."""

from datetime import datetime

from hub.core.db import Session
from hub.core.errors import Invalid
from hub.core.sentences import say
from hub.portability import store
from hub.portability.errors import TenantUnknown, UnderLegalHold

WHY_LEAST, WHY_MOST = 3, 500


async def place_hold(session: Session, tenant: int, why: str, now: datetime) -> None:
    """Keep everything of a tenant; `why` names the order, one of several perhaps. Raises `Invalid`
    and `TenantUnknown`."""
    if not WHY_LEAST <= len(why.strip()) <= WHY_MOST:
        raise Invalid("Say which order it is.", field="why")
    if await store.find_tenant(session, tenant) is None:
        raise TenantUnknown()
    await store.place_hold(session, tenant, why.strip(), now)


async def lift_hold(session: Session, tenant: int, now: datetime, why: str | None = None) -> bool:
    """An order is over, the only one unless it is named; whether it stood. Once none is left, what
    was due meanwhile goes by itself. Raises `Invalid` where several stand and none is named."""
    orders = await store.list_orders(session, tenant)
    if why is None and len(orders) > 1:
        raise Invalid(say("Say which order is over: %(orders)s.", orders="; ".join(orders)))
    named = why.strip() if why is not None else next(iter(orders), "")
    return await store.lift_hold(session, tenant, named, now)


async def check_not_on_hold(session: Session, tenant: int) -> None:
    """Raises `UnderLegalHold`."""
    if await store.is_on_hold(session, tenant):
        raise UnderLegalHold()
