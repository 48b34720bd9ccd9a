"""Put right, or take back, what a class was given; and what must not change under its pupils."""

from uuid import UUID

from hub import audit
from hub.core.db import Tx
from hub.core.sentences import say
from verticals.education import roster
from verticals.education.classwork import actions, policy, store
from verticals.education.classwork.errors import PostChanged, PostInUse, PostInvalid, TakenBack
from verticals.education.classwork.models import Post, Write
from verticals.education.roster import Person


async def find_own(tx: Tx, teacher: Person, id: UUID, *, gone: bool = False) -> Post:
    """Something that the reader may put right: of a class where they teach today. Raises
    `NothingHere`, unless what is `gone` is looked for too for one that was taken back."""
    post = await (actions.seek_post if gone else actions.find_post)(tx, id)
    await actions.find_place(tx, teacher, post.classroom, actions.TEACHER)
    return post


async def correct_post(tx: Tx, teacher: Person, id: UUID, typed: Write, seen: str) -> None:
    """Say it otherwise; sent twice, it is said once. `seen` is `Post.version` as it was read with
    the form. Works that are handed in are late or not by the new hour; the points may change until
    the first mark. Raises `PostInvalid`, `PostChanged`, `TakenBack`, `NothingHere`."""
    await store.lock_post(tx, id)
    post = await find_own(tx, teacher, id, gone=True)
    if post.taken_back:
        raise TakenBack("Somebody took it back while you had it open: give it anew.")
    zone = await actions.seek_zone(tx)
    good = policy.check_correction(post, typed, zone, tx.now)
    if policy.reads_as(post, good):
        return
    if policy.read_instant(seen) != post.version:
        raise PostChanged("Somebody put it right while you had it open: read it again.")
    if good.points != post.out_of and await store.is_marked(tx, id):
        says = say("Works are marked out of %(points)s already.", points=post.out_of or 0)
        raise PostInvalid(says, field="out_of")
    said = {"title": good.title, "body": good.body, "link": good.link}
    when = {"due_at": good.due_at, "out_of": good.points}
    if not await store.correct_post(tx, id, post.version, **said, **when):
        raise PostChanged("Somebody put it right while you had it open: read it again.")
    await audit.record(tx, action="school.corrected", subject=f"school-post:{id}")


async def take_back(tx: Tx, teacher: Person, id: UUID) -> UUID:
    """Nobody reads it any more; the class where it was. Done twice, it is done. Raises `PostInUse`
    when somebody handed something in for it, `SchoolHeld` while an order keeps what it said,
    `NothingHere`."""
    await store.lock_post(tx, id)
    post = await find_own(tx, teacher, id, gone=True)
    if post.taken_back:
        return post.classroom
    await roster.check_not_held(tx)
    if not await store.take_back(tx, id):
        raise PostInUse("Somebody handed in their work: put it right instead.")
    await audit.record(tx, action="school.taken_back", subject=f"school-post:{id}")
    return post.classroom


REFUSALS = (PostInvalid, PostChanged, PostInUse, TakenBack, roster.SchoolHeld)
