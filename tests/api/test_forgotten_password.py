"""A forgotten password is chosen anew by a link in a letter; who has none chooses one so too."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import httpx
import pytest
from litestar.testing import AsyncTestClient

from hub import identity, tenancy
from hub.app import create_app
from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.mail import Mail, list_captured_mail
from hub.core.settings import Settings
from hub.identity import actions, policy
from hub.identity.models import HashCost
from hub.tenancy import Kind, OpenOrganisation
from tests.api.test_second_factor import set_up, type_code
from tests.people import HTML, send, text_of
from tests.served import Queue

CHEAP = HashCost(memory_kib=8, passes=1)
EMAIL, OLD, NEW = "claire@example.fr", "correct horse", "une autre phrase"
FORGOTTEN = "/sign-in/password"


async def register(database: Database, email: str, name: str, password: str = OLD) -> int:
    hashed = await identity.hash_password(password, CHEAP)
    async with database.transaction() as tx:
        return await identity.register_person(
            tx, identity.RegisterPerson(email=email, name=name, password_hash=hashed)
        )


@pytest.fixture
async def claire(
    settings: Settings, clock: DrivenClock, database: Database
) -> AsyncIterator[AsyncTestClient]:
    """A browser of Claire's, who belongs to nobody; another runs the hub."""
    await register(database, EMAIL, "Claire")
    boss = await register(database, "boss@example.fr", "Boss")
    async with database.transaction() as tx:
        command = OpenOrganisation(kind=Kind.OPERATOR, name="La centrale")
        await tenancy.open_organisation(tx, command, owner=boss, caller_kind=Kind.OPERATOR)
    app = create_app(settings, clock=clock)
    async with AsyncTestClient(app, base_url="http://testserver.local") as client:
        client.follow_redirects = False
        yield client


@pytest.fixture
def queue(database: Database, admin: asyncpg.Connection) -> Queue:
    return Queue(database, admin)


async def ask(browser: AsyncTestClient, email: str = EMAIL) -> httpx.Response:
    return await send(browser, FORGOTTEN, {"email": email}, shown=FORGOTTEN)


async def letters(database: Database, queue: Queue) -> list[Mail]:
    """All that were written, in no order."""
    await queue.run()
    async with database.transaction() as tx:
        return await list_captured_mail(tx)


def link_of(letter: Mail) -> str:
    found = re.search(rf"{FORGOTTEN}/(\S+)", letter.body_text)
    assert found, letter.body_text
    return f"{FORGOTTEN}/{found[1]}"


async def ask_link(browser: AsyncTestClient, database: Database, queue: Queue) -> str:
    """The link of the letter that was not there before."""
    before = {letter.id for letter in await letters(database, queue)}
    assert (await ask(browser)).status_code == 200
    [letter] = [one for one in await letters(database, queue) if one.id not in before]
    return link_of(letter)


async def choose(
    browser: AsyncTestClient, link: str, password: str = NEW, again: str | None = None
) -> httpx.Response:
    fields: dict[str, object] = {
        "password": password,
        "again": password if again is None else again,
    }
    return await send(browser, link, fields, shown=FORGOTTEN)


async def sign_in(browser: AsyncTestClient, password: str, email: str = EMAIL) -> int:
    browser.cookies.clear()
    body = {"email": email, "password": password}
    return (await browser.post("/api/v1/sessions", json=body)).status_code


async def test_a_link_in_a_letter_leads_to_a_new_password(
    claire: AsyncTestClient, database: Database, queue: Queue, admin: asyncpg.Connection
) -> None:
    assert f'href="{FORGOTTEN}"' in (await claire.get("/sign-in", headers=HTML)).text
    assert await sign_in(claire, OLD) == 201
    await admin.execute("update person set language = 'de' where email = $1", EMAIL)
    link = await ask_link(claire, database, queue)
    [letter] = await letters(database, queue)
    assert (letter.recipient, letter.language) == (EMAIL, "de")
    assert letter.subject == "Wählen Sie ein neues Passwort"
    secret = link.rpartition("/")[2]
    kept = await admin.fetch("select password_link::text as row from password_link")
    assert len(kept) == 1
    assert secret not in kept[0]["row"]

    shown = await claire.get(link, headers=HTML)
    assert shown.status_code == 200
    assert shown.headers["cache-control"] == "no-store"
    for password, again, said in [
        ("trop court", "trop long", "deux fois le même"),
        ("court", "court", "10 à 200"),
    ]:
        refused = await choose(claire, link, password, again)
        assert refused.status_code == 400
        assert said in text_of(refused)
    done = await choose(claire, link)
    assert (done.status_code, done.headers["location"]) == (303, "/sign-in?said=new-password")
    said = text_of(await claire.get(done.headers["location"], headers=HTML))
    assert "Votre mot de passe est changé" in said
    assert await sign_in(claire, OLD) == 401
    assert await sign_in(claire, NEW) == 201
    [told] = [one for one in await letters(database, queue) if one.id != letter.id]
    assert (told.recipient, told.subject) == (EMAIL, "Ihr Passwort wurde geändert")
    assert secret not in told.body_text
    acts = await admin.fetch("select actor, subject from audit_entry where action = 'password.set'")
    assert len(acts) == 1
    assert acts[0]["actor"] == acts[0]["subject"]


