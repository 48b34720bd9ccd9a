"""Whether something real may be kept in a space now."""

from hub.core.db import Tx
from hub.core.vertical import Vertical
from hub.gates import State, check_gate, check_proven
from hub.services import store


async def check_kept(tx: Tx, vertical: Vertical) -> None:
    """Raise `GateClosed` unless the hosting has the documents that a vertical's classes of data ask
    for. A sandbox holds invented people only.

    A document that has ended closes the gate for what is new: nobody waits for the next step. The
    level is asked where a service begins and goes on, not at each form: measurements that are late
    stop no daily work.
    """
    assert tx.tenant is not None
    found = await store.find_of_space(tx, tx.tenant)
    if found is None or not found.invented:
        await check_proven(tx, vertical)


async def check_begun(tx: Tx, vertical: Vertical) -> None:
    """Raise `GateClosed` where an organisation begins in production by itself, as no service opened
    it, and the hosting does not allow that: its level is asked as a service's would be."""
    assert tx.tenant is not None
    if await store.find_of_space(tx, tx.tenant) is None:
        await check_gate(tx, vertical, State.PRODUCTION)
