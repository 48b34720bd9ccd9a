"""A person's own data, by the page and by the API."""

import io
import re
import zipfile
from uuid import UUID

from litestar.testing import AsyncTestClient

from hub.core.db import Database
from hub.own_data.models import CopyAsked
from hub.own_data.tasks import build_copy_later
from tests.people import LONG_ENOUGH, read, send, sign_up

PAGE, ASK = "/account/data", "/api/v1/me/copies"


async def build(demo: Database, id: str) -> None:
    await build_copy_later.run(demo, None, CopyAsked(copy=UUID(id)))


async def test_one_click_then_how_far_it_is_then_the_copy(
    visitor: AsyncTestClient, demo: Database
) -> None:
    status, _ = await read(visitor, PAGE)
    assert status == 303, "signed in only"
    await sign_up(visitor, "Ada Martin")
    _, empty = await read(visitor, PAGE)
    assert "n'est pas encore prouvée" in empty
    asked = await send(visitor, PAGE, {}, shown=PAGE)
    assert (asked.status_code, asked.headers["location"]) == (303, PAGE)
    _, waiting = await read(visitor, PAGE)
    assert "Une copie se prépare" in waiting
    id = re.search(r'id="copy-([0-9a-f-]{36})"', waiting)
    assert id
    address = f"{PAGE}/{id.group(1)}/archive"
    assert (await visitor.get(address)).status_code == 409
    await build(demo, id.group(1))
    _, ready = await read(visitor, PAGE)
    assert address in ready
    assert "json/person.json" in ready
    copy = await visitor.get(address)
    assert copy.headers["content-type"] == "application/zip"
    assert copy.headers["cache-control"] == "no-store"
    assert int(copy.headers["content-length"]) == len(copy.content)
    assert b"Ada Martin" in zipfile.ZipFile(io.BytesIO(copy.content)).read("json/person.json")
    _, fetched = await read(visitor, PAGE)
    assert "Prise le" in fetched
    await sign_up(visitor, "Zoé Autre", email="zoe@example.fr")
    assert (await visitor.get(address)).status_code == 404
    assert address not in (await read(visitor, PAGE))[1]


async def test_programs_ask_look_and_fetch(visitor: AsyncTestClient, demo: Database) -> None:
    await sign_up(visitor, "Ada Martin")
    keyed = {"idempotency-key": "my data"}
    asked = await visitor.post(ASK, headers=keyed)
    assert asked.status_code == 202
    assert (await visitor.post(ASK, headers=keyed)).json() == asked.json()
    id = asked.json()["id"]
    assert (await visitor.get(f"{ASK}/{id}/archive")).status_code == 409
    await build(demo, id)
    found = (await visitor.get(f"{ASK}/{id}")).json()
    assert found["state"] == "ready"
    assert {"json/person.json", "manifest.json"} <= {file["name"] for file in found["files"]}
    copy = await visitor.get(f"{ASK}/{id}/archive")
    assert len(copy.content) == found["bytes"]


async def test_a_senior_ties_their_own_screen_to_their_account(
    visitor: AsyncTestClient, sign_in, demo: Database
) -> None:
    from tests.api.test_seniors_pages import fill  # noqa: PLC0415

    await sign_up(visitor, "Une Voisine")
    opened = await visitor.post(
        "/api/v1/organisations",
        json={"kind": "association", "name": "Voisins"},
        headers={"idempotency-key": "voisins"},
    )
    await visitor.put("/api/v1/sessions/current", json={"organisation": opened.json()["id"]})
    await fill(visitor, "/seniors", name="Odette")
    _, board = await read(visitor, "/seniors")
    named = re.search(r'<a href="(/seniors/[0-9a-f-]{36})">Odette', board)
    assert named
    _, page = await read(visitor, named.group(1))
    own = re.search(r'href="(/chez-moi/[^"]+)"', page)
    assert own
    _, theirs = await read(visitor, own.group(1))
    assert "C'est mon écran" not in theirs, "whoever acts for the association has the link too"
    refused = await send(visitor, f"{own.group(1)}/account", {}, shown=own.group(1))
    assert refused.status_code == 409
    await sign_up(visitor, "Odette Petit")
    _, before = await read(visitor, own.group(1))
    assert "C'est mon écran" in before
    tied = await send(visitor, f"{own.group(1)}/account", {}, shown=own.group(1))
    assert tied.status_code == 303
    _, after = await read(visitor, own.group(1))
    assert "lié à votre compte" in after


async def test_an_account_is_erased_after_its_page_said_what_goes_and_what_stays(
    visitor: AsyncTestClient,
) -> None:
    await sign_up(visitor, "Ada Martin")
    page = f"{PAGE}/erasure"
    _, before = await read(visitor, page)
    assert "Effacer mon compte pour toujours" in before
    wrong = {"email": "autre@example.fr", "password": LONG_ENOUGH}
    refused = await send(visitor, page, wrong, shown=page)
    assert refused.status_code == 400
    assert "autre@example.fr" in refused.text
    assert LONG_ENOUGH not in refused.text
    mine = {"email": "ada.martin@example.fr", "password": LONG_ENOUGH}
    done = await send(visitor, page, mine, shown=page)
    assert done.status_code == 200
    assert "Votre compte est effacé" in done.text
    assert "usage-hub/person-erasure" in done.text
    assert "Se déconnecter" not in done.text
    assert (await visitor.get("/api/v1/me")).status_code == 401
    again = await visitor.post("/api/v1/sessions", json=mine)
    assert again.status_code == 401


async def test_programs_erase_an_account_with_its_password(visitor: AsyncTestClient) -> None:
    await sign_up(visitor, "Ada Martin")
    mine = {"email": "ada.martin@example.fr", "password": LONG_ENOUGH}
    wrong = await visitor.post("/api/v1/me/erasure", json={**mine, "password": "not this one"})
    assert wrong.status_code == 401
    done = (await visitor.post("/api/v1/me/erasure", json=mine)).json()
    assert done["erased"]["person"] == 1
    assert done["left"] == {}
    assert (await visitor.get("/api/v1/me")).status_code == 401
