"""Nothing of a practice stays in a cache; who looks at what of a patient is written down and shown
to the patient."""

import uuid
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import asyncpg
import pytest
from litestar.handlers import HTTPRouteHandler
from litestar.testing import AsyncTestClient

from hub.core.clock import DrivenClock
from hub.core.settings import Settings
from tests.api.conftest import SignIn
from tests.api.test_health_documents import give_account, keep
from tests.api.test_health_pages import FHIR, TRAITS, act_for, book, practice, times
from tests.api.test_health_visits import BEGINS, lou_signs_in
from tests.people import HTML, read, send, sign_up
from verticals.health.fhir.policy import BASE
from verticals.health.fhir.reading import PARAMETERS
from verticals.health.manifest import vertical

__all__ = ["practice"]

OF = "/cabinet/patients/{id:uuid}"
# What a member sees of a patient on each page, in the word of `What`.
LOOKS = {
    "/cabinet/agenda": "agenda",
    "/cabinet/patients": "record",
    OF: "record",
    OF + "/rendez-vous": "record",
    OF + "/documents": "documents",
    OF + "/doublons": "record",
    "/cabinet/documents": "documents",
    "/cabinet/visites": "visits",
    "/cabinet/doublons": "record",
}
# The same of each type; what has nothing of a patient is None.
TYPES = {
    "Patient": "record",
    "Practitioner": None,
    "Schedule": None,
    "Slot": None,
    "Appointment": "agenda",
    "Consent": "documents",
    "DocumentReference": "documents",
}


@pytest.fixture
async def admin(demo_settings: Settings) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(demo_settings.database_url)
    yield connection
    await connection.close()


def handlers() -> Iterator[HTTPRouteHandler]:
    for one in vertical.slices:
        yield from one.handlers


def test_every_answer_says_that_it_is_not_kept() -> None:
    for handler in handlers():
        told = {one.name: one.value for one in handler.response_headers or ()}
        assert told.get("cache-control") == "private, no-store", handler.paths


@pytest.mark.parametrize("status", [200, 404])
async def test_pages_and_their_refusals_are_in_no_cache(
    visitor: AsyncTestClient, practice: int, status: int
) -> None:
    nobody = uuid.UUID(int=9)
    paths = (
        ("/cabinet/agenda", "/cabinet/patients", f"/rendez-vous/{practice}", f"{FHIR}/Patient")
        if status == 200
        else (f"/cabinet/patients/{nobody}", "/rendez-vous/999999", f"{FHIR}/Patient/{nobody}")
    )
    for path in paths:
        accept = {"accept": "application/json"} if path.startswith("/api/") else HTML
        answer = await visitor.get(path, headers=accept)
        assert answer.status_code == status, path
        assert answer.headers["cache-control"] == "private, no-store", path


def test_every_page_of_members_is_known_here() -> None:
    found = {
        path
        for handler in handlers()
        if "GET" in handler.http_methods and handler.opt["access"] == ("practice",)
        for path in handler.paths
        if not path.startswith(BASE)
    }
    assert found == set(LOOKS)
    assert set(TYPES) == set(PARAMETERS)


async def know_lou(visitor: AsyncTestClient, space: int, clock: DrivenClock) -> str:
    """Lou comes by video in five minutes, shares a document with the physician, and is said to be
    known twice. Lou's record."""
    physician = await give_account(visitor)
    home = "/cabinet/patients"
    again: dict[str, object] = {**TRAITS, "another": "1", "idempotency_key": str(uuid.UUID(int=4))}
    twin = (await send(visitor, home, again, shown=home)).headers["location"]
    await sign_up(visitor, "Lou Martin")
    await book(visitor, (await times(visitor, space))[0])
    assert await keep(visitor, space, physician) == 303
    clock.set(BEGINS - timedelta(minutes=5))
    return twin


async def see(visitor: AsyncTestClient, path: str) -> None:
    accept = {"accept": "application/json"} if path.startswith("/api/") else HTML
    answer = await visitor.get(path, headers=accept)
    assert answer.status_code == 200, (path, answer.text)


async def test_each_look_is_written_down_and_the_patient_reads_it(
    visitor: AsyncTestClient, practice: int, sign_in: SignIn, clock: DrivenClock,
    admin: asyncpg.Connection,
) -> None:  # fmt: skip
    twin = await know_lou(visitor, practice, clock)
    await sign_in("exploitant")
    await act_for(visitor, practice)
    lou = str(await admin.fetchval("select id from health_patient where person is not null"))
    await admin.execute("update health_patient set paper = 'passport'")
    said: dict[str, object] = {
        "gone": lou,
        "why": "Ajouté deux fois",
        "idempotency_key": str(uuid.UUID(int=53)),
    }
    asked = await send(visitor, f"{twin}/doublons", said, shown="/cabinet/visites")
    assert asked.status_code == 303, asked.text
    pages = {path.replace("{id:uuid}", lou): what for path, what in LOOKS.items()}
    pages |= {f"{FHIR}/{type}": what for type, what in TYPES.items()}
    pages[f"{FHIR}/Patient/{lou}"] = "record"
    for path, what in pages.items():
        await admin.execute("truncate health_look")
        before = await admin.fetchval("select max(id) from audit_entry")
        await see(visitor, path)
        rows = await admin.fetch(
            "select what, times, person from health_look where patient = $1::uuid", lou
        )
        assert [(row["what"], row["times"]) for row in rows] == ([(what, 1)] if what else []), path
        entries = await admin.fetch(
            "select actor, subject, detail::text from audit_entry where id > $1"
            " and action like 'health.patient%read'", before,
        )  # fmt: skip
        assert len(entries) == len(rows), path
        for entry in entries:
            assert entry["actor"] == f"person:{rows[0]['person']}"
            assert lou in entry["subject"] + entry["detail"], path
            assert f'"what": "{what}"' in entry["detail"], path

    await see(visitor, "/cabinet/agenda")
    await see(visitor, "/cabinet/visites")
    await see(visitor, "/cabinet/visites")
    looks = f"/rendez-vous/{practice}/miens/regards"
    await lou_signs_in(visitor)
    assert looks in (await read(visitor, f"/rendez-vous/{practice}/miens"))[1]
    _, page = await read(visitor, looks)
    for words in ("vos rendez-vous", "vos visites et leurs notes", "2 fois ce jour-là"):
        assert page.count(words) == 1, page
    name = await admin.fetchval("select name from person where email = 'exploitant@demo.example'")
    assert page.count(f", {name} :") == 3  # with Lou's record by FHIR, before
    await sign_up(visitor, "Ana Petit")
    assert "Personne encore." in (await read(visitor, looks))[1]


async def test_who_looked_and_has_left_is_said_without_a_name(
    visitor: AsyncTestClient, practice: int, sign_in: SignIn, clock: DrivenClock,
    admin: asyncpg.Connection,
) -> None:  # fmt: skip
    await know_lou(visitor, practice, clock)
    await sign_in("exploitant")
    await act_for(visitor, practice)
    await see(visitor, "/cabinet/agenda")
    await admin.execute("delete from membership where tenant = $1", practice)
    await lou_signs_in(visitor)
    _, page = await read(visitor, f"/rendez-vous/{practice}/miens/regards")
    assert "quelqu'un qui n'est plus du cabinet : vos rendez-vous" in page
