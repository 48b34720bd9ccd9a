"""The second factor, as a browser and as a program meet it."""

import asyncio
import base64
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
from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.settings import Settings
from hub.identity import sealing
from hub.identity.models import HashCost
from hub.tenancy import Kind, OpenOrganisation
from tests.people import HTML, text_of
from tests.people import send as send_form

CHEAP = HashCost(memory_kib=8, passes=1)
EMAIL, PASSWORD = "claire@example.fr", "correct horse"
CREDENTIALS = {"email": EMAIL, "password": PASSWORD}
ACCOUNT, AGAIN = "/account/second-factor", "/second-factor"


@pytest.fixture
def strict(settings: Settings) -> Settings:
    """A service that is no demonstration: its operator must have a second factor."""
    return msgspec.structs.replace(settings, second_factor=True)


@pytest.fixture
async def claire(
    strict: Settings, clock: DrivenClock, database: Database
) -> AsyncIterator[AsyncTestClient]:
    """The browser of somebody of the operator's."""
    hashed = await identity.hash_password(PASSWORD, CHEAP)
    async with database.transaction() as tx:
        person = await identity.register_person(
            tx, identity.RegisterPerson(email=EMAIL, name="Claire", password_hash=hashed)
        )
        command = OpenOrganisation(kind=Kind.OPERATOR, name="La centrale")
        await tenancy.open_organisation(tx, command, owner=person, caller_kind=Kind.OPERATOR)
    app = create_app(strict, clock=clock)
    async with AsyncTestClient(app, base_url="http://testserver.local") as client:
        client.follow_redirects = False
        yield client


