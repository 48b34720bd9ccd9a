"""Take a roster in: read, look, say yes; and forget who has left."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from uuid import UUID

import msgspec

from hub import audit
from hub.core import outbox
from hub.core.clock import local_date
from hub.core.db import Tx
from hub.core.errors import HubError
from verticals.education.roster import links, oneroster, policy, store
from verticals.education.roster.errors import (
    LinkClosed,
    NotTheHead,
    RosterChanged,
    SchoolHeld,
    SchoolUnknown,
)
from verticals.education.roster.models import (
    KEPT_AFTER_LEAVING,
    PARENTS,
    STUDENT,
    TEACHER,
    UPLOAD_WAITS,
    Board,
    Bundle,
    Change,
    Known,
    LeaversDue,
    Link,
    Person,
    Place,
    Plan,
    SchoolClass,
    Seat,
    Waiting,
)

HEADS = frozenset({"owner", "manager"})
ZONE = "Europe/Paris"
# What stays when it is gone: a class that is closed, who has left.
LEAVING_A_ROW = ("classes", "users")
# One bundle at a time in each process: pages are served meanwhile.
_thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="oneroster")


async def read_bundle(content: bytes) -> Bundle:
    """What an archive says, before anything is written. Raises `RosterInvalid`."""
    return await asyncio.get_running_loop().run_in_executor(_thread, oneroster.read, content)


def check_head(role: str | None) -> None:
    """Raises `NotTheHead`."""
    if role not in HEADS:
        raise NotTheHead("Ask the owner or a manager of the school.")


async def check_not_held(tx: Tx) -> None:
    """Raises `SchoolHeld` while an order keeps what the school has: nobody is erased by hand."""
    if await store.is_held(tx):
        raise SchoolHeld("Ask again once the order is over.")


async def keep_upload(tx: Tx, bundle: Bundle, name: str, *, role: str | None) -> None:
    """Keep a bundle until the head has seen what it would change; the list stays as it is. Raises
    `RosterInvalid`, whose `rows` name what is not in the list; `NotTheHead`."""
    check_head(role)
    await store.lock_roster(tx)
    plan = await _plan(tx, bundle)
    text = msgspec.json.encode(bundle).decode()
    await store.keep_upload(tx, text, policy.print_of(plan), name.strip()[:200])


async def see_waiting(tx: Tx) -> Waiting | None:
    """What waits for a yes, and what it would change by now; None when nothing waits, or when it
    does not fit the list any more."""
    upload = await store.find_upload(tx)
    if upload is None:
        return None
    try:
        plan = await _plan(tx, msgspec.json.decode(upload.bundle, type=Bundle))
    except HubError:
        return None
    return Waiting(name=upload.name, sent_at=upload.sent_at, plan=plan, print=policy.print_of(plan))


async def apply_upload(tx: Tx, print: str, *, role: str | None) -> None:
    """Take in what waits, all of it or nothing; done twice, nothing more. Raises `RosterChanged`
    when it would change something else than what was seen; `NotTheHead`."""
    check_head(role)
    await store.lock_roster(tx)
    upload = await store.find_upload(tx)
    if upload is None:
        return
    plan = await _plan(tx, msgspec.json.decode(upload.bundle, type=Bundle))
    if policy.print_of(plan) != print:
        raise RosterChanged("The list has changed since you looked: look again before you say yes.")
    for change in plan.changes:
        await _apply(tx, change, upload.sent_at)
    await store.delete_left_parents(tx)
    await store.delete_upload(tx)
    detail: dict[str, object] = {
        one.file: [len(one.added), len(one.changed), len(one.gone)] for one in plan.changes
    }
    await audit.record(tx, action="school.roster", subject="roster", detail=detail)


async def drop_upload(tx: Tx, *, role: str | None) -> None:
    """What waits is not wanted. Raises `NotTheHead`."""
    check_head(role)
    await store.delete_upload(tx)


async def see_board(tx: Tx) -> Board:
    """The school at a glance."""
    heads = {one.role: one.people for one in await store.list_roles(tx)}
    return Board(
        classes=await store.list_classes(tx, local_date(tx.now, ZONE)),
        pupils=heads.get(STUDENT, 0),
        teachers=heads.get(TEACHER, 0),
        parents=sum(heads.get(one, 0) for one in PARENTS),
        leavers=await store.list_leavers(tx),
        waits=await store.find_upload(tx) is not None,
    )


async def see_class(tx: Tx, id: UUID) -> tuple[SchoolClass, list[Seat]]:
    """A class and who is there. Raises `SchoolUnknown`."""
    found = await store.find_class(tx, id)
    if found is None:
        raise SchoolUnknown()
    return found, await store.list_seats(tx, id)


async def find_member(tx: Tx, id: UUID) -> Person:
    """Raises `SchoolUnknown`."""
    found = await store.find_member(tx, id)
    if found is None:
        raise SchoolUnknown()
    return found


async def find_by_door(tx: Tx, door: UUID) -> Person | None:
    """Whose page is open; that of nobody who has left, or whose account is not enabled."""
    return await store.find_by_door(tx, door)


async def list_children(tx: Tx, parent: Person) -> list[Person]:
    """The pupils whom a parent answers for; nobody's for who is no parent."""
    return await store.list_children(tx, parent.id)


