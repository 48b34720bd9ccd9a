"""A hotelier leaves by the pages and by the API: notice, archive, erasure, certificate; and nobody
else does."""

import hashlib
import io
import re
import zipfile
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from litestar.testing import AsyncTestClient

from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.settings import Settings
from hub.exits import letters
from hub.exits.actions import deciding
from hub.exits.models import State, Step
from hub.exits.pages import NOTICES, STEP_WORDS
from hub.exits.policy import NOTICE_DAYS
from tests.exits import add_owner, ask_database, clear_stays, perform_exits
from tests.houses import House, book, find_house
from tests.people import HTML, read, send, text_of
from tourism.demo.people import PASSWORD

PAGE, STEPS = "/pro/leave", "/pro/leave/steps"
API = "/api/v1/organisation/exit"
UNKNOWN = UUID(int=7)


@pytest.fixture
async def house(demo: Database, demo_settings: Settings) -> House:
    found = await find_house(demo)
    await clear_stays(demo_settings, found.tenant)
    return found


@pytest.fixture
async def name(house: House, demo_settings: Settings) -> str:
    found = await ask_database(
        demo_settings, "select name from organisation where id = $1", house.tenant
    )
    assert isinstance(found, str)
    return found


def version_of(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found, page
    return found.group(1)


def key() -> dict[str, str]:
    return {"idempotency-key": str(uuid4())}


async def test_a_hotelier_takes_everything_away_and_reads_the_certificate(
    visitor: AsyncTestClient, sign_in, demo: Database, demo_settings: Settings, house: House,
    name: str, clock: DrivenClock,
) -> None:  # fmt: skip
    await sign_in("hotelier")
    _, page = await read(visitor, PAGE)
    assert "sans rien payer" in page
    assert "service jusqu'au 30 janv. 2027" in page.replace("\u202f", " ")
    sure = {"name": name, "password": PASSWORD}
    given = await send(visitor, PAGE, {**sure, "notice_days": "0"}, shown=PAGE)
    assert (given.status_code, given.headers["location"]) == (303, PAGE)
    await perform_exits(demo, demo_settings)
    _, page = await read(visitor, PAGE)
    assert "Elle est refaite chaque jour" in page
    said = {**sure, "step": "end", "version": version_of(page)}
    assert (await send(visitor, STEPS, said, shown=PAGE)).status_code == 303
    _, page = await read(visitor, PAGE)
    assert "Elle se prépare" in page
    assert "data-reload-after" in page
    assert "Tout effacer sans attendre" not in page
    early = await visitor.get(f"{PAGE}/archive", headers=HTML)
    assert early.status_code == 409
    assert "pas encore prête" in early.text
    await perform_exits(demo, demo_settings)
    archive = await visitor.get(f"{PAGE}/archive")
    assert archive.headers["cache-control"] == "no-store"
    assert int(archive.headers["content-length"]) == len(archive.content)
    packed = zipfile.ZipFile(io.BytesIO(archive.content))
    assert packed.testzip() is None
    assert {"manifest.json", "SHA256SUMS", "acts.jsonl"} <= set(packed.namelist())
    _, page = await read(visitor, PAGE)
    assert hashlib.sha256(archive.content).hexdigest() in page
    assert "acts.jsonl" in page
    assert "Tout effacer sans attendre" in page
    said = {**sure, "step": "erase", "version": version_of(page)}
    assert (await send(visitor, STEPS, said, shown=PAGE)).status_code == 303
    _, page = await read(visitor, PAGE)
    assert "L'effacement est en cours" in page
    assert (await perform_exits(demo, demo_settings))["erased"] == 1

    link = await ask_database(
        demo_settings, "select body_text from mail where subject like '%votre certificat'"
    )
    assert isinstance(link, str)
    visitor.cookies.clear()
    keeper = await ask_database(demo_settings, "select tenant from exit")
    id = await ask_database(demo_settings, "select id from exit")
    assert isinstance(keeper, int)
    assert isinstance(id, UUID)
    token = letters.token_of(keeper, id, demo_settings)
    path = f"{letters.PAGE}/{token}"
    _, page = await read(visitor, path)
    assert "Certificat d'effacement" in page
    assert name in page
    assert "Ce que la loi garde" in page
    certificate = (await visitor.get(f"{path}/certificate.json")).json()
    assert certificate["export_sha256"] in page
    assert certificate["archive"]["sha256"] == hashlib.sha256(archive.content).hexdigest()
    assert certificate["archive"]["sha256"] in page
    assert "Elle a été prise le" in page
    assert certificate["erased"]["property"] == 1
    assert all(one["why"] and one["until"] for one in certificate["kept"])
    told = (await visitor.get(f"/api/v1/exits/{token}")).json()
    assert (told["state"], told["certificate"]) == ("erased", certificate)
    assert told["archive"] == certificate["archive"]
    assert (await visitor.get(f"{path[:-2]}xx", headers=HTML)).status_code == 404
    await sign_in("hotelier")
    assert (await visitor.get(PAGE, headers=HTML)).status_code == 403, "it is theirs no more"


async def test_what_is_typed_wrong_is_said_beside_and_nothing_is_lost(
    visitor: AsyncTestClient, sign_in, house: House, name: str
) -> None:
    await sign_in("hotelier")
    good = {"name": name, "password": PASSWORD, "notice_days": "60"}
    for wrong, status, words in (
        ({"name": "Autre"}, 400, "Écrivez le nom de votre organisation"),
        ({"notice_days": "90"}, 400, "Choisissez sans préavis, un mois ou deux."),
        ({"notice_days": "abc"}, 400, "Choisissez sans préavis, un mois ou deux."),
        ({"password": "faux"}, 401, ""),
    ):
        answer = await send(visitor, PAGE, {**good, **wrong}, shown=PAGE)
        assert answer.status_code == status, wrong
        assert words in text_of(answer)
        if "name" not in wrong:
            assert f'value="{name}"' in text_of(answer)
        if "notice_days" not in wrong:
            assert re.search(r'value="60" required checked', answer.text)
    assert (await visitor.get(API)).json()["exit"] is None


async def test_a_stay_to_come_is_shown_first_and_stops_the_end(
    visitor: AsyncTestClient, sign_in, demo: Database, house: House, name: str
) -> None:
    await book(demo, house.wish())
    await sign_in("hotelier")
    _, page = await read(visitor, PAGE)
    assert "À terminer d'abord" in page
    assert "Séjours réservés : 1" in page
    sure = {"name": name, "password": PASSWORD}
    assert (
        await visitor.post(API, json={**sure, "notice_days": 0}, headers=key())
    ).status_code == 201
    standing = (await visitor.get(API)).json()
    assert standing["duties"][0]["many"] == 1
    body = {**sure, "step": "end", "version": standing["exit"]["version"]}
    refused = await visitor.post(f"{API}/steps", json=body, headers=key())
    assert refused.status_code == 409
    assert refused.json()["type"].endswith(":exit-duties-open")
    _, page = await read(visitor, PAGE)
    assert "Terminer le service tout de suite" not in page
    shown = await send(visitor, STEPS, {**body, "version": str(body["version"])}, shown=PAGE)
    assert shown.status_code == 409
    assert "au plus tôt le" in text_of(shown)


async def test_the_api_gives_its_first_answer_again_and_refuses_what_is_not_possible(
    visitor: AsyncTestClient, sign_in, demo: Database, demo_settings: Settings, house: House,
    name: str,
) -> None:  # fmt: skip
    await sign_in("hotelier")
    sure, mine = {"name": name, "password": PASSWORD}, key()
    body = {**sure, "notice_days": 30}
    first = await visitor.post(API, json=body, headers=mine)
    again = await visitor.post(API, json=body, headers=mine)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert (await visitor.post(API, json=body)).status_code == 400
    stands = await visitor.post(API, json=body, headers=key())
    assert stands.status_code == 409
    assert stands.json()["type"].endswith(":exit-notice-stands")
    for wrong, status in (
        ({"step": "erase", "version": 1}, 409),
        ({"step": "end", "version": 9}, 409),
        ({"step": "hold", "version": 1}, 400),
        ({"step": "end", "version": 1, "name": "Autre"}, 400),
        ({"step": "end", "version": 1, "password": "faux"}, 401),
        ({"step": "end", "version": 1, "more": 1}, 400),
    ):
        answer = await visitor.post(f"{API}/steps", json={**sure, **wrong}, headers=key())
        assert answer.status_code == status, (wrong, answer.text)
    assert (await visitor.get(f"{API}/archive")).status_code == 409
    mine = key()
    ended = {**sure, "step": "end", "version": 1}
    first = await visitor.post(f"{API}/steps", json=ended, headers=mine)
    again = await visitor.post(f"{API}/steps", json=ended, headers=mine)
    assert first.status_code == 200
    assert first.content == again.content
    assert first.json()["state"] == "retrieval"
    await perform_exits(demo, demo_settings)
    archive = await visitor.get(f"{API}/archive")
    standing = (await visitor.get(API)).json()["exit"]
    assert standing["archive_bytes"] == len(archive.content)
    assert standing["fetched_at"]
    body = {"step": "take_back", "version": standing["version"]}
    stayed = await visitor.post(f"{API}/steps", json=body, headers=key())
    assert stayed.json()["state"] == "stayed"
    assert (await visitor.get(f"{API}/archive")).status_code == 404


async def test_who_is_held_reads_takes_back_and_changes_nothing_else(
    visitor: AsyncTestClient, sign_in, house: House, name: str, clock: DrivenClock
) -> None:
    await sign_in("hotelier")
    sure = {"name": name, "password": PASSWORD}
    await visitor.post(API, json={**sure, "notice_days": 0}, headers=key())
    await visitor.post(f"{API}/steps", json={**sure, "step": "end", "version": 1}, headers=key())
    clock.forward(timedelta(seconds=10))
    await sign_in("hotelier")
    refused = await visitor.post("/api/v1/house/groups", json={}, headers=key())
    assert refused.json()["type"].endswith(":organisation-held")
    assert (await visitor.get("/pro/today", headers=HTML)).status_code == 200
    _, page = await read(visitor, PAGE)
    said = {"step": "take_back", "version": version_of(page)}
    assert (await send(visitor, STEPS, said, shown=PAGE)).status_code == 303
    answer = await visitor.post("/api/v1/house/groups", json={}, headers=key())
    assert answer.status_code == 400


async def test_only_an_owner_decides_and_a_letters_link_alone_decides_nothing(
    visitor: AsyncTestClient, sign_in, demo: Database, demo_settings: Settings, house: House,
    name: str,
) -> None:  # fmt: skip
    sure = {"name": name, "password": PASSWORD, "notice_days": 0}
    assert (await visitor.get(API)).status_code == 401
    await sign_in("exploitant")
    assert (await visitor.get(PAGE, headers=HTML)).status_code == 409, "the operator stays"
    await sign_in("hotelier")
    assert (await visitor.post(API, json=sure, headers=key())).status_code == 201
    await ask_database(
        demo_settings, "update membership set role = 'manager' where tenant = $1", house.tenant
    )
    await sign_in("hotelier")
    for path in (PAGE, f"{PAGE}/archive", API, f"{API}/archive"):
        assert (await visitor.get(path)).status_code == 403, path
    body = {"step": "take_back", "version": 1}
    assert (await visitor.post(f"{API}/steps", json=body, headers=key())).status_code == 403
    keeper = await ask_database(demo_settings, "select tenant from exit")
    id = await ask_database(demo_settings, "select id from exit")
    assert isinstance(keeper, int)
    assert isinstance(id, UUID)
    visitor.cookies.clear()
    path = f"{letters.PAGE}/{letters.token_of(keeper, id, demo_settings)}"
    _, page = await read(visitor, path)
    assert "Se connecter pour décider" in page
    assert "<form" not in page.split("<main")[1].split("</main")[0]
    assert (await visitor.get(f"{path}/certificate.json")).status_code == 404
    other = letters.token_of(keeper, UNKNOWN, demo_settings)
    assert (await visitor.get(f"{letters.PAGE}/{other}", headers=HTML)).status_code == 404
    assert (await visitor.get(f"{letters.PAGE}/{other[:-1]}", headers=HTML)).status_code == 404


def test_every_step_and_notice_has_its_words() -> None:
    assert set(STEP_WORDS) == {one.value for one in Step}
    assert tuple(NOTICES) == NOTICE_DAYS
    assert set(State) == {"noticed", "retrieval", "erasing", "erased", "stayed", "moved"}


async def test_who_runs_the_hub_sees_who_leaves_and_what_stands_still(
    visitor: AsyncTestClient, sign_in, demo: Database, demo_settings: Settings, house: House,
    name: str,
) -> None:  # fmt: skip
    await sign_in("exploitant")
    _, page = await read(visitor, "/pro/exits")
    assert "Personne ne part en ce moment" in page
    keeper = await deciding.find_keeper(demo)
    async with demo.transaction(keeper, actor="person:1") as tx:
        await deciding.give(tx, house.tenant, "lodging", name, 30, ())
    await ask_database(demo_settings, "update exit set stalled = 'a cause <b>'")
    _, page = await read(visitor, "/pro/exits")
    assert name in page
    assert "Préavis donné" in page
    assert "a cause &lt;b&gt;" in page
    await sign_in("hotelier")
    assert (await visitor.get("/pro/exits", headers=HTML)).status_code == 403


async def test_where_there_are_other_owners_the_page_says_until_when_they_can_stop_it(
    visitor: AsyncTestClient, sign_in, demo: Database, demo_settings: Settings, house: House,
    name: str,
) -> None:  # fmt: skip
    await add_owner(demo_settings, house.tenant)
    await sign_in("hotelier")
    sure = {"name": name, "password": PASSWORD}
    await send(visitor, PAGE, {**sure, "notice_days": "0"}, shown=PAGE)
    for step in ("end", "erase"):
        _, page = await read(visitor, PAGE)
        said = {**sure, "step": step, "version": version_of(page)}
        assert (await send(visitor, STEPS, said, shown=PAGE)).status_code == 303
        await perform_exits(demo, demo_settings)
        assert (await visitor.get(f"{PAGE}/archive")).status_code == 200
    _, page = await read(visitor, PAGE)
    assert "chaque responsable peut l'arrêter jusque-là" in page
    assert "L'effacement est en cours" not in page
    assert "data-reload-after" not in page
    said = {"step": "take_back", "version": version_of(page)}
    assert (await send(visitor, STEPS, said, shown=PAGE)).status_code == 303
    _, page = await read(visitor, PAGE)
    assert "Rien n'a été effacé" in page


async def test_who_runs_the_hub_lets_go_whom_duties_have_kept_too_long_and_says_why(
    visitor: AsyncTestClient, sign_in, demo: Database, demo_settings: Settings, house: House,
    name: str, clock: DrivenClock,
) -> None:  # fmt: skip
    shown = "/pro/exits"
    await book(demo, house.wish())
    await ask_database(
        demo_settings,
        "update booking set departure = departure + 900 where tenant = $1 and state = 'confirmed'",
        house.tenant,
    )
    keeper = await deciding.find_keeper(demo)
    async with demo.transaction(keeper, actor="person:1") as tx:
        given = await deciding.give(tx, house.tenant, "lodging", name, 0, ())
    command = {"exit": str(given.id), "version": str(given.version), "why": "paid by hand"}
    await sign_in("exploitant")
    early = await send(visitor, shown, command, shown=shown)
    assert early.status_code == 409
    clock.forward(timedelta(days=211))
    await perform_exits(demo, demo_settings)
    await sign_in("exploitant")
    _, page = await read(visitor, shown)
    assert "Laisser partir" in page
    short = await send(visitor, shown, {**command, "why": "hm"}, shown=shown)
    assert short.status_code == 400
    assert 'id="error-why"' in short.text
    assert 'value="hm"' in short.text
    told = (
        "select string_agg(recipient, ' ' order by recipient) from mail"
        " where subject like '%retient votre départ'"
    )
    assert await ask_database(demo_settings, told) is None
    assert (await send(visitor, shown, command, shown=shown)).status_code == 303
    assert (await send(visitor, shown, command, shown=shown)).status_code == 409
    # Nobody was told of the notice: the owners of today are, once each.
    async with demo.transaction(house.tenant) as tx:
        owners = sorted(one.email for one in await deciding.list_owners(tx))
    assert owners
    assert await ask_database(demo_settings, told) == " ".join(owners)
    await perform_exits(demo, demo_settings)
    async with demo.transaction(keeper) as tx:
        left = await deciding.find_exit(tx, given.id)
    assert (left.state, left.let_go_why) == (State.RETRIEVAL, "paid by hand")
    assert await deciding.list_duties(demo, house.tenant)
    why = "select reason from audit_entry where action = 'exit.let_go'"
    assert await ask_database(demo_settings, why) == "paid by hand"


async def test_a_program_reads_what_does_not_go_on_by_its_code_and_in_its_language(
    visitor: AsyncTestClient, sign_in, demo: Database, demo_settings: Settings, house: House,
    name: str,
) -> None:  # fmt: skip
    await book(demo, house.wish())
    await sign_in("hotelier")
    body = {"name": name, "password": PASSWORD, "notice_days": 30}
    given = await visitor.post(API, json=body, headers=key() | {"accept-language": "de"})
    assert given.status_code == 201
    assert given.json()["halt"] is None

    async def see(language: str, change: str) -> dict[str, object]:
        await ask_database(demo_settings, f"update exit set {change}")
        answer = await visitor.get(API, headers={"accept-language": language})
        assert answer.status_code == 200
        assert "hidden-cause" not in answer.text, "what the program said is nobody's"
        assert not {"fault", "stalled", "let_go_why", "tenant"} & answer.json()["exit"].keys()
        return answer.json()

    shown = await see("en", "let_go_at = now(), let_go_why = 'a hidden-cause'")
    assert shown["exit"]["halt"] is None  # type: ignore[index]
    assert shown["duties"][0]["words"] == "Stays booked: 1"  # type: ignore[index]
    for language, change, code, words in (
        (
            "fr",
            "stalled = 'hidden-cause'",
            "exit-stalled",
            "Votre départ n'avance pas en ce moment.",
        ),
        (
            "de",
            "stalled = 'hidden-cause'",
            "exit-stalled",
            "Ihr Weggang geht im Moment nicht weiter.",
        ),
        ("en", "fault = 'hidden-cause'", "exit-archive-failed", "The archive could not be made."),
    ):
        halt = (await see(language, change))["exit"]["halt"]  # type: ignore[index]
        assert halt["code"] == code
        assert halt["words"].startswith(words)
