"""Organisations, members, and the wall around each."""

import time

import asyncpg
import pytest

from hub import audit, identity, tenancy
from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.errors import NotFound
from hub.tenancy import Kind, OpenOrganisation, Role, TerritoryKind, actions
from hub.tenancy.errors import (
    AlreadyMember,
    LastOwner,
    MembersNotYours,
    OrganisationInvalid,
    OrganisationNotAllowed,
)


async def person(database: Database, email: str) -> int:
    async with database.transaction() as tx:
        return await identity.register_person(
            tx, identity.RegisterPerson(email=email, name=email.title(), password_hash="none")
        )


async def lodging(database: Database, name: str, owner: int | None = None) -> int:
    async with database.transaction(actor=f"person:{owner}") as tx:
        command = OpenOrganisation(kind=Kind.LODGING, name=name)
        return await tenancy.open_organisation(tx, command, owner=owner)


async def test_who_opens_an_organisation_owns_it_and_the_act_is_written_down(
    database: Database, clock: DrivenClock
) -> None:
    anne = await person(database, "anne@example.fr")
    async with database.transaction(actor=f"person:{anne}") as tx:
        tenant = await tenancy.open_organisation(
            tx,
            OpenOrganisation(
                kind=Kind.LODGING,
                name="  Hôtel de la Gare ",
                territory_kind=TerritoryKind.COMMUNE,
                territory_code="74010",
            ),
            owner=anne,
        )
    async with database.transaction(tenant) as tx:
        found = await tenancy.find_organisation(tx)
        (owner,) = await tenancy.list_members(tx)
        (entry,) = await audit.list_entries(tx)
    assert (found.name, found.territory_code) == ("Hôtel de la Gare", "74010")
    assert found.created_at == clock.now()
    assert (owner.person, owner.role) == (anne, Role.OWNER)
    assert (entry.actor, entry.action) == (f"person:{anne}", "organisation.opened")


async def test_an_organisation_that_is_rolled_back_never_was(
    database: Database, admin: asyncpg.Connection
) -> None:
    async def open_halfway() -> None:
        async with database.transaction() as tx:
            command = OpenOrganisation(kind=Kind.LODGING, name="Hôtel")
            await tenancy.open_organisation(tx, command, owner=None)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await open_halfway()
    assert await admin.fetchval("select count(*) from organisation") == 0


async def test_many_organisations_open_at_once_and_answer_in_the_order_given(
    database: Database, admin: asyncpg.Connection
) -> None:
    await lodging(database, "the first")
    kinds = list(Kind)
    commands = [
        OpenOrganisation(
            kind=kinds[n % len(kinds)],
            name=f"Maison {n}",
            territory_kind=TerritoryKind.COMMUNE if n % 2 else None,
            territory_code=f"{n:05}" if n % 2 else None,
        )
        for n in range(21_205)
    ]
    started = time.perf_counter()
    async with database.transaction() as tx:
        ids = await tenancy.open_organisations(tx, commands)
    assert time.perf_counter() - started < 20
    rows = await admin.fetch("select id, name, kind, territory_code from organisation")
    by_id = {row["id"]: (row["name"], row["kind"], row["territory_code"]) for row in rows}
    assert [by_id[id] for id in ids] == [
        (command.name, command.kind, command.territory_code) for command in commands
    ]
    assert await lodging(database, "the last") not in ids


@pytest.mark.parametrize(
    "command",
    [
        OpenOrganisation(kind=Kind.LODGING, name="  "),
        OpenOrganisation(kind=Kind.LODGING, name="a" * 201),
        OpenOrganisation(kind=Kind.LODGING, name="Hôtel", territory_code="74010"),
        OpenOrganisation(kind=Kind.LODGING, name="Hôtel", territory_kind=TerritoryKind.COMMUNE),
    ],
)
async def test_an_organisation_without_a_name_or_with_half_a_territory_is_refused(
    database: Database, command: OpenOrganisation
) -> None:
    async with database.transaction() as tx:
        with pytest.raises(OrganisationInvalid):
            await tenancy.open_organisation(tx, command, owner=None)
        with pytest.raises(OrganisationInvalid):
            await tenancy.open_organisations(tx, [command])


