"""Nothing real of health is kept where the hosting does not prove HDS, by whatever way in."""

import re
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import pytest
from litestar.testing import AsyncTestClient

from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.settings import Settings
from hub.gates import State, find_gates
from tests.api.conftest import SignIn
from tests.api.test_health_pages import TRAITS, act_for, book, open_practice, practice, times
from tests.people import HTML, read, send, sign_up, text_of
from tests.practices import lose_certificate
from tests.trusted import find_operator
from verticals.health.manifest import vertical

__all__ = ["practice"]


ID = str(uuid.UUID(int=77))
TABLES = [
    "health_patient", "health_practitioner", "health_slot", "health_appointment", "health_document",
    "health_consent", "health_video", "health_room", "health_ticket", "health_note", "health_merge",
    "health_mark",
]  # fmt: skip
# Each form that keeps something, by the address of its route, with the words that it may have.
KEEPS = {
    "/cabinet/patients": [""],
    "/cabinet/patients/{id:uuid}/{what:str}": ["identite", "ins", "traits"],
    "/cabinet/patients/{id:uuid}/rendez-vous": [""],
    "/cabinet/patients/{id:uuid}/doublons": [""],
    "/cabinet/agenda/praticiens": [""],
    "/cabinet/agenda/creneaux": [""],
    "/cabinet/agenda/{what:str}/{id:uuid}/{does:str}": ["compte", "accepter", "reprise"],
    "/cabinet/visites/video": [""],
    "/cabinet/visites/{id:uuid}/{does:str}": ["ouvrir", "note"],
    "/cabinet/doublons/{id:uuid}/{does:str}": ["fusionner", "refuser"],
    "/rendez-vous/{space:int}/{slot:uuid}": [""],
    "/rendez-vous/{space:int}/miens/{id:uuid}/{does:str}": ["changer"],
    "/rendez-vous/{space:int}/miens/{id:uuid}/visite": [""],
    "/rendez-vous/{space:int}/pieces": [""],
    "/rendez-vous/{space:int}/pieces/{id:uuid}/{does:str}": ["partager"],
}
# They give to read what is there, or take it back.
GIVES = {
    "/cabinet/documents/{document:uuid}",
    "/cabinet/patients/{id:uuid}/documents/{document:uuid}",
    "/salle/{token:str}",
}


@pytest.fixture
async def demo_admin(demo_settings: Settings) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(demo_settings.database_url)
    yield connection
    await connection.close()


def posts() -> set[str]:
    found: set[str] = set()
    for one in vertical.slices:
        for handler in one.handlers:
            if "POST" in handler.http_methods:
                found |= set(handler.paths)
    return found


def test_every_form_is_known_here() -> None:
    assert posts() == set(KEEPS) | GIVES


async def test_nobody_but_the_operator_opens_a_practice(
    visitor: AsyncTestClient, sign_in: SignIn
) -> None:
    await sign_in("hotelier")
    refused = await visitor.post(
        "/api/v1/organisations",
        json={"kind": "practice", "name": "Cabinet"},
        headers={"idempotency-key": str(uuid.UUID(int=3))},
    )
    assert refused.status_code == 403
    assert refused.json()["type"].endswith("organisation-not-allowed")


async def count(admin: asyncpg.Connection) -> list[object]:
    return [await admin.fetch(f"select t::text from {name} t order by 1") for name in TABLES]


async def test_nothing_is_kept_once_the_certificate_has_gone(
    visitor: AsyncTestClient, practice: int, demo: Database, demo_admin: asyncpg.Connection,
    sign_in: SignIn,
) -> None:  # fmt: skip
    await sign_up(visitor, "Lou Martin")
    first, second, _ = await times(visitor, practice)
    await book(visitor, first)
    await lose_certificate(demo)
    before = await count(demo_admin)
    for route, words in KEEPS.items():
        for word in words:
            await sign_in("exploitant")
            await act_for(visitor, practice)
            path = re.sub(r"\{space:int\}", str(practice), route)
            what = {"compte": "praticiens", "accepter": "praticiens", "reprise": "praticiens"}
            path = re.sub(r"\{what:str\}(?=/)", what.get(word, "praticiens"), path)
            path = re.sub(r"\{(what|does):str\}", word, path)
            path = re.sub(r"\{[a-z]+:uuid\}", ID, path)
            fields: dict[str, object] = {
                **TRAITS, "mode": "video", "idempotency_key": ID, "revision": "0",
            }  # fmt: skip
            answer = await send(visitor, path, fields, shown="/cabinet/agenda")
            assert answer.status_code in {404, 409}, (path, answer.text)
            if answer.status_code == 409:
                assert "hébergement" in answer.text, path
    await sign_up(visitor, "Ana Petit")
    refused = await book(visitor, second)
    assert refused.status_code == 409
    assert "hébergement" in refused.text
    assert await count(demo_admin) == before


