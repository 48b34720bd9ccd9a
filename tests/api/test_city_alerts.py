"""What a town tells everybody: written, confirmed by two, updated, lifted, over; and followed."""

import re
import uuid
from datetime import UTC, datetime, timedelta
from importlib import resources

import asyncpg
import httpx
import pytest
from litestar.testing import AsyncTestClient
from lxml.etree import fromstring as read_xml

from hub.core.clock import DrivenClock
from hub.core.migrate import role_dsn
from hub.core.settings import Settings
from tests.api.conftest import SignIn
from tests.conftest import SECRET
from tests.people import HTML, read, send, text_of
from tests.towns import open_town
from tests.unit.test_city_cap import SCHEMA, STORM, XXE
from verticals.city.alerts import cap

NAMES = ("sender", "identifier", "sent")
OWN = "/ville/alertes"
NEW = f"{OWN}/nouvelle"
CAP = f"{{{cap.NAMESPACE}}}"
FLOOD = {
    "headline": "Crue du Lot",
    "description": "Le Lot monte <vite>.",
    "instruction": "Montez à l'étage.",
    "status": "Actual",
    "category": "Met",
    "urgency": "Immediate",
    "severity": "Severe",
    "certainty": "Observed",
    "area": "",
    "polygon": "",
    "expires": "2026-12-01T20:00",
}


@pytest.fixture
async def town(visitor: AsyncTestClient, sign_in: SignIn) -> int:
    """Mende's organisation; the visitor acts for it."""
    await sign_in("exploitant")
    return await open_town(visitor)


async def tell(visitor: AsyncTestClient, number: int, **changed: str) -> httpx.Response:
    """Send the form of a message; the same number is the same form."""
    fields = {"idempotency_key": str(uuid.UUID(int=number)), **FLOOD, **changed}
    return await send(visitor, OWN, dict(fields), shown=NEW)


async def press(visitor: AsyncTestClient, page: str, act: str, **fields: str) -> httpx.Response:
    key = {"idempotency_key": str(uuid.UUID(int=99))}
    return await send(visitor, f"{page}/{act}", {**key, **fields}, shown=page)


async def shown(visitor: AsyncTestClient, town: int) -> str:
    return (await read(visitor, f"/villes/{town}/alertes"))[1]


async def test_a_message_is_told_updated_and_lifted_and_each_is_followed_once(
    visitor: AsyncTestClient, town: int, clock: DrivenClock
) -> None:
    assert "Aucune alerte" in await shown(visitor, town)
    first, again = [await tell(visitor, 1) for _ in range(2)]
    page = first.headers["location"]
    assert again.headers["location"] == page
    told = await shown(visitor, town)
    assert "Le Lot monte &lt;vite&gt;." in told
    clock.forward(timedelta(minutes=10))
    suite = page.rpartition("/")[2]
    _, form = await read(visitor, NEW, suite=suite)
    assert 'value="Crue du Lot"' in form
    second = await tell(visitor, 2, suite=suite, headline="Crue du Lot, second avis")
    assert second.status_code == 303, text_of(second)
    told = await shown(visitor, town)
    assert "second avis" in told
    assert told.count('<section class="card"') == 1
    late = await tell(visitor, 3, suite=suite)  # somebody still had the first one open
    assert late.status_code == 409
    clock.forward(timedelta(minutes=10))
    lifted = await press(visitor, second.headers["location"], "lever", reason="Le Lot baisse.")
    assert lifted.status_code == 303, text_of(lifted)
    told = await shown(visitor, town)
    assert "Fin de l'alerte : Crue du Lot, second avis" in told
    assert "Le Lot baisse." in told
    feed = read_xml((await visitor.get(f"/villes/{town}/alertes.atom")).content)
    links = [one.get("href") for one in feed.iterfind(".//{*}entry/{*}link")]
    assert len(links) == len(set(links)) == 3
    types = []
    for link in links:
        message = await visitor.get(link)
        assert message.headers["content-type"].startswith("application/cap+xml")
        SCHEMA.assertValid(read_xml(message.content))
        types.append(cap.read(message.content).msg_type)
    assert types == ["Cancel", "Update", "Alert"]
    newest = cap.read((await visitor.get(links[0])).content)
    assert len(newest.references) == 2
    [itself] = feed.iterfind("{*}link")
    assert (itself.get("rel"), itself.get("href", "")[-13:]) == ("self", "/alertes.atom")
    moved = await send(visitor, "/ma-ville", {"commune": "48130"}, shown="/ma-ville")
    assert moved.status_code == 303, text_of(moved)  # it had said the wrong commune
    assert cap.read((await visitor.get(links[0])).content).identifier == newest.identifier


