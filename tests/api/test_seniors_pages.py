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


async def test_the_person_sees_who_of_the_association_looked(
    visitor: AsyncTestClient, odette: str
) -> None:
    own = await own_screen(visitor, odette)  # opens the page of the association
    for _ in range(2):
        await read(visitor, odette)
    jar = dict(visitor.cookies)
    visitor.cookies.clear()  # the person has no account
    for _ in range(2):
        _, screen = await read(visitor, own)
    looked = screen.partition("Qui a regardé")[2].partition("</section>")[0]
    assert looked.count("<li>") == 1, "the person's own looks are not noted"
    assert "Lou Martin" in looked
    before = re.search(r"\((\d+) fois ce jour-là\)", looked)
    assert before
    visitor.cookies.update(jar)
    await read(visitor, own)  # somebody of the association opens the person's own screen
    _, page = await read(visitor, odette)
    after = re.search(r"\((\d+) fois ce jour-là\)", page)
    assert after
    assert int(after[1]) == int(before[1]) + 1


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


DAY = {"day": "2026-12-05", "time": "14:30"}


async def test_an_outing_is_proposed_joined_without_an_account_and_cancelled(
    visitor: AsyncTestClient, odette: str
) -> None:
    desk = "/seniors/outings"
    said = {"title": "Bal du samedi", "place": "Salle des fêtes", "commune": "Nullepart"}
    typed = {"idempotency_key": str(uuid.UUID(int=5)), "seats": "4", **said, **DAY}
    wrong = await send(visitor, f"{desk}/proposals", typed, shown=desk)
    assert wrong.status_code == 400
    assert 'id="error-commune"' in wrong.text
    assert 'value="Bal du samedi"' in wrong.text
    await fill(
        visitor, f"{desk}/proposals", shown=desk, **{**said, "commune": "Mende"}, seats=4, **DAY
    )
    sorties = f"{await own_screen(visitor, odette)}/sorties"
    jar = dict(visitor.cookies)
    visitor.cookies.clear()
    await fill(visitor, f"{sorties}/home", shown=sorties, commune="Badaroux")
    _, screen = await read(visitor, sorties)
    assert "À environ 6 km, de votre commune à Mende" in screen
    join = re.search(r'action="([^"]+/join)"', screen)
    assert join
    await fill(visitor, join.group(1), shown=sorties)
    assert "Je ne viens plus" in (await read(visitor, sorties))[1]
    visitor.cookies.update(jar)
    _, seen = await read(visitor, desk)
    assert "1 sur 4 places prises" in seen
    cancel = re.search(r'action="([^"]+/cancel)"', seen)
    assert cancel
    await fill(visitor, cancel.group(1), shown=desk)
    _, screen = await read(visitor, sorties)
    assert "Annulé : cela n'aura pas lieu." in screen
    assert "Je ne viens plus" not in screen


async def test_a_visitor_proposes_nothing_until_an_association_vouches(
    visitor: AsyncTestClient, odette: str
) -> None:
    del odette
    desk = "/seniors/outings"
    named = {"name": "Samir", "email": "samir@demo.example", "commune": "Mende"}
    await fill(visitor, f"{desk}/volunteers", shown=desk, **named)
    _, seen = await read(visitor, desk)
    link = re.search(r'href="(/visites/[\w-]+)"', seen)
    vouch = re.search(r'action="([^"]+/validate)"', seen)
    assert link
    assert vouch
    wish = {"idempotency_key": str(uuid.UUID(int=6)), "title": "Lecture", **DAY}
    early = await send(visitor, link.group(1), wish, shown=link.group(1))
    assert early.status_code == 409
    wrong = await send(visitor, vouch.group(1), {"rna": "12345"}, shown=desk)
    assert wrong.status_code == 400
    assert 'id="error-rna"' in wrong.text
    await fill(visitor, vouch.group(1), shown=desk, rna="W481000001")
    assert (await send(visitor, link.group(1), wish, shown=link.group(1))).status_code == 303
    assert "Lecture" in (await read(visitor, link.group(1)))[1]
    forged = link.group(1)[:-3] + "abc"
    assert (await read(visitor, forged))[0] == 404
