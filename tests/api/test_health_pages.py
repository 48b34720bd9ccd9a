"""A practice's pages, those of who comes, and FHIR for its programs."""

import re
import uuid

import httpx
import pytest
from litestar.testing import AsyncTestClient

from hub.core.db import Database
from tests.api.conftest import SignIn
from tests.people import read, send, sign_up, text_of
from tests.practices import prove_hosting
from tests.trusted import find_operator

FHIR = "/api/v1/health/fhir"
TRAITS = {"birth_name": "Martin", "first_names": "Lou", "born": "1990-02-03", "sex": "female"}


async def open_practice(visitor: AsyncTestClient, number: int = 7) -> int:
    opened = await visitor.post(
        "/api/v1/organisations",
        json={"kind": "practice", "name": f"Cabinet {number}"},
        headers={"idempotency-key": str(uuid.UUID(int=number))},
    )
    assert opened.status_code == 201, opened.text
    organisation: int = opened.json()["id"]
    await act_for(visitor, organisation)
    return organisation


async def act_for(visitor: AsyncTestClient, organisation: int) -> None:
    body = {"organisation": organisation}
    assert (await visitor.put("/api/v1/sessions/current", json=body)).status_code == 200


@pytest.fixture
async def practice(visitor: AsyncTestClient, sign_in: SignIn, demo: Database) -> int:
    """A practice with a physician and a morning, where the hosting has its proofs; the visitor acts
    for it."""
    await prove_hosting(demo)
    await sign_in("exploitant")
    organisation = await open_practice(visitor)
    fields: dict[str, object] = {
        "given": "Nadia", "family": "Exemple", "profession": "physician", "rpps": "10003456786",
        "idempotency_key": str(uuid.UUID(int=1)),
    }  # fmt: skip
    answer = await send(visitor, "/cabinet/agenda/praticiens", fields, shown="/cabinet/agenda")
    assert answer.status_code == 303, answer.text
    assert (await open_hours(visitor)).status_code == 303
    return organisation


async def open_hours(visitor: AsyncTestClient, **change: str) -> httpx.Response:
    _, board = await read(visitor, "/cabinet/agenda")
    physician = re.search(r'<option value="([0-9a-f-]{36})"', board)
    assert physician, board
    fields: dict[str, object] = {
        "practitioner": physician.group(1), "day": "2026-12-04", "begins": "09:00",
        "ends": "10:00", "minutes": "20", "modes": "both",
        "idempotency_key": str(uuid.UUID(int=2)), **change,
    }  # fmt: skip
    return await send(visitor, "/cabinet/agenda/creneaux", fields, shown="/cabinet/agenda")


async def times(visitor: AsyncTestClient, space: int) -> list[str]:
    _, page = await read(visitor, f"/rendez-vous/{space}")
    return re.findall(rf'href="(/rendez-vous/{space}/[0-9a-f-]{{36}})"', page)


async def book(
    visitor: AsyncTestClient, path: str, key: int = 5, **change: object
) -> httpx.Response:
    fields: dict[str, object] = {
        **TRAITS, "mode": "video", "idempotency_key": str(uuid.UUID(int=key)), **change,
    }  # fmt: skip
    return await send(visitor, path, fields, shown=path)


async def test_a_patient_books_changes_and_cancels(
    visitor: AsyncTestClient, practice: int, sign_in: SignIn
) -> None:
    await sign_up(visitor, "Lou Martin")
    first, second, _ = await times(visitor, practice)
    status, page = await read(visitor, first)
    assert status == 200
    assert "Nadia Exemple" in page
    assert (await book(visitor, first)).status_code == 303
    own = f"/rendez-vous/{practice}/miens"
    _, page = await read(visitor, own)
    assert "4 déc. 2026, 09:00" in page
    assert "en vidéo" in page
    assert first not in await times(visitor, practice)
    moved = re.search(rf'action="({own}/[0-9a-f-]{{36}})/changer"', page)
    assert moved, page
    at = {"at": f"{second.rpartition('/')[2]}:place"}
    assert (await send(visitor, f"{moved.group(1)}/changer", at, shown=own)).status_code == 303
    assert first in await times(visitor, practice)
    assert "4 déc. 2026, 09:20" in (await read(visitor, own))[1]
    assert (await send(visitor, f"{moved.group(1)}/annuler", {}, shown=own)).status_code == 303
    assert "annulé" in (await read(visitor, own))[1]
    assert len(await times(visitor, practice)) == 3


