"""Ask for a copy of what is held about me, look at it, fetch it; destroy it with its time."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

from hub.core import outbox
from hub.core.caller import FRESH, Caller
from hub.core.db import Database, Tx
from hub.core.errors import FactorStale, NotSignedIn
from hub.own_data import policy, store
from hub.own_data.errors import CopyNotReady, CopyUnknown, PersonUnknown
from hub.own_data.models import (
    KEPT_DAYS,
    UNDERWAY_MINUTES_MAX,
    Copy,
    CopyAsked,
    Owner,
    Standing,
    State,
)

_UNDERWAY = timedelta(minutes=UNDERWAY_MINUTES_MAX)


def person_of(tx: Tx, caller: Caller) -> int:
    """Who asks. Everything at once is worth a theft: who has a second factor has shown it lately.
    Raises `NotSignedIn`, `FactorStale`."""
    if caller.person is None:
        raise NotSignedIn()
    if caller.has_factor and (caller.factor_at is None or caller.factor_at < tx.now - FRESH):
        raise FactorStale("Type the code that your telephone shows now.")
    return caller.person


async def ask_copy(tx: Tx, caller: Caller) -> Copy:
    """Have everything put into a copy; the one that is underway, if there is one."""
    person = person_of(tx, caller)
    await store.fail_copies(tx, tx.now - _UNDERWAY)
    id = tx.uuid()
    if not await store.insert_copy(tx, id, person, tx.now + timedelta(days=KEPT_DAYS)):
        return next(
            one for one in await store.list_copies(tx, person) if one.state is State.WAITING
        )
    await outbox.emit(tx, CopyAsked(copy=id))
    return await find_copy(tx, caller, id)


async def find_copy(tx: Tx, caller: Caller, id: UUID) -> Copy:
    """One of my copies. Raises `CopyUnknown`."""
    found = await store.find_copy(tx, person_of(tx, caller), id)
    if found is None or found.expires_at <= tx.now:
        raise CopyUnknown("Ask for another one: it is ready in a minute.")
    return found


async def describe_standing(tx: Tx, caller: Caller) -> Standing:
    """My copies, the newest first, and whether what stands under my address will be in the next."""
    person = person_of(tx, caller)
    await store.fail_copies(tx, tx.now - _UNDERWAY)
    proofs = policy.rules_of(tx.database.slices).proofs
    proven = await store.list_addresses(tx, [one.function for one in proofs], person)
    copies = await store.list_copies(tx, person)
    return Standing(
        copies=tuple(one for one in copies if one.expires_at > tx.now),
        proven=(caller.email or "").lower() in proven,
        prove_at=next((one.page for one in proofs), None),
    )


async def begin_fetching(tx: Tx, caller: Caller, id: UUID) -> Copy:
    """The copy that I fetch; when is noted. Raises `CopyUnknown`, `CopyNotReady`."""
    found = await find_copy(tx, caller, id)
    if found.state is not State.READY:
        raise CopyNotReady("Look again in a minute: its page shows how far it is.")
    await store.note_fetched(tx, person_of(tx, caller), id)
    return found


async def read_pieces(database: Database, person: int, id: UUID) -> AsyncIterator[bytes]:
    """The bytes of a copy, a piece at a time, each in its own short transaction."""
    number = 0
    while True:
        async with database.transaction() as tx:
            piece = await store.find_piece(tx, person, id, number)
        if piece is None:
            return
        yield piece
        number += 1


async def destroy_old_copies(tx: Tx) -> int:
    """Destroy the copies whose time is over; how many."""
    return await store.destroy_copies(tx)


async def find_person(tx: Tx, email: str) -> Owner:
    """Whose account has this e-mail. Raises `PersonUnknown`."""
    found = await store.find_person(tx, email.strip())
    if found is None:
        raise PersonUnknown()
    return found
