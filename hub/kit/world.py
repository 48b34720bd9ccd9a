"""A hub of its own for an examination: two databases, and a vertical with rows in the first."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import msgspec

from hub import identity, tenancy
from hub.app import compose, open_database
from hub.core.clock import Clock, SystemClock
from hub.core.db import Database, Session, open_session
from hub.core.migrate import migrate
from hub.core.settings import Settings
from hub.core.vertical import Example
from hub.identity import HashCost, RegisterPerson, hash_password
from hub.kit.reading import Subject
from hub.tenancy import Kind, OpenOrganisation

AREA = "48"  # the department whose demonstration is quickest made
_CHEAP = HashCost(memory_kib=8, passes=1)


class Tenant(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation with rows, and the session of somebody who acts for it."""

    id: int
    kind: str
    token: str


class World(msgspec.Struct, kw_only=True):
    """Where a vertical is tried: `here` with its rows, `there` empty, both as administrator."""

    settings: Settings
    clock: Clock
    database: Database
    here: Session
    there: Session
    tenants: list[Tenant]


@asynccontextmanager
async def open_world(
    subject: Subject, settings: Settings, elsewhere: str, clock: Clock | None = None
) -> AsyncGenerator[World]:
    """The world on two databases, the vertical's example or demonstration in the first."""
    assert settings.database_url is not None
    composition, clock = compose(), clock or SystemClock()
    for address in (settings.database_url, elsewhere):
        await migrate(address, settings.secret_key, composition.packages)
    database = await open_database(settings, composition, clock=clock)
    here, there = await open_session(settings.database_url), await open_session(elsewhere)
    try:
        tenants = await _fill(subject, settings, database)
        yield World(
            settings=settings,
            clock=clock,
            database=database,
            here=here,
            there=there,
            tenants=tenants,
        )
    finally:
        await here.close()
        await there.close()
        await database.close()


async def _fill(subject: Subject, settings: Settings, database: Database) -> list[Tenant]:
    if subject.vertical.example is not None:
        return [await _example(subject, database, number) for number in (1, 2)]
    if subject.vertical.demonstration is not None:
        return await _demonstration(subject, settings, database)
    return []


async def _example(subject: Subject, database: Database, number: int) -> Tenant:
    example = subject.vertical.example
    assert example is not None
    email = f"{subject.vertical.code}-{number}@example.org"
    hash = await hash_password("an example's password", _CHEAP)
    id, person = await open_example(example, database, email, hash)
    async with database.transaction() as tx:
        signed_in = await identity.open_session(tx, person)
    return Tenant(id=id, kind=example.organisation_kind, token=signed_in.token)


async def open_example(
    example: Example, database: Database, email: str, password_hash: str
) -> tuple[int, int]:
    """An organisation with the example's rows, and the person who owns it."""
    kind = Kind(example.organisation_kind)
    command = RegisterPerson(email=email, name="Camille Exemple", password_hash=password_hash)
    async with database.transaction() as tx:
        person = await identity.register_person(tx, command)
        opening = OpenOrganisation(kind=kind, name="Les Exemples")
        id = await tenancy.open_organisation(tx, opening, owner=person, caller_kind=Kind.OPERATOR)
    async with database.transaction(id, actor=f"person:{person}") as tx:
        await example.fill(tx)
    return id, person


async def _demonstration(subject: Subject, settings: Settings, database: Database) -> list[Tenant]:
    shown = subject.vertical.demonstration
    assert shown is not None
    accounts = shown.accounts(settings)
    async with database.transaction() as tx:
        filled = await identity.find_person_by_email(tx, accounts[0].email)
    if filled is None:
        await shown.seed(settings, (AREA,))
    tenants: list[Tenant] = []
    for account in accounts:
        async with database.transaction() as tx:
            person = await identity.find_person_by_email(tx, account.email)
            assert person is not None, account.email
            signed_in = await identity.open_session(tx, person.id)
        chosen = signed_in.organisation
        if chosen is not None:
            tenants.append(Tenant(id=chosen.tenant, kind=chosen.kind, token=signed_in.token))
    return tenants
