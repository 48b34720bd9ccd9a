"""A town: what its people report by page and by Open311, what it answers, what everybody reads."""

import asyncio
import re
import uuid
from io import BytesIO

import httpx
import pytest
from litestar.testing import AsyncTestClient
from lxml.etree import fromstring as read_xml
from PIL import Image

from hub.core.db import Database
from hub.core.mail import list_captured_mail
from tests import pictures
from tests.api.conftest import SignIn
from tests.people import HTML, read, send, text_of
from tests.towns import open_town
from tests.unit.test_open311 import PUBLISHED

HOLE = {"description": "Un trou <b>profond</b> 🕳️", "lat": "44.5180", "long": "3.5010"}
FORM = {
    **{k: v for k, v in PUBLISHED.items() if not k.startswith("attr")},
    "service_code": "voirie",
}


@pytest.fixture
async def town(visitor: AsyncTestClient, sign_in: SignIn) -> int:
    """Mende's organisation; the visitor acts for it."""
    await sign_in("exploitant")
    return await open_town(visitor)


async def report(
    visitor: AsyncTestClient, town: int, photo: bytes | None = None, **fields: str
) -> httpx.Response:
    """Send the citizen's form as a browser would."""
    shown = f"/villes/{town}/signaler?quoi=voirie"
    page = await visitor.get(shown, headers=HTML)
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    key = str(uuid.uuid5(uuid.NAMESPACE_URL, str(fields)))
    data = {**hidden, "idempotency_key": key, **HOLE, **fields}
    files = {"photo": ("trou.jpg", photo or b"", "image/jpeg")}
    return await visitor.post(f"/villes/{town}/signaler", data=data, files=files, headers=HTML)


async def answer(visitor: AsyncTestClient, id: str, **fields: str) -> None:
    page = f"/ville/signalements/{id}"
    answered = await send(visitor, page, dict(fields), shown=page)
    assert answered.status_code == 303, text_of(answered)


async def test_a_resident_reports_with_a_photo_and_follows_the_towns_answer_by_link(
    visitor: AsyncTestClient, town: int, demo: Database
) -> None:
    photo = pictures.with_position()
    sent = await report(visitor, town, photo, email="lou@example.org")
    assert sent.status_code == 303, text_of(sent)
    link = sent.headers["location"]
    status, page = await read(visitor, link)
    assert status == 200
    assert "Signalement n° 1" in page
    assert "Un trou &lt;b&gt;profond&lt;/b&gt; 🕳️" in page
    shown = await visitor.get(f"{link}/photo")
    picture = Image.open(BytesIO(shown.content))
    assert (picture.format, dict(picture.getexif())) == ("WEBP", {})
    assert b"CAMERA-MAKER" not in shown.content
    _, inbox = await read(visitor, "/ville/signalements")
    found = re.search(r"/ville/signalements/([0-9a-f-]{36})", inbox)
    assert found, inbox
    id = found.group(1)
    _, listed = await read(visitor, f"/villes/{town}/signalements")
    assert "profond" not in listed  # nobody of the town has read it yet
    assert (await visitor.get(f"/villes/{town}/photos/{id}")).status_code == 404
    await answer(visitor, id, state="working", answer="Une équipe passe jeudi.", shown="1")
    visitor.cookies.clear()
    _, followed = await read(visitor, link)
    assert "Une équipe passe jeudi." in followed
    _, listed = await read(visitor, f"/villes/{town}/signalements")
    assert "profond" in listed
    assert (await visitor.get(f"/villes/{town}/photos/{id}")).status_code == 200
    # The id of a photo that everybody sees leads nobody to the page of its sender.
    guessed = await report(visitor, town, description="Un autre", idempotency_key=id, anyway="1")
    assert guessed.status_code == 303
    assert guessed.headers["location"] != link
    assert "profond" not in (await read(visitor, guessed.headers["location"]))[1]
    async with demo.transaction(town) as tx:
        letters = await list_captured_mail(tx)
    told = sorted(one.subject for one in letters if one.recipient == "lou@example.org")
    assert told == [
        "Des nouvelles de votre signalement n° 1 à Mende",
        "Votre signalement n° 1 à Mende",
    ]


