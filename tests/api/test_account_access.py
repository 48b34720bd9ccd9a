"""Who is signed in changes their password and ends the browsers that are signed in as them."""

import re
from collections.abc import AsyncIterator

import asyncpg
import httpx
import pytest
from litestar.testing import AsyncTestClient

from hub import identity, tenancy
from hub.core.clock import DrivenClock, SeededIds
from hub.core.db import Database
from hub.core.mail import Mail, list_captured_mail
from hub.core.settings import Settings
from hub.identity import passwords
from hub.identity.models import HashCost
from hub.tenancy import Kind, OpenOrganisation
from tests.api.conftest import app_of
from tests.people import HTML, send, text_of

CHEAP = HashCost(memory_kib=8, passes=1)
EMAIL, OLD, NEW = "claire@example.fr", "correct horse", "une autre phrase"
PAGE = "/account/access"


async def register(database: Database, email: str, name: str) -> int:
    hashed = await identity.hash_password(OLD, CHEAP)
    async with database.transaction() as tx:
        return await identity.register_person(
            tx, identity.RegisterPerson(email=email, name=name, password_hash=hashed)
        )


@pytest.fixture
async def claire(
    settings: Settings, clock: DrivenClock, database: Database
) -> AsyncIterator[AsyncTestClient]:
    """A browser in which Claire is signed in; another person runs the hub."""
    await register(database, EMAIL, "Claire Roux")
    boss = await register(database, "boss@example.fr", "Boss")
    async with database.transaction() as tx:
        command = OpenOrganisation(kind=Kind.OPERATOR, name="La centrale")
        await tenancy.open_organisation(tx, command, owner=boss, caller_kind=Kind.OPERATOR)
    app = app_of(settings, clock, SeededIds(5))
    async with AsyncTestClient(app, base_url="http://testserver.local") as client:
        client.follow_redirects = False
        assert await sign_in(client) == 201
        yield client


async def sign_in(browser: AsyncTestClient, password: str = OLD, email: str = EMAIL) -> int:
    """In a browser that was nobody's."""
    browser.cookies.clear()
    body = {"email": email, "password": password}
    return (await browser.post("/api/v1/sessions", json=body)).status_code


async def sign_in_elsewhere(browser: AsyncTestClient) -> str:
    """The secret of another browser of Claire's; this one stays signed in."""
    here = browser.cookies["session"]
    assert await sign_in(browser) == 201
    there = browser.cookies["session"]
    browser.cookies.clear()
    browser.cookies.set("session", here)
    return there


async def is_signed_in(browser: AsyncTestClient, secret: str) -> bool:
    before = dict(browser.cookies)
    browser.cookies.clear()
    answer = await browser.get("/api/v1/me", headers={"cookie": f"session={secret}"})
    for name, value in before.items():
        browser.cookies.set(name, value)
    return answer.status_code == 200


async def change(
    browser: AsyncTestClient, current: str, password: str, again: str | None = None
) -> httpx.Response:
    fields: dict[str, object] = {
        "current": current,
        "password": password,
        "again": password if again is None else again,
    }
    return await send(browser, f"{PAGE}/password", fields, shown=PAGE)


async def end(browser: AsyncTestClient, session: str, known: str) -> httpx.Response:
    return await send(browser, f"{PAGE}/end", {"session": session, "known": known}, shown=PAGE)


async def letters(database: Database) -> list[Mail]:
    async with database.transaction() as tx:
        return await list_captured_mail(tx)


async def test_the_old_password_and_a_new_one_typed_twice_change_it(
    claire: AsyncTestClient, database: Database, admin: asyncpg.Connection
) -> None:
    elsewhere = await sign_in_elsewhere(claire)
    here = claire.cookies["session"]
    assert await is_signed_in(claire, elsewhere)
    for current, password, again, field in [
        ("not this one", NEW, NEW, "current"),
        (OLD, "trop bref", "trop bref", "password"),
        (OLD, "claireroux74", "claireroux74", "password"),
        (OLD, "sunshine2026", "sunshine2026", "password"),
        (OLD, NEW, "une autre parole", "again"),
    ]:
        refused = await change(claire, current, password, again)
        assert refused.status_code == 400, (field, refused.text)
        assert f'id="error-{field}"' in refused.text
        assert password not in refused.text
        assert refused.headers["cache-control"] == "no-store"
    done = await change(claire, OLD, NEW)
    assert (done.status_code, done.headers["location"]) == (303, f"{PAGE}?said=changed")
    assert "Votre mot de passe est changé" in text_of(
        await claire.get(done.headers["location"], headers=HTML)
    )
    assert await is_signed_in(claire, here)
    assert not await is_signed_in(claire, elsewhere)
    [letter] = await letters(database)
    assert letter.recipient == EMAIL
    acts = await admin.fetch(
        "select actor, subject from audit_entry where action = 'password.changed'"
    )
    assert [tuple(act) for act in acts] == [(acts[0]["subject"], acts[0]["subject"])]
    assert await sign_in(claire, OLD) == 401
    assert await sign_in(claire, NEW) == 201


