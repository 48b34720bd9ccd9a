"""The town's agenda: announced, registered for by letter or signed in, listed, called off, open."""

import base64
import re
import uuid

import httpx
import pytest
from icalendar import Calendar
from litestar.testing import AsyncTestClient

from hub.core.db import Database
from hub.core.mail import list_captured_mail
from hub.core.tokens import sign_reference
from tests.api.conftest import SignIn
from tests.conftest import SECRET
from tests.people import HTML, read, send, text_of
from tests.towns import open_town
from verticals.city.events.actions.letters import REGISTRATION

OWN, NEW = "/ville/agenda", "/ville/agenda/nouveau"
WORKSHOP = {
    "title": "Atelier <vélo>",
    "words": "Apportez le vôtre.",
    "place": "Halle Saint-Jean",
    "begins": "2026-12-12T14:00",
    "ends": "2026-12-12T18:00",
    "capacity": "",
    "slots": "14:00 2\n16:00 1",
    "opens": "",
    "closes": "",
}


@pytest.fixture
async def town(visitor: AsyncTestClient, sign_in: SignIn) -> int:
    """Mende's organisation; the visitor acts for it."""
    await sign_in("exploitant")
    return await open_town(visitor)


async def announce(visitor: AsyncTestClient, number: int = 1, **changed: str) -> httpx.Response:
    """Send the form of an event; the same number is the same form."""
    fields = {"idempotency_key": str(uuid.UUID(int=number)), **WORKSHOP, **changed}
    return await send(visitor, OWN, dict(fields), shown=NEW)


async def register(
    visitor: AsyncTestClient, page: str, number: int, slot: int = 0, **fields: str
) -> httpx.Response:
    """Send the form of who would come, as a browser would."""
    slots = re.findall(r'name="slot" value="([^"]+)"', (await read(visitor, page))[1])
    who = {"name": f"Lou {number}", "email": f"lou{number}@example.org", "places": "1"}
    key = str(uuid.UUID(int=number))
    form = {"idempotency_key": key, "slot": slots[slot], **who, **fields}
    return await send(visitor, page, dict(form), shown=page)


async def link_of(demo: Database, town: int, number: int) -> str:
    """The link of the letter to somebody, signed by the application of the tests."""
    async with demo.transaction(town) as tx:
        mails = await list_captured_mail(tx)
    found = [one for one in mails if one.recipient == f"lou{number}@example.org"]
    linked = re.search(r"/inscription/([\w-]+)", found[0].body_text)
    assert linked, found[0].body_text
    named = base64.urlsafe_b64decode(linked.group(1) + "=")
    registration = uuid.UUID(bytes=named[4:20])
    return f"/inscription/{sign_reference(SECRET, REGISTRATION, town, registration)}"


async def test_a_resident_confirms_by_the_link_of_a_letter_and_the_town_sees_who_comes(
    visitor: AsyncTestClient, town: int, sign_in: SignIn, demo: Database
) -> None:
    first, again = [await announce(visitor) for _ in range(2)]
    assert first.status_code == again.status_code == 303, text_of(first)
    assert first.headers["location"] == again.headers["location"]
    id = first.headers["location"].rpartition("/")[2]
    visitor.cookies.clear()
    page = f"/villes/{town}/agenda/{id}"
    _, listed = await read(visitor, f"/villes/{town}/agenda")
    assert "Atelier &lt;vélo&gt;" in listed
    assert "3 places libres" in listed
    asked = await register(visitor, page, 1, places="2")
    assert asked.headers["location"] == f"{page}?demande=1", text_of(asked)
    link = await link_of(demo, town, 1)
    status, own = await read(visitor, link)
    assert (status, "Plus qu'un geste" in own) == (200, True)
    assert "3 places libres" in (await read(visitor, f"/villes/{town}/agenda"))[1]
    for _ in range(2):
        confirmed = await send(visitor, f"{link}/confirmer", {}, shown=link)
        assert confirmed.status_code == 303, text_of(confirmed)
    assert "Votre place est prise." in (await read(visitor, link))[1]
    assert "1 place libre" in (await read(visitor, f"/villes/{town}/agenda"))[1]
    assert "Lou 1" not in (await read(visitor, page))[1]
    await sign_in("exploitant")
    await visitor.put("/api/v1/sessions/current", json={"organisation": town})
    _, shown = await read(visitor, f"{OWN}/{id}")
    assert "lou1@example.org" in shown
    assert "2 sur 3" in shown
    [row] = re.findall(r'action="(/ville/agenda/[^"]+/inscrits/[^"]+)"', shown)
    assert (await send(visitor, row, {}, shown=f"{OWN}/{id}")).status_code == 303
    assert "Vous ne venez pas" in (await read(visitor, link))[1]


