"""A town: what its people report by page and by Open311, what it answers, what everybody reads."""

import asyncio
import re
import uuid
from io import BytesIO

import asyncpg
import httpx
import pytest
from litestar.testing import AsyncTestClient
from lxml.etree import fromstring as read_xml
from PIL import Image

from hub.core.db import Database, Tx
from hub.core.mail import list_captured_mail
from hub.core.settings import Settings
from tests import pictures
from tests.api.conftest import SignIn
from tests.people import HTML, read, send, text_of
from tests.towns import open_town
from tests.unit.test_open311 import PUBLISHED
from verticals.city.reports import SendReport, State, store
from verticals.city.reports.actions import sending
from verticals.city.reports.actions.services import begin_services

INBOX = "/ville/signalements"
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
    seen = {"revision": revision_of((await read(visitor, page))[1])}
    answered = await send(visitor, page, seen | dict(fields), shown=page)
    assert answered.status_code == 303, text_of(answered)


def revision_of(page: str) -> str:
    found = re.search(r'name="revision" value="(\d+)"', page)
    assert found, page
    return found.group(1)


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


async def test_of_two_clerks_who_answer_at_once_the_second_sees_the_first_and_keeps_own_words(
    visitor: AsyncTestClient, town: int
) -> None:
    assert (await report(visitor, town)).status_code == 303
    found = re.search(r"/ville/signalements/[0-9a-f-]{36}", (await read(visitor, INBOX))[1])
    assert found
    page = found.group(0)
    seen = {"revision": revision_of((await read(visitor, page))[1])}
    first = {**seen, "state": "working", "answer": "Une équipe passe jeudi.", "shown": "1"}
    second = {**seen, "state": "refused", "answer": "La route est au département."}
    for _ in range(2):  # the same form again changes nothing and says nothing
        assert (await send(visitor, page, dict(first), shown=page)).status_code == 303
    late = await send(visitor, page, dict(second), shown=page)
    assert late.status_code == 409
    told = text_of(late)
    assert "Quelqu'un a répondu entre-temps à ce signalement" in told
    assert "Une équipe passe jeudi." in told
    assert ">La route est au département.</textarea>" in told
    assert '<option value="refused" selected>' in told
    assert "département" not in (await read(visitor, f"/villes/{town}/signalements"))[1]
    again = {**second, "revision": revision_of(told)}
    assert (await send(visitor, page, dict(again), shown=page)).status_code == 303
    assert "département" in (await read(visitor, f"/villes/{town}/signalements"))[1]
    torn = await send(visitor, page, {**first, "revision": "x"}, shown=page)
    assert torn.status_code == 400


async def test_every_report_is_reached_page_by_page_and_the_open_data_hold_them_all(
    visitor: AsyncTestClient, town: int, demo: Database
) -> None:
    many = 1_050
    async with demo.transaction(town, actor="test") as tx:
        await fill_inbox(tx, many)
    for path, query, expected in (
        (INBOX, {"etat": "tous"}, many),
        (INBOX, {}, many - many // 5),
        (f"/villes/{town}/signalements", {"etat": "clos"}, many // 5),
    ):
        numbers, link = [], path + ("?" + "&".join(f"{k}={v}" for k, v in query.items()))
        while link:
            page = text_of(await visitor.get(link, headers=HTML))
            numbers += [int(one) for one in re.findall(r"n° (\d+)(?: · |</span></h2>)", page)]
            found = re.search(r'rel="next" href="([^"]+)"', page)
            link = found.group(1).replace("&amp;", "&") if found else ""
            assert not link or all(f"{k}={v}" in link for k, v in query.items())
        assert numbers == sorted(set(numbers), reverse=True)
        assert len(numbers) == expected
    rows = (await visitor.get(f"/villes/{town}/signalements.csv")).text.splitlines()
    assert [int(one.split(",")[0]) for one in rows[1:]] == list(range(many, 0, -1))
    given = (await visitor.get(f"/villes/{town}/signalements.json")).json()
    assert [one["number"] for one in given["reports"]] == list(range(many, 0, -1))
    assert (await read(visitor, INBOX, avant="-4"))[0] == 200


async def fill_inbox(tx: Tx, many: int) -> None:
    """So many reports, of which each fifth is done."""
    await begin_services(tx)
    command = SendReport(service="voirie", address="Partout")
    for number in range(1, many + 1):
        id = uuid.UUID(int=number)
        await store.insert_report(tx, id, number, command, None, None)
        if number % 5 == 0:
            await store.keep_answer(tx, id, State.DONE, "Réparé.", shown=False)


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


async def test_who_is_erased_leaves_the_report_and_nothing_of_themselves(
    visitor: AsyncTestClient, town: int, demo_settings: Settings
) -> None:
    sent = await visitor.post(f"/api/open311/{town}/requests.json", data=FORM)
    assert sent.status_code == 201, sent.text
    books = await asyncpg.connect(demo_settings.database_url)
    try:
        await books.execute("select forget_reporter(0, array[$1::text], now())", FORM["email"])
        row = await books.fetchrow(
            "select first_name, last_name, email, phone, media_url from city_report"
        )
    finally:
        await books.close()
    assert row is not None
    assert set(row.values()) == {""}


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


async def test_open311_leaves_out_of_its_errors_what_no_xml_may_hold(
    visitor: AsyncTestClient, town: int
) -> None:
    odd = {"service_code": "voirie", "address_string": "Ici", "attribute[a\x01b]": "x"}
    given = await visitor.post(f"/api/open311/{town}/requests.xml", data=odd)
    assert given.status_code == 400
    assert "does not ask for ab" in (read_xml(given.content).findtext("error/description") or "")


async def test_a_report_whose_photo_has_to_wait_keeps_its_words(
    visitor: AsyncTestClient, town: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "_waiting", 8)
    busy = await report(visitor, town, pictures.file(), address="Place Urbain V")
    assert busy.status_code == 503
    assert "Place Urbain V" in busy.text
    files = {"media": ("trou.jpg", pictures.file(), "image/jpeg")}
    given = await visitor.post(f"/api/open311/{town}/requests.json", data=FORM, files=files)
    assert given.status_code == 503
    assert given.json()[0]["code"] == 503


async def test_open311_writes_instants_by_the_clock_of_the_town(
    visitor: AsyncTestClient, sign_in: SignIn
) -> None:
    await sign_in("exploitant")
    far = await open_town(visitor, commune="97411")
    sent = await visitor.post(f"/api/open311/{far}/requests.json",
                              data={"service_code": "voirie", "address_string": "Ici"})  # fmt: skip
    assert sent.status_code == 201, sent.text
    [row] = (await visitor.get(f"/api/open311/{far}/requests.json")).json()
    assert row["requested_datetime"] == "2026-12-01T13:00:00+04:00"


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