@pytest.mark.parametrize("kind", [Kind.FEDERATION, Kind.OFFICE, Kind.REGION, Kind.OPERATOR])
async def test_bodies_that_govern_others_are_opened_by_the_operator_only(
    database: Database, kind: Kind
) -> None:
    command = OpenOrganisation(kind=kind, name="Fédération")
    async with database.transaction() as tx:
        for caller_kind in (None, "lodging", "federation", "region"):
            with pytest.raises(OrganisationNotAllowed):
                await tenancy.open_organisation(tx, command, owner=None, caller_kind=caller_kind)
        assert await tenancy.open_organisation(tx, command, owner=None, caller_kind="operator")


async def test_a_tenant_sees_and_changes_its_own_organisation_and_members_only(
    database: Database,
) -> None:
    anne, bruno = await person(database, "anne@x.fr"), await person(database, "bruno@x.fr")
    one, two = await lodging(database, "One", anne), await lodging(database, "Two", bruno)
    async with database.transaction(one) as tx:
        con = await tx.connection()
        assert [row["id"] for row in await con.fetch("select id from organisation")] == [one]
        assert [row["person"] for row in await con.fetch("select person from membership")] == [anne]
        assert await con.execute("update organisation set name = 'mine'") == "UPDATE 1"
        assert await con.execute("delete from membership where tenant = $1", two) == "DELETE 0"
    async with database.transaction(two) as tx:
        assert (await tenancy.find_organisation(tx)).name == "Two"
        assert [member.person for member in await tenancy.list_members(tx)] == [bruno]


async def test_a_membership_of_another_tenant_cannot_be_written(database: Database) -> None:
    anne = await person(database, "anne@x.fr")
    one, two = await lodging(database, "One", anne), await lodging(database, "Two")
    sql = "insert into membership (tenant, person, role, since) values ($1, $2, 'owner', now())"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with database.transaction(one) as tx:
            await (await tx.connection()).execute(sql, two, anne)


@pytest.mark.parametrize(
    "sql",
    [
        "insert into organisation (kind, name, created_at) values ('operator', 'me', now())",
        "update organisation set kind = 'operator'",
        "delete from organisation",
        "select record_audit(1, now(), 'person:1', 'a', 's', '{}')",
        "set local role hub_definer",
    ],
)
async def test_the_app_cannot_make_itself_an_operator_or_climb(
    database: Database, sql: str
) -> None:
    tenant = await lodging(database, "One")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with database.transaction(tenant) as tx:
            await (await tx.connection()).execute(sql)


async def test_public_pages_may_name_any_organisation_and_know_no_more(
    database: Database,
) -> None:
    tenant = await lodging(database, "Hôtel de la Gare")
    listed = await tenancy.find_listed_organisation(database.reader, tenant)
    assert (listed.id, listed.kind, listed.name) == (tenant, Kind.LODGING, "Hôtel de la Gare")
    with pytest.raises(NotFound):
        await tenancy.find_listed_organisation(database.reader, tenant + 1)


async def test_an_owner_adds_and_removes_members_and_both_are_written_down(
    database: Database,
) -> None:
    anne, bruno = await person(database, "anne@x.fr"), await person(database, "bruno@x.fr")
    tenant = await lodging(database, "One", anne)
    async with database.transaction(tenant, actor=f"person:{anne}") as tx:
        members = await actions.add_member_by_email(
            tx, email=" Bruno@X.fr ", role=Role.MANAGER, caller_role="owner"
        )
        assert [(member.person, member.role) for member in members] == [
            (anne, Role.OWNER),
            (bruno, Role.MANAGER),
        ]
        with pytest.raises(AlreadyMember):
            await tenancy.add_member(tx, person=bruno, role=Role.OWNER, caller_role="owner")
        await actions.remove_member(tx, person=bruno, caller_role="owner")
        assert [member.person for member in await tenancy.list_members(tx)] == [anne]
        entries = await audit.list_entries(tx)
    assert [entry.action for entry in entries] == [
        "member.removed",
        "member.added",
        "organisation.opened",
    ]


