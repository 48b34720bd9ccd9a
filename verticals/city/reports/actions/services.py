"""What people may report."""

from hub import audit
from hub.core.db import Tx
from verticals.city.reports import policy, store
from verticals.city.reports.errors import ReportInvalid, ServiceUnknown
from verticals.city.reports.models import KeepService, Service


async def list_services(tx: Tx) -> list[Service]:
    """The kinds that the town takes in now; before it has said anything, the usual ones."""
    return [one for one in await list_all(tx) if one.active]


async def list_all(tx: Tx) -> list[Service]:
    """The same, with those that it takes in no longer."""
    return await store.list_services(tx) or list(policy.FIRST)


async def find_service(tx: Tx, code: str) -> Service:
    """One that the town takes in now. Raises `ServiceUnknown`."""
    for one in await list_services(tx):
        if one.code == code:
            return one
    raise ServiceUnknown()


async def begin_services(tx: Tx) -> None:
    """From now on the town's kinds are its own: they begin with the usual ones."""
    if not await store.list_services(tx):
        for one in policy.FIRST:
            await store.insert_service(tx, one)


async def add_service(tx: Tx, command: KeepService) -> None:
    """Take in something more. Raises `ReportInvalid`."""
    await begin_services(tx)
    if len(await store.list_services(tx)) >= store.MOST_SERVICES:
        raise ReportInvalid("There are as many kinds as there may be.", field="name")
    service = policy.make_service(command)
    if not await store.insert_service(tx, service):
        raise ReportInvalid("There is one of this name already.", field="name")
    await audit.record(tx, action="city.service_added", subject=f"service:{service.code}")


async def switch_service(tx: Tx, code: str, *, active: bool) -> None:
    """Take such reports in again, or no longer; those that are there stay."""
    await begin_services(tx)
    if not await store.keep_active(tx, code, active):
        raise ServiceUnknown()
    await audit.record(tx, action="city.service_switched", subject=f"service:{code}")
