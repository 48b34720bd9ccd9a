"""A visit by video on pages: opened, entered once, noted; two records made one by two people."""

import re
import uuid
from datetime import UTC, datetime, timedelta

from litestar.testing import AsyncTestClient

from hub.core.clock import DrivenClock
from tests.api.conftest import SignIn
from tests.api.test_health_documents import give_account
from tests.api.test_health_pages import act_for, book, practice, times
from tests.people import HTML, read, send, sign_up

__all__ = ["practice"]

HOME = "/cabinet/visites"
BEGINS = datetime(2026, 12, 4, 8, tzinfo=UTC)  # nine o'clock in Paris


async def join(visitor: AsyncTestClient, email: str) -> None:
    """Somebody is a member of the practice from here on."""
    body = {"email": email, "role": "member"}
    key = {"idempotency-key": str(uuid.UUID(int=54))}
    joined = await visitor.post("/api/v1/organisation/members", json=body, headers=key)
    assert joined.status_code in {200, 201}, joined.text


async def lou_signs_in(visitor: AsyncTestClient) -> None:
    visitor.cookies.clear()
    body = {"email": "lou.martin@example.fr", "password": "une phrase de passe"}
    assert (await visitor.post("/api/v1/sessions", json=body)).status_code in {200, 201}


async def test_a_visit_by_video_is_opened_entered_once_and_noted(
    visitor: AsyncTestClient, practice: int, sign_in: SignIn, clock: DrivenClock
) -> None:
    await give_account(visitor)
    wrong = await send(visitor, f"{HOME}/video", {"provider": "http://x"}, shown=HOME)
    assert wrong.status_code == 400
    assert 'id="error-provider"' in wrong.text
    provider = {"provider": "https://visio.example.org/{room}"}
    assert (await send(visitor, f"{HOME}/video", provider, shown=HOME)).status_code == 303
    await sign_up(visitor, "Lou Martin")
    assert (await book(visitor, (await times(visitor, practice))[0])).status_code == 303
    own = f"/rendez-vous/{practice}/miens"
    _, page = await read(visitor, own)
    seat = re.search(rf'href="({own}/([0-9a-f-]{{36}})/visite)"', page)
    assert seat, page
    clock.set(BEGINS - timedelta(minutes=5))
    await lou_signs_in(visitor)
    assert "La salle n'est pas encore ouverte" in (await read(visitor, seat.group(1)))[1]
    refused = await send(visitor, seat.group(1), {}, shown=own)
    assert refused.status_code == 409

    await sign_in("exploitant")
    await act_for(visitor, practice)
    act = f"{HOME}/{seat.group(2)}"
    opened = await send(visitor, f"{act}/ouvrir", {}, shown=HOME)
    assert opened.status_code == 303, opened.text
    door = opened.headers["location"]
    assert re.fullmatch(r"/salle/[\w-]{43}", door)
    looked = await visitor.get(door, headers=HTML)
    assert looked.status_code == 200
    assert "no-store" in looked.headers["cache-control"]
    assert "visio.example.org" not in looked.text
    entered = await send(visitor, door, {}, shown=door)
    address = re.search(r'href="(https://visio\.example\.org/[0-9a-f]{32})"', entered.text)
    assert address, entered.text
    assert (await read(visitor, door))[0] == 410
    assert (await send(visitor, door, {}, shown=HOME)).status_code == 410
    fields: dict[str, object] = {
        "words": "Repos trois jours.", "idempotency_key": str(uuid.UUID(int=41)),
    }  # fmt: skip
    assert (await send(visitor, f"{act}/note", fields, shown=HOME)).status_code == 303
    assert "Repos trois jours." in (await read(visitor, HOME))[1]

    await lou_signs_in(visitor)
    _, page = await read(visitor, seat.group(1))
    assert "Repos trois jours." in page
    given = await send(visitor, seat.group(1), {}, shown=seat.group(1))
    assert given.status_code == 303
    theirs = given.headers["location"]
    assert address.group(1) in (await send(visitor, theirs, {}, shown=theirs)).text

    await sign_up(visitor, "Ana Petit")
    assert (await read(visitor, seat.group(1)))[0] == 404


async def test_a_member_who_does_not_decide_sends_nobody_into_rooms_elsewhere(
    visitor: AsyncTestClient, practice: int, sign_in: SignIn
) -> None:
    form = f'action="{HOME}/video"'
    assert form in (await read(visitor, HOME))[1]
    await join(visitor, "hotelier@demo.example")
    await sign_in("hotelier")
    await act_for(visitor, practice)
    assert form not in (await read(visitor, HOME))[1]
    elsewhere = {"provider": "https://mine.example.org/{room}"}
    refused = await send(visitor, f"{HOME}/video", elsewhere, shown="/cabinet/agenda")
    assert refused.status_code == 403
    await sign_in("exploitant")
    await act_for(visitor, practice)
    assert "mine.example.org" not in (await read(visitor, HOME))[1]


async def test_a_door_that_is_none_opens_nothing(visitor: AsyncTestClient, practice: int) -> None:
    for token in ("x", "A" * 43):
        assert (await read(visitor, f"/salle/{token}"))[0] == 404


async def test_two_records_are_made_one_by_two_people(
    visitor: AsyncTestClient, practice: int, sign_in: SignIn
) -> None:
    home, merges = "/cabinet/patients", "/cabinet/doublons"
    fields: dict[str, object] = {
        "birth_name": "Durand", "first_names": "Paul", "born": "1950-03-04", "sex": "male",
    }  # fmt: skip
    paths: list[str] = []
    for key, more in ((51, {}), (52, {"another": "1"})):
        said = {**fields, **more, "idempotency_key": str(uuid.UUID(int=key))}
        added = await send(visitor, home, said, shown=home)
        assert added.status_code == 303, added.text
        paths.append(added.headers["location"])
    kept, gone = paths
    alike = f"{kept}/doublons"
    _, page = await read(visitor, alike)
    other = gone.rpartition("/")[2]
    assert other in page
    said = {"gone": other, "why": "non", "idempotency_key": str(uuid.UUID(int=53))}
    refused = await send(visitor, alike, said, shown=alike)
    assert refused.status_code == 400
    assert 'id="error-why"' in refused.text
    said["why"] = "Ajouté deux fois"
    assert (await send(visitor, alike, said, shown=alike)).status_code == 303
    _, page = await read(visitor, merges)
    assert "une autre personne du cabinet en décide" in page
    act = f"{merges}/{uuid.UUID(int=53)}/fusionner"
    assert (await send(visitor, act, {}, shown=home)).status_code == 409

    await join(visitor, "hotelier@demo.example")
    await sign_in("hotelier")
    await act_for(visitor, practice)
    assert (await send(visitor, act, {}, shown=merges)).status_code == 303
    assert "fusionnés" in (await read(visitor, merges))[1]
    assert "voir le dossier qui reste" in (await read(visitor, gone))[1]
    _, page = await read(visitor, home)
    assert page.count("Paul Durand") == 1
