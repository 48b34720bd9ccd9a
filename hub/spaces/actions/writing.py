"""Read, write, put right, take back."""

from uuid import UUID

from hub import audit
from hub.core import outbox
from hub.core.db import Tx
from hub.spaces import policy, store
from hub.spaces.actions import letters
from hub.spaces.errors import (
    PostChanged,
    PostInvalid,
    PostOver,
    PostReported,
    PostUnknown,
    SpaceNotYours,
    TooManyPosts,
)
from hub.spaces.models import (
    Attached,
    Cut,
    Decision,
    Post,
    PostShown,
    PostShownAgain,
    Seat,
    State,
    Write,
)

SHOWN, ANSWERS = 20, 100
EDITED = frozenset({State.SHOWN, State.WAITING})


async def list_threads(tx: Tx, seat: Seat, after: UUID | None = None) -> Cut[Post]:
    """A page of what was written, the newest first: those after one of them."""
    found = await store.list_threads(tx, seat.space.id, seat.person, after, SHOWN + 1)
    return cut([policy.veil(seat, one) for one in found], SHOWN)


async def list_answers(tx: Tx, seat: Seat, thread: UUID, after: UUID | None = None) -> Cut[Post]:
    """A page of its answers, the oldest first."""
    found = await store.list_answers(tx, thread, seat.person, after, ANSWERS + 1)
    return cut(found, ANSWERS)


def cut(found: list[Post], most: int) -> Cut[Post]:
    """What was found, as a page: one more than it holds says that there are more."""
    rows = found[:most]
    return Cut(rows=rows, after=rows[-1].id if len(found) > most else None)


async def find_post(tx: Tx, seat: Seat, id: UUID) -> Post:
    """A post that somebody may see. Raises `PostUnknown`."""
    found = await store.find_post(tx, seat.space.id, id)
    if found is None or not policy.may_see(seat, found):
        raise PostUnknown()
    return found


async def is_written(tx: Tx, seat: Seat, id: UUID) -> bool:
    """Whether a form has come before, whatever became of what it wrote."""
    return await store.find_post(tx, seat.space.id, id) is not None


async def find_thread(tx: Tx, seat: Seat, id: UUID) -> Post:
    """A first message, above its answers: without its words once they are gone, as long as somebody
    may see an answer. Raises `PostUnknown`."""
    found = await store.find_post(tx, seat.space.id, id)
    if found is None or not (policy.may_see(seat, found) or found.replies):
        raise PostUnknown()
    return policy.veil(seat, found)


async def lock_post(tx: Tx, seat: Seat, id: UUID) -> Post:
    """The same, nobody else's until the commit."""
    await store.lock_post(tx, seat.space.id, id)
    return await find_post(tx, seat, id)


async def find_reasons(tx: Tx, seat: Seat, post: Post) -> Decision | None:
    """Why a post is not shown to everybody, for who may see it."""
    told = post.state in policy.TAKEN_OFF and policy.may_see(seat, post)
    return await store.find_last_decision(tx, post.id) if told else None


async def write_post(
    tx: Tx, seat: Seat, id: UUID, typed: Write, attached: Attached = Attached.NOTHING
) -> Post:
    """Write something, or answer; sent twice, it is there once. It is shown at once, or waits for a
    moderator. What it came with (`attached`) is kept by who calls, in the same transaction.

    Raises `PostInvalid`, `SpaceClosed`, `SpaceNotYours`, `PostUnknown`, `PostOver`, `TooManyPosts`.
    """
    policy.check_writes(seat)
    said = policy.check_post(typed)
    space = seat.space.id
    if said.answers is not None:
        thread = await find_post(tx, seat, said.answers)
        if thread.answers is not None or thread.state is not State.SHOWN:
            raise PostOver("It cannot be answered.")
    before = await store.find_post(tx, space, id)
    if before is not None:
        return _mine(seat, before, attached)
    lately = await store.count_posts_since(tx, space, seat.person, tx.now - policy.HOUR)
    if lately >= policy.POSTS_AN_HOUR:
        raise TooManyPosts("Come back in an hour.", retry_after_s=3_600)
    state = policy.first_state(seat)
    if await store.insert_post(tx, id, space, seat.person, said, state, attached):
        await audit.record(tx, action="space.written", subject=f"space-post:{id}")
        if state is State.SHOWN:
            await outbox.emit(tx, PostShown(space=space, post=id, shown_at=tx.now))
    written = await store.find_post(tx, space, id)
    if written is None:
        raise PostInvalid("This form is not complete.")
    return _mine(seat, written, attached)


async def show(tx: Tx, seat: Seat, id: UUID) -> None:
    """It is shown; who wants to know of new ones is told the first time only."""
    before = await store.find_shown(tx, id)
    await store.move_post(tx, id, State.SHOWN)
    space = seat.space.id
    again = PostShownAgain(space=space, post=id)
    first = PostShown(space=space, post=id, shown_at=tx.now)
    await outbox.emit(tx, first if before is None else again)


def _mine(seat: Seat, post: Post, attached: Attached) -> Post:
    if post.author != seat.person or post.attached is not attached:
        raise PostInvalid("This form is not complete.")
    return post


async def edit_post(tx: Tx, seat: Seat, id: UUID, seen: int, typed: Write) -> None:
    """Put right what one wrote; where messages are looked at first, it waits again. Raises
    `PostInvalid`, `PostOver`, `PostReported`, `PostChanged`, `SpaceClosed`, `SpaceNotYours`,
    `PostUnknown`."""
    policy.check_writes(seat)
    post = await _own(tx, seat, id)
    said = policy.check_post(Write(title=typed.title, body=typed.body, answers=post.answers))
    if (said.title, said.body) == (post.title, post.body):
        return
    if post.state not in EDITED:
        raise PostOver("It can no longer be changed.")
    if post.attached is Attached.POLL:
        raise PostOver("A question stays as it was asked: take it back, and ask another.")
    if await store.count_open_reports(tx, id):
        raise PostReported("You may take it back.")
    state = policy.first_state(seat)
    if not await store.edit_post(tx, id, seen, said, state):
        raise PostChanged("Read it again, and write yours beside it.")
    if state is State.SHOWN and post.state is State.WAITING:
        await show(tx, seat, id)
    await audit.record(tx, action="space.edited", subject=f"space-post:{id}")


async def take_back(tx: Tx, seat: Seat, id: UUID) -> Post:
    """The words go; who had reported them is told. Sent twice, they are gone once. Raises
    `PostUnknown`, `SpaceNotYours`."""
    await store.lock_post(tx, seat.space.id, id)
    before = await store.find_post(tx, seat.space.id, id)
    if before and before.author == seat.person and before.state is State.TAKEN_BACK:
        return before
    post = await _own(tx, seat, id)
    for reader in await store.list_reporters(tx, id):
        await letters.write(tx, seat.space, reader, letters.REPORT_GONE)
    await store.close_reports(tx, id, "taken_back")
    if await store.take_back(tx, id):
        await audit.record(tx, action="space.taken_back", subject=f"space-post:{id}")
    return post


async def _own(tx: Tx, seat: Seat, id: UUID) -> Post:
    post = await lock_post(tx, seat, id)
    if post.author != seat.person:
        raise SpaceNotYours("Only who wrote it may do this.")
    return post
