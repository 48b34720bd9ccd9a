"""Whether something real may be kept in a space now."""

from hub.core.db import Tx
from hub.core.vertical import Vertical
from hub.gates import State, check_gate
from hub.services import store


async def check_kept(tx: Tx, vertical: Vertical) -> None:
    """Raise `GateClosed` unless the hosting still allows what a vertical keeps behind this wall. A
    sandbox holds invented people only; an organisation that no service opened is in production.

    A proof that has ended closes the gate for what is new: nobody waits for the next step.
    """
    assert tx.tenant is not None
    found = await store.find_of_space(tx, tx.tenant)
    if found is not None and found.invented:
        return
    trial = found is not None and found.state is State.TRIAL
    await check_gate(tx, vertical, State.TRIAL if trial else State.PRODUCTION)
