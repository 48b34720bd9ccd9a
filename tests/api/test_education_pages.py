"""A school's pages: the list sent, looked at and taken in; what others may not."""

import re
import uuid

import httpx
import pytest
from litestar.testing import AsyncTestClient

from tests.api.conftest import SignIn
from tests.people import HTML, read, send, text_of
from tests.schools import SEATS, USERS, bundle

LIST = "/ecole/liste"


@pytest.fixture
async def school(visitor: AsyncTestClient, sign_in: SignIn) -> int:
    """A school; the visitor is its owner and acts for it."""
    await sign_in("exploitant")
    opened = await visitor.post(
        "/api/v1/organisations",
        json={"kind": "school", "name": "École des Tilleuls"},
        headers={"idempotency-key": str(uuid.UUID(int=7))},
    )
    assert opened.status_code == 201, opened.text
    chosen = await visitor.put(
        "/api/v1/sessions/current", json={"organisation": opened.json()["id"]}
    )
    assert chosen.status_code == 200, chosen.text
    return opened.json()["id"]


async def load(visitor: AsyncTestClient, content: bytes) -> httpx.Response:
    page = await visitor.get(LIST, headers=HTML)
    token = re.search(r'name="_csrf_token" value="([^"]*)"', page.text)
    assert token, page.text
    files = {"file": ("liste.zip", content, "application/zip")}
    return await visitor.post(LIST, data={"_csrf_token": token.group(1)}, files=files, headers=HTML)


async def say_yes(visitor: AsyncTestClient) -> httpx.Response:
    _, page = await read(visitor, LIST)
    seen = re.search(r'name="print" value="(\w+)"', page)
    assert seen, page
    return await send(visitor, f"{LIST}/appliquer", {"print": seen.group(1)}, shown=LIST)


async def test_a_list_is_sent_looked_at_and_taken_in(visitor: AsyncTestClient, school: int) -> None:
    assert "Aucune classe encore" in (await read(visitor, "/ecole"))[1]
    assert (await load(visitor, bundle())).status_code == 303
    _, page = await read(visitor, LIST)
    assert "Ce qui changerait" in page
    assert "<li>Léa Martin-Exemple</li>" in page
    assert "CM1 Hirondelles" not in (await read(visitor, "/ecole"))[1]
    assert (await say_yes(visitor)).status_code == 303
    _, board = await read(visitor, "/ecole")
    found = re.search(r'href="(/ecole/classes/[0-9a-f-]{36})">CM1 Hirondelles', board)
    assert found, board
    assert "Élèves : 5 · Enseignants : 2 · Parents : 2" in board
    _, page = await read(visitor, found.group(1))
    assert "Agnès Exemple" in page
    assert "Noé" not in page


async def test_every_bad_line_is_shown_with_its_place_and_words_and_nothing_is_taken_in(
    visitor: AsyncTestClient, school: int
) -> None:
    spoilt = bundle((USERS, "Léa,", ","), (SEATS, "e9,,,k2", "e9,,,k77"))
    refused = await load(visitor, spoilt)
    assert refused.status_code == 400
    assert 'id="error-file"' in refused.text
    assert "users.csv, ligne 4, givenName : C'est vide." in " ".join(text_of(refused).split())
    orphan = await load(visitor, bundle((SEATS, "e9,,,k2", "e9,,,k77")))
    says = "enrollments.csv, ligne 8, classSourcedId : Il nomme quelque chose"
    assert says in " ".join(text_of(orphan).split())
    assert "Aucune classe encore" in (await read(visitor, "/ecole"))[1]


async def test_a_file_of_40_megabytes_is_refused(visitor: AsyncTestClient, school: int) -> None:
    assert (await load(visitor, b"0" * 40_000_000)).status_code == 413
    assert (await load(visitor, b"0" * 20_050_000)).status_code == 400
    assert (await load(visitor, b"")).status_code == 400


async def test_a_list_that_is_not_wanted_is_put_away(visitor: AsyncTestClient, school: int) -> None:
    await load(visitor, bundle())
    assert (await send(visitor, f"{LIST}/abandonner", {}, shown=LIST)).status_code == 303
    assert "Ce qui changerait" not in (await read(visitor, LIST))[1]


async def test_others_than_a_school_see_no_list(visitor: AsyncTestClient, sign_in: SignIn) -> None:
    for path in ("/ecole", LIST):
        assert (await visitor.get(path, headers=HTML)).status_code == 303
    await sign_in("hotelier")
    for path in ("/ecole", LIST):
        assert (await visitor.get(path, headers=HTML)).status_code == 403
