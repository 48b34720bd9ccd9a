"""What is reported, looked at, decided with its reasons, contested and answered.

The steps of regulation 2022/2065: a notice (art. 16), a statement of reasons (art. 17), an internal
complaint that a person answers (art. 20).
"""

from uuid import UUID

from hub import audit
from hub.core.db import Tx
from hub.spaces import policy, store
from hub.spaces.actions import letters, writing
from hub.spaces.errors import (
    DecisionOver,
    PostInvalid,
    PostUnknown,
    ReportsFull,
    SpaceNotYours,
)
from hub.spaces.models import Decide, Decision, Kind, Post, Report, Seat, State, Waiting

LISTED, MOST_REPORTS = 50, 20


async def report(tx: Tx, seat: Seat, id: UUID, typed: Report) -> None:
    """Say what is wrong with a post; the receipt goes by letter. One of each person waits. Raises
    `PostInvalid`, `PostUnknown`, `ReportsFull`, `SpaceNotYours`."""
    ground, words = policy.check_report(typed)
    post = await writing.lock_post(tx, seat, id)
    if post.state is not State.SHOWN:
        raise PostUnknown()
    if post.author == seat.person:
        raise SpaceNotYours("You may take back what you wrote.")
    if await store.count_open_reports(tx, id) >= MOST_REPORTS:
        raise ReportsFull("It is being looked at.", retry_after_s=86_400)
    if await store.insert_report(tx, tx.uuid(), id, seat.person, ground, words):
        detail: dict[str, object] = {"ground": ground.value}
        await audit.record(tx, action="space.reported", subject=f"space-post:{id}", detail=detail)
        await letters.tell(tx, seat.space, seat.person, letters.RECEIVED)


async def list_waiting(tx: Tx, seat: Seat) -> list[Waiting]:
    """What waits to be shown, the oldest first. Raises `SpaceNotYours`."""
    policy.check_moderates(seat)
    return [Waiting(post=one) for one in await store.list_waiting(tx, seat.space.id, LISTED)]


async def list_reported(tx: Tx, seat: Seat) -> list[Waiting]:
    """What is reported, with what was said of it. Raises `SpaceNotYours`."""
    policy.check_moderates(seat)
    posts = await store.list_reported(tx, seat.space.id, LISTED)
    said = await store.list_reports(tx, [one.id for one in posts], LISTED * MOST_REPORTS)
    return [
        Waiting(post=post, reports=tuple(one for one in said if one.post == post.id))
        for post in posts
    ]


async def list_appeals(tx: Tx, seat: Seat) -> list[tuple[Decision, Post]]:
    """The complaints that wait for an answer. Raises `SpaceNotYours`."""
    policy.check_moderates(seat)
    found: list[tuple[Decision, Post]] = []
    for decision in await store.list_appeals(tx, seat.space.id, LISTED):
        post = await store.find_post(tx, seat.space.id, decision.post)
        if post is not None:
            found.append((decision, post))
    return found


async def decide(tx: Tx, seat: Seat, id: UUID, typed: Decide) -> None:
    """Show what waits, refuse it, keep what is reported, or remove it; its author and who reported
    it are told. Raises `PostInvalid`, `SpaceNotYours`, `DecisionOver`, `PostUnknown`."""
    policy.check_moderates(seat)
    post = await writing.lock_post(tx, seat, id)
    ground, words = policy.check_decision(seat, post, typed)
    if typed.verdict == "show":
        await writing.show(tx, seat, id)
        await audit.record(tx, action="space.shown", subject=f"space-post:{id}")
        return
    waited = post.state is State.WAITING
    kind = Kind.KEPT if ground is None else Kind.REFUSED if waited else Kind.REMOVED
    reported = await store.count_open_reports(tx, id) > 0
    if kind is Kind.KEPT and not reported:
        raise DecisionOver("Look at the list again.")
    decision = await store.insert_decision(tx, id, kind, ground, words, reported=reported)
    told = letters.REPORT_KEPT if kind is Kind.KEPT else letters.REPORT_REMOVED
    for reader in await store.list_reporters(tx, id):
        await letters.write(tx, seat.space, reader, told)
    await store.close_reports(tx, id, "kept" if kind is Kind.KEPT else "removed")
    if ground is not None:
        await store.move_post(tx, id, State.REFUSED if waited else State.REMOVED)
        letter, below = letters.REFUSED if waited else letters.REMOVED, _page(decision)
        await letters.tell(
            tx, seat.space, post.author, letter, ground=ground, words=words, below=below
        )
    await audit.record(tx, action=f"space.{kind}", subject=f"space-post:{id}", reason=words)


async def find_decision(tx: Tx, seat: Seat, id: UUID) -> tuple[Decision, Post]:
    """A decision with the post that it is about, for its author and the moderators. Raises
    `PostUnknown`."""
    decision = await store.find_decision(tx, seat.space.id, id)
    post = await store.find_post(tx, seat.space.id, decision.post) if decision else None
    if decision is None or post is None or not (seat.moderates or post.author == seat.person):
        raise PostUnknown()
    return decision, post


async def contest(tx: Tx, seat: Seat, id: UUID, words: str) -> None:
    """Its author says why a decision is wrong. Raises `PostInvalid`, `SpaceNotYours`,
    `DecisionOver`, `PostUnknown`."""
    found, _ = await find_decision(tx, seat, id)
    await store.lock_post(tx, seat.space.id, found.post)
    decision, post = await find_decision(tx, seat, id)
    said = policy.check_words(words, "appeal")
    if decision.appeal == said and post.author == seat.person:
        return
    policy.check_appeal(decision, post, seat.person, tx.now)
    if not await store.keep_appeal(tx, id, said):
        raise DecisionOver("It can no longer be contested here.")
    await audit.record(tx, action="space.contested", subject=f"space-post:{post.id}")


async def answer(tx: Tx, seat: Seat, id: UUID, *, outcome: str, words: str) -> None:
    """A moderator, another one where there is one, upholds a decision or reverses it. Raises
    `PostInvalid`, `SpaceNotYours`, `DecisionOver`, `PostUnknown`."""
    policy.check_moderates(seat)
    found, _ = await find_decision(tx, seat, id)
    post = await writing.lock_post(tx, seat, found.post)
    decision, _ = await find_decision(tx, seat, id)
    others = await store.count_other_moderators(tx, seat.space.id, seat.person)
    policy.check_answers(seat, decision, post, tx.actor, others)
    if outcome not in {"upheld", "reversed"}:
        raise PostInvalid("Choose an answer.", field="outcome")
    said = policy.check_words(words, "words")
    if not await store.keep_answer(tx, id, outcome, said):
        raise DecisionOver("Look at the list again.")
    letter = letters.APPEAL_UPHELD
    if outcome == "reversed":
        letter = letters.APPEAL_REVERSED
        await writing.show(tx, seat, post.id)
    below = _page(id)
    await letters.tell(tx, seat.space, post.author, letter, words=said, below=below)
    await audit.record(tx, action=f"space.{outcome}", subject=f"space-post:{post.id}", reason=said)


def _page(decision: UUID) -> str:
    """Where its reasons are read, below the page of the space."""
    return f"/decisions/{decision}"
