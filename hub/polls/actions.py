"""Ask, vote once, count when it is over."""

from datetime import datetime
from uuid import UUID

from hub.core.db import Tx
from hub.polls import policy, store
from hub.polls.errors import PollClosed, PollUnknown
from hub.polls.models import Ask, Own, Poll, Result
from hub.spaces import (
    Attached,
    Seat,
    State,
    Write,
    check_writes,
    find_post,
    find_zone,
    write_post,
)

LISTED, NAMED = 100, 500


async def ask(tx: Tx, seat: Seat, id: UUID, typed: Write, asked: Ask) -> None:
    """A message with its question; sent twice, both are there once. Raises `PollInvalid` and what
    writing a message raises."""
    good = policy.check_ask(asked, await find_zone(tx), tx.now)
    await write_post(tx, seat, id, typed, Attached.POLL)
    await store.insert_poll(tx, id, good)


async def list_polls(tx: Tx, seat: Seat) -> list[Poll]:
    """The open ones, then those that are over."""
    return await store.list_polls(tx, seat.space.id, LISTED)


async def find_poll(tx: Tx, seat: Seat, id: UUID) -> Poll:
    """A question whose message the reader may see. Raises `PostUnknown`, `PollUnknown`."""
    await find_post(tx, seat, id)
    found = await store.find_poll(tx, seat.space.id, id)
    if found is None:
        raise PollUnknown()
    return found


async def find_since(tx: Tx, seat: Seat) -> datetime | None:
    """When the reader came into the space."""
    return await store.find_since(tx, seat.space.id, seat.person)


async def find_own(tx: Tx, seat: Seat, poll: Poll) -> Own | None:
    """That the reader has voted, and what they chose where the vote is open."""
    return await store.find_own(tx, poll.post, seat.person)


async def vote(tx: Tx, seat: Seat, id: UUID, typed: str) -> None:
    """Vote. An open vote may be changed until it closes; of a secret one the first counts, as
    nobody knows whose it is: sent twice, it is there once. Raises `PollInvalid`, `PollClosed`,
    `VoteNotYours`."""
    check_writes(seat)
    await store.lock_poll(tx, id)
    poll = await find_poll(tx, seat, id)
    if (await find_post(tx, seat, id)).state is not State.SHOWN:
        raise PollClosed()
    choice = policy.check_vote(poll, typed, await find_since(tx, seat), tx.now)
    if await store.insert_voter(tx, id, seat.person, None if poll.secret else choice):
        await store.add_vote(tx, id, choice)
        return
    before = await store.find_own(tx, id, seat.person)
    if before and before.choice is not None and before.choice != choice:
        await store.change_voter(tx, id, seat.person, choice)
        await store.take_vote(tx, id, before.choice)
        await store.add_vote(tx, id, choice)


async def count(tx: Tx, poll: Poll) -> Result | None:
    """What it gave, once it is over."""
    if policy.is_open(poll, tx.now):
        return None
    voters = [] if poll.secret else await store.list_voters(tx, poll.post, NAMED)
    return policy.count(poll, await store.list_counts(tx, poll.post), voters, NAMED)
