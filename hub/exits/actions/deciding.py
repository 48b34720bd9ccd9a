"""What an owner decides: to give notice, to end the service at once, to be erased, to stay."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from hub import audit
from hub.core import outbox
from hub.core.clock import local_date
from hub.core.db import Database, Tx
from hub.core.errors import NotFound
from hub.exits import letters, policy, store
from hub.exits.errors import ExitChanged, ExitStepNotPossible, NoticeStands
from hub.exits.models import Duty, Event, Exit, LetGo, Named, Reader, SaleEnded, State, Step

ZONE = "Europe/Paris"


async def find_home(database: Database, organisation: int) -> Named | None:
    """The newest way out of an organisation, and behind whose wall it stands."""
    return await store.find_of(database.at_once, organisation)


async def find_keeper(database: Database) -> int:
    """Behind whose wall ways out are kept. Raises `ExitStepNotPossible` where there is none."""
    found = await store.find_operator(database.at_once)
    if found is None:
        raise ExitStepNotPossible("Nobody runs this service who could keep your certificate.")
    return found


async def find_exit(tx: Tx, id: UUID) -> Exit:
    """Raises `NotFound`."""
    found = await store.find_exit(tx, id)
    if found is None:
        raise NotFound("There is no such way out.")
    return found


async def find_certificate(
    database: Database, organisation: int, *, since: datetime
) -> dict[str, object] | None:
    """The certificate of an organisation that was erased by its own notice since then."""
    found = await find_home(database, organisation)
    if found is None:
        return None
    async with database.transaction(found.tenant) as tx:
        exit = await find_exit(tx, found.id)
    erased = exit.state is State.ERASED and exit.changed_at >= since
    return exit.certificate if erased else None


async def list_steps(tx: Tx, id: UUID) -> list[Event]:
    """What happened on a way out, newest first."""
    return await store.list_steps(tx, id)


async def list_owners(tx: Tx) -> list[Reader]:
    """To whom the letters of an organisation go; `tx` stands behind its own wall."""
    return await store.list_owners(tx)


async def list_duties(database: Database, organisation: int) -> tuple[Duty, ...]:
    """What an organisation still has to do for others, as each slice says."""
    async with database.transaction(organisation) as tx:
        return await _list_duties(tx, local_date(tx.now, ZONE))


async def _list_duties(tx: Tx, today: date) -> tuple[Duty, ...]:
    found: list[Duty] = []
    for slice in tx.database.slices:
        for function, says in slice.portability.duties.items():
            one = await store.count_duty(tx, function, today)
            if one is not None and one.many:
                found.append(Duty(says=says, many=one.many, cents=one.cents, until=one.until))
    return tuple(found)


async def give(
    tx: Tx, organisation: int, kind: str, name: str, days: int, readers: Sequence[Reader]
) -> Exit:
    """Give notice; `tx` stands behind the operator's wall. Raises `ExitInvalid`, `NoticeStands`."""
    policy.check_days(days)
    state = policy.next_state(None, Step.GIVE)
    notice_until, transition_until = policy.dates_of(tx.now, days)
    id = tx.uuid()
    if not await store.insert_exit(
        tx, id, organisation, kind, name, notice_until, transition_until
    ):
        raise NoticeStands("Look at where it stands now.")
    await store.insert_readers(tx, id, readers)
    given = msgspec.structs.replace(await find_exit(tx, id), state=state)
    await _write_down(tx, given, Step.GIVE)
    if policy.ends_sale(given, tx.now):
        await end_sale(tx, given)
    await letters.write(tx, given, letters.GIVEN)
    return await find_exit(tx, id)


async def end(
    tx: Tx, id: UUID, version: int, duties: Sequence[Duty], owners: Sequence[Reader] = ()
) -> Exit:
    """End the service before its day. `owners` are those of today, who are told beside those at the
    notice. Raises `DutiesOpen`, `ExitChanged`, `ExitStepNotPossible`."""
    before = await _look(tx, id, version, Step.END, owners)
    policy.check_duties(policy.holding(before, duties))
    return await hold(tx, before, Step.END)


async def erase(
    tx: Tx, id: UUID, version: int, duties: Sequence[Duty], owners: Sequence[Reader] = ()
) -> Exit:
    """Wish to be erased before the time is over, once the archive was fetched. Where there are
    other owners, today or at the notice, they are told and have three days to stop it.

    Raises `ArchiveNotReady`, `DutiesOpen`, `ExitChanged`, `ExitStepNotPossible`."""
    before = await _look(tx, id, version, Step.ERASE, owners)
    policy.check_fetched(before)
    policy.check_duties(policy.holding(before, duties))
    from_ = policy.erase_from(tx.now, len(await store.list_readers(tx, id)))
    after = await make_step(tx, msgspec.structs.replace(before, erase_from=from_), Step.ERASE)
    if from_ is not None:
        await letters.write(tx, after, letters.ASKED)
    return after


