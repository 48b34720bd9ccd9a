"""The statements of tenancy."""

from collections.abc import Collection, Generator, Sequence
from contextlib import contextmanager
from datetime import datetime

import asyncpg
import msgspec

from hub.core.db import Reads, Tx
from hub.core.problems import sqlstate_of
from hub.core.sql import load_queries
from hub.tenancy.errors import NobodyNew
from hub.tenancy.models import (
    ListedOrganisation,
    Member,
    OpenOrganisation,
    Organisation,
    Reader,
    Role,
)

q = load_queries(__name__)


class NewId(msgspec.Struct, frozen=True, kw_only=True):
    """The id of a new organisation."""

    id: int


class Owned(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation that has one owner only."""

    id: int
    name: str


async def list_sole_ownerships(tx: Tx, person: int) -> list[Owned]:
    return await tx.all(Owned, q.list_sole_ownerships, person=person, now=tx.now)


async def lock_sole_ownerships(tx: Tx, person: int, leaves_until: datetime) -> list[Owned]:
    return await tx.all(
        Owned, q.lock_sole_ownerships, person=person, now=tx.now, leaves_until=leaves_until
    )


class _Leaving(msgspec.Struct, frozen=True):
    person: int


async def list_leaving(tx: Tx) -> set[int]:
    """Members of the transaction's organisation who are being erased."""
    return {one.person for one in await tx.all(_Leaving, q.list_leaving, now=tx.now)}


@contextmanager
def _told_when_halted() -> Generator[None]:
    """The database takes no first owner while the hosting is halted."""
    try:
        yield
    except asyncpg.PostgresError as error:
        if sqlstate_of(error) != "P0T01":
            raise
        raise NobodyNew() from None


async def open_organisation(tx: Tx, command: OpenOrganisation, owner: int | None) -> int:
    with _told_when_halted():
        id = await tx.value(
            int,
            q.open_organisation,
            kind=command.kind,
            name=command.name.strip(),
            territory_kind=command.territory_kind,
            territory_code=command.territory_code,
            owner=owner,
            actor=tx.actor,
            now=tx.now,
        )
    assert id is not None
    return id


async def open_organisations(tx: Tx, commands: Sequence[OpenOrganisation]) -> list[int]:
    rows = await tx.all(
        NewId,
        q.open_organisations,
        names=[command.name.strip() for command in commands],
        kinds=[command.kind for command in commands],
        territory_kinds=[command.territory_kind for command in commands],
        territory_codes=[command.territory_code for command in commands],
        now=tx.now,
    )
    return [row.id for row in rows]


async def find_organisation(tx: Tx, id: int) -> Organisation | None:
    return await tx.one(Organisation, q.find_organisation, id=id)


async def find_listed_organisation(reads: Reads, id: int) -> ListedOrganisation | None:
    return await reads.one(ListedOrganisation, q.find_listed_organisation, id=id)


async def insert_member(tx: Tx, person: int, role: Role) -> bool:
    """False when the person is a member already."""
    inserted = await tx.run(q.insert_member, tenant=tx.tenant, person=person, role=role, now=tx.now)
    return inserted == 1


async def make_owner(tx: Tx, person: int) -> None:
    with _told_when_halted():
        await tx.run(q.make_owner, tenant=tx.tenant, person=person, now=tx.now)


async def change_role(tx: Tx, person: int, role: Role) -> None:
    await tx.run(q.change_role, tenant=tx.tenant, person=person, role=role)


async def find_reader(tx: Tx, person: int) -> Reader:
    found = await tx.one(Reader, q.find_reader, person=person)
    assert found is not None
    return found


async def list_readers(tx: Tx, roles: Collection[Role]) -> list[Reader]:
    return await tx.all(Reader, q.list_readers, tenant=tx.tenant, roles=sorted(roles))


async def lock_organisation(tx: Tx) -> None:
    await tx.value(int, q.lock_organisation, tenant=tx.tenant)


async def delete_member(tx: Tx, person: int) -> bool:
    """False when the person was no member."""
    return await tx.run(q.delete_member, tenant=tx.tenant, person=person) == 1


async def list_members(tx: Tx) -> list[Member]:
    return await tx.all(Member, q.list_members, tenant=tx.tenant)