async def test_what_was_answered_in_own_words_is_shown_to_the_sender_and_to_the_town(
    visitor: AsyncTestClient, town: int
) -> None:
    lamp = {"service": "eclairage", "attribute[lampadaire]": "L-112"}
    sent = await report(visitor, town, **lamp)
    assert sent.status_code == 303, text_of(sent)
    status, followed = await read(visitor, sent.headers["location"])
    assert (status, "L-112" in followed) == (200, True)
    _, inbox = await read(visitor, "/ville/signalements")
    found = re.search(r"/ville/signalements/[0-9a-f-]{36}", inbox)
    assert found, inbox
    status, opened = await read(visitor, found.group(0))
    assert (status, "L-112" in opened) == (200, True)


async def test_a_form_that_is_sent_twice_at_once_is_one_report(
    visitor: AsyncTestClient, town: int
) -> None:
    sent = await asyncio.gather(*(report(visitor, town) for _ in range(3)))
    assert {one.status_code for one in sent} == {303}
    assert len({one.headers["location"] for one in sent}) == 1
    assert (await report(visitor, town, description="Un autre", anyway="1")).status_code == 303
    _, listed = await read(visitor, "/ville/signalements")
    assert "n° 2" in listed
    assert "n° 3" not in listed


async def test_what_is_known_within_fifty_metres_is_told_before_it_is_sent_again(
    visitor: AsyncTestClient, town: int
) -> None:
    assert (await report(visitor, town)).status_code == 303
    again = await report(visitor, town, description="Le trou de la place")
    assert again.status_code == 409
    assert "#n1" in again.text
    assert "Le trou de la place" in again.text
    sent = await report(visitor, town, description="Le trou de la place", anyway="1")
    assert sent.status_code == 303
    _, page = await read(visitor, sent.headers["location"])
    assert "Il ressemble au n° 1" in page


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        pytest.param({"lat": "48.85", "long": "2.35"}, "lat", id="7.4 request outside town"),
        pytest.param({"lat": "", "long": ""}, "address", id="nowhere"),
        pytest.param({"description": " "}, "description", id="no words"),
    ],
)
async def test_a_report_that_cannot_be_taken_in_says_so_beside_its_field(
    visitor: AsyncTestClient, town: int, fields: dict[str, str], field: str
) -> None:
    refused = await report(visitor, town, address="", **fields)
    assert refused.status_code == 400
    assert f'id="error-{field}"' in refused.text
    assert 'value="voirie"' in refused.text


async def test_a_photo_of_twelve_megabytes_is_made_small_and_a_file_that_is_none_is_refused(
    visitor: AsyncTestClient, town: int
) -> None:
    heavy = pictures.file() + b"\0" * 12_000_000
    sent = await report(visitor, town, heavy)
    assert sent.status_code == 303, text_of(sent)
    assert len((await visitor.get(sent.headers["location"] + "/photo")).content) < 1_000_000
    refused = await report(visitor, town, b"<script>alert(1)</script>", description="Autre chose")
    assert refused.status_code == 400
    assert 'id="error-photo"' in refused.text


async def test_open_data_say_nothing_of_who_reported(visitor: AsyncTestClient, town: int) -> None:
    base = f"/api/open311/{town}"
    sent = await visitor.post(f"{base}/requests.json", data=FORM)
    assert sent.status_code == 201, sent.text
    visitor.cookies.clear()
    addresses = (f"/villes/{town}/signalements", f"{base}/requests")
    for path in (f"{a}.{end}" for a in addresses for end in ("json", "csv", "xml")):
        given = await visitor.get(path)
        if given.status_code == 404:
            continue
        assert "voirie" in given.text, path
        for private in ("smith", "john", "111111111", "flickr", "sinkhole", "5th street"):
            assert private not in given.text, (path, private)
    row = (await visitor.get(f"/villes/{town}/signalements.csv")).text.splitlines()[1]
    assert row.startswith("1,voirie,Chaussée et trottoirs,")


