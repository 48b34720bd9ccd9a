"""The seniors' pages: an association, the person's one screen, a contact's link, a sensor."""

import re
import uuid

import pytest
from litestar.testing import AsyncTestClient

from tests.people import read, send, sign_up, text_of


@pytest.fixture
async def odette(visitor: AsyncTestClient) -> str:
    """Odette's page at her association, with one contact and one sensor."""
    await sign_up(visitor)
    opened = await visitor.post(
        "/api/v1/organisations",
        json={"kind": "association", "name": "Voisins"},
        headers={"idempotency-key": str(uuid.UUID(int=7))},
    )
    assert opened.status_code == 201, opened.text
    chosen = await visitor.put(
        "/api/v1/sessions/current", json={"organisation": opened.json()["id"]}
    )
    assert chosen.status_code == 200, chosen.text
    await fill(visitor, "/seniors", name="Odette")
    _, board = await read(visitor, "/seniors")
    found = re.search(r'<a href="(/seniors/[0-9a-f-]{36})">Odette', board)
    assert found, board
    page = found.group(1)
    await fill(visitor, f"{page}/contacts", shown=page, name="Lucie", email="lucie@demo.example")
    await fill(visitor, f"{page}/sensors", shown=page, place="Couloir")
    return page


async def fill(visitor: AsyncTestClient, path: str, *, shown: str = "", **fields: object) -> None:
    key = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{path}{fields}"))
    answer = await send(visitor, path, {"idempotency_key": key, **fields}, shown=shown or path)
    assert answer.status_code == 303, text_of(answer)


async def own_screen(visitor: AsyncTestClient, page: str) -> str:
    _, text = await read(visitor, page)
    found = re.search(r'href="(/chez-moi/[\w-]+)"', text)
    assert found, text
    return found.group(1)


async def test_the_person_calls_sees_every_step_and_takes_consent_back_on_one_screen(
    visitor: AsyncTestClient, odette: str
) -> None:
    own = await own_screen(visitor, odette)
    visitor.cookies.clear()  # the person has no account
    _, screen = await read(visitor, own)
    assert "Ceci n'est pas un service d'urgence." in screen
    assert all(number in screen for number in ("15", "112", "114"))
    await fill(visitor, f"{own}/help", shown=own)
    _, screen = await read(visitor, own)
    assert "Nous appelons vos contacts" in screen
    assert "Un courrier est parti à Lucie" in screen
    ticked = re.findall(r'name="shares" value="([^"]+)"', screen)
    await fill(visitor, f"{own}/consent", shown=own, shares=ticked)
    _, screen = await read(visitor, own)
    assert screen.count(" checked>") == len(ticked) == 2
    await fill(visitor, f"{own}/consent", shown=own)
    _, screen = await read(visitor, own)
    assert " checked>" not in screen


async def test_a_wrong_address_is_told_beside_its_field_and_kept(
    visitor: AsyncTestClient, odette: str
) -> None:
    fields = {"idempotency_key": str(uuid.UUID(int=1)), "name": "Marc", "email": "marc"}
    answer = await send(visitor, f"{odette}/contacts", fields, shown=odette)
    assert answer.status_code == 400
    assert 'value="marc"' in answer.text
    assert 'id="error-email"' in answer.text


async def test_a_sensor_speaks_under_its_own_address_and_a_made_up_one_is_unknown(
    visitor: AsyncTestClient, odette: str
) -> None:
    _, page = await read(visitor, odette)
    found = re.search(r"(/api/v1/seniors/sensors/[\w-]+/events)", page)
    assert found, page
    body = {"events": [{"id": "1", "kind": "motion", "at": "2026-12-01T09:00:00+01:00"}]}
    told = [
        await visitor.post(found.group(1), json=body, headers={"idempotency-key": key})
        for key in ("the-first-time", "the-first-time", "sent-once-more")
    ]
    assert [(one.status_code, one.json()["new"]) for one in told] == [(201, 1), (201, 1), (201, 0)]
    spoofed = re.sub(r"sensors/.", "sensors/_", found.group(1))
    refused = await visitor.post(spoofed, json=body, headers={"idempotency-key": "spoofed-device"})
    assert refused.status_code == 404