async def take_back(tx: Tx, id: UUID, version: int, owners: Sequence[Reader] = ()) -> Exit:
    """Stay after all, as any owner may decide. Raises `ExitChanged`, `ExitStepNotPossible`."""
    before = await _look(tx, id, version, Step.TAKE_BACK, owners)
    after = await make_step(tx, before, Step.TAKE_BACK)
    await letters.write(tx, after, letters.STAYED)
    await store.forget_readers(tx, id)
    return after


async def let_go(tx: Tx, command: LetGo, owners: Sequence[Reader] = ()) -> Exit:
    """Duties keep an organisation no longer; `tx` stands behind the wall of who runs the hub.
    `owners` are those of today, who are told beside those of the last step.

    Raises `ExitChanged`, `ExitInvalid`, `ExitStepNotPossible`, `NotFound`."""
    before = await _look(tx, command.exit, command.version, Step.LET_GO, owners)
    why = policy.check_let_go(before, command.why, tx.now)
    free = msgspec.structs.replace(before, let_go_at=tx.now, let_go_why=why)
    if before.state is not State.RETRIEVAL:
        after = await make_step(tx, free, Step.LET_GO)
        await letters.write(tx, after, letters.LET_GO)
        return after
    # Guests and partners wrote on while it was kept: the archive of then is not all there is.
    after = await make_step(tx, _to_fetch_again(free, tx.now), Step.LET_GO)
    await letters.write(tx, after, letters.LET_GO_HELD)
    return after


async def begin_fetching(tx: Tx, id: UUID) -> Exit:
    """The way out whose archive is being fetched. Raises `ArchiveNotReady`, `NotFound`."""
    found = await find_exit(tx, id)
    if found.state not in {State.NOTICED, State.RETRIEVAL, State.ERASING}:
        raise NotFound("There is no archive any more.")
    policy.check_ready(found)
    return found


async def note_fetched(tx: Tx, exit: Exit) -> None:
    """The archive is handed over to its last piece."""
    await store.note_fetched(tx, exit)
    await audit.record(
        tx,
        action="exit.fetched",
        subject=f"exit:{exit.id}",
        detail={"organisation": exit.organisation},
    )


async def _look(tx: Tx, id: UUID, version: int, wanted: Step, owners: Sequence[Reader]) -> Exit:
    found = await store.lock_exit(tx, id)
    if found is None:
        raise NotFound("There is no such way out.")
    policy.next_state(found.state, wanted)
    policy.check_seen(found, version)
    await store.insert_readers(tx, id, owners)
    return found


def _to_fetch_again(exit: Exit, now: datetime) -> Exit:
    """Its archive is made once more, and the days in which it can be fetched begin."""
    return msgspec.structs.replace(
        exit, retrieve_until=now + policy.RETRIEVAL, archive_at=None, archive_bytes=None,
        archive_sha256=None, rows=None, fetched_at=None,
    )  # fmt: skip


async def hold(tx: Tx, before: Exit, made: Step, owners: Sequence[Reader] = ()) -> Exit:
    """The service is over: from here on nothing changes or is sold, and the archive is made once
    more; `owners` are told, or those of the last step."""
    held = msgspec.structs.replace(_to_fetch_again(before, tx.now), held_at=tx.now)
    after = await make_step(tx, held, made)
    await store.note_sale_ended(tx, after.id)
    await outbox.emit_for(tx, after.organisation, SaleEnded(exit=after.id))
    await letters.write(tx, after, letters.HELD, owners)
    return after


async def has_ended_sale(tx: Tx) -> bool:
    """Whether the organisation behind whose wall `tx` stands has left the sale: the notice that it
    gave, and has not taken back, is over."""
    return await store.has_ended_sale(tx)


async def end_sale(tx: Tx, exit: Exit) -> None:
    """Whoever leaves sells nothing any more; told once."""
    if await store.note_sale_ended(tx, exit.id):
        await outbox.emit_for(tx, exit.organisation, SaleEnded(exit=exit.id))


async def make_step(tx: Tx, before: Exit, made: Step) -> Exit:
    """Write a step down. Raises `ExitChanged`, `ExitStepNotPossible`."""
    state = policy.next_state(before.state, made)
    from_ = before.erase_from if state is State.ERASING else None
    after = msgspec.structs.replace(before, state=state, erase_from=from_)
    if not await store.change_exit(tx, after):
        raise ExitChanged("Look at it again, then decide.")
    await _write_down(tx, after, made)
    await store.follow_exit(tx, after.id)
    return await find_exit(tx, after.id)


async def _write_down(tx: Tx, exit: Exit, made: Step) -> None:
    await store.insert_step(tx, exit, made)
    await audit.record(
        tx,
        action=f"exit.{made.value}",
        subject=f"exit:{exit.id}",
        reason=exit.let_go_why if made is Step.LET_GO else "",
        detail={"state": exit.state.value, "organisation": exit.organisation},
    )
