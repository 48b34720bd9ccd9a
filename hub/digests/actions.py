"""Choose what one is told; tell those who are to be told, each once."""

from datetime import datetime
from uuid import UUID

from hub.core import outbox
from hub.core.db import Tx
from hub.digests import letters, policy, store
from hub.digests.errors import NoticeUnknown
from hub.digests.models import AllNews, Choice, DigestDue, Notice, SpaceNews, Told
from hub.spaces import Seat, Space, SpaceNotYours, find_space, find_zone

AT_ONCE, SPACES = 200, 1_000
FIRST = SpaceNews(tenant=0, space=UUID(int=0))


async def find_choice(tx: Tx, seat: Seat) -> Choice:
    """What the reader chose; once a day where they said nothing."""
    found = await store.find_notice(tx, seat.space.id, seat.person)
    return found.choice if found else Choice.DIGEST


async def choose(tx: Tx, seat: Seat, typed: str) -> None:
    """Choose. Raises `ChoiceInvalid`, `SpaceNotYours` for who is not in the space."""
    if seat.role is None:
        raise SpaceNotYours("Enter the space first.")
    await store.keep_choice(tx, seat.space.id, seat.person, policy.read_choice(typed))


async def find_linked(tx: Tx, id: UUID) -> tuple[Notice, Space]:
    """What the link of a letter names. Raises `NoticeUnknown`."""
    notice = await store.find_by_id(tx, id)
    space = await find_space(tx, notice.space) if notice else None
    if notice is None or space is None:
        raise NoticeUnknown()
    return notice, space


async def choose_by_link(tx: Tx, id: UUID, typed: str) -> None:
    """The same by the link of a letter, without signing in. Raises `ChoiceInvalid`,
    `NoticeUnknown`."""
    notice, _ = await find_linked(tx, id)
    await store.keep_choice(tx, notice.space, notice.person, policy.read_choice(typed))


async def announce_digests(tx: Tx) -> None:
    """Send each space with something new to its task, which knows whether it is day there."""
    upto, one, found = tx.now - policy.SETTLED, FIRST, SPACES
    while found == SPACES:
        spaces = await store.list_with_news(tx, tx.now - policy.LOOKED_BACK, one, SPACES)
        for one in spaces:
            due = DigestDue(space=one.space, choice=Choice.DIGEST, upto=upto)
            await outbox.emit_for(tx, one.tenant, due)
        found = len(spaces)


async def announce_each(tx: Tx, space: UUID, shown_at: datetime) -> None:
    """Something is shown: who is told each time is told in a moment."""
    upto = shown_at + policy.SETTLED
    due = DigestDue(space=space, choice=Choice.EACH, upto=upto)
    await outbox.emit_at(tx, upto + policy.SETTLED, due)


async def tell(tx: Tx, due: DigestDue) -> bool:
    """Write to some of those who are to be told; whether there may be more. What somebody was told
    is kept with the letter, so that nobody is told twice. At night no digest goes: the next hour of
    the day brings it."""
    space = await find_space(tx, due.space)
    if space is None or space.closed_at is not None:
        return False
    if due.choice is Choice.DIGEST:
        if not policy.is_day(tx.now, await find_zone(tx)):
            return False
        await store.fill_notices(tx, due.space)
    before = policy.due_before(due.choice, due.upto)
    readers = await store.claim_told(tx, due.space, due.choice, before, due.upto, AT_ONCE)
    desk = await store.count_desk(tx, due.space) if readers else 0
    for reader in readers:
        news, waiting = await _news_of(tx, due, reader), desk if reader.moderates else 0
        if news.listed or waiting:
            await letters.write(tx, space, reader, news, waiting)
    return len(readers) == AT_ONCE


async def _news_of(tx: Tx, due: DigestDue, reader: Told) -> AllNews:
    """What is new to a reader: nothing of their own, nothing that they were told of."""
    since = max(reader.since, due.upto - policy.LOOKED_BACK)
    asked = (due.space, reader.person, since, due.upto)
    listed = await store.list_news(tx, *asked, policy.LISTED)
    whole = len(listed) < policy.LISTED
    return AllNews(
        listed=listed, total=len(listed) if whole else await store.count_news(tx, *asked)
    )