async def test_a_new_password_ends_every_session_of_its_person_and_no_other(
    claire: AsyncTestClient, database: Database, queue: Queue, admin: asyncpg.Connection
) -> None:
    assert await sign_in(claire, OLD, "boss@example.fr") == 201
    for _ in range(2):
        assert await sign_in(claire, OLD) == 201
    thief = claire.cookies["session"]
    link = await ask_link(claire, database, queue)
    assert (await choose(claire, link)).status_code == 303
    claire.cookies.clear()
    claire.cookies["session"] = thief
    assert (await claire.get("/api/v1/me")).status_code == 401
    left = await admin.fetch("select p.email from session s join person p on p.id = s.person")
    assert [row["email"] for row in left] == ["boss@example.fr"]


async def test_an_unknown_address_is_answered_the_same_and_gets_no_letter(
    claire: AsyncTestClient, database: Database, queue: Queue
) -> None:
    known = text_of(await ask(claire))
    unknown = text_of(await ask(claire, "nobody1@example.fr"))
    token = r'name="_csrf_token" value="[^"]*"'
    assert re.sub(token, "", known.replace(EMAIL, "X")) == re.sub(
        token, "", unknown.replace("nobody1@example.fr", "X")
    )
    assert [letter.recipient for letter in await letters(database, queue)] == [EMAIL]
    wrong = await ask(claire, "no address")
    assert wrong.status_code == 400
    assert 'value="no address"' in wrong.text


async def test_a_link_is_good_once_and_ends_all_others(
    claire: AsyncTestClient, database: Database, queue: Queue
) -> None:
    first = await ask_link(claire, database, queue)
    second = await ask_link(claire, database, queue)
    answers = await asyncio.gather(*(choose(claire, second, f"{NEW} {n}") for n in range(3)))
    assert sorted(answer.status_code for answer in answers) == [303, 409, 409]
    for link in (first, second, f"{FORGOTTEN}/nothing", second[:-1]):
        for answer in (await claire.get(link, headers=HTML), await choose(claire, link, OLD)):
            assert answer.status_code == 409
            assert "Ce lien est trop ancien ou a déjà servi" in text_of(answer)
            assert f'href="{FORGOTTEN}"' in answer.text
    assert await sign_in(claire, OLD) == 401


async def test_a_link_is_good_for_an_hour(
    claire: AsyncTestClient,
    database: Database,
    queue: Queue,
    clock: DrivenClock,
    admin: asyncpg.Connection,
) -> None:
    link = await ask_link(claire, database, queue)
    clock.forward(policy.LINK_LIVES - timedelta(seconds=1))
    assert (await claire.get(link, headers=HTML)).status_code == 200
    clock.forward(timedelta(seconds=1))
    assert (await choose(claire, link)).status_code == 409
    assert await sign_in(claire, OLD) == 201
    async with database.transaction() as tx:
        await actions.forget_the_past(tx)
    assert await admin.fetchval("select count(*) from password_link") == 0


async def test_the_second_factor_stays_and_is_asked(
    claire: AsyncTestClient, database: Database, queue: Queue, clock: DrivenClock
) -> None:
    telephone, _ = await set_up(claire, clock)
    claire.cookies.clear()
    link = await ask_link(claire, database, queue)
    assert (await choose(claire, link)).status_code == 303
    assert "session" not in claire.cookies
    fields: dict[str, object] = {"email": EMAIL, "password": NEW}
    asked = await send(claire, "/sign-in", fields, shown="/sign-in")
    assert asked.status_code == 200
    assert "session" not in claire.cookies
    assert (await type_code(claire, asked, "000000")).status_code == 400
    assert (await type_code(claire, asked, telephone.code())).status_code == 303


async def test_who_arrived_without_a_password_chooses_one(
    claire: AsyncTestClient, database: Database, queue: Queue, admin: asyncpg.Connection
) -> None:
    await admin.execute("update person set password_hash = '' where email = $1", EMAIL)
    assert await sign_in(claire, "") == 401
    assert (await choose(claire, await ask_link(claire, database, queue))).status_code == 303
    assert await sign_in(claire, NEW) == 201


async def test_who_typed_wrong_passwords_may_ask_and_sign_in_at_once(
    claire: AsyncTestClient, database: Database, queue: Queue
) -> None:
    for _ in range(policy.ATTEMPTS_OF_EMAIL):
        assert await sign_in(claire, "wrong password") == 401
    assert await sign_in(claire, OLD) == 429
    assert (await choose(claire, await ask_link(claire, database, queue))).status_code == 303
    assert await sign_in(claire, NEW) == 201


async def test_asking_is_bounded_and_a_mailbox_is_not_flooded(
    claire: AsyncTestClient, database: Database, queue: Queue, clock: DrivenClock
) -> None:
    for _ in range(policy.ATTEMPTS_OF_EMAIL):
        assert (await ask(claire, EMAIL.upper())).status_code == 200
    refused = await ask(claire)
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0
    assert await sign_in(claire, OLD) == 201
    assert len(await letters(database, queue)) == policy.LINKS_ALIVE
    clock.forward(policy.LINK_LIVES)
    await ask(claire)
    assert len(await letters(database, queue)) == policy.LINKS_ALIVE + 1