async def test_a_form_sent_with_anothers_id_as_its_key_leads_to_nothing_of_theirs(
    visitor: AsyncTestClient, town: int, demo: Database
) -> None:
    id = (await announce(visitor)).headers["location"].rpartition("/")[2]
    page = f"/villes/{town}/agenda/{id}"
    mine = await register(visitor, page, 1)  # signed in: registered at once
    assert "Votre place est prise." in (await read(visitor, mine.headers["location"]))[1]
    again = await register(visitor, page, 1)
    assert again.headers["location"] == mine.headers["location"]
    _, shown = await read(visitor, f"{OWN}/{id}")
    theirs = re.findall(r"/inscrits/([0-9a-f-]{36})", shown)
    assert len(theirs) == 1
    guessed = await register(visitor, page, 2, slot=1, idempotency_key=theirs[0])
    assert guessed.status_code == 409  # an address registers once
    assert mine.headers["location"] not in guessed.text


async def test_who_comes_late_waits_and_moves_up_when_somebody_gives_up(
    visitor: AsyncTestClient, town: int, demo: Database
) -> None:
    id = (await announce(visitor)).headers["location"].rpartition("/")[2]
    visitor.cookies.clear()
    page = f"/villes/{town}/agenda/{id}"
    links = {}
    for number in (1, 2):
        await register(visitor, page, number, slot=1)
        links[number] = await link_of(demo, town, number)
        await send(visitor, f"{links[number]}/confirmer", {}, shown=links[number])
    assert "vous êtes en attente" in (await read(visitor, links[2]))[1]
    gone = await send(visitor, f"{links[1]}/annuler", {}, shown=links[1])
    assert gone.status_code == 303
    assert "Votre place est prise." in (await read(visitor, links[2]))[1]
    assert (await visitor.get("/inscription/abc", headers=HTML)).status_code == 404
    assert (await send(visitor, f"{links[1]}/souffler", {}, shown=links[2])).status_code == 404


async def test_of_two_clerks_the_second_sees_the_first_and_a_day_off_is_told_to_everybody(
    visitor: AsyncTestClient, town: int
) -> None:
    page = (await announce(visitor)).headers["location"]
    id = page.rpartition("/")[2]
    first = {"revision": "0", "title": "Atelier du soir", "place": "Mairie",
             "closes": "2026-12-12T12:00"}  # fmt: skip
    assert (await send(visitor, page, dict(first), shown=page)).status_code == 303
    late = await send(visitor, page, {**first, "title": "Atelier du matin"}, shown=page)
    assert late.status_code == 409
    assert 'value="Atelier du matin"' in late.text
    assert "Atelier du soir" in late.text
    assert 'name="revision" value="1"' in late.text
    no_reason = await send(visitor, f"{page}/annuler", {"reason": " "}, shown=page)
    assert (no_reason.status_code, 'id="error-reason"' in no_reason.text) == (400, True)
    off = await send(visitor, f"{page}/annuler", {"reason": "La neige."}, shown=page)
    assert off.status_code == 303
    public = (await read(visitor, f"/villes/{town}/agenda/{id}"))[1]
    assert "La neige." in public
    assert "<form class=" not in public
    given = await visitor.get(f"/villes/{town}/agenda/{id}/agenda.ics")
    assert given.headers["content-type"].startswith("text/calendar")
    [item] = Calendar.from_ical(given.text).walk("VEVENT")
    assert (str(item["summary"]), str(item["status"])) == ("Atelier du soir", "CANCELLED")


async def test_what_is_wrong_with_an_event_or_a_registration_is_told_and_kept(
    visitor: AsyncTestClient, town: int
) -> None:
    refused = await announce(visitor, slots="quatorze heures")
    assert refused.status_code == 400
    assert 'id="error-slots"' in refused.text
    assert 'value="Halle Saint-Jean"' in refused.text
    page = (await announce(visitor, opens="2026-12-02T09:00")).headers["location"]
    public = f"/villes/{town}/agenda/{page.rpartition('/')[2]}"
    assert "Les inscriptions ouvrent le 2 déc. 2026, 09:00." in (await read(visitor, public))[1]
    id = (await announce(visitor, 2)).headers["location"].rpartition("/")[2]
    visitor.cookies.clear()
    public = f"/villes/{town}/agenda/{id}"
    crowd = await register(visitor, public, 1, places="3", name="Chorale")
    assert crowd.status_code == 400
    assert 'id="error-places"' in crowd.text
    assert 'value="Chorale"' in crowd.text


async def test_open_data_tell_the_events_by_the_clock_of_the_town_and_nobody_who_comes(
    visitor: AsyncTestClient, sign_in: SignIn
) -> None:
    await sign_in("exploitant")
    town = await open_town(visitor, commune="97411")
    id = (await announce(visitor)).headers["location"].rpartition("/")[2]
    await register(visitor, f"/villes/{town}/agenda/{id}", 1, name="Lou Secret")
    given = await visitor.get(f"/api/v1/towns/{town}/events")
    assert "Secret" not in given.text
    [event] = given.json()
    assert event["begins_at"] == "2026-12-12T14:00:00+04:00"
    assert [(one["begins_at"][11:16], one["capacity"], one["free"]) for one in event["slots"]] == [
        ("14:00", 2, 1), ("16:00", 1, 1),
    ]  # fmt: skip
    assert event["page"].endswith(f"/villes/{town}/agenda/{id}")
    assert (await visitor.get("/api/v1/towns/1/events")).status_code == 404
