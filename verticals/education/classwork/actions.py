"""Post, hand in, mark; each reader sees what is theirs and nothing else."""

from uuid import UUID

from hub import audit, tenancy, territory
from hub.core.clock import local_date
from hub.core.db import Tx
from hub.core.errors import HubError
from verticals.education import roster
from verticals.education.classwork import policy, store
from verticals.education.classwork.errors import (
    NothingHere,
    PostInvalid,
    TakenBack,
    WorkChanged,
    WorkReturned,
)
from verticals.education.classwork.models import (
    ASSIGNMENT,
    Cut,
    Mark,
    MarkForm,
    Post,
    Task,
    Write,
)
from verticals.education.roster import Person, Place

STUDENT, TEACHER = "student", "teacher"


async def seek_zone(tx: Tx) -> str:
    """The school's clock, by the place where it is; that of Paris where it says none."""
    found = await tenancy.find_organisation(tx)
    return territory.zone_of_territory(found.territory_kind, found.territory_code)


async def open_link(tx: Tx, link: str) -> Person:
    """Whose page a link opens. Raises `NothingHere` for one that is closed."""
    found = await roster.find_by_link(tx, link)
    if found is None:
        raise NothingHere("This link is closed: ask your school for another one.")
    return found


async def enter(tx: Tx, door: UUID | None) -> Person:
    """Whose page is open; what is done there is theirs. Raises `NothingHere` for one that is
    closed."""
    found = None if door is None else await roster.find_by_door(tx, door)
    if found is None:
        raise NothingHere("This page is closed: open it with the link that your school gave you.")
    tx.actor = f"school-member:{found.id}"
    return found


async def list_places(tx: Tx, member: UUID, role: str) -> list[Place]:
    """The classes where somebody is today, in a role."""
    today = local_date(tx.now, await seek_zone(tx))
    return [one for one in await roster.list_places(tx, member, today) if one.role == role]


async def list_tasks(tx: Tx, member: UUID, after: UUID | None = None) -> Cut[Task]:
    """A page of the assignments of a pupil's classes and of those for which they handed something
    in, the newest first: those after one of them."""
    classes = [one.classroom for one in await list_places(tx, member, STUDENT)]
    posts = cut(await store.list_assignments(tx, classes, member, after))
    ids = [one.id for one in posts.rows]
    works = {one.post: one for one in await store.list_works_of_member(tx, member, ids)}
    tasks = [Task(post=one, work=works.get(one.id)) for one in posts.rows]
    return Cut(rows=tasks, after=posts.after)


async def list_all_tasks(tx: Tx, member: UUID) -> list[Task]:
    """All of them, page by page."""
    found = await list_tasks(tx, member)
    tasks = [*found.rows]
    while found.after is not None:
        found = await list_tasks(tx, member, found.after)
        tasks += found.rows
    return tasks


async def seek_task(tx: Tx, pupil: Person, post: Post) -> Task | None:
    """An assignment as its pupil sees it; None when it is not of their classes today and nothing of
    theirs was handed in."""
    work = await store.find_work(tx, post.id, pupil.id)
    places = await list_places(tx, pupil.id, STUDENT)
    mine = post.kind == ASSIGNMENT and any(one.classroom == post.classroom for one in places)
    return Task(post=post, work=work) if work or mine else None


def cut(posts: list[Post]) -> Cut[Post]:
    """What was found, as a page: one more than it holds says that there are more."""
    rows = posts[: store.MOST_POSTS]
    return Cut(rows=rows, after=rows[-1].id if len(posts) > len(rows) else None)


async def find_child(tx: Tx, reader: Person, member: UUID) -> Person:
    """Somebody whose space the reader may see whole: their own, or their child's. Raises
    `NothingHere`."""
    if member == reader.id:
        return reader
    for child in await roster.list_children(tx, reader):
        if child.id == member:
            return child
    raise NothingHere()


async def find_place(tx: Tx, reader: Person, classroom: UUID, *roles: str) -> Place:
    """The reader's place in a class today. Raises `NothingHere` where they have none."""
    for role in roles or (TEACHER, STUDENT):
        for place in await list_places(tx, reader.id, role):
            if place.classroom == classroom:
                return place
    raise NothingHere()


