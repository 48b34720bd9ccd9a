"""Derogations with their letters, and what begins or ends by its date, told once."""

from uuid import UUID

from hub import agreements
from hub.agreements import Derogation, GrantDerogation
from hub.assemblies import store
from hub.assemblies.actions import writing
from hub.assemblies.errors import ProposalInvalid
from hub.assemblies.models import TurnDue
from hub.core import outbox
from hub.core.clock import local_date
from hub.core.db import Tx
from hub.rules import Role, Vocabulary

ZONE = "Europe/Paris"
TURNS_MAX = 500


async def grant(
    tx: Tx, said: GrantDerogation, vocabulary: Vocabulary, remainder: Role
) -> Derogation:
    """Grant it, and write to the member. Raises `DerogationInvalid`, `NotTheScheme`."""
    party = vocabulary.role(said.role)
    if party is None:
        raise agreements.DerogationInvalid("Choose who receives a share.", field="role")
    made = await agreements.grant_derogation(tx, said, remainder)
    await writing.write_granted(tx, made, party.word.fr[0])
    return made


async def end(tx: Tx, id: UUID, reason: str) -> Derogation:
    """End it today, and write to the member."""
    ended = await agreements.end_derogation(tx, id, reason)
    await writing.write_ended(tx, ended)
    return ended


async def announce_turns(tx: Tx) -> int:
    """Send what begins or ends today, of whatever federation, to its own task."""
    turns = await store.list_turns(tx, local_date(tx.now, ZONE), TURNS_MAX)
    for one in turns:
        due = TurnDue(kind=one.kind, subject=one.subject, day=one.day)
        await outbox.emit_for(tx, one.tenant, due)
    return len(turns)


async def tell_turn(tx: Tx, due: TurnDue) -> bool:
    """Write to those whom it concerns, once."""
    if not await store.tell_once(tx, f"{due.kind}:{due.subject}:{due.day}"):
        return False
    subject, body = writing.TURNS[due.kind]
    if due.kind == "derogation":
        found = await agreements.find_derogation(tx, UUID(due.subject))
        values: writing.Values = {"name": found.name, "day": due.day}
        await writing.write(tx, writing.DEROGATIONS, subject, body, values, {found.member})
        return True
    versions = await agreements.list_versions(tx, tx.tenant or 0)
    version = next((one for one in versions if one.id == int(due.subject)), None)
    if version is None:
        raise ProposalInvalid("This version is not in the record.")
    path = f"/accords/{version.agreement}"
    await writing.write(tx, path, subject, body, {"title": version.title, "day": due.day})
    return True
