"""Persons, attempts and sessions in the database."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest

from hub import identity, tenancy
from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.vertical import Nothing
from hub.identity import actions
from hub.identity.errors import EmailTaken, SignInLocked, WrongCredentials
from hub.identity.models import HashCost, SignedIn, SignIn
from hub.identity.tasks import forget_the_past_later
from hub.tenancy import Kind, OpenOrganisation, Role
from hub.tenancy.actions import remove_member

CHEAP = HashCost(memory_kib=8, passes=1)
PASSWORD = "correct horse"


async def register(database: Database, email: str = "anne@example.fr") -> int:
    hashed = await identity.hash_password(PASSWORD, CHEAP)
    async with database.transaction() as tx:
        return await identity.register_person(
            tx, identity.RegisterPerson(email=email, name="Anne", password_hash=hashed)
        )


async def open_house(database: Database, owner: int, name: str = "Hôtel") -> int:
    async with database.transaction() as tx:
        command = OpenOrganisation(kind=Kind.LODGING, name=name)
        return await tenancy.open_organisation(tx, command, owner=owner)


async def sign_in(
    database: Database,
    email: str = "anne@example.fr",
    password: str = PASSWORD,
    *,
    host: str = "203.0.113.7",
    replaces: str | None = None,
) -> SignedIn:
    command = SignIn(email=email, password=password)
    return await actions.sign_in(database, command, host=host, replaces=replaces)


async def fail(database: Database, email: str = "anne@example.fr", **where: str) -> None:
    with pytest.raises(WrongCredentials):
        await sign_in(database, email, "wrong password", **where)


async def test_an_email_has_one_account_in_any_letter_case(database: Database) -> None:
    await register(database, "Anne@Example.fr")
    with pytest.raises(EmailTaken):
        await register(database, "anne@example.FR")
    assert (await sign_in(database, " ANNE@example.fr")).person


async def test_the_app_reads_no_password_hash_from_the_table(database: Database) -> None:
    await register(database)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with database.transaction() as tx:
            await (await tx.connection()).fetch("select password_hash from person")


async def test_a_session_stands_for_its_person_and_only_organisation(database: Database) -> None:
    anne = await register(database)
    tenant = await open_house(database, anne)
    signed_in = await sign_in(database)
    caller = await actions.find_caller(database, signed_in.token)
    assert caller is not None
    assert (caller.person, caller.name, caller.email) == (anne, "Anne", "anne@example.fr")
    assert (caller.tenant, caller.organisation) == (tenant, "Hôtel")
    assert (caller.organisation_kind, caller.role) == ("lodging", "owner")


async def test_with_several_organisations_none_is_chosen(database: Database) -> None:
    anne = await register(database)
    await open_house(database, anne, "B")
    await open_house(database, anne, "A")
    signed_in = await sign_in(database)
    assert signed_in.organisation is None
    assert [choice.name for choice in signed_in.choices] == ["A", "B"]
    caller = await actions.find_caller(database, signed_in.token)
    assert caller is not None
    assert (caller.person, caller.tenant, caller.role) == (anne, None, None)


async def test_the_database_keeps_no_secret_of_a_session(
    database: Database, admin: asyncpg.Connection
) -> None:
    await register(database)
    token = (await sign_in(database)).token
    (row,) = await admin.fetch("select session::text as text from session")
    assert token not in row["text"]
    assert await actions.find_caller(database, token[:-1]) is None
    assert await actions.find_caller(database, "a" * 43) is None


async def test_a_session_unused_for_twelve_hours_has_ended(
    database: Database, clock: DrivenClock
) -> None:
    await register(database)
    token = (await sign_in(database)).token
    clock.forward(timedelta(hours=11, minutes=59))
    assert await actions.find_caller(database, token) is not None
    clock.forward(timedelta(hours=11, minutes=59))
    assert await actions.find_caller(database, token) is not None
    clock.forward(timedelta(hours=12))
    assert await actions.find_caller(database, token) is None


async def test_a_session_ends_after_thirty_days_however_much_it_is_used(
    database: Database, clock: DrivenClock
) -> None:
    await register(database)
    token = (await sign_in(database)).token
    for _ in range(72):
        assert await actions.find_caller(database, token) is not None
        clock.forward(timedelta(hours=10))
    assert await actions.find_caller(database, token) is None


async def test_reading_pages_seldom_writes_the_session(
    database: Database, clock: DrivenClock, admin: asyncpg.Connection
) -> None:
    await register(database)
    token = (await sign_in(database)).token
    opened_at = clock.now()
    clock.forward(timedelta(minutes=4))
    await actions.find_caller(database, token)
    assert await admin.fetchval("select last_seen_at from session") == opened_at
    clock.forward(timedelta(minutes=1))
    await actions.find_caller(database, token)
    assert await admin.fetchval("select last_seen_at from session") == clock.now()


async def test_signing_in_again_replaces_the_session_of_the_browser(database: Database) -> None:
    await register(database)
    old = (await sign_in(database)).token
    other_browser = (await sign_in(database)).token
    new = (await sign_in(database, replaces=old)).token
    assert await actions.find_caller(database, old) is None
    assert await actions.find_caller(database, other_browser) is not None
    assert await actions.find_caller(database, new) is not None


async def test_who_leaves_an_organisation_acts_for_it_no_more(database: Database) -> None:
    anne, bruno = await register(database), await register(database, "bruno@example.fr")
    tenant = await open_house(database, anne)
    async with database.transaction(tenant) as tx:
        await tenancy.add_member(tx, person=bruno, role=Role.MEMBER, caller_role="owner")
    token = (await sign_in(database, "bruno@example.fr")).token
    caller = await actions.find_caller(database, token)
    assert caller is not None
    assert caller.tenant == tenant
    async with database.transaction(tenant) as tx:
        await remove_member(tx, person=bruno, caller_role="owner")
    caller = await actions.find_caller(database, token)
    assert caller is not None
    assert (caller.person, caller.tenant, caller.organisation_kind) == (bruno, None, None)


async def test_the_database_refuses_a_session_for_a_foreign_organisation(
    database: Database, admin: asyncpg.Connection
) -> None:
    anne, bruno = await register(database), await register(database, "bruno@example.fr")
    await open_house(database, anne)
    foreign = await open_house(database, bruno)
    await sign_in(database)
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await admin.execute("update session set organisation = $1", foreign)


@pytest.mark.parametrize("email", ["anne@example.fr", "nobody@example.fr"])
async def test_the_sixth_attempt_of_an_email_is_locked_whether_it_exists_or_not(
    database: Database, clock: DrivenClock, email: str
) -> None:
    await register(database)
    for n in range(5):
        await fail(database, email, host=f"203.0.113.{n}")
        clock.forward(timedelta(minutes=1))
    with pytest.raises(SignInLocked) as caught:
        await sign_in(database, email, host="203.0.113.99")
    assert caught.value.retry_after_s == 10 * 60


async def test_the_lock_slides_open_and_refused_attempts_do_not_prolong_it(
    database: Database, clock: DrivenClock
) -> None:
    await register(database)
    for _ in range(5):
        await fail(database)
    for _ in range(14):
        clock.forward(timedelta(minutes=1))
        with pytest.raises(SignInLocked):
            await sign_in(database)
    clock.forward(timedelta(minutes=1))
    assert (await sign_in(database)).token


async def test_signing_in_forgets_the_failures_of_the_email(database: Database) -> None:
    await register(database)
    for _ in range(3):
        for _ in range(4):
            await fail(database)
        await sign_in(database)


async def test_an_address_has_twenty_failures_over_all_emails(database: Database) -> None:
    await register(database)
    for n in range(20):
        await fail(database, f"person{n}@example.fr", host="2001:db8::1")
    with pytest.raises(SignInLocked):
        await sign_in(database, host="2001:db8::2")  # the same subscriber
    assert (await sign_in(database, host="203.0.113.8")).token


@pytest.mark.parametrize("hosts", [1, 100])
async def test_a_hundred_attempts_at_once_are_no_more_than_five(
    database: Database, hosts: int
) -> None:
    await register(database)
    tries = [
        sign_in(database, "anne@example.fr", f"guess number {n}", host=f"203.0.113.{n % hosts}")
        for n in range(100)
    ]
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(outcome, WrongCredentials) for outcome in outcomes) == 5
    assert sum(isinstance(outcome, SignInLocked) for outcome in outcomes) == 95


@pytest.mark.parametrize("email", ["", "not an e-mail", "a\0@example.fr", "a@" + "b" * 300 + ".fr"])
async def test_letters_that_are_no_email_are_wrong_and_leave_no_trace(
    database: Database, admin: asyncpg.Connection, email: str
) -> None:
    await fail(database, email)
    assert await admin.fetchval("select count(*) from sign_in_attempt") == 0


async def test_the_task_forgets_what_counts_no_more(
    database: Database, clock: DrivenClock, admin: asyncpg.Connection
) -> None:
    await register(database)
    await sign_in(database)
    clock.forward(timedelta(hours=11, minutes=50))
    await fail(database)
    kept = (await sign_in(database)).token
    await fail(database, "bruno@example.fr")
    await forget_the_past_later.run(database, None, Nothing())
    assert await admin.fetchval("select count(*) from session") == 2
    assert await admin.fetchval("select count(*) from sign_in_attempt") == 1
    clock.forward(timedelta(minutes=15))
    await forget_the_past_later.run(database, None, Nothing())
    assert await admin.fetchval("select count(*) from session") == 1
    assert await admin.fetchval("select count(*) from sign_in_attempt") == 0
    assert await actions.find_caller(database, kept) is not None


async def test_an_erased_account_is_signed_in_nowhere(database: Database) -> None:
    anne, other = await register(database), await register(database, "boris@example.fr")
    tokens = [(await sign_in(database)).token for _ in range(2)]
    kept = (await sign_in(database, "boris@example.fr")).token
    async with database.transaction() as tx:
        connection = await tx.connection()
        await connection.execute("select forget_person($1, array[]::text[], now())", anne)
    assert [await actions.find_caller(database, token) for token in tokens] == [None, None]
    caller = await actions.find_caller(database, kept)
    assert caller is not None
    assert caller.person == other
    await fail(database)