class Telephone:
    """Shows the codes of a secret by the same clock."""

    def __init__(self, clock: DrivenClock, letters: str) -> None:
        self.clock, self.secret = clock, base64.b32decode(letters)

    def code(self) -> str:
        return sealing.code_at(self.secret, int(self.clock.now().timestamp()) // 30)


async def password(browser: AsyncTestClient, **other: str) -> httpx.Response:
    return await send_form(browser, "/sign-in", CREDENTIALS | other, shown="/sign-in")


async def set_up(browser: AsyncTestClient, clock: DrivenClock) -> tuple[Telephone, list[str]]:
    """Signed in, with a telephone and its recovery codes; the code's half minute has passed."""
    await password(browser)
    shown = await browser.get(ACCOUNT, headers=HTML)
    letters = re.search(r"<code>([A-Z2-7 ]+)</code>", shown.text)
    assert letters, shown.text
    telephone = Telephone(clock, letters[1].replace(" ", ""))
    shows = {"code": telephone.code(), "known": PASSWORD}
    answer = await send_form(browser, ACCOUNT, shows, shown=ACCOUNT)
    assert answer.status_code == 200, answer.text
    codes = re.findall(r"<code>([A-Z2-9-]{14})</code>", answer.text)
    assert len(codes) == 10
    clock.forward(timedelta(seconds=30))
    return telephone, codes


async def type_code(browser: AsyncTestClient, asked: httpx.Response, code: str) -> httpx.Response:
    """Send the form of the page that asks for a code."""
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', asked.text))
    return await browser.post("/sign-in/code", data={**fields, "code": code}, headers=HTML)


async def test_an_operator_sets_one_up_before_anything_else(
    claire: AsyncTestClient, clock: DrivenClock
) -> None:
    await password(claire)
    led = await claire.get("/pro/operations", headers=HTML)
    assert led.status_code == 303
    assert led.headers["location"] == f"{ACCOUNT}?next=%2Fpro%2Foperations"
    refused = await claire.get("/api/v1/operator/audit-entries")
    assert refused.status_code == 403
    assert refused.json()["type"].endswith("second-factor-missing")
    shown = await claire.get(ACCOUNT, headers=HTML)
    assert "ne peut agir qu'avec un second facteur" in text_of(shown)
    assert 'src="data:image/svg+xml' in shown.text
    assert shown.headers["cache-control"] == "no-store"
    shows = {"code": "000000", "known": PASSWORD}
    wrong = await send_form(claire, ACCOUNT, shows, shown=ACCOUNT)
    assert wrong.status_code == 400
    assert "Ce code n'est pas juste" in text_of(wrong)
    await set_up(claire, clock)
    assert (await claire.get("/pro/operations", headers=HTML)).status_code == 200


async def test_a_code_is_asked_after_the_password_and_taken_once(
    claire: AsyncTestClient, clock: DrivenClock
) -> None:
    telephone, codes = await set_up(claire, clock)
    claire.cookies.clear()
    asked = await password(claire, next="/pro/ledger")
    assert asked.status_code == 200
    assert "session" not in claire.cookies
    code = telephone.code()
    entered = await type_code(claire, asked, f" {code[:3]} {code[3:]} ")
    assert (entered.status_code, entered.headers["location"]) == (303, "/pro/ledger")
    assert (await claire.get("/pro/operations", headers=HTML)).status_code == 200

    claire.cookies.clear()
    asked = await password(claire)
    for used in (code, "000000", ""):
        refused = await type_code(claire, asked, used)
        assert refused.status_code == 400
        assert "session" not in claire.cookies
    for code, status in [(codes[0].lower(), 303), (codes[0], 400)]:
        claire.cookies.clear()
        answer = await type_code(claire, await password(claire), code)
        assert answer.status_code == status


async def test_one_code_sent_by_many_at_once_lets_one_in(
    claire: AsyncTestClient, clock: DrivenClock
) -> None:
    telephone, _ = await set_up(claire, clock)
    claire.cookies.clear()
    code = telephone.code()
    answers = await asyncio.gather(
        *[claire.post("/api/v1/sessions", json=CREDENTIALS | {"code": code}) for _ in range(4)]
    )
    assert sorted(answer.status_code for answer in answers) == [201, 400, 400, 400]


async def test_guessing_ends_after_five_tries(claire: AsyncTestClient, clock: DrivenClock) -> None:
    telephone, _ = await set_up(claire, clock)
    claire.cookies.clear()
    asked = await password(claire)
    tried = [(await type_code(claire, asked, "000000")).status_code for _ in range(6)]
    assert tried == [400] * 5 + [429]
    assert (await type_code(claire, asked, telephone.code())).status_code == 429
    clock.forward(timedelta(minutes=16))
    late = await type_code(claire, asked, telephone.code())
    assert (late.status_code, late.headers["location"]) == (303, "/sign-in")
    entered = await type_code(claire, await password(claire), telephone.code())
    assert entered.status_code == 303


async def test_a_program_sends_the_code_with_the_password(
    claire: AsyncTestClient, clock: DrivenClock
) -> None:
    telephone, _ = await set_up(claire, clock)
    claire.cookies.clear()
    asked = await claire.post("/api/v1/sessions", json=CREDENTIALS)
    assert asked.status_code == 401
    assert asked.json()["type"].endswith("second-factor-wanted")
    wrong = CREDENTIALS | {"password": "wrong horse", "code": telephone.code()}
    assert (await claire.post("/api/v1/sessions", json=wrong)).status_code == 401
    right = CREDENTIALS | {"code": telephone.code()}
    assert (await claire.post("/api/v1/sessions", json=right)).status_code == 201


async def test_a_step_of_an_approval_asks_for_a_fresh_code(
    claire: AsyncTestClient, clock: DrivenClock
) -> None:
    telephone, _ = await set_up(claire, clock)
    clock.forward(timedelta(minutes=15))
    assert (await claire.get("/pro/approvals", headers=HTML)).status_code == 200
    step = {"step": "submit", "reason": "Nous voulons l'argent", "level": "silver"}
    page = "/pro/approvals/tourism"
    token = re.search(
        r'name="_csrf_token" value="([^"]*)"', (await claire.get(ACCOUNT, headers=HTML)).text
    )
    assert token
    data = {"_csrf_token": token[1], **step}
    headers = HTML | {"referer": f"http://testserver.local{page}"}
    led = await claire.post(page, data=data, headers=headers)
    assert led.status_code == 303
    assert led.headers["location"] == "/second-factor?next=%2Fpro%2Fapprovals%2Ftourism"
    elsewhere = HTML | {"referer": "https://example.com/pro"}
    led = await claire.post(page, data=data, headers=elsewhere)
    assert led.headers["location"] == "/second-factor"
    shown = {"code": telephone.code(), "next": page}
    back = await send_form(claire, AGAIN, shown, shown=AGAIN)
    assert (back.status_code, back.headers["location"]) == (303, page)
    # Such a service is not registered here: the step itself is refused now, not the person.
    assert (await claire.post(page, data=data, headers=headers)).status_code == 404


async def test_another_telephone_ends_the_sessions_of_before(
    claire: AsyncTestClient, clock: DrivenClock, admin: asyncpg.Connection
) -> None:
    await password(claire)
    earlier = dict(claire.cookies)
    claire.cookies.clear()
    telephone, codes = await set_up(claire, clock)
    mine = dict(claire.cookies)
    claire.cookies.clear()
    claire.cookies.update(earlier)
    assert (await claire.get("/api/v1/me")).status_code == 401
    claire.cookies.clear()
    claire.cookies.update(mine)
    renewed = await send_form(claire, f"{ACCOUNT}/codes", {"code": telephone.code()}, shown=ACCOUNT)
    assert codes[0] not in renewed.text
    clock.forward(timedelta(seconds=30))
    away = {"code": telephone.code()}
    assert (await send_form(claire, f"{ACCOUNT}/away", away, shown=ACCOUNT)).status_code == 303
    assert await admin.fetchval("select count(*) from second_factor") == 0
    assert await admin.fetchval("select count(*) from recovery_code") == 0
    acts = await admin.fetch(
        "select action from audit_entry where action like 'second%' order by id"
    )
    assert [row["action"] for row in acts] == [
        "second-factor.set-up", "second-factor.codes-renewed", "second-factor.taken-away"
    ]  # fmt: skip


async def test_who_lost_everything_is_helped_by_who_has_the_machine(
    claire: AsyncTestClient, clock: DrivenClock, database: Database
) -> None:
    await set_up(claire, clock)
    async with database.transaction() as tx:
        assert await identity.forget_lost_factor(tx, " CLAIRE@example.fr")
        assert not await identity.forget_lost_factor(tx, EMAIL)
    assert (await claire.get("/api/v1/me")).status_code == 401
    assert (await password(claire)).status_code == 303


async def test_nobody_adds_an_owner_to_the_operator_with_a_password_alone(
    claire: AsyncTestClient, clock: DrivenClock, admin: asyncpg.Connection
) -> None:
    await password(claire)
    body, members = {"email": EMAIL, "role": "owner"}, "/api/v1/organisation/members"

    async def add() -> str:
        answer = await claire.post(
            members, json=body, headers={"Idempotency-Key": f"{clock.now()}"}
        )
        return "" if answer.status_code < 300 else answer.json()["type"].rpartition(":")[2]

    assert await add() == "second-factor-missing"
    for path in (members, "/api/v1/organisation", "/api/v1/audit-entries"):
        assert (await claire.get(path)).status_code == 403
    opened = await claire.post(
        "/api/v1/organisations",
        json={"kind": "operator", "name": "Une autre"},
        headers={"Idempotency-Key": "opens"},
    )
    assert opened.json()["type"].endswith("second-factor-missing")
    assert await admin.fetchval("select count(*) from organisation") == 1
    assert (await claire.get("/api/v1/me")).status_code == 200

    await set_up(claire, clock)
    assert (await claire.get(members)).status_code == 200
    clock.forward(timedelta(minutes=16))
    assert await add() == "second-factor-stale"
    removed = await claire.delete(f"{members}/1", headers={"Idempotency-Key": "removes"})
    assert removed.json()["type"].endswith("second-factor-stale")
    assert (await claire.get(members)).status_code == 200


async def test_each_code_is_written_down_without_what_was_typed(
    claire: AsyncTestClient, clock: DrivenClock
) -> None:
    telephone, _ = await set_up(claire, clock)
    claire.cookies.clear()
    code = telephone.code()
    with capture_logs() as lines:
        asked = await password(claire)
        await type_code(claire, asked, "000000")
        await type_code(claire, asked, code)
    told = [one for one in lines if one["event"] == "sign-in"]
    assert [(one["outcome"], one["by"]) for one in told] == [
        ("second factor wanted", "password"),
        ("wrong", "code"),
        ("signed in", "password and code"),
    ]
    assert len({one["person"] for one in told}) == 1
    assert "000000" not in str(told)
    assert code not in str(told)


async def test_a_first_factor_is_set_up_by_who_knows_the_password(
    claire: AsyncTestClient, clock: DrivenClock, admin: asyncpg.Connection
) -> None:
    """Whoever finds an open browser does not lock its person out."""
    await password(claire)
    shown = await claire.get(ACCOUNT, headers=HTML)
    letters = re.search(r"<code>([A-Z2-7 ]+)</code>", shown.text)
    assert letters, shown.text
    code = Telephone(clock, letters[1].replace(" ", "")).code()
    for known in ("", "not this one"):
        shows = {"code": code, "known": known}
        refused = await send_form(claire, ACCOUNT, shows, shown=ACCOUNT)
        assert refused.status_code == 400
        assert "Ce n'est pas votre mot de passe" in text_of(refused)
    assert await admin.fetchval("select count(*) from second_factor") == 0
    done = await send_form(claire, ACCOUNT, {"code": code, "known": PASSWORD}, shown=ACCOUNT)
    assert done.status_code == 200
    assert await admin.fetchval("select count(*) from second_factor") == 1