async def test_links_to_choose_a_password_are_good_no_more(
    claire: AsyncTestClient, admin: asyncpg.Connection
) -> None:
    await admin.execute(
        "insert into password_link (hash, person, asked_at)"
        " select sha256(email::bytea), id, now() from person"
    )
    assert (await change(claire, OLD, NEW)).status_code == 303
    left = await admin.fetch("select p.email from password_link join person p on p.id = person")
    assert [row["email"] for row in left] == ["boss@example.fr"]


async def test_the_password_is_not_found_by_trying_it_here(claire: AsyncTestClient) -> None:
    statuses = [(await change(claire, f"wrong word {n}", NEW)).status_code for n in range(6)]
    assert statuses == [400] * 5 + [429]
    locked = await change(claire, OLD, NEW)
    assert locked.status_code == 429
    assert int(locked.headers["retry-after"]) > 0


async def test_two_changes_at_once_are_one(
    claire: AsyncTestClient, database: Database, admin: asyncpg.Connection
) -> None:
    """Whoever compares with a password that is another by now changes nothing."""
    stale = await admin.fetchval("select password_hash from person where email = $1", EMAIL)
    assert (await change(claire, OLD, NEW)).status_code == 303
    person = await admin.fetchval("select id from person where email = $1", EMAIL)
    async with database.transaction() as tx:
        changed = await (await tx.connection()).fetchval(
            "select change_password($1, $2, 'x', ''::bytea)", person, stale
        )
    assert changed is False
    kept = await admin.fetchval("select password_hash from person where email = $1", EMAIL)
    assert await passwords.password_matches(kept, NEW)


async def test_one_browser_is_signed_out_or_all_but_this_one(claire: AsyncTestClient) -> None:
    alone = text_of(await claire.get(PAGE, headers=HTML))
    assert "nulle part ailleurs" in alone
    elsewhere = [await sign_in_elsewhere(claire) for _ in range(3)]
    here = claire.cookies["session"]
    shown = await claire.get(PAGE, headers=HTML)
    assert shown.headers["cache-control"] == "no-store"
    names = re.findall(r'type="radio" name="session" value="([0-9a-f]{64})"', shown.text)
    assert len(set(names)) == 3
    assert not any(secret in shown.text for secret in (here, *elsewhere))

    refused = await end(claire, names[0], "not this one")
    assert refused.status_code == 400
    assert 'id="error-known"' in refused.text
    assert (await end(claire, names[0], OLD)).status_code == 303
    assert sorted([await is_signed_in(claire, one) for one in elsewhere]) == [False, True, True]
    assert (await end(claire, names[0], OLD)).status_code == 303
    for nobodys in ("", "nothing", "ff" * 32):
        assert (await end(claire, nobodys, OLD)).status_code == 303
    assert await is_signed_in(claire, here)

    assert (await end(claire, "others", OLD)).status_code == 303
    assert [await is_signed_in(claire, one) for one in elsewhere] == [False] * 3
    assert await is_signed_in(claire, here)


async def test_nobody_ends_the_session_of_another_person(
    claire: AsyncTestClient, admin: asyncpg.Connection
) -> None:
    mine = claire.cookies["session"]
    assert await sign_in(claire, email="boss@example.fr") == 201
    name = await admin.fetchval(
        "select encode(s.token, 'hex') from session s join person p on p.id = s.person"
        " where p.email = $1",
        EMAIL,
    )
    assert (await end(claire, name, OLD)).status_code == 303
    assert (await end(claire, "others", OLD)).status_code == 303
    assert await is_signed_in(claire, mine)


async def test_it_is_for_who_is_signed_in(claire: AsyncTestClient) -> None:
    claire.cookies.clear()
    led = await claire.get(PAGE, headers=HTML)
    assert (led.status_code, led.headers["location"]) == (303, "/sign-in?next=%2Faccount%2Faccess")
