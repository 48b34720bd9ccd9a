"""Signing in and out, as a browser and as a program."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import httpx
import msgspec
import pytest
from litestar.testing import AsyncTestClient
from structlog.testing import capture_logs

from hub import identity, tenancy
from hub.app import create_app
from hub.core.clock import DrivenClock, SeededIds
from hub.core.db import Database
from hub.core.settings import Settings
from hub.identity import recording
from hub.identity.models import HashCost
from hub.tenancy import Kind, OpenOrganisation
from tests.api.conftest import app_of

CHEAP = HashCost(memory_kib=8, passes=1)
EMAIL = "anne@example.fr"
PASSWORD = "correct horse"
CREDENTIALS = {"email": EMAIL, "password": PASSWORD}
BROWSER = {"accept": "text/html"}


@pytest.fixture
async def client(settings: Settings, clock: DrivenClock) -> AsyncIterator[AsyncTestClient]:
    """A browser without a cookie, which follows no redirect by itself."""
    app = app_of(settings, clock, SeededIds(4))
    async with AsyncTestClient(app, base_url="http://testserver.local") as client:
        client.follow_redirects = False
        yield client


@pytest.fixture
async def anne(database: Database) -> int:
    hashed = await identity.hash_password(PASSWORD, CHEAP)
    async with database.transaction() as tx:
        return await identity.register_person(
            tx, identity.RegisterPerson(email=EMAIL, name="Anne", password_hash=hashed)
        )


async def belongs_to(database: Database, person: int, *kinds: Kind) -> list[int]:
    ids: list[int] = []
    for kind in kinds:
        async with database.transaction() as tx:
            command = OpenOrganisation(kind=kind, name=f"{kind.title()} d’Annecy")
            ids.append(
                await tenancy.open_organisation(
                    tx, command, owner=person, caller_kind=Kind.OPERATOR
                )
            )
    return ids


async def fill_in(client: AsyncTestClient, path: str = "/sign-in", **fields: str) -> httpx.Response:
    """Open the page, and send its form with its own token."""
    shown = await client.get(path, headers=BROWSER)
    assert shown.status_code == 200, shown.text
    token = re.search(r'name="_csrf_token" value="([^"]+)"', shown.text)
    assert token, "the form has no token"
    form = {"_csrf_token": token.group(1), **fields}
    return await client.post(path.partition("?")[0], data=form, headers=BROWSER)


async def send(client: AsyncTestClient, **credentials: str) -> httpx.Response:
    return await client.post("/api/v1/sessions", json=CREDENTIALS | credentials)


async def signed_in_person(client: AsyncTestClient) -> int | None:
    answer = await client.get("/api/v1/me")
    return answer.json()["person"] if answer.status_code == 200 else None


@pytest.mark.parametrize(
    ("kind", "home"),
    [
        (Kind.LODGING, "/pro/today"),
        (Kind.FEDERATION, "/pro/agreement"),
        (Kind.OPERATOR, "/pro/operations"),
        (Kind.REGION, "/pro"),
        (Kind.OFFICE, "/pro"),
    ],
)
async def test_a_first_visit_signs_in_and_lands_on_the_home_of_the_organisation(
    client: AsyncTestClient, database: Database, anne: int, kind: Kind, home: str
) -> None:
    await belongs_to(database, anne, kind)
    answer = await fill_in(client, **CREDENTIALS)
    assert (answer.status_code, answer.headers["location"]) == (303, home)
    assert await signed_in_person(client) == anne


async def test_the_cookie_is_for_this_site_and_not_for_scripts(
    client: AsyncTestClient, anne: int
) -> None:
    cookie = (await send(client)).headers["set-cookie"].lower()
    for attribute in ("httponly", "samesite=lax", "path=/", "max-age=2592000"):
        assert attribute in cookie
    assert "secure" not in cookie


async def test_on_https_the_cookie_travels_on_https_only(
    settings: Settings, clock: DrivenClock, anne: int
) -> None:
    secure = msgspec.structs.replace(settings, public_url="https://hub.example.fr")
    app = create_app(secure, clock=clock)
    async with AsyncTestClient(app, base_url="https://hub.example.fr") as client:
        cookie = (await send(client)).headers["set-cookie"]
        assert cookie.startswith("__Host-session=")
        assert "; secure" in cookie.lower()
        assert "domain=" not in cookie.lower()
        assert await signed_in_person(client) == anne
        # Another machine below the same name may plant a cookie of the plain name: it is nobody's.
        planted = {"cookie": f"session={client.cookies['__Host-session']}"}
        client.cookies.clear()
        assert (await client.get("/api/v1/me", headers=planted)).status_code == 401
        shown = await client.get("/sign-in?lang=de", headers=BROWSER)
        given = shown.headers.get_list("set-cookie")
        assert len(given) == 2
        assert all(one.startswith("__Host-") and "; secure" in one.lower() for one in given)
        again = await client.get("/sign-in", headers=BROWSER)
        assert '<html lang="de"' in again.text, "the language that was chosen is remembered"


async def test_signing_out_clears_what_the_browser_kept(client: AsyncTestClient, anne: int) -> None:
    await send(client)
    answer = await client.delete("/api/v1/sessions/current")
    assert answer.headers["clear-site-data"] == '"storage"'
    await send(client)
    left = await fill_in(client, "/sign-in", **CREDENTIALS)
    assert "clear-site-data" not in left.headers
    shown = await client.get("/sign-in", headers=BROWSER)
    token = re.search(r'name="_csrf_token" value="([^"]+)"', shown.text)
    assert token
    answer = await client.post("/sign-out", data={"_csrf_token": token.group(1)})
    assert answer.headers["clear-site-data"] == '"storage"'


async def test_each_attempt_is_written_down_without_an_email_or_an_address(
    client: AsyncTestClient, anne: int
) -> None:
    with capture_logs() as lines:
        assert (await send(client)).status_code == 201
        assert (await send(client, email="nobody@example.fr")).status_code == 401
        for _ in range(5):
            assert (await send(client, password="wrong password")).status_code == 401
        assert (await send(client)).status_code == 429
    told = [one for one in lines if one["event"] == "sign-in"]
    assert [(one["outcome"], one["person"]) for one in told] == [
        ("signed in", anne),
        ("wrong", None),
        *[("wrong", anne)] * 5,
        ("locked", None),
    ]
    assert len({one["visitor"] for one in told}) == 1
    assert {one["by"] for one in told} == {"password"}
    assert "example.fr" not in str(told)
    assert "testclient" not in str(told)


def test_the_mark_of_a_visitor_is_one_for_each_subscriber() -> None:
    assert recording.mark_of("203.0.113.7") == recording.mark_of("203.0.113.7")
    assert recording.mark_of("2001:db8:1:2::1") == recording.mark_of("2001:db8:1:2::9")
    assert recording.mark_of("203.0.113.7") != recording.mark_of("203.0.113.8")
    assert "203" not in recording.mark_of("203.0.113.7")


@pytest.mark.parametrize(
    ("wanted", "target"),
    [
        ("/bookings/1?tab=2", "/bookings/1?tab=2"),
        ("https://evil.example/", "/pro/today"),
        ("//evil.example", "/pro/today"),
        ("/\\evil.example", "/pro/today"),
        ("/a\r\nset-cookie: x=y", "/pro/today"),
    ],
)
async def test_it_returns_to_a_page_of_this_site_only(
    client: AsyncTestClient, database: Database, anne: int, wanted: str, target: str
) -> None:
    await belongs_to(database, anne, Kind.LODGING)
    answer = await fill_in(client, **CREDENTIALS, next=wanted)
    assert (answer.status_code, answer.headers["location"]) == (303, target)


async def test_the_wanted_page_survives_the_form(client: AsyncTestClient) -> None:
    shown = await client.get("/sign-in", params={"next": "/bookings/1"}, headers=BROWSER)
    assert 'name="next" value="/bookings/1"' in shown.text
    shown = await client.get("/sign-in", params={"next": "//evil.example"}, headers=BROWSER)
    assert 'value="//evil' not in shown.text


async def test_a_wrong_password_and_an_unknown_email_read_the_same(
    client: AsyncTestClient, anne: int
) -> None:
    wrong = await send(client, password="wrong password")
    unknown = await send(client, email="nobody@example.fr")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()
    assert wrong.json()["type"].endswith("wrong-credentials")
    assert "set-cookie" not in wrong.headers


async def test_the_form_says_what_was_wrong_and_keeps_the_email_but_not_the_password(
    client: AsyncTestClient, anne: int
) -> None:
    answer = await fill_in(client, email=EMAIL, password="<wrong password>", next="/bookings/1")
    assert answer.status_code == 401
    assert "pas juste" in answer.text
    assert f'value="{EMAIL}"' in answer.text
    assert 'value="/bookings/1"' in answer.text
    assert "wrong password" not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert re.search(r'name="_csrf_token" value="[^"]+"', answer.text)


async def test_a_locked_email_hears_when_to_try_again(
    client: AsyncTestClient, anne: int, clock: DrivenClock
) -> None:
    for _ in range(5):
        assert (await send(client, password="wrong password")).status_code == 401
    clock.forward(timedelta(minutes=5))
    locked = await send(client)
    assert (locked.status_code, locked.headers["retry-after"]) == (429, "600")
    assert locked.json()["retry_after_s"] == 600
    page = await fill_in(client, **CREDENTIALS)
    assert (page.status_code, page.headers["retry-after"]) == (429, "600")
    assert "10 minutes" in page.text
    clock.forward(timedelta(minutes=10))
    assert (await send(client)).status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"email": "a@b.fr"}',
        '{"email": 1, "password": "x"}',
        '{"email": "a@b.fr", "password": "x", "role": "operator"}',
    ],
)
async def test_a_broken_request_is_a_400(client: AsyncTestClient, body: str) -> None:
    answer = await client.post(
        "/api/v1/sessions", content=body, headers={"content-type": "application/json"}
    )
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


async def test_another_sites_form_signs_nobody_in(client: AsyncTestClient, anne: int) -> None:
    body = f'{{"email": "{EMAIL}", "password": "{PASSWORD}"}}'
    answer = await client.post(
        "/api/v1/sessions", content=body, headers={"content-type": "text/plain"}
    )
    assert answer.status_code == 415
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("path", ["/sign-in", "/sign-out", "/organisations"])
@pytest.mark.parametrize("token", [None, "", "forged", "0" * 128])
async def test_a_form_without_its_token_is_refused_clearly_and_changes_nothing(
    client: AsyncTestClient, anne: int, path: str, token: str | None
) -> None:
    await send(client)
    await client.get("/sign-in", headers=BROWSER)
    form = {**CREDENTIALS, "organisation": "1"} | ({} if token is None else {"_csrf_token": token})
    answer = await client.post(path, data=form, headers=BROWSER)
    assert answer.status_code == 403
    assert answer.headers["content-type"].startswith("text/html")
    assert "x-request-id" in answer.headers
    assert "content-security-policy" in answer.headers
    problem = await client.post(path, data=form)
    assert problem.json()["type"].endswith("form-expired")
    assert await signed_in_person(client) == anne


async def test_signing_out_ends_the_session_for_good(
    client: AsyncTestClient, database: Database, anne: int
) -> None:
    await send(client)
    stolen = client.cookies["session"]
    shown = await client.get("/sign-in", headers=BROWSER)
    token = re.search(r'name="_csrf_token" value="([^"]+)"', shown.text)
    assert token
    answer = await client.post("/sign-out", data={"_csrf_token": token.group(1)})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "session" not in client.cookies
    client.cookies.set("session", stolen)
    assert await signed_in_person(client) is None


async def test_a_program_signs_out_twice_without_harm(client: AsyncTestClient, anne: int) -> None:
    await send(client)
    assert (await client.delete("/api/v1/sessions/current")).status_code == 204
    assert (await client.delete("/api/v1/sessions/current")).status_code == 204
    assert await signed_in_person(client) is None


async def test_an_ended_session_must_sign_in_again(
    client: AsyncTestClient, anne: int, clock: DrivenClock
) -> None:
    await send(client)
    clock.forward(timedelta(hours=12))
    answer = await client.get("/api/v1/me")
    assert answer.status_code == 401
    assert answer.json()["type"].endswith("not-signed-in")


@pytest.mark.parametrize("cookie", ["", "x", "a" * 43, "%00", "'; drop table session; --"])
async def test_a_forged_cookie_is_nobody(client: AsyncTestClient, cookie: str) -> None:
    answer = await client.get("/api/v1/me", headers={"cookie": f"session={cookie}"})
    assert answer.status_code == 401


async def test_a_planted_session_is_worth_nothing_after_signing_in(
    client: AsyncTestClient, anne: int
) -> None:
    await send(client)
    planted = client.cookies["session"]
    await send(client)
    fresh = client.cookies["session"]
    assert planted != fresh
    client.cookies.clear()
    client.cookies.set("session", planted)
    assert await signed_in_person(client) is None


async def test_who_has_several_organisations_chooses_and_keeps_the_wanted_page(
    client: AsyncTestClient, database: Database, anne: int
) -> None:
    lodging, office = await belongs_to(database, anne, Kind.LODGING, Kind.OFFICE)
    answer = await fill_in(client, **CREDENTIALS, next="/bookings/1")
    assert answer.headers["location"] == "/organisations?next=%2Fbookings%2F1"
    chosen = await fill_in(
        client, answer.headers["location"], organisation=str(office), next="/bookings/1"
    )
    assert (chosen.status_code, chosen.headers["location"]) == (303, "/bookings/1")
    me = (await client.get("/api/v1/me")).json()
    assert me["organisation"]["tenant"] == office
    assert {choice["tenant"] for choice in me["organisations"]} == {lodging, office}
    changed = await fill_in(
        client, "/organisations", organisation=str(lodging), next="//evil.example"
    )
    assert changed.headers["location"] == "/pro/today"


async def test_a_foreign_organisation_cannot_be_chosen(
    client: AsyncTestClient, database: Database, anne: int
) -> None:
    async with database.transaction() as tx:
        foreign = await tenancy.open_organisation(
            tx, OpenOrganisation(kind=Kind.LODGING, name="Rival"), owner=None
        )
    await belongs_to(database, anne, Kind.LODGING, Kind.OFFICE)
    await send(client)
    for organisation in (foreign, 999_999, -1):
        page = await fill_in(client, "/organisations", organisation=str(organisation))
        assert page.status_code == 403
        answer = await client.put("/api/v1/sessions/current", json={"organisation": organisation})
        assert answer.status_code == 403
        assert answer.json()["type"].endswith("not-your-organisation")
    assert (await client.get("/api/v1/me")).json()["organisation"] is None


async def test_pages_of_members_are_closed_to_guests(client: AsyncTestClient) -> None:
    for path in ("/pro", "/organisations", "/api/v1/me", "/api/v1/organisation/members"):
        assert (await client.get(path)).status_code == 401


async def test_a_guest_who_opens_a_members_page_is_led_to_the_sign_in_and_back(
    client: AsyncTestClient, anne: int
) -> None:
    answer = await client.get("/pro", params={"day": "2026-12-01"}, headers=BROWSER)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2Fpro%3Fday%3D2026-12-01"
    back = await fill_in(client, **CREDENTIALS, next="/pro?day=2026-12-01")
    assert back.headers["location"] == "/pro?day=2026-12-01"


async def test_the_welcome_page_greets_and_says_for_whom_one_acts(
    client: AsyncTestClient, database: Database, anne: int
) -> None:
    await send(client)
    nobody = await client.get("/pro", headers=BROWSER)
    assert nobody.status_code == 200
    assert "/organisations" in nobody.text
    await belongs_to(database, anne, Kind.REGION)
    await send(client)
    greeted = await client.get("/pro", headers=BROWSER)
    assert "Anne" in greeted.text
    assert "Region d’Annecy" in greeted.text


async def test_an_outage_is_a_503_and_never_signed_out(
    client: AsyncTestClient, anne: int, admin: asyncpg.Connection
) -> None:
    await send(client)
    await admin.execute("alter function session_caller rename to session_caller_away")
    answer = await client.get("/api/v1/me")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "2"
    assert "set-cookie" not in answer.headers
    await admin.execute("alter function session_caller_away rename to session_caller")
    assert await signed_in_person(client) == anne


async def test_without_a_cookie_the_database_is_not_asked(
    client: AsyncTestClient, admin: asyncpg.Connection
) -> None:
    await admin.execute("drop function session_caller")
    assert (await client.get("/sign-in", headers=BROWSER)).status_code == 200


async def test_opening_an_organisation_twice_with_one_key_opens_one(
    client: AsyncTestClient, anne: int, admin: asyncpg.Connection
) -> None:
    await send(client)
    body = {"kind": "lodging", "name": "Hôtel de la Gare"}
    key = {"idempotency-key": "first"}
    first = await client.post("/api/v1/organisations", json=body, headers=key)
    again = await client.post("/api/v1/organisations", json=body, headers=key)
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert await admin.fetchval("select count(*) from organisation") == 1
    chosen = await client.put("/api/v1/sessions/current", json={"organisation": first.json()["id"]})
    assert chosen.json()["role"] == "owner"
    members = await client.get("/api/v1/organisation/members")
    assert [member["person"] for member in members.json()] == [anne]
    entries = await client.get("/api/v1/audit-entries")
    assert [entry["action"] for entry in entries.json()] == ["organisation.opened"]
    assert (await client.post("/api/v1/organisations", json=body)).status_code == 400


async def test_the_record_of_all_tenants_is_the_operators(
    client: AsyncTestClient, database: Database, anne: int
) -> None:
    await belongs_to(database, anne, Kind.LODGING)
    await send(client)
    for path in ("/api/v1/operator/audit-entries", "/api/v1/operator/audit-verification"):
        assert (await client.get(path)).status_code == 403
    (operator,) = await belongs_to(database, anne, Kind.OPERATOR)
    await client.put("/api/v1/sessions/current", json={"organisation": operator})
    entries = (await client.get("/api/v1/operator/audit-entries")).json()
    assert [entry["detail"]["kind"] for entry in entries] == ["operator", "lodging"]
    verified = (await client.get("/api/v1/operator/audit-verification")).json()
    assert verified["broken_at"] is None