async def follow(visitor: AsyncTestClient, town: int, message: httpx.Response) -> str:
    id = message.headers["location"][-36:]
    return (await visitor.get(f"/villes/{town}/alertes/{id}.xml")).text


async def test_an_update_names_what_it_updates_as_those_know_it_who_received_it(
    visitor: AsyncTestClient, sign_in: SignIn, clock: DrivenClock, demo_settings: Settings
) -> None:
    await sign_in("exploitant")
    town = await open_town(visitor, commune="97411")
    first = await tell(visitor, 1)
    id = first.headers["location"][-36:]
    # As it was told before messages kept their names, and filled as a migration fills it.
    owner = await asyncpg.connect(role_dsn(demo_settings.database_url, "hub_owner", SECRET))
    path = resources.files("verticals.city.alerts").joinpath("schema", "002_told_names.sql")
    try:
        await owner.execute(
            "alter table city_alert no force row level security;"
            " update city_alert set identifier = '', sent = ''"
        )
        await owner.execute(path.read_text())
    finally:
        await owner.close()
    clock.forward(timedelta(minutes=10))
    second = await tell(visitor, 2, suite=id)
    clock.forward(timedelta(minutes=10))
    third = await tell(visitor, 3, suite=second.headers["location"][-36:])
    known, told = await follow(visitor, town, first), await follow(visitor, town, third)
    assert f"<identifier>97411-{id}</identifier>" in known
    assert "+01:00</sent>" in known
    for message in (known, await follow(visitor, town, second)):
        names = [re.findall(f"<{name}>([^<]*)", message)[0] for name in NAMES]
        assert ",".join(names) in told
    await send(visitor, "/ma-ville", {"commune": "48130"}, shown="/ma-ville")
    moved = await follow(visitor, town, third)
    references = re.compile("<references>.*</references>")
    assert references.findall(moved) == references.findall(told) != []


async def test_what_is_over_leaves_the_page_by_itself(
    visitor: AsyncTestClient, town: int, clock: DrivenClock
) -> None:
    await tell(visitor, 1)
    clock.forward(timedelta(hours=9, minutes=59))
    assert "Crue du Lot" in await shown(visitor, town)
    clock.forward(timedelta(minutes=1))
    assert "Crue du Lot" not in await shown(visitor, town)


@pytest.mark.parametrize(
    ("commune", "until", "offset"),
    [
        pytest.param("97411", "2026-12-01T16:00:00Z", "+04:00", id="La Réunion"),
        pytest.param("97105", "2026-12-02T00:00:00Z", "-04:00", id="Guadeloupe"),
        pytest.param("98818", "2026-12-01T09:00:00Z", "+11:00", id="Nouméa"),
        pytest.param("48095", "2026-12-01T19:00:00Z", "+01:00", id="Lozère"),
    ],
)
async def test_an_alert_lives_by_the_clock_of_its_town(
    visitor: AsyncTestClient,
    sign_in: SignIn,
    clock: DrivenClock,
    commune: str,
    until: str,
    offset: str,
) -> None:
    await sign_in("exploitant")
    town = await open_town(visitor, commune=commune)
    clock.set(datetime(2026, 12, 1, 8, tzinfo=UTC))
    sent = await tell(visitor, 1)  # until 20:00 there
    assert sent.status_code == 303, text_of(sent)
    told = (await visitor.get(f"/villes/{town}/alertes/{sent.headers['location'][-36:]}.xml")).text
    assert f"<expires>2026-12-01T20:00:00{offset}</expires>" in told
    over = cap.read(told.encode()).expires
    assert over == datetime.fromisoformat(until)
    assert "1 déc. 2026, 20:00" in text_of(await visitor.get(f"/villes/{town}/alertes"))
    assert offset in re.findall(r"<updated>([^<]*)", await feed_of(visitor, town))[0]


async def feed_of(visitor: AsyncTestClient, town: int) -> str:
    return (await visitor.get(f"/villes/{town}/alertes.atom")).text


