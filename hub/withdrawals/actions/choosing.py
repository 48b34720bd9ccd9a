"""What an organisation decides on its way out: where it goes, and that everything has arrived."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from hub import audit
from hub.core.db import Database, Tx
from hub.withdrawals import policy, store
from hub.withdrawals.actions.beginning import find_departure, find_withdrawal
from hub.withdrawals.errors import ChangedMeanwhile, NotYours
from hub.withdrawals.models import Departure, Event, Leaving, Named, Step, Withdrawal


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """A way out with what happened on it."""

    withdrawal: Withdrawal
    departure: Departure
    events: Sequence[Event]


async def see(tx: Tx, id: UUID) -> Seen:
    """Where an organisation is on its way out. Raises `NotFound`."""
    departure = await find_departure(tx, id)
    return Seen(
        withdrawal=await find_withdrawal(tx, departure.withdrawal),
        departure=departure,
        events=await store.list_steps(tx, id),
    )


async def find_from_home(database: Database, organisation: int) -> Named | None:
    """The way out of an organisation whose members sign in here."""
    return await store.find_from_home(database.at_once, organisation)


async def find_leaving(database: Database, organisation: int) -> Leaving | None:
    """What the requests of an organisation need to know."""
    return await store.find_leaving(database.at_once, organisation)


async def is_anybody_leaving(database: Database) -> bool:
    """Whether anybody here leaves or is held."""
    return await store.is_anybody_leaving(database.at_once)


def check_role(role: str | None) -> None:
    """Raises `NotYours`."""
    if role not in policy.DECIDERS:
        raise NotYours()


async def choose(tx: Tx, id: UUID, wanted: str, version: int) -> Departure:
    """Choose a zone, or to take everything away; until it is accepted, one may choose again.

    Raises `ChoiceInvalid`, `ChangedMeanwhile`, `StepNotPossible`, `NotFound`."""
    before = await _look(tx, id, version, Step.CHOOSE)
    policy.check_choice(before.choices, wanted)
    after = msgspec.structs.replace(
        before, choice=wanted, chosen_at=tx.now, chosen_by=tx.actor, proof=None
    )
    return await step(tx, after, Step.CHOOSE, wanted)


async def accept(tx: Tx, id: UUID, version: int) -> Departure:
    """Everything has arrived: the old provider may erase what it holds.

    Raises `ChangedMeanwhile`, `StepNotPossible`, `NotFound`."""
    before = await _look(tx, id, version, Step.ACCEPT)
    policy.check_proof(before)
    after = msgspec.structs.replace(before, accepted_at=tx.now, accepted_by=tx.actor)
    return await step(tx, after, Step.ACCEPT, "")


async def _look(tx: Tx, id: UUID, version: int, wanted: Step) -> Departure:
    await store.lock_departure(tx, id)
    before = await find_departure(tx, id)
    policy.next_state(before.state, wanted)
    policy.check_seen(before, version)
    return before


async def step(tx: Tx, after: Departure, made: Step, detail: str) -> Departure:
    """Write a step down. Raises `ChangedMeanwhile`, `StepNotPossible`."""
    after = msgspec.structs.replace(after, state=policy.next_state(after.state, made))
    if not await store.change_departure(tx, after):
        raise ChangedMeanwhile("Look at it again, then decide.")
    await store.insert_step(tx, after, made, detail)
    await audit.record(
        tx,
        action=f"departure.{made.value}",
        subject=f"departure:{after.id}",
        detail={"state": after.state.value, "organisation": after.organisation},
    )
    return await find_departure(tx, after.id)