async def test_a_time_that_somebody_else_has_is_said_to_be_taken(
    visitor: AsyncTestClient, practice: int
) -> None:
    await sign_up(visitor, "Lou Martin")
    first, *_ = await times(visitor, practice)
    await book(visitor, first)
    await sign_up(visitor, "Ana Petit")
    _, page = await read(visitor, first)
    assert "Cette heure n'est plus libre." in page
    second = (await times(visitor, practice))[0]
    fields = {**TRAITS, "mode": "place", "idempotency_key": str(uuid.UUID(int=9))}
    refused = await send(visitor, first, fields, shown=second)
    assert refused.status_code == 409


async def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(
    visitor: AsyncTestClient, practice: int
) -> None:
    refused = await open_hours(
        visitor, day="2027-03-28", begins="02:30", ends="05:00",
        idempotency_key=str(uuid.UUID(int=3)),
    )  # fmt: skip
    assert refused.status_code == 400
    assert 'id="error-begins"' in refused.text
    assert 'value="02:30"' in refused.text
    await sign_up(visitor, "Lou Martin")
    first, *_ = await times(visitor, practice)
    refused = await book(visitor, first, born="2027-01-01", birth_name="Saint-Exemple")
    assert refused.status_code == 400
    assert 'id="error-born"' in refused.text
    assert "Saint-Exemple" in text_of(refused)


async def test_somebody_elses_appointment_is_nobodys_to_change(
    visitor: AsyncTestClient, practice: int
) -> None:
    await sign_up(visitor, "Lou Martin")
    first, second, _ = await times(visitor, practice)
    await book(visitor, first)
    own = f"/rendez-vous/{practice}/miens"
    _, page = await read(visitor, own)
    moved = re.search(rf'action="({own}/[0-9a-f-]{{36}})/annuler"', page)
    assert moved, page
    await sign_up(visitor, "Ana Petit")
    await book(visitor, second, 6)
    for does in ("annuler", "changer"):
        at = {"at": f"{second.rpartition('/')[2]}:place"}
        refused = await send(visitor, f"{moved.group(1)}/{does}", at, shown=own)
        assert refused.status_code == 404
    assert "Lou" not in (await read(visitor, own))[1]


async def test_a_word_that_no_form_sends_cancels_nothing(
    visitor: AsyncTestClient, practice: int
) -> None:
    await sign_up(visitor, "Lou Martin")
    first, *_ = await times(visitor, practice)
    await book(visitor, first)
    own = f"/rendez-vous/{practice}/miens"
    moved = re.search(rf'action="({own}/[0-9a-f-]{{36}})/annuler"', (await read(visitor, own))[1])
    assert moved
    for word in ("anuler", "changer2", "visites", "CHANGER"):
        refused = await send(visitor, f"{moved.group(1)}/{word}", {}, shown=own)
        assert refused.status_code == 404, word
    assert moved.group(1) in (await read(visitor, own))[1]
    assert first not in await times(visitor, practice)


async def test_the_practice_adds_a_patient_checks_who_it_is_and_books(
    visitor: AsyncTestClient, practice: int
) -> None:
    home = "/cabinet/patients"
    fields: dict[str, object] = {
        "birth_name": "Martin-Exemple", "first_names": "Léa Rose", "born": "1985-05-12",
        "sex": "female", "birthplace": "48095", "idempotency_key": str(uuid.UUID(int=4)),
    }  # fmt: skip
    added = await send(visitor, home, fields, shown=home)
    assert added.status_code == 303, added.text
    path = added.headers["location"]
    again = await send(
        visitor, home, {**fields, "idempotency_key": str(uuid.UUID(int=44))}, shown=home
    )
    assert again.status_code == 409
    assert path in again.text
    wrong = {"revision": "0", "oid": "1.2.250.1.213.1.4.8", "matricule": "285054809512383"}
    refused = await send(visitor, f"{path}/ins", wrong, shown=path)
    assert refused.status_code == 400
    assert 'id="error-matricule"' in refused.text
    taken = await send(
        visitor, f"{path}/ins", {**wrong, "matricule": "2 85 05 48 095 123 82"}, shown=path
    )
    assert taken.status_code == 303, taken.text
    _, page = await read(visitor, path)
    assert "Identité récupérée" in page
    assert "2850548095123" not in page
    bare = (await visitor.get(f"{FHIR}/Patient/{path.rpartition('/')[2]}")).json()
    assert "identifier" not in bare
    await send(visitor, f"{path}/identite", {"revision": "1", "paper": "passport"}, shown=path)
    _, page = await read(visitor, path)
    assert "Identité qualifiée" in page
    assert "285054809512382" in page
    resource = (await visitor.get(f"{FHIR}/Patient/{path.rpartition('/')[2]}")).json()
    (identifier,) = resource["identifier"]
    assert identifier["value"] == "285054809512382"
    assert identifier["system"] == "urn:oid:1.2.250.1.213.1.4.8"
    assert identifier["type"]["coding"][0]["code"] == "INS-NIR"
    assert "Léa" in (await read(visitor, home, ne="1985-05-12"))[1]
    assert "Léa" not in (await read(visitor, home, ne="1985-05-13"))[1]
    assert "Léa" in (await read(visitor, home, nom="martin e"))[1]
    _, page = await read(visitor, f"{path}/rendez-vous")
    at = re.search(r'value="([0-9a-f-]{36}:place)"', page)
    assert at, page
    fields = {"at": at.group(1), "idempotency_key": str(uuid.UUID(int=8))}
    booked = await send(visitor, f"{path}/rendez-vous", fields, shown=f"{path}/rendez-vous")
    assert booked.status_code == 303, booked.text
    assert "Léa Martin-Exemple" in (await read(visitor, "/cabinet/agenda"))[1]