async def list_places(tx: Tx, member: UUID, today: date) -> list[Place]:
    """The open classes where somebody is on a day."""
    return await store.list_places(tx, member, today)


async def list_people(tx: Tx, id: UUID) -> list[Person]:
    """Who is in a class, and the parents of its pupils."""
    return await store.list_people(tx, id)


async def find_by_link(tx: Tx, link: str) -> Person | None:
    """Whose page the secret of a link opens."""
    return await store.find_by_link(tx, links.hash_of(link))


async def list_links(tx: Tx, people: Sequence[Person], *, role: str | None) -> dict[UUID, Link]:
    """Who of these has a link. Raises `NotTheHead`."""
    check_head(role)
    found = await store.list_links(tx, [one.id for one in people])
    return {one.member: one for one in found}


async def give_links(
    tx: Tx, id: UUID, secret: bytes, key: UUID, *, role: str | None
) -> dict[UUID, str]:
    """Links for the people of a class who have none, by person; asked twice with one key, the same
    ones. Raises `NotTheHead`."""
    check_head(role)
    people = await store.list_people(tx, id)
    drawn = {one.id: links.draw_link(secret, key, one.id) for one in people}
    given, shown = await _keep_links(tx, drawn, anew=False)
    if given:
        detail: dict[str, object] = {"people": given}
        await audit.record(tx, action="school.links_given", subject=f"school-class:{id}",
                           detail=detail)  # fmt: skip
    return shown


async def renew_link(
    tx: Tx, id: UUID, secret: bytes, key: UUID, *, role: str | None
) -> dict[UUID, str]:
    """Another link for somebody; the one before is closed, and so is what it had opened. Asked
    twice with one key, the same one. Raises `NotTheHead`, `SchoolUnknown`; `LinkClosed` when that
    one was closed since."""
    check_head(role)
    given, shown = await _keep_links(tx, {id: links.draw_link(secret, key, id)}, anew=True)
    if not shown:
        if (await find_member(tx, id)).left_at is not None:
            raise SchoolUnknown()
        raise LinkClosed("Go back to the class and ask for another one.")
    if given:
        await audit.record(tx, action="school.link_renewed", subject=f"school-member:{id}")
    return shown


async def end_link(tx: Tx, id: UUID, *, role: str | None) -> None:
    """Somebody's link opens nothing any more, and what it had opened is closed. Raises
    `NotTheHead`."""
    check_head(role)
    if await store.end_link(tx, id):
        await audit.record(tx, action="school.link_ended", subject=f"school-member:{id}")


