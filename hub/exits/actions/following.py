"""What the clock makes happen, and what those who make archives and erase write down."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
import structlog

from hub.core.db import Database, Tx
from hub.exits import letters, policy, store
from hub.exits.actions import deciding
from hub.exits.models import Advanced, Duty, Exit, Reader, Step

ACTOR = "clock"
log = structlog.get_logger(__name__)


async def list_open(database: Database) -> list[Exit]:
    """The ways out that are under way."""
    found: list[Exit] = []
    for one in await store.list_open(database.at_once):
        async with database.transaction(one.tenant, actor=ACTOR) as tx:
            found.append(await deciding.find_exit(tx, one.id))
    return found


async def advance(database: Database) -> int:
    """What is due now: sales end, services end, and what nobody fetches is erased in the end; how
    much was done."""
    return (await advance_each(database)).done


async def advance_each(database: Database) -> Advanced:
    """The same, with how many failed. One that fails stops no other: it says why, rests an hour,
    and is tried again."""
    done, failed = 0, 0
    for one in await list_open(database):
        if policy.is_resting(one.stalled_at, database.clock.now()):
            continue
        try:
            made = await _advance_one(database, one)
        except Exception as error:  # whatever is wrong with this one, the others have their days
            log.error("exit does not go on", exit=str(one.id), error=repr(error))
            failed += 1
            await _note_stalled(database, one, repr(error))
            continue
        done += made or 0
        if made is not None and one.stalled:
            await _note_stalled(database, one, "")
    return Advanced(done=done, failed=failed)


async def _advance_one(database: Database, one: Exit) -> int | None:
    """How much was done; none where somebody else has it in hand, or has just decided."""
    duties = await deciding.list_duties(database, one.organisation)
    moved = await store.has_moved(database.at_once, one)
    owners = await find_owners(database, one.organisation)
    async with database.transaction(one.tenant, actor=ACTOR) as tx:
        exit = await store.take_exit(tx, one.id)
        if exit is None or exit.version != one.version:
            return None
        if moved:
            await deciding.make_step(tx, exit, Step.MOVE)
            await store.forget_readers(tx, exit.id)
            return 1
        done = 0
        if policy.ends_sale(exit, tx.now):
            await deciding.end_sale(tx, exit)
            done += 1
        step = policy.due_step(exit, duties, tx.now)
        if step is Step.HOLD:
            await store.insert_readers(tx, exit.id, owners)
            await deciding.hold(tx, exit, step, owners)
        elif step is not None:
            await deciding.make_step(tx, exit, step)
        return done + (step is not None)


async def find_owners(database: Database, organisation: int) -> list[Reader]:
    """The owners of today; none once nobody is left."""
    async with database.transaction(organisation) as own:
        return await deciding.list_owners(own)


async def note_owners(database: Database, exit: Exit) -> list[Reader]:
    """The owners of today, kept to be told when their rows are gone, also after a pass that is cut
    off in between."""
    owners = await find_owners(database, exit.organisation)
    async with database.transaction(exit.tenant, actor=ACTOR) as tx:
        await store.insert_readers(tx, exit.id, owners)
    return owners


async def _note_stalled(database: Database, one: Exit, stalled: str) -> None:
    try:
        async with database.transaction(one.tenant, actor=ACTOR) as tx:
            if await store.take_exit(tx, one.id) is not None:
                await store.note_stalled(tx, one.id, stalled)
    except Exception as error:
        log.error("exit not noted", exit=str(one.id), error=repr(error))


async def list_under_way(tx: Tx) -> list[Exit]:
    """Who leaves, for who runs the hub and behind its wall: first what does not go on."""
    return await store.list_under_way(tx)


async def list_held(database: Database, exits: Sequence[Exit]) -> dict[UUID, tuple[Duty, ...]]:
    """What keeps those whom duties have kept so long that who runs the hub may let them go; nothing
    is known of one whose duties cannot be counted, and it can be let go all the same."""
    held: dict[UUID, tuple[Duty, ...]] = {}
    for one in exits:
        if not policy.may_let_go(one, database.clock.now()):
            continue
        try:
            duties = await deciding.list_duties(database, one.organisation)
        except Exception as error:
            log.warning("duties not counted", exit=str(one.id), error=repr(error))
            held[one.id] = ()
        else:
            if duties:
                held[one.id] = duties
    return held


async def note_progress(tx: Tx, exit: Exit, done: int, parts: int) -> None:
    """How far the archive is."""
    await store.note_progress(tx, exit, done, parts)


async def note_archive(
    tx: Tx, exit: Exit, at: datetime, bytes: int, sha256: str, rows: int
) -> bool:
    """The archive stands, and the time to fetch it begins; whether it still mattered."""
    until = tx.now + policy.RETRIEVAL
    return await store.note_archive(tx, exit, at, bytes, sha256, rows, until)


async def note_fault(tx: Tx, id: UUID, fault: str) -> None:
    """What kept it from going on; it is tried again."""
    await store.note_fault(tx, id, fault)


async def lock(tx: Tx, exit: Exit) -> Exit | None:
    """The same way out, nobody else's until the commit, however long its rows take to go; none when
    somebody decided meanwhile."""
    found = await store.hold_exit(tx, exit.id)
    return found if found is not None and found.version == exit.version else None


async def turn_back(tx: Tx, exit: Exit, *, changed: bool, owners: Sequence[Reader] = ()) -> Exit:
    """Nothing is erased. `changed`: what was fetched is not all any more, and is fetched again."""
    if changed:
        exit = msgspec.structs.replace(
            exit, archive_at=None, archive_bytes=None, archive_sha256=None, rows=None,
            fetched_at=None,
        )  # fmt: skip
    after = await deciding.make_step(tx, exit, Step.TURN_BACK)
    await letters.write(tx, after, letters.CHANGED if changed else letters.KEPT, owners)
    return after


async def finish(
    tx: Tx, exit: Exit, certificate: Mapping[str, object], owners: Sequence[Reader] = ()
) -> Exit:
    """Everything is erased; the certificate is kept here, and its link sent to the last owners."""
    done = msgspec.structs.replace(exit, certificate=dict(certificate))
    after = await deciding.make_step(tx, done, Step.FINISH)
    await letters.write(tx, after, letters.GONE, owners)
    await store.forget_readers(tx, after.id)
    return after
