"""Write the statute, enrol members, and say who is one."""

from collections.abc import Collection
from datetime import date, timedelta
from uuid import UUID

from hub import audit
from hub.core.clock import local_date
from hub.core.db import Reads, Tx
from hub.core.errors import NotFound
from hub.members import policy, store
from hub.members.errors import AlreadyEnrolled, EnrolmentInvalid, MemberUnknown, NoStatute
from hub.members.models import CollegeCount, Enrolment, KeptStatute, Reader, Statute

ZONE = "Europe/Paris"
LISTED_MAX = 2_000


async def write_statute(tx: Tx, statute: Statute) -> KeptStatute:
    """The next version of the caller's statute. Votes keep the one they were announced under."""
    policy.check_statute(statute)
    kept = await store.insert_statute(tx, statute)
    await audit.record(tx, action="statute.written", subject=f"statute:{kept.number}")
    return kept


async def find_statute(tx: Tx) -> KeptStatute:
    """The statute of today. Raises `NoStatute`."""
    found = await store.find_statute(tx)
    if found is None:
        raise NoStatute()
    return found


async def has_statute(tx: Tx) -> bool:
    """Whether the caller has said how its members decide."""
    return await store.find_statute(tx) is not None


async def enrol(
    tx: Tx, *, member: int, name: str, college: str, since: date | None = None
) -> Enrolment:
    """An organisation becomes a member of a college. Raises `EnrolmentInvalid`,
    `AlreadyEnrolled`, `NoStatute`."""
    statute = (await find_statute(tx)).document
    if statute.college(college) is None:
        raise EnrolmentInvalid("The statute has no such college.", field="college")
    today = local_date(tx.now, ZONE)
    first = since or today
    if not today - timedelta(days=36_500) <= first <= today + timedelta(days=366):
        raise EnrolmentInvalid("This day is too far away.", field="since")
    made = Enrolment(id=tx.uuid(), member=member, name=name, college=college, since=first)
    if not await store.insert_enrolment(tx, made):
        raise AlreadyEnrolled()
    await audit.record(
        tx,
        action="member.enrolled",
        subject=f"organisation:{member}",
        detail={"college": college, "since": first.isoformat()},
    )
    return made


async def enrol_by_name(
    tx: Tx, reads: Reads, *, name: str, college: str, since: date | None
) -> Enrolment:
    """The same, for the one organisation of this name. Raises `MemberUnknown`."""
    found = await store.find_by_name(reads, name.strip())
    if len(found) != 1:
        raise MemberUnknown("Write the name as the organisation writes it itself.", field="name")
    return await enrol(tx, member=found[0].id, name=found[0].name, college=college, since=since)


async def end_enrolment(tx: Tx, id: UUID) -> None:
    """A member leaves, from today on."""
    if not await store.end_enrolment(tx, id, local_date(tx.now, ZONE)):
        raise NotFound("There is no such member.")
    await audit.record(tx, action="member.left", subject=f"enrolment:{id}")


async def list_enrolments(
    tx: Tx, on: date | None = None, wanted: int = LISTED_MAX
) -> list[Enrolment]:
    """The members of a day (today), college by college."""
    return await store.list_enrolments(tx, on or local_date(tx.now, ZONE), wanted)


async def find_enrolment(tx: Tx, name: str) -> Enrolment | None:
    """The member of today that has this name in the caller's register."""
    return await store.find_enrolment(tx, name.strip(), local_date(tx.now, ZONE))


async def count_enrolments(tx: Tx) -> list[CollegeCount]:
    """How many members each college has today."""
    return await store.count_enrolments(tx, local_date(tx.now, ZONE))


async def find_college(tx: Tx, scheme: int) -> str | None:
    """The college of the caller in a scheme today."""
    return await store.find_college(tx, scheme, local_date(tx.now, ZONE))


async def list_schemes(tx: Tx) -> list[int]:
    """The federations that the caller is a member of today."""
    return await store.list_schemes(tx, local_date(tx.now, ZONE))


async def list_readers(tx: Tx, members: Collection[int] | None = None) -> list[Reader]:
    """Who decides for the caller's members, or for some of them, and is written to."""
    found = await store.list_readers(tx, local_date(tx.now, ZONE))
    return [one for one in found if members is None or one.member in members]


async def college_names(tx: Tx) -> dict[str, dict[str, str]]:
    """The names that a rule may use for the subject `college`."""
    kept = await store.find_statute(tx)
    colleges = kept.document.colleges if kept else ()
    return {"college": {one.code: one.name for one in colleges}}