@pytest.mark.parametrize(("status", "chip"), [("Test", "Essai"), ("Exercise", "Exercice")])
async def test_a_test_or_an_exercise_is_shown_as_such(
    visitor: AsyncTestClient, town: int, status: str, chip: str
) -> None:
    sent = await tell(visitor, 1, status=status)
    told = await shown(visitor, town)
    assert f'<span class="chip earth">{chip}</span>' in told
    assert "Ceci est un exercice ou un essai : ne faites rien." in told
    suite = sent.headers["location"].rpartition("/")[2]
    assert (await tell(visitor, 2, suite=suite, status="Actual")).status_code == 400
    assert f"[{status}] Crue du Lot" in await feed_of(visitor, town)
    message = (await visitor.get(f"/villes/{town}/alertes/{suite}.xml")).content
    SCHEMA.assertValid(read_xml(message))
    assert read_xml(message).findtext(f"{CAP}note")


async def test_what_is_extreme_goes_out_when_a_second_person_confirms_it(
    visitor: AsyncTestClient, town: int, sign_in: SignIn
) -> None:
    second = {"email": "region@demo.example", "role": "member"}
    added = await visitor.post("/api/v1/organisation/members", json=second,
                               headers={"idempotency-key": "second-person"})  # fmt: skip
    assert added.status_code in {200, 201, 204}, added.text
    page = (await tell(visitor, 1, severity="Extreme")).headers["location"]
    _, own = await read(visitor, page)
    assert "Confirmer et diffuser" not in own
    alone = await press(visitor, page, "confirmer")
    assert alone.status_code == 403
    assert "Crue du Lot" not in await shown(visitor, town)
    assert (await visitor.get(f"/villes/{town}/alertes/{page[-36:]}.xml")).status_code == 404
    await sign_in("region")
    chosen = await visitor.put("/api/v1/sessions/current", json={"organisation": town})
    assert chosen.status_code == 200, chosen.text
    _, own = await read(visitor, page)
    assert "Confirmer et diffuser" in own
    assert (await press(visitor, page, "confirmer")).status_code == 303
    assert "Crue du Lot" in await shown(visitor, town)
    assert (await press(visitor, page, "confirmer")).status_code == 409
    assert (await press(visitor, page, "abandonner")).status_code == 409


async def test_what_is_wrong_is_told_beside_its_field_and_kept(
    visitor: AsyncTestClient, town: int
) -> None:
    refused = await tell(visitor, 1, expires="2026-12-01T09:00")
    assert refused.status_code == 400
    assert 'id="error-expires"' in refused.text
    assert 'value="Crue du Lot"' in refused.text
    assert "Crue du Lot" not in await shown(visitor, town)


async def test_a_form_without_a_field_is_refused_and_an_unknown_act_lifts_nothing(
    visitor: AsyncTestClient, town: int
) -> None:
    torn = await send(visitor, OWN, {"headline": "Crue du Lot"}, shown=NEW)
    assert torn.status_code == 400
    assert 'value="Crue du Lot"' in torn.text
    page = (await tell(visitor, 1)).headers["location"]
    assert (await press(visitor, page, "souffler", reason="Pour voir.")).status_code == 404
    assert "Crue du Lot" in await shown(visitor, town)
    assert "Fin de l'alerte" not in await shown(visitor, town)


async def test_a_message_from_elsewhere_begins_one_of_the_towns_own(
    visitor: AsyncTestClient, town: int
) -> None:
    page = await visitor.get(NEW, headers=HTML)
    token = re.search(r'name="_csrf_token" value="([^"]*)"', page.text)
    assert token, page.text
    answers = []
    private = STORM.replace("<scope>Public<", "<scope>Private<")
    assert private != STORM
    for content in (STORM, STORM.replace("?>", f"?>{XXE}", 1), "", private):
        files = {"file": ("message.xml", content.encode(), "text/xml")}
        data = {"_csrf_token": token.group(1)}
        answers.append(await visitor.post(f"{OWN}/lire", data=data, files=files, headers=HTML))
    good, *bad = answers
    assert 'value="SEVERE THUNDERSTORM WARNING"' in good.text
    assert '<option value="Severe" selected>' in good.text
    for refused in bad:
        assert refused.status_code == 400
        assert 'id="error-file"' in refused.text
        assert "root:" not in refused.text
