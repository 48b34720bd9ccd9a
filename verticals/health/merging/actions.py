"""Ask that two records be merged; another member decides."""

from uuid import UUID

from hub import audit
from hub.core.db import Tx
from verticals.health import agenda, documents, patients
from verticals.health.merging import policy, store
from verticals.health.merging.errors import MergeUnknown
from verticals.health.merging.models import AskMerge, Merge, State


async def ask_merge(tx: Tx, id: UUID, command: AskMerge, person: int | None) -> bool:
    """Two are one person, somebody says. False when that waits for a decision already. Raises
    `MergeInvalid`, `NotOnePerson`, `PatientUnknown`."""
    why = policy.read_why(command.why)
    await patients.check_mergeable(tx, command.kept, command.gone)
    if not await store.insert_merge(tx, id, command, why, person):
        return False
    await audit.record(tx, action="health.merge_asked", subject=f"merge:{id}")
    return True


async def decide(tx: Tx, id: UUID, person: int, *, agrees: bool) -> None:
    """Another member agrees, and everything goes to one; or refuses, and nothing changes.

    Raises `SecondPersonNeeded`, `MergeChanged`, `MergeUnknown`, `NotOnePerson`, `BookedAlready`
    when both come at one time, `PatientInvalid` for a matricule that does not fit who stays.
    """
    found = await store.lock_merge(tx, id)
    if found is None:
        raise MergeUnknown()
    policy.check_decides(found, person)
    if agrees:
        await patients.merge(tx, found.kept, found.gone)
        await agenda.hand_over(tx, found.gone, found.kept)
        await documents.hand_over(tx, found.gone, found.kept)
    await store.keep_decision(tx, id, State.DONE if agrees else State.REFUSED, person)
    does = "done" if agrees else "refused"
    detail: dict[str, object] = {"kept": str(found.kept), "gone": str(found.gone)}
    await audit.record(tx, action=f"health.merge_{does}", subject=f"merge:{id}", detail=detail)


async def list_merges(tx: Tx) -> list[Merge]:
    """What waits, then what was decided of late."""
    return await store.list_merges(tx)
