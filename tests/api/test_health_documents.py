"""A document shared with a professional, on pages and by FHIR."""

import base64
import re
import uuid

from litestar.testing import AsyncTestClient

from hub import keys
from hub.core.db import Database
from tests.api.conftest import SignIn
from tests.api.test_health_pages import FHIR, act_for, book, practice, times
from tests.people import HTML, read, send, sign_up

__all__ = ["practice"]

PDF = b"%PDF-1.4 a blood count that nobody else should read"


async def give_account(visitor: AsyncTestClient) -> str:
    """The member who is signed in is the physician; the physician's id."""
    home = "/cabinet/agenda"
    _, board = await read(visitor, home)
    found = re.search(rf'action="({home}/praticiens/([0-9a-f-]{{36}})/compte)"', board)
    member = re.search(r'<option value="(\d+)"', board)
    assert found, board
    assert member, board
    answer = await send(visitor, found.group(1), {"account": member.group(1)}, shown=home)
    assert answer.status_code == 303, answer.text
    accepts = found.group(1).replace("/compte", "/accepter")
    assert (await send(visitor, accepts, {}, shown=home)).status_code == 303
    return found.group(2)


async def keep(visitor: AsyncTestClient, space: int, physician: str, content: bytes = PDF) -> int:
    own = f"/rendez-vous/{space}/pieces"
    page = await visitor.get(own, headers=HTML)
    token = re.search(r'name="_csrf_token" value="([^"]*)"', page.text)
    assert token, page.text
    fields = {
        "_csrf_token": token.group(1), "title": "Prise de sang", "practitioner": physician,
        "days": "7", "idempotency_key": str(uuid.UUID(int=31)),
    }  # fmt: skip
    files = {"file": ("a.pdf", content, "application/pdf")}
    return (await visitor.post(own, data=fields, files=files, headers=HTML)).status_code


async def test_a_patient_shares_the_professional_opens_and_the_patient_sees_it(
    visitor: AsyncTestClient, practice: int, sign_in: SignIn
) -> None:
    physician = await give_account(visitor)
    own = f"/rendez-vous/{practice}/pieces"
    await sign_up(visitor, "Lou Martin")
    assert "Prenez d'abord un rendez-vous" in (await read(visitor, own))[1]
    await book(visitor, (await times(visitor, practice))[0])
    assert await keep(visitor, practice, physician, b"<script>") == 400
    assert await keep(visitor, practice, physician) == 303
    _, page = await read(visitor, own)
    taken = re.search(rf'href="({own}/[0-9a-f-]{{36}})"', page)
    assert taken, page
    assert (await visitor.get(taken.group(1))).content == PDF
    await sign_up(visitor, "Ana Petit")
    assert (await read(visitor, taken.group(1)))[0] == 404
    assert (await read(visitor, f"/rendez-vous/{practice}/miens/fhir"))[0] == 404

    await sign_in("exploitant")
    await act_for(visitor, practice)
    shared = "/cabinet/documents"
    _, page = await read(visitor, shared)
    assert "Prise de sang" in page
    document = taken.group(1).rpartition("/")[2]
    reference = (await visitor.get(f"{FHIR}/DocumentReference/{document}")).json()
    attachment = reference["content"][0]["attachment"]
    assert (attachment["title"], attachment["size"]) == ("Prise de sang", len(PDF))
    binary = attachment["url"].replace("http://testserver.local", "")
    assert binary == f"{FHIR}/Binary/{document}"
    as_file = await visitor.get(binary, headers={"accept": "application/pdf"})
    assert as_file.content == PDF
    assert as_file.headers["content-type"] == "application/pdf"
    as_resource = (await visitor.get(binary, headers={"accept": "application/fhir+json"})).json()
    assert (as_resource["resourceType"], as_resource["id"]) == ("Binary", document)
    assert base64.b64decode(as_resource["data"]) == PDF
    active = (await visitor.get(f"{FHIR}/Consent", params={"status": "active"})).json()
    (consent,) = [one["resource"] for one in active["entry"]]
    assert consent["provision"]["data"][0]["reference"]["reference"] == (
        f"DocumentReference/{document}"
    )
    inactive = (await visitor.get(f"{FHIR}/Consent", params={"status": "inactive"})).json()
    assert "entry" not in inactive
    given = await send(visitor, f"{shared}/{document}", {}, shown=shared)
    assert given.content == PDF
    assert given.headers["content-disposition"] == 'attachment; filename="Prise-de-sang.pdf"'
    assert "no-store" in given.headers["cache-control"]

    body = {"email": "lou.martin@example.fr", "password": "une phrase de passe"}
    visitor.cookies.clear()
    assert (await visitor.post("/api/v1/sessions", json=body)).status_code in {200, 201}
    _, page = await read(visitor, own)
    assert page.count("Nadia Exemple") >= 2
    opened = page[page.index("Qui l'a ouvert") :]
    assert opened[: opened.index("</ul>")].count("<li>") == 3  # by FHIR twice, and on the page
    everything = await visitor.get(f"/rendez-vous/{practice}/miens/fhir")
    assert everything.headers["content-type"].startswith("application/fhir+json")
    assert [one["resource"]["resourceType"] for one in everything.json()["entry"]] == [
        "Patient",
        "Practitioner",
        "Appointment",
        "DocumentReference",
        "Consent",
    ]
    ends = re.search(rf'action="({own}/[0-9a-f-]{{36}}/reprendre)"', page)
    assert ends, page
    assert (await send(visitor, ends.group(1), {}, shown=own)).status_code == 303

    await sign_in("exploitant")
    await act_for(visitor, practice)
    refused = await send(visitor, f"{shared}/{document}", {}, shown=shared)
    assert refused.status_code == 403
    assert (await visitor.get(f"{FHIR}/DocumentReference/{document}")).status_code == 404


