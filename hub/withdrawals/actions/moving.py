"""What those who move write down: each is one transaction, and says nothing when somebody has
decided otherwise meanwhile."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from hub.core.db import Database, Tx
from hub.withdrawals import letters, policy, store
from hub.withdrawals.actions.beginning import find_withdrawal
from hub.withdrawals.actions.choosing import step
from hub.withdrawals.models import Choice, Departure, Proof, State, Step, Withdrawal

PAGE_OF = 100
ACTOR = "mover"


async def list_open(database: Database) -> list[Withdrawal]:
    """The withdrawals that are under way."""
    found: list[Withdrawal] = []
    for one in await store.list_open(database.at_once):
        async with database.transaction(one.tenant, actor=ACTOR) as tx:
            found.append(await find_withdrawal(tx, one.id))
    return found


async def walk(
    database: Database, withdrawal: Withdrawal, states: Collection[State]
) -> AsyncIterator[Departure]:
    """The ways out of a withdrawal in these states, by name, a page at a time."""
    after = store.FIRST
    while True:
        async with database.transaction(withdrawal.tenant, actor=ACTOR) as tx:
            found = await store.list_departures(tx, withdrawal.id, states, PAGE_OF, after)
        for one in found:
            yield one
        if len(found) < PAGE_OF:
            return
        after = (found[-1].name, found[-1].id)


async def list_known(tx: Tx, withdrawal: Withdrawal, zone: str) -> set[int]:
    """The organisations of a zone that were told."""
    return await store.list_known(tx, withdrawal.id, zone)


async def note_looked(tx: Tx, withdrawal: Withdrawal) -> bool:
    """Everybody who lives there was looked for; whether everything is over now."""
    await store.note_looked(tx, withdrawal.id)
    return await store.close_withdrawal(tx, withdrawal.id)


async def note_silence(tx: Tx, withdrawal: Withdrawal, zone: str) -> bool:
    """A zone does not answer; whether that is so for so long that nobody waits for it."""
    return policy.is_away(await store.note_silence(tx, withdrawal.id, zone), tx.now)


async def note_answer(tx: Tx, withdrawal: Withdrawal, zone: str) -> None:
    """A zone answers."""
    await store.note_answer(tx, withdrawal.id, zone)


async def note_kept(tx: Tx, id: UUID, choices: Sequence[Choice]) -> None:
    """What an organisation has was put by, and where it may go was looked at."""
    await store.note_kept(tx, id, choices)


async def note_copying(tx: Tx, departure: Departure, zone: str | None) -> bool:
    """A copy may stand in a zone from now on, or none stands anywhere; whether it still matters."""
    return await store.note_copying(tx, departure, zone)


async def note_opened(tx: Tx, departure: Departure) -> datetime | None:
    """It lives where it chose although its provider does not answer: since when, the first time
    that it was said. None when it has decided otherwise meanwhile."""
    return await store.note_opened(tx, departure)


async def note_fault(tx: Tx, departure: Departure, fault: str) -> None:
    """What kept it from going on."""
    await store.note_fault(tx, departure, fault)


async def note_copied(tx: Tx, departure: Departure, proof: Proof) -> Departure | None:
    """Everything stands on both sides; the organisation is asked to look. None when it has decided
    otherwise meanwhile."""
    before = await _still(tx, departure)
    if before is None:
        return None
    where = f"{before.choice} {proof.target_sha256}"
    after = await step(tx, msgspec.structs.replace(before, proof=proof), Step.COPY, where)
    if before.state is State.CHOSEN:
        await _write(tx, after, letters.COPIED)
    return after


async def turn_back(tx: Tx, departure: Departure, reasons: str) -> Departure | None:
    """What was chosen is not possible any more: the organisation chooses again."""
    before = await _still(tx, departure)
    if before is None:
        return None
    freed = msgspec.structs.replace(
        before,
        choice=None,
        chosen_at=None,
        chosen_by=None,
        proof=None,
        accepted_at=None,
        accepted_by=None,
    )
    after = await step(tx, freed, Step.TURN_BACK, reasons)
    await _write(tx, after, letters.TURNED_BACK)
    return after


async def note_finished(
    tx: Tx, departure: Departure, certificate: Mapping[str, object]
) -> Departure | None:
    """The old provider holds nothing any more; its certificate is kept here."""
    before = await _still(tx, departure)
    if before is None:
        return None
    done = msgspec.structs.replace(before, certificate=dict(certificate), copy_in=None)
    after = await step(tx, done, Step.FINISH, "")
    await _write(tx, after, letters.GONE)
    await store.forget_readers(tx, after.id)
    return after


async def note_left(
    tx: Tx, departure: Departure, certificate: Mapping[str, object]
) -> Departure | None:
    """It was erased by its own notice, whose certificate is kept here too; it goes nowhere."""
    before = await _still(tx, departure)
    if before is None:
        return None
    left = msgspec.structs.replace(
        before, certificate=dict(certificate), left_by_notice=True, copy_in=None
    )
    after = await step(tx, left, Step.LEAVE, "")
    await store.forget_readers(tx, after.id)
    return after


async def hold(tx: Tx, departure: Departure) -> Departure | None:
    """Nobody has chosen in time: what is there stays as it is, and can be fetched."""
    before = await _still(tx, departure)
    if before is None:
        return None
    after = await step(tx, before, Step.HOLD, "")
    await _write(tx, after, letters.HELD)
    return after


async def _still(tx: Tx, departure: Departure) -> Departure | None:
    found = await store.lock_departure(tx, departure.id)
    return found if found is not None and found.version == departure.version else None


async def _write(tx: Tx, departure: Departure, letter: letters.Words) -> None:
    await letters.write(tx, await find_withdrawal(tx, departure.withdrawal), departure, letter)


async def advance(database: Database) -> int:
    """What the clock makes happen: who has not chosen in time is held, who has something to decide
    is reminded; how many."""
    done = 0
    for withdrawal in await list_open(database):
        async for one in walk(database, withdrawal, (State.TOLD, State.COPIED)):
            async with database.transaction(withdrawal.tenant) as tx:
                done += await _advance(tx, withdrawal, one)
    return done


async def _advance(tx: Tx, withdrawal: Withdrawal, departure: Departure) -> bool:
    if policy.due_step(departure, withdrawal, tx.now) is Step.HOLD:
        return await hold(tx, departure) is not None
    due = policy.due_reminders(departure, withdrawal, tx.now)
    if due > departure.reminders and await store.note_reminded(tx, departure.id, due):
        await letters.write(tx, withdrawal, departure, letters.REMINDED[departure.state])
        return True
    return False
