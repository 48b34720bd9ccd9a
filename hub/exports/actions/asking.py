"""Ask for everything, see how far it is, fetch it."""

from uuid import UUID

from hub import audit
from hub.core.caller import Caller
from hub.core.db import Tx
from hub.core.errors import NotFound
from hub.exports import letters, policy, store
from hub.exports.models import Export
from hub.tenancy import Kind

# Behind the wall of who runs the hub stand letters to persons with links that open their accounts:
# an operator exports by the command, with an administrator's rights.
MAY_ASK = tuple(kind.value for kind in Kind if kind is not Kind.OPERATOR)


def check_may_export(caller: Caller) -> int:
    """Of which organisation the caller takes everything along. Raises `OnlyManagersExport`."""
    return policy.check_may_export(caller.tenant, caller.role)


async def ask_export(tx: Tx, caller: Caller) -> Export:
    """Have everything put together, and tell the owners; the one under way, if there is one. Raises
    `OnlyManagersExport`, `ExportedToday`."""
    check_may_export(caller)
    await store.lock_asking(tx)
    newest = await store.find_newest(tx)
    if newest is not None and newest.state in policy.UNDERWAY:
        return newest
    policy.check_pause(newest, tx.now)
    id = tx.uuid()
    await store.insert_export(tx, id, caller.actor, tx.now + policy.KEPT)
    await audit.record(tx, action="export.asked", subject=f"export:{id}")
    await letters.write_asked(tx, policy.KEPT.days)
    return await _find(tx, id)


async def list_exports(tx: Tx, caller: Caller) -> list[Export]:
    """The newest exports of the caller's organisation. Raises `OnlyManagersExport`."""
    check_may_export(caller)
    return await store.list_exports(tx, policy.SHOWN)


async def find_export(tx: Tx, caller: Caller, id: UUID) -> Export:
    """One of them. Raises `NotFound`, `OnlyManagersExport`."""
    check_may_export(caller)
    return await _find(tx, id)


async def begin_fetching(tx: Tx, caller: Caller, id: UUID) -> Export:
    """One that can be fetched. Raises `ExportNotReady`, `NotFound`, `OnlyManagersExport`."""
    found = await find_export(tx, caller, id)
    policy.check_ready(found)
    return found


async def note_fetched(tx: Tx, id: UUID) -> None:
    """The archive was handed over to its last piece."""
    await store.note_fetched(tx, id)
    await audit.record(tx, action="export.fetched", subject=f"export:{id}")


async def _find(tx: Tx, id: UUID) -> Export:
    found = await store.find_export(tx, id)
    if found is None or policy.is_over(found, tx.now):
        raise NotFound("There is no such export any more.")
    return found