async def test_traits_are_corrected_on_the_patient_s_page_and_nothing_typed_is_lost(
    visitor: AsyncTestClient, practice: int
) -> None:
    home = "/cabinet/patients"
    fields: dict[str, object] = {
        **TRAITS, "birthplace": "48095", "idempotency_key": str(uuid.UUID(int=4)),
    }  # fmt: skip
    path = (await send(visitor, home, fields, shown=home)).headers["location"]
    paper = {"revision": "0", "paper": "passport"}
    assert (await send(visitor, f"{path}/identite", paper, shown=path)).status_code == 303
    assert "Identité validée" in (await read(visitor, path))[1]
    wrong: dict[str, object] = {**fields, "revision": "1", "born": "1990-02-31", "phone": "06 01"}
    refused = await send(visitor, f"{path}/traits", wrong, shown=path)
    assert refused.status_code == 400
    assert 'id="error-' in refused.text
    assert 'value="1990-02-31"' in refused.text
    right = {**fields, "revision": "1", "birth_name": "Martín"}
    assert (await send(visitor, f"{path}/traits", right, shown=path)).status_code == 303
    _, page = await read(visitor, path)
    assert "Lou Martín" in page
    assert "Identité provisoire" in page
    assert (await send(visitor, f"{path}/traits", right, shown=path)).status_code == 409
    assert (await send(visitor, f"{path}/autre", right, shown=path)).status_code == 404


@pytest.mark.parametrize("path", ["/cabinet/agenda", "/cabinet/patients", f"{FHIR}/Patient"])
async def test_others_than_a_practice_see_nothing(
    visitor: AsyncTestClient, practice: int, sign_in: SignIn, path: str
) -> None:
    await sign_in("hotelier")
    assert (await read(visitor, path))[0] == 403
    visitor.cookies.clear()
    assert (await visitor.get(path, headers={"accept": "application/json"})).status_code == 401


async def test_only_a_practice_has_a_page_to_book(visitor: AsyncTestClient, practice: int) -> None:
    for space in (1, practice + 1000, 0, 2**31):
        assert (await read(visitor, f"/rendez-vous/{space}"))[0] == 404


async def test_fhir_searches_reads_and_pages(visitor: AsyncTestClient, practice: int) -> None:
    found = (await visitor.get(f"{FHIR}/Slot", params={"_count": "2", "status": "free"})).json()
    assert found["resourceType"] == "Bundle"
    assert len(found["entry"]) == 2
    following = next(one["url"] for one in found["link"] if one["relation"] == "next")
    rest = (await visitor.get(following.replace("http://testserver.local", ""))).json()
    assert len(rest["entry"]) == 1
    assert [one["relation"] for one in rest["link"]] == ["self"]
    starts = {one["resource"]["start"] for one in (*found["entry"], *rest["entry"])}
    assert len(starts) == 3
    one = found["entry"][0]["resource"]
    read_one = await visitor.get(f"{FHIR}/Slot/{one['id']}")
    assert read_one.headers["content-type"].startswith("application/fhir+json")
    assert read_one.json() == one
    schedule = (await visitor.get(f"{FHIR}/{one['schedule']['reference']}")).json()
    assert schedule["actor"][0]["display"] == "Nadia Exemple"
    by_rpps = {"identifier": "https://rpps.esante.gouv.fr|10003456786"}
    named = (await visitor.get(f"{FHIR}/Practitioner", params=by_rpps)).json()
    assert named["entry"][0]["resource"]["id"] == schedule["id"]
    other = {"identifier": "urn:oid:1.2.3|10003456786"}
    assert "entry" not in (await visitor.get(f"{FHIR}/Practitioner", params=other)).json()