async def test_a_glass_is_broken_on_a_page_of_its_own(
    visitor: AsyncTestClient, practice: int, sign_in: SignIn
) -> None:
    await give_account(visitor)
    await sign_up(visitor, "Lou Martin")
    await book(visitor, (await times(visitor, practice))[0])
    await keep(visitor, practice, "")
    await sign_in("exploitant")
    await act_for(visitor, practice)
    _, page = await read(visitor, "/cabinet/patients")
    patient = re.search(r'href="(/cabinet/patients/[0-9a-f-]{36})"', page)
    assert patient, page
    closed = f"{patient.group(1)}/documents"
    _, page = await read(visitor, closed)
    assert "Prise de sang" not in page
    act = re.search(rf'action="({closed}/[0-9a-f-]{{36}})"', page)
    assert act, page
    refused = await send(visitor, act.group(1), {"reason": "urgent"}, shown=closed)
    assert refused.status_code == 400
    assert 'id="error-reason"' in refused.text
    given = await send(visitor, act.group(1), {"reason": "Inconsciente, à l'accueil"}, shown=closed)
    assert given.content == PDF


async def test_a_patient_deletes_what_is_theirs_and_nobody_opens_it_any_more(
    visitor: AsyncTestClient, practice: int, sign_in: SignIn
) -> None:
    physician = await give_account(visitor)
    own = f"/rendez-vous/{practice}/pieces"
    await sign_up(visitor, "Lou Martin")
    await book(visitor, (await times(visitor, practice))[0])
    await keep(visitor, practice, physician)
    deletes = re.search(
        rf'action="({own}/([0-9a-f-]{{36}})/supprimer)"', (await read(visitor, own))[1]
    )
    assert deletes
    await sign_up(visitor, "Ana Petit")
    await book(visitor, (await times(visitor, practice))[0], 6)
    assert (await send(visitor, deletes.group(1), {}, shown=own)).status_code == 404
    body = {"email": "lou.martin@example.fr", "password": "une phrase de passe"}
    visitor.cookies.clear()
    await visitor.post("/api/v1/sessions", json=body)
    assert (await send(visitor, deletes.group(1), {}, shown=own)).status_code == 303
    assert "Prise de sang" not in (await read(visitor, own))[1]
    assert (await read(visitor, f"{own}/{deletes.group(2)}"))[0] == 404
    await sign_in("exploitant")
    await act_for(visitor, practice)
    assert "Prise de sang" not in (await read(visitor, "/cabinet/documents"))[1]
    for type in ("DocumentReference", "Binary"):
        answer = await visitor.get(f"{FHIR}/{type}/{deletes.group(2)}")
        assert answer.status_code == 404, type


async def test_what_is_sealed_and_cannot_be_read_is_said_on_pages_that_stay(
    visitor: AsyncTestClient, practice: int, sign_in: SignIn, demo: Database
) -> None:
    physician = await give_account(visitor)
    own = f"/rendez-vous/{practice}/pieces"
    await sign_up(visitor, "Lou Martin")
    await book(visitor, (await times(visitor, practice))[0])
    await keep(visitor, practice, physician)
    async with demo.transaction(practice) as tx:
        await keys.shred(tx)
    status, page = await read(visitor, own)
    assert status == 200
    assert "Illisible ici" in page
    everything = await visitor.get(f"/rendez-vous/{practice}/miens/fhir")
    assert everything.status_code == 200
    assert await keep(visitor, practice, physician) in {303, 409}
    await sign_in("exploitant")
    await act_for(visitor, practice)
    status, page = await read(visitor, "/cabinet/documents")
    assert status == 200
    assert "Illisible ici" in page
    found = await visitor.get(f"{FHIR}/DocumentReference")
    assert "title" not in found.json()["entry"][0]["resource"]["content"][0]["attachment"]