async def erase_leaver(tx: Tx, id: UUID, *, role: str | None) -> None:
    """Somebody who has left asks to be forgotten at once (GDPR article 17): nothing of them stays.
    Raises `NotTheHead`, `SchoolHeld`."""
    check_head(role)
    await check_not_held(tx)
    if await store.delete_leaver(tx, id):
        await audit.record(tx, action="school.leaver_erased", subject=f"school-member:{id}")


async def announce_leavers(tx: Tx) -> int:
    """Wake every school where the time of a leaver, or of a list that waits, is over; how many."""
    schools = await store.list_schools_due(tx, tx.now - KEPT_AFTER_LEAVING, tx.now - UPLOAD_WAITS)
    for tenant in schools:
        await outbox.emit_for(tx, tenant, LeaversDue())
    return len(schools)


async def erase_due(tx: Tx) -> int:
    """Erase who left so long ago that the law wants nothing of them kept, and a list to which
    nobody said yes in time; how many people."""
    if await store.delete_old_upload(tx, tx.now - UPLOAD_WAITS):
        await audit.record(tx, action="school.list_ended", subject="roster")
    await store.delete_old_gone(tx, tx.now - KEPT_AFTER_LEAVING)
    erased = await store.delete_left(tx, tx.now - KEPT_AFTER_LEAVING)
    if erased:
        detail: dict[str, object] = {"people": erased}
        await audit.record(tx, action="school.leavers_erased", subject="roster", detail=detail)
    return erased


async def _keep_links(tx: Tx, drawn: dict[UUID, str], *, anew: bool) -> tuple[int, dict[UUID, str]]:
    """How many are new, and all of these that are good."""
    await store.lock_members(tx, list(drawn))
    hashes = {member: links.hash_of(link) for member, link in drawn.items()}
    given = await store.keep_links(tx, hashes, anew=anew)
    good = {one.hash for one in await store.list_links(tx, list(drawn))}
    return given, {member: link for member, link in drawn.items() if hashes[member] in good}


async def _plan(tx: Tx, bundle: Bundle) -> Plan:
    known: dict[str, dict[str, Known]] = {}
    gone: dict[str, dict[str, Known]] = {}
    for one in await store.list_known(tx):
        (gone if one.gone else known).setdefault(one.file, {})[one.id] = one
    for one in await store.list_gone(tx, policy.ids_of(bundle)):
        earlier = gone.setdefault(one.file, {}).get(one.id)
        if earlier is None or earlier.is_older_than(one):
            gone[one.file][one.id] = one
    plan, faults = policy.plan(known, bundle, gone)
    oneroster.refuse(faults)
    return plan


async def _apply(tx: Tx, change: Change, sent_at: datetime) -> None:
    """What a whole list leaves out is gone since it was sent."""
    rows, gone = (*change.added, *change.changed), change.gone
    since = {id: change.gone_at.get(id, sent_at) for id in gone}
    await store.delete_gone(tx, change.file, [one.id for one in rows])
    without = {} if change.file in LEAVING_A_ROW else since
    alone = {id: at for id, at in without.items() if id not in change.loose}
    await store.keep_gone(tx, change.file, {**alone, **change.gone_at})
    match change.file:
        case "classes":
            await store.keep_classes(tx, rows)
            await store.close_classes(tx, since)
        case "users":
            await store.keep_members(tx, rows)
            await store.leave(tx, since)
        case "roles":
            await store.delete_role_lines(tx, gone)
            kept = await store.keep_role_lines(tx, rows)
            assert kept == len(rows), "each line was looked up before"
        case "enrollments":
            await store.delete_seats(tx, gone)
            roles = {one.id: policy.seat_role(one.cells["role"]) for one in rows}
            kept = await store.keep_seats(tx, rows, roles)
            assert kept == len(rows), "each line was looked up before"
        case other:
            await store.keep_entries(tx, other, rows)
            await store.delete_entries(tx, other, gone)