@pytest.mark.parametrize(
    ("query", "many"),
    [
        ("start=2026-12-04", 3),
        ("start=ge2026-12-04&start=lt2026-12-05", 3),
        ("start=2026-12-03", 0),
        ("start=gt2026-12-04", 0),
        ("start=2026", 3),
        ("start=ge2026-12-04T09:20:00%2B01:00", 2),
        ("start=2026-12-04T08:20:00Z", 1),
        ("start=lt2026-12-04&start=gt2026-12-04", 0),
        ("status=busy", 0),
        ("schedule=Schedule/none", 0),
        ("_id=none", 0),
    ],
)
async def test_fhir_finds_what_holds(
    visitor: AsyncTestClient, practice: int, query: str, many: int
) -> None:
    found = (await visitor.get(f"{FHIR}/Slot?{query}")).json()
    assert len(found.get("entry", ())) == many, found


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("Slot?color=blue", 400, "not-supported"),
        ("Slot?status=maybe", 400, "invalid"),
        ("Slot?status=free,busy", 400, "not-supported"),
        ("Slot?start=tomorrow", 400, "invalid"),
        ("Slot?start=2026-13", 400, "invalid"),
        ("Slot?_count=many", 400, "invalid"),
        ("Slot?_format=xml", 406, "not-supported"),
        ("Patient?birthdate=1985", 400, "invalid"),
        ("Observation", 400, "not-supported"),
        ("Observation/1", 400, "not-supported"),
        ("Patient/00000000-0000-0000-0000-000000000000", 404, "not-found"),
        ("Patient/1", 404, "not-found"),
        ("Binary/1", 404, "not-found"),
        ("Binary/00000000-0000-0000-0000-000000000000", 403, "forbidden"),
    ],
)
async def test_fhir_refuses_by_an_outcome(
    visitor: AsyncTestClient, practice: int, path: str, status: int, code: str
) -> None:
    answer = await visitor.get(f"{FHIR}/{path}")
    assert answer.status_code == status
    outcome = answer.json()
    assert outcome["resourceType"] == "OperationOutcome"
    assert outcome["issue"][0]["code"] == code


@pytest.mark.parametrize("path", ["metadata", "Slot", "Slot/1", "Binary/1"])
async def test_fhir_refuses_by_an_outcome_whoever_refuses(
    visitor: AsyncTestClient, practice: int, sign_in: SignIn, path: str
) -> None:
    def check(answer: httpx.Response, status: int, code: str) -> None:
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"].startswith("application/fhir+json")
        assert "no-store" in answer.headers["cache-control"]
        outcome = answer.json()
        assert outcome["resourceType"] == "OperationOutcome"
        assert [one["code"] for one in outcome["issue"]] == [code]

    if path != "Binary/1":
        for accept in ("application/fhir+xml", "text/html", "application/json;q=0"):
            refused = await visitor.get(f"{FHIR}/{path}", headers={"accept": accept})
            check(refused, 406, "not-supported")
    if path == "metadata":
        return
    await sign_in("hotelier")
    check(await visitor.get(f"{FHIR}/{path}"), 403, "forbidden")
    visitor.cookies.clear()
    check(await visitor.get(f"{FHIR}/{path}"), 401, "login")


@pytest.mark.parametrize(
    "accept", ["", "*/*", "text/html, application/*;q=0.1", "application/json"]
)
async def test_fhir_gives_json_to_whoever_takes_it(
    visitor: AsyncTestClient, practice: int, accept: str
) -> None:
    answer = await visitor.get(f"{FHIR}/Slot", headers={"accept": accept})
    assert answer.status_code == 200


async def test_fhir_of_one_practice_is_closed_to_another(
    visitor: AsyncTestClient, practice: int, demo: Database
) -> None:
    one = (await visitor.get(f"{FHIR}/Slot")).json()["entry"][0]["resource"]
    await act_for(visitor, await find_operator(demo))
    await open_practice(visitor, 8)
    assert "entry" not in (await visitor.get(f"{FHIR}/Slot")).json()
    assert (await visitor.get(f"{FHIR}/Slot/{one['id']}")).status_code == 404