async def test_what_is_there_is_read_and_taken_back_without_the_certificate(
    visitor: AsyncTestClient, practice: int, demo: Database
) -> None:
    await sign_up(visitor, "Lou Martin")
    first, *_ = await times(visitor, practice)
    await book(visitor, first)
    await lose_certificate(demo)
    own = f"/rendez-vous/{practice}/miens"
    _, page = await read(visitor, own)
    taken = re.search(rf'action="({own}/[0-9a-f-]{{36}}/annuler)"', page)
    assert taken, page
    assert (await send(visitor, taken.group(1), {}, shown=own)).status_code == 303
    assert "annulé" in (await read(visitor, own))[1]


async def test_a_practice_that_the_operator_opens_waits_for_the_proofs(
    visitor: AsyncTestClient, sign_in: SignIn
) -> None:
    await sign_in("exploitant")
    await open_practice(visitor)
    fields: dict[str, object] = {
        "given": "Nadia", "family": "Exemple", "profession": "physician", "rpps": "10003456786",
        "idempotency_key": ID,
    }  # fmt: skip
    refused = await send(visitor, "/cabinet/agenda/praticiens", fields, shown="/cabinet/agenda")
    assert refused.status_code == 409
    page = await visitor.get("/cabinet/agenda", headers=HTML)
    assert "Nadia" not in page.text


def physician(key: str) -> dict[str, object]:
    return {
        "given": "Max", "family": "Exemple", "profession": "nurse", "rpps": "10003456794",
        "idempotency_key": key,
    }  # fmt: skip


async def test_measurements_that_are_late_stop_no_daily_work_and_let_nothing_begin(
    visitor: AsyncTestClient, practice: int, demo: Database, clock: DrivenClock, sign_in: SignIn
) -> None:
    clock.forward(timedelta(days=2, hours=12))
    async with demo.transaction(1) as tx:
        gates = await find_gates(tx, vertical)
    late = {gate.state: {one.code for one in gate.reasons} for gate in gates}
    assert late[State.TRIAL] == {"class-floor"}
    assert late[State.PRODUCTION] == {"class-floor", "level"}
    await sign_in("exploitant")
    await act_for(visitor, practice)
    board, home = "/cabinet/agenda", "/cabinet/patients"
    added = await send(visitor, home, {**TRAITS, "idempotency_key": ID}, shown=board)
    assert added.status_code == 303, added.text
    more = await send(visitor, f"{board}/praticiens", physician(ID), shown=board)
    assert more.status_code == 303, more.text
    await sign_up(visitor, "Ana Petit")
    assert (await book(visitor, (await times(visitor, practice))[0])).status_code == 303

    await sign_in("exploitant")
    await act_for(visitor, await find_operator(demo))
    await open_practice(visitor, 8)
    refused = await send(visitor, f"{board}/praticiens", physician(ID), shown=board)
    assert refused.status_code == 409
    assert "hébergement" in refused.text


@pytest.mark.parametrize("state", ["sandbox", "trial", "production"])
async def test_a_sandbox_holds_invented_people_whatever_the_hosting_has(
    visitor: AsyncTestClient, sign_in: SignIn, demo_admin: asyncpg.Connection, state: str
) -> None:
    await sign_in("exploitant")
    space = await open_practice(visitor)
    await demo_admin.execute(
        "insert into service (id, tenant, vertical, name, state, began_on, ends_on, launched_at,"
        " changed_at) values ($1, $2, 'health', 'Cabinet', $3, '2026-11-30',"
        " case when $3 = 'trial' then date '2026-12-30' end, now(), now())",
        uuid.UUID(int=1), 1, state,
    )  # fmt: skip
    await demo_admin.execute(
        "insert into service_space (space, tenant, service, invented, opened_at)"
        " values ($1, 1, $2, $3, now())",
        space, uuid.UUID(int=1), state == "sandbox",
    )  # fmt: skip
    fields: dict[str, object] = {**TRAITS, "idempotency_key": ID}
    answer = await send(visitor, "/cabinet/patients", fields, shown="/cabinet/agenda")
    assert answer.status_code == (303 if state == "sandbox" else 409), answer.text


async def test_nobody_adds_anything_to_a_practice_that_is_leaving(
    visitor: AsyncTestClient, practice: int, demo_admin: asyncpg.Connection
) -> None:
    await demo_admin.execute(
        "insert into held_organisation (tenant, since, reason) values ($1, now(), 'its notice')",
        practice,
    )
    before = await count(demo_admin)
    await sign_up(visitor, "Lou Martin")
    refused = await book(visitor, (await times(visitor, practice))[0])
    assert refused.status_code == 409
    assert "Ce cabinet s'en va" in text_of(refused)
    assert await count(demo_admin) == before
