"""What the hosting says to a vertical, before anybody has filled in anything."""

from collections.abc import Sequence

from hub import approvals, trust
from hub.core.clock import local_date
from hub.core.db import Tx
from hub.core.vertical import Vertical
from hub.gates import policy
from hub.gates.errors import GateClosed
from hub.gates.models import Gate, State

LIVED = (State.SANDBOX, State.TRIAL, State.PRODUCTION)


async def find_gates(tx: Tx, vertical: Vertical) -> list[Gate]:
    """The gates of a sandbox, a trial and a production."""
    hosts = await _hosts(tx, vertical)
    special = _special(tx, hosts)
    return [policy.find_gate(vertical, hosts, state, special) for state in LIVED]


async def check_gate(tx: Tx, vertical: Vertical, state: State) -> None:
    """Raises `GateClosed`: the page of the service says what is missing."""
    hosts = await _hosts(tx, vertical)
    found = policy.find_gate(vertical, hosts, state, _special(tx, hosts))
    if not found.open:
        raise GateClosed(
            "The page says what is missing.", reasons=[one.code for one in found.reasons]
        )


async def check_proven(tx: Tx, vertical: Vertical) -> None:
    """Raises `GateClosed` where the documents that a vertical's classes of data ask for do not
    count any more: what is hosted there already keeps nothing new."""
    hosts = await _hosts(tx, vertical)
    reasons = policy.find_unproven(vertical, hosts, _special(tx, hosts))
    if reasons:
        raise GateClosed("The page says what is missing.", reasons=[one.code for one in reasons])


async def _hosts(tx: Tx, vertical: Vertical) -> list[policy.Host]:
    """What this hub runs on: the services of trust that run here, as if they held these data."""
    return [
        await _host(tx, one.code, vertical) for one in await trust.list_services(tx) if one.run_here
    ]


async def _host(tx: Tx, service: str, vertical: Vertical) -> policy.Host:
    label = await approvals.find_label(tx, service)
    halted = label.approval is not None and label.approval.state in approvals.HALTED
    return policy.Host(
        standing=await trust.assess(tx, service, also=vertical.data_classes),
        rank=label.rank,
        halted=label.approval.state.value if label.approval and halted else "",
    )


def _special(tx: Tx, hosts: Sequence[policy.Host]) -> list[str]:
    """The classes of data that the referential guards, also where nothing is hosted yet."""
    if hosts:
        referential = hosts[0].standing.referential
    else:
        referential = trust.read_referential("secure-cloud", local_date(tx.now, "Europe/Paris"))
    guarded = {one.code for one in referential.data_classes}
    return sorted(guarded | {one.only_for for one in referential.criteria if one.only_for})
