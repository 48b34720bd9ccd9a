"""Write a message, let it out, update and cancel it; what holds now."""

from datetime import timedelta
from uuid import UUID

import msgspec

from hub import audit
from hub.core.db import Tx
from verticals.city import towns
from verticals.city.alerts import cap, policy, store
from verticals.city.alerts.errors import AlertInvalid, AlertMoved, AlertUnknown
from verticals.city.alerts.models import Alert, Kept, Said, State, Write

FEED_FOR = timedelta(days=30)


async def write_alert(tx: Tx, id: UUID, command: Write, *, updates: UUID | None = None) -> Kept:
    """Tell it at once, or, where it is extreme, leave it to a second person. The same id again
    changes nothing. Raises `AlertInvalid`, `AlertMoved`, `AlertUnknown`."""
    said = policy.check(command, await towns.find_town(tx), tx.now)
    replaced = await _hold(tx, updates, id) if updates else None
    if replaced is not None and replaced.status != said.status:
        raise AlertInvalid("An exercise stays an exercise, and the real stays real.",
                           field="status")  # fmt: skip
    state = State.WAITING if policy.needs_two(said) else State.SENT
    return await _keep(tx, id, said, "Update" if replaced else "Alert", replaced, state)


async def cancel_alert(tx: Tx, id: UUID, cancels: UUID, reason: str) -> Kept:
    """Say that a message holds no longer, and why. Raises `AlertInvalid`, `AlertMoved`."""
    why = towns.clean(reason)
    if not why or len(why) > policy.MOST_LETTERS["description"]:
        raise AlertInvalid("Say why it holds no longer.", field="reason")
    replaced = await _hold(tx, cancels, id)
    kept = {name: getattr(replaced, name) for name in Said.__struct_fields__}
    said = msgspec.structs.replace(Said(**kept), description=why, instruction="")
    return await _keep(tx, id, said, "Cancel", replaced, State.SENT)


async def _hold(tx: Tx, id: UUID, by: UUID) -> Alert:
    """A message that holds now, ours until the commit. Raises `AlertMoved`."""
    await store.lock_alert(tx, id)
    found = await find_alert(tx, id)
    if await store.find_alert(tx, by) is not None:  # the same form once more
        return found
    if found.state is not State.SENT or found.replaced or found.msg_type == "Cancel":
        raise AlertMoved("It holds no longer: look at the newest one.")
    if found.expires_at <= tx.now:
        raise AlertMoved("Its time is over: nobody is shown it any more.")
    return found


async def _keep(
    tx: Tx, id: UUID, said: Said, msg_type: str, replaced: Alert | None, state: State
) -> Kept:
    new = await store.insert_alert(tx, id, said, msg_type, replaced, state)
    if new:
        action = "city.alert_sent" if state is State.SENT else "city.alert_written"
        detail: dict[str, object] = {
            "type": msg_type,
            "status": said.status,
            "severity": said.severity,
        }
        await audit.record(tx, action=action, subject=f"alert:{id}", detail=detail)
        if state is State.SENT:
            await _name(tx, id)
    return Kept(id=(await find_alert(tx, id)).id, again=not new)


async def _name(tx: Tx, id: UUID) -> None:
    """Those who receive it know it by this, whatever commune the town says later that it is."""
    told, town = await find_alert(tx, id), await towns.find_town(tx)
    await store.keep_name(tx, id, cap.identifier_of(told, town), cap.sent_of(told, town))


async def confirm_alert(tx: Tx, id: UUID) -> None:
    """The second person lets it out. Raises `SecondPersonNeeded`, `AlertMoved`."""
    await store.lock_alert(tx, id)
    found = await find_alert(tx, id)
    policy.check_second(found, tx.actor)
    if found.expires_at <= tx.now:
        raise AlertMoved("Its time is over: write it again.")
    if found.replaces is not None:
        await _hold(tx, found.replaces, UUID(int=0))
    if not await store.keep_state(tx, id, State.SENT):
        raise AlertMoved("Somebody has decided on it already.")
    await _name(tx, id)
    await audit.record(tx, action="city.alert_sent", subject=f"alert:{id}")


async def drop_alert(tx: Tx, id: UUID) -> None:
    """Give up what was not told yet; anybody of the town may. Raises `AlertMoved`."""
    if not await store.keep_state(tx, id, State.DROPPED):
        raise AlertMoved("Somebody has decided on it already.")
    await audit.record(tx, action="city.alert_dropped", subject=f"alert:{id}")


async def find_alert(tx: Tx, id: UUID) -> Alert:
    """Raises `AlertUnknown`."""
    found = await store.find_alert(tx, id)
    if found is None:
        raise AlertUnknown()
    return found


async def find_told(tx: Tx, id: UUID) -> tuple[Alert, list[Alert]]:
    """A message that was told, and those of its chain before it. Raises `AlertUnknown`."""
    found = await find_alert(tx, id)
    if found.sent_at is None:
        raise AlertUnknown()
    return found, await store.list_chain(tx, found.chain, found.sent_at)


async def list_current(tx: Tx) -> list[Alert]:
    """What holds now."""
    return await store.list_current(tx)


async def list_told(tx: Tx) -> list[Alert]:
    """What was told in the last month, for those who follow."""
    return await store.list_told(tx, tx.now - FEED_FOR)


async def list_own(tx: Tx) -> list[Alert]:
    """Everything that the town has written."""
    return await store.list_own(tx)