async def test_two_towns_take_the_same_request_in_on_one_day(
    visitor: AsyncTestClient, town: int, sign_in: SignIn
) -> None:
    await sign_in("exploitant")  # who has two organisations now, and chooses
    session = (await visitor.get("/api/v1/me")).json()
    [operator] = [one["tenant"] for one in session["organisations"] if one["kind"] == "operator"]
    await visitor.put("/api/v1/sessions/current", json={"organisation": operator})
    other = await open_town(visitor, 8)
    visitor.cookies.clear()
    for one in (town, other):
        sent = await visitor.post(f"/api/open311/{one}/requests.json", data=FORM)
        assert sent.status_code == 201, sent.text


async def test_open311_takes_a_request_in_once_and_gives_it_again(
    visitor: AsyncTestClient, town: int
) -> None:
    visitor.cookies.clear()
    base = f"/api/open311/{town}"
    listed = read_xml((await visitor.get(f"{base}/services.xml")).content)
    assert "voirie" in [one.text for one in listed.iter("service_code")]
    defined = (await visitor.get(f"{base}/services/proprete.json")).json()
    assert defined["attributes"][0]["values"][0] == {"key": "depot", "name": "Dépôt sauvage"}
    first, again = [await visitor.post(f"{base}/requests.json", data=FORM) for _ in range(2)]
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    number = first.json()[0]["service_request_id"]
    near = {**FORM, "description": "The same sinkhole"}
    noted = read_xml((await visitor.post(f"{base}/requests.xml", data=near)).content)
    assert f"seems to be the same: {number}" in (noted.findtext("request/service_notice") or "")
    shown = (await visitor.get(f"{base}/requests/{number}.json")).json()
    assert [one["service_request_id"] for one in shown] == [number]
    both = (await visitor.get(f"{base}/requests.json?service_request_id=1,2")).json()
    assert len(both) == 2
    assert (await visitor.get(f"{base}/requests.json?status=closed")).json() == []
    assert len((await visitor.get(f"{base}/requests.json?status=open")).json()) == 2


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("services.json?jurisdiction_id=paris.fr", 404, "jurisdiction_id"),
        ("services/033.json", 404, "takes in no such"),
        ("services.yaml", 404, ".json or .xml"),
        ("requests/99.xml", 404, "service_request_id"),
        ("requests.json?start_date=2026", 400, "with its zone"),
        ("nothing.json", 404, "services and requests"),
    ],
)
async def test_open311_refuses_in_the_standards_own_words(
    visitor: AsyncTestClient, town: int, path: str, status: int, says: str
) -> None:
    given = await visitor.get(f"/api/open311/{town}/{path}")
    assert given.status_code == status
    assert says in given.text
    assert "description" in given.text


async def test_a_town_that_is_none_has_no_page(visitor: AsyncTestClient, town: int) -> None:
    for path in ("/villes/1", f"/villes/{2**40}", "/villes/1/signalements", "/suivi/abc"):
        assert (await visitor.get(path, headers=HTML)).status_code == 404, path
    assert (await visitor.get(f"/villes/{town}", headers=HTML)).status_code == 200
    assert (await visitor.get("/api/open311/1/services.json")).json()[0]["code"] == 404


async def test_the_town_says_what_may_be_reported(visitor: AsyncTestClient, town: int) -> None:
    page = "/ville/categories"
    new = {"name": "Bancs", "question": "Quel banc ?", "choices": "bois\nmétal", "required": "1"}
    assert (await send(visitor, page, dict(new), shown=page)).status_code == 303
    twice = await send(visitor, page, dict(new), shown=page)
    assert twice.status_code == 400
    assert 'value="Quel banc ?"' in twice.text
    _, form = await read(visitor, f"/villes/{town}/signaler", quoi="bancs")
    assert "métal" in form
    switched = await send(visitor, f"{page}/voirie", {"active": "0"}, shown=page)
    assert switched.status_code == 303
    codes = [one["service_code"] for one in
             (await visitor.get(f"/api/open311/{town}/services.json")).json()]  # fmt: skip
    assert "bancs" in codes
    assert "voirie" not in codes
