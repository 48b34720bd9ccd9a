"""The statements of members."""

from datetime import date
from uuid import UUID

import msgspec

from hub.core.db import Reads, Tx
from hub.core.sql import load_queries
from hub.members.models import CollegeCount, Enrolment, KeptStatute, Reader, Statute
from hub.tenancy import ListedOrganisation

q = load_queries(__name__)


class Scheme(msgspec.Struct, frozen=True, kw_only=True):
    """A federation that somebody is a member of."""

    scheme: int


async def insert_statute(tx: Tx, statute: Statute) -> KeptStatute:
    kept = await tx.one(
        KeptStatute, q.insert_statute, tenant=tx.tenant, document=statute, now=tx.now
    )
    assert kept is not None
    return kept


async def find_statute(tx: Tx) -> KeptStatute | None:
    return await tx.one(KeptStatute, q.find_statute, tenant=tx.tenant)


async def insert_enrolment(tx: Tx, enrolment: Enrolment) -> bool:
    """False when the organisation is a member already."""
    inserted = await tx.run(
        q.insert_enrolment,
        tenant=tx.tenant,
        id=enrolment.id,
        member=enrolment.member,
        name=enrolment.name,
        college=enrolment.college,
        since=enrolment.since,
    )
    return inserted == 1


async def end_enrolment(tx: Tx, id: UUID, until: date) -> bool:
    return await tx.run(q.end_enrolment, id=id, until=until) == 1


async def list_enrolments(tx: Tx, on: date, wanted: int) -> list[Enrolment]:
    return await tx.all(Enrolment, q.list_enrolments, on=on, wanted=wanted)


async def find_enrolment(tx: Tx, name: str, on: date) -> Enrolment | None:
    return await tx.one(Enrolment, q.find_enrolment, name=name, on=on)


async def count_enrolments(tx: Tx, on: date) -> list[CollegeCount]:
    return await tx.all(CollegeCount, q.count_enrolments, on=on)


async def find_college(tx: Tx, scheme: int, on: date) -> str | None:
    return await tx.value(str, q.find_college, scheme=scheme, on=on)


async def list_schemes(tx: Tx, on: date) -> list[int]:
    return [row.scheme for row in await tx.all(Scheme, q.list_schemes, on=on)]


async def list_readers(tx: Tx, on: date) -> list[Reader]:
    return await tx.all(Reader, q.list_readers, on=on)


async def find_by_name(reads: Reads, name: str) -> list[ListedOrganisation]:
    return await reads.all(ListedOrganisation, q.find_by_name, name=name)