async def test_a_role_changes_and_the_last_owner_keeps_theirs(database: Database) -> None:
    anne, bruno = await person(database, "anne@x.fr"), await person(database, "bruno@x.fr")
    tenant = await lodging(database, "One", anne)
    async with database.transaction(tenant, actor=f"person:{anne}") as tx:
        await tenancy.add_member(tx, person=bruno, role=Role.MEMBER, caller_role="owner")
        with pytest.raises(LastOwner):
            await actions.change_role(tx, person=anne, role=Role.MEMBER, caller_role="owner")
        await actions.change_role(tx, person=bruno, role=Role.OWNER, caller_role="owner")
        members = await actions.change_role(
            tx, person=anne, role=Role.TREASURER, caller_role="owner"
        )
        assert {member.person: member.role for member in members} == {
            anne: Role.TREASURER,
            bruno: Role.OWNER,
        }
        (entry, *_) = await audit.list_entries(tx)
        with pytest.raises(MembersNotYours):
            await actions.change_role(tx, person=bruno, role=Role.MEMBER, caller_role="manager")
        with pytest.raises(NotFound):
            await actions.change_role(tx, person=999, role=Role.MEMBER, caller_role="owner")
    assert (entry.action, entry.detail) == (
        "member.role_changed",
        {"from": "owner", "to": "treasurer"},
    )


@pytest.mark.parametrize("caller_role", ["member", "treasurer", None])
async def test_a_simple_member_decides_about_nobody(
    database: Database, caller_role: str | None
) -> None:
    anne, bruno = await person(database, "anne@x.fr"), await person(database, "bruno@x.fr")
    tenant = await lodging(database, "One", anne)
    async with database.transaction(tenant) as tx:
        with pytest.raises(MembersNotYours):
            await tenancy.add_member(tx, person=bruno, role=Role.MEMBER, caller_role=caller_role)
        with pytest.raises(MembersNotYours):  # and learns nothing about who has an account
            await actions.add_member_by_email(
                tx, email="nobody@x.fr", role=Role.MEMBER, caller_role=caller_role
            )
        with pytest.raises(MembersNotYours):
            await actions.remove_member(tx, person=anne, caller_role=caller_role)


async def test_a_manager_makes_and_removes_no_owner(database: Database) -> None:
    anne, bruno = await person(database, "anne@x.fr"), await person(database, "bruno@x.fr")
    tenant = await lodging(database, "One", anne)
    async with database.transaction(tenant) as tx:
        with pytest.raises(MembersNotYours):
            await tenancy.add_member(tx, person=bruno, role=Role.OWNER, caller_role="manager")
        with pytest.raises(MembersNotYours):
            await actions.remove_member(tx, person=anne, caller_role="manager")


async def test_the_last_owner_stays(database: Database) -> None:
    anne, bruno = await person(database, "anne@x.fr"), await person(database, "bruno@x.fr")
    tenant = await lodging(database, "One", anne)
    async with database.transaction(tenant) as tx:
        with pytest.raises(LastOwner):
            await actions.remove_member(tx, person=anne, caller_role="owner")
        await tenancy.add_member(tx, person=bruno, role=Role.OWNER, caller_role="owner")
        await actions.remove_member(tx, person=anne, caller_role="owner")
        assert [member.person for member in await tenancy.list_members(tx)] == [bruno]


async def test_unknown_people_are_not_found(database: Database) -> None:
    tenant = await lodging(database, "One", await person(database, "anne@x.fr"))
    async with database.transaction(tenant) as tx:
        with pytest.raises(NotFound):
            await actions.add_member_by_email(
                tx, email="nobody@x.fr", role=Role.MEMBER, caller_role="owner"
            )
        with pytest.raises(NotFound):
            await actions.remove_member(tx, person=999, caller_role="owner")