async def list_posts(tx: Tx, place: Place, after: UUID | None) -> Cut[Post]:
    """A page of what a class was given, the newest first: those after one of them."""
    return cut(await store.list_posts(tx, place.classroom, after))


async def find_post(tx: Tx, id: UUID) -> Post:
    """Raises `NothingHere`, also for one that was taken back."""
    found = await seek_post(tx, id)
    if found.taken_back:
        raise NothingHere()
    return found


async def seek_post(tx: Tx, id: UUID) -> Post:
    """The same, also one that was taken back: beside what was typed for it. Raises
    `NothingHere`."""
    found = await store.find_post(tx, id)
    if found is None:
        raise NothingHere()
    return found


async def write_post(tx: Tx, teacher: Person, classroom: UUID, id: UUID, typed: Write) -> None:
    """Give a class something. Raises `PostInvalid`, `NothingHere` for who does not teach there."""
    await find_place(tx, teacher, classroom, TEACHER)
    good = policy.check_post(typed, await seek_zone(tx), tx.now)
    said = {"kind": good.kind, "title": good.title, "body": good.body, "link": good.link}
    when = {"due_at": good.due_at, "out_of": good.points}
    if await store.insert_post(tx, id, classroom, **said, **when):
        await audit.record(tx, action="school.posted", subject=f"school-post:{id}")


async def hand_in(tx: Tx, pupil: Person, id: UUID, body: str) -> None:
    """Hand in one's work, late ones too, and again until it is marked. Raises `PostInvalid`,
    `WorkReturned`, `TakenBack`, `NothingHere` for an assignment of another class."""
    await store.hold_post(tx, id)
    post = await store.find_post(tx, id)
    if post is None or post.due_at is None:
        raise NothingHere()
    await find_place(tx, pupil, post.classroom, STUDENT)
    if post.taken_back:
        raise TakenBack("Your teacher took this assignment back: keep your text elsewhere.")
    text = policy.check_text(body, "body", policy.BODY_MOST)
    if not await store.keep_work(tx, id, pupil.id, text, late=tx.now > post.due_at):
        raise WorkReturned("It is marked: it cannot be replaced.")
    await audit.record(tx, action="school.handed_in", subject=f"school-post:{id}")


async def list_marks(tx: Tx, post: Post) -> list[Mark]:
    """The pupils of an assignment's class, and who handed something in and is there no more."""
    works = {one.member: one for one in await store.list_works_of_post(tx, post.id)}
    _, seats = await roster.see_class(tx, post.classroom)
    names = {one.member: one.name for one in seats if one.role == STUDENT}
    for member in works.keys() - names.keys():
        names[member] = (await roster.find_member(tx, member)).name
    return [Mark(member=id, name=name, work=works.get(id)) for id, name in names.items()]


async def return_work(tx: Tx, teacher: Person, id: UUID, member: UUID, typed: MarkForm) -> None:
    """Give a work back with its mark and a comment; sent twice, it is marked once. Raises
    `PostInvalid`, `WorkChanged` when it is not what was read, `NothingHere`."""
    await store.lock_post(tx, id)
    post = await find_post(tx, id)
    await find_place(tx, teacher, post.classroom, TEACHER)
    mark = policy.check_mark(typed, post.out_of or 0)
    work = await store.find_work(tx, id, member)
    if work is None:
        raise PostInvalid("Nothing is handed in yet.")
    if policy.is_same(work, mark):
        return
    if not await store.return_work(tx, id, member, mark):
        raise WorkChanged(
            "It was handed in again, or marked, while you had it open: read it again.",
            field="score",
        )
    detail: dict[str, object] = {"member": str(member), "before": work.score, "after": mark.score}
    await audit.record(tx, action="school.returned", subject=f"school-post:{id}", detail=detail)


REFUSALS: tuple[type[HubError], ...] = (PostInvalid, TakenBack, WorkChanged, WorkReturned)
