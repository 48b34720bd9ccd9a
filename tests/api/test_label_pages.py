"""The public page of a service, its badge, and a grant that takes two persons."""

import base64
import json
import re
import subprocess
import uuid
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import asyncpg
import msgspec
import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from litestar.testing import AsyncTestClient
from pypdf import PdfReader

from hub import service_levels, trust
from hub.approvals.models import State, Step
from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.settings import Settings
from hub.labels import signing
from hub.labels.pages import FAULTS, STATES, STEP_WORDS
from hub.service_levels.models import AnnounceWork, ReportIncident
from hub.trust.models import Fault, Found
from tests.people import HTML, read, send, text_of
from tests.trusted import REFERENTIAL, SERVICE, find_operator, prove_all

PAGE = "/pro/approvals/tourism"
REASON = "Vu toutes les pièces du dossier."
SECOND = "hotelier"


@pytest.fixture
async def service(demo: Database, demo_settings: Settings) -> trust.Service:
    """A service that proves everything, and an operator with two persons."""
    operator = await find_operator(demo)
    async with demo.transaction(operator) as tx:
        found = await trust.register_service(tx, SERVICE)
        await prove_all(tx, found)
    admin = await asyncpg.connect(demo_settings.database_url)
    await admin.execute(
        "insert into membership select $1, id, 'manager', now() from person where email = $2",
        operator,
        f"{SECOND}@demo.example",
    )
    await admin.close()
    return found


async def act_for_operator(visitor: AsyncTestClient, sign_in, operator: int) -> None:
    """The second person signs in and acts for the operator."""
    await sign_in(SECOND)
    answer = await visitor.put("/api/v1/sessions/current", json={"organisation": operator})
    assert answer.status_code == 200, answer.text


async def step(visitor: AsyncTestClient, name: str, **fields: str):
    page = await visitor.get(PAGE, headers=HTML)
    version = re.search(r'name="version" value="(\d+)"', page.text)
    data = {"step": name, "version": version.group(1) if version else "0", **fields}
    return await send(visitor, PAGE, data, shown=PAGE)


async def grant(visitor: AsyncTestClient, sign_in, service: trust.Service) -> None:
    await sign_in("exploitant")
    for name, fields in (
        ("submit", {"level": "silver"}),
        ("open_review", {}),
        ("propose", {"level": "silver", "expires_on": "2027-01-15", "reason": REASON}),
    ):
        answer = await step(visitor, name, **fields)
        assert answer.status_code == 303, answer.text
    await act_for_operator(visitor, sign_in, service.operator)
    answer = await step(visitor, "confirm", reason=REASON)
    assert answer.status_code == 303, answer.text
    visitor.cookies.clear()


async def test_a_grant_by_two_persons_is_public_at_once_and_so_is_its_end(
    visitor: AsyncTestClient, sign_in, service: trust.Service, demo: Database
) -> None:
    _, before = await read(visitor, "/trust/tourism")
    assert "Aucun agrément n'a été demandé." in before
    assert "Vérifié selon : Référentiel Secure Cloud, version 2026-11-28." in before
    assert (await visitor.get("/trust/tourism/badge")).status_code == 410
    await grant(visitor, sign_in, service)
    status, page = await read(visitor, "/trust/tourism")
    assert status == 200
    assert "Agrément : accordé." in page
    assert "Accord confirmé par une seconde personne" in page
    assert "person:" not in page, "nobody is named"
    await sign_in("exploitant")
    answer = await step(visitor, "suspend", reason="Fuite de données constatée ce matin.")
    assert answer.status_code == 303
    _, own = await read(visitor, PAGE)
    assert "Vous l'avez suspendu : quelqu'un d'autre retire l'agrément." in own
    assert 'name="step" value="withdraw"' not in own
    assert (await step(visitor, "withdraw", reason="Fuite non réparée.")).status_code == 403
    visitor.cookies.clear()
    _, page = await read(visitor, "/trust/tourism")
    assert "Agrément : suspendu." in page
    assert "Fuite de données constatée ce matin." in page
    assert (await visitor.get("/trust/tourism/badge")).status_code == 410
    assert (await visitor.get("/trust/tourism/status")).json()["active"] is False


async def test_everybody_reads_incidents_works_and_months_and_nobody_whom_they_concerned(
    visitor: AsyncTestClient, service: trust.Service, demo: Database, clock: DrivenClock
) -> None:
    async with demo.transaction(service.operator) as tx:
        said = ReportIncident(
            began_at=tx.now - timedelta(hours=2), found_at=tx.now, tenants=(4_711,),
            words="La recherche ne répondait pas.",
        )  # fmt: skip
        await service_levels.report_incident(tx, "tourism", said)
        begins = tx.now + timedelta(hours=1)
        work = AnnounceWork(begins_at=begins, ends_at=begins + timedelta(hours=1), words="Disques.")
        await service_levels.announce_work(tx, "tourism", work)
    _, page = await read(visitor, "/trust/tourism")
    for words in (
        said.words, "une partie des clients", work.words,
        "Annoncés trop tard : leurs minutes comptent.",
    ):  # fmt: skip
        assert words in page, words
    found = (await visitor.get("/api/v1/trust/services/tourism")).text
    data = json.loads(found)
    assert [one["words"] for one in data["incidents"]] == [said.words]
    assert [one["in_time"] for one in data["works"]] == [False]
    month = tx.now.date().replace(day=1)
    clock.forward(timedelta(days=40))
    await service_levels.close_month(demo, service, month)
    _, later = await read(visitor, "/trust/tourism")
    assert "Disponibilité mois par mois" in later
    data = (await visitor.get("/api/v1/trust/services/tourism")).json()
    assert [one["availability_percent"] for one in data["months"]] == ["0.000"]
    assert "4711" not in found + page


async def test_who_proposed_cannot_confirm_and_what_was_typed_is_kept(
    visitor: AsyncTestClient, sign_in, service: trust.Service
) -> None:
    await sign_in("exploitant")
    await step(visitor, "submit", level="gold")
    await step(visitor, "open_review")
    await step(visitor, "propose", level="silver", expires_on="2027-01-15", reason=REASON)
    _, page = await read(visitor, PAGE)
    assert "Vous l'avez proposé : quelqu'un d'autre le confirme." in page
    assert 'name="step" value="confirm"' not in page
    answer = await step(visitor, "confirm", reason=REASON)
    assert answer.status_code == 403
    assert "Un accord et un retrait demandent deux personnes" in text_of(answer)
    answer = await step(visitor, "refuse", reason="Trop bref")
    assert answer.status_code == 400
    assert "Trop bref</textarea>" in text_of(answer)
    answer = await step(visitor, "propose", level="silver", expires_on="demain", reason=REASON)
    assert answer.status_code == 400
    assert "Donnez un jour." in text_of(answer)


async def test_a_badge_is_verified_by_anybody_with_openssl(
    visitor: AsyncTestClient, sign_in, service: trust.Service, clock: DrivenClock, tmp_path: Path
) -> None:
    await grant(visitor, sign_in, service)
    badge = (await visitor.get("/trust/tourism/badge")).text
    pem = (await visitor.get("/trust-key.pem")).content
    signed, _, signature = badge.rpartition(".")
    (tmp_path / "key.pem").write_bytes(pem)
    (tmp_path / "signed").write_text(signed)
    raw = base64.urlsafe_b64decode(signature + "==")

    def openssl(bytes_: bytes) -> int:
        (tmp_path / "signature").write_bytes(bytes_)
        command = "openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in signed -sigfile"
        done = subprocess.run(
            [*command.split(), "signature"], cwd=tmp_path, capture_output=True, check=False
        )
        return done.returncode

    assert openssl(raw) == 0
    assert openssl(bytes([raw[0] ^ 1]) + raw[1:]) != 0
    claims = json.loads(base64.urlsafe_b64decode(signed.split(".")[1] + "=="))
    assert (claims["level"], claims["provider_id"]) == ("silver", SERVICE.provider_id)
    assert claims["exp"] - claims["iat"] == 900
    assert claims["status"] == "http://testserver.local/trust/tourism/status"
    keys = (await visitor.get("/trust-keys.json")).json()["keys"]
    assert keys[0]["kid"] == json.loads(base64.urlsafe_b64decode(badge.split(".")[0] + "=="))["kid"]
    key = load_pem_public_key(pem)
    assert isinstance(key, signing.Ed25519PublicKey)
    now = int(clock.now().timestamp())
    assert signing.verify(key, badge, now).level == "silver"
    changed = badge.replace(badge.split(".")[1], base64.urlsafe_b64encode(
        json.dumps({**claims, "level": "gold"}).encode()).rstrip(b"=").decode())  # fmt: skip
    for text, at in ((badge, now + 900), (badge, now - 1), (changed, now), ("x.y", now)):
        with pytest.raises((signing.BadgeInvalid, ValueError)):
            signing.verify(key, text, at)


async def test_a_proof_that_fails_shows_less_at_once_and_says_why(
    visitor: AsyncTestClient, sign_in, service: trust.Service, demo: Database, clock: DrivenClock
) -> None:
    await grant(visitor, sign_in, service)
    async with demo.transaction(service.operator) as tx:
        await trust.record_finding(tx, service, "tls", Found(rank=1, says="Mesuré."))
    answer = (await visitor.get("/api/v1/trust/services/tourism")).json()
    assert (answer["level"], answer["computed"]) == ("bronze", "bronze")
    lacking = [one for family in answer["families"] for one in family["criteria"] if one["missing"]]
    assert [(one["id"], one["missing"]) for one in lacking] == [
        ("SEC-01", ["Chiffrement des échanges et en-têtes"])
    ]
    clock.forward(timedelta(days=3))
    listed = (await visitor.get("/api/v1/trust/services")).json()
    assert {one["code"]: one["level"] for one in listed}["tourism"] is None


async def test_everybody_sees_when_leaving_was_last_rehearsed_with_success(
    visitor: AsyncTestClient, service: trust.Service, demo: Database, clock: DrivenClock
) -> None:
    address = "/api/v1/trust/services/schools"
    async with demo.transaction(service.operator) as tx:
        other = await trust.register_service(tx, msgspec.structs.replace(SERVICE, code="schools"))
    assert "pas encore" in (await visitor.get("/trust/schools")).text
    assert (await visitor.get(address)).json()["left_at"] is None
    for rank in (2, 0):
        async with demo.transaction(service.operator) as tx:
            await trust.record_finding(tx, other, "round-trip", Found(rank=rank, says="Mesuré."))
        clock.forward(timedelta(days=1))
    left_at = datetime.fromisoformat((await visitor.get(address)).json()["left_at"])
    assert left_at == clock.now() - timedelta(days=2), "the one that failed proves nothing"
    assert "pas encore" not in (await visitor.get("/trust/schools")).text


async def test_the_operator_keeps_a_file_by_the_api(
    visitor: AsyncTestClient, sign_in, service: trust.Service
) -> None:
    await sign_in("exploitant")

    async def call(method: str, path: str, body: dict[str, object]):
        key = {"idempotency-key": str(uuid.uuid4())}
        return await visitor.request(method, f"/api/v1/operator{path}", json=body, headers=key)

    made = await call(
        "POST",
        "/services",
        {"code": "other", "title": "X", "provider": "Y", "provider_id": "1", "scope": "Z"},
    )
    assert made.status_code == 201, made.text
    paper = {
        "kind": "iso-27001", "issuer": "Z", "entity": "1", "services": ["other"],
        "issued_on": "2026-01-01", "expires_on": "2027-01-01", "sha256": "a" * 64,
    }  # fmt: skip
    added = await call("POST", "/services/other/evidence", paper)
    assert added.status_code == 201, added.text
    confirmed = await call("POST", f"/evidence/{added.json()['id']}/confirmation", {})
    assert confirmed.json()["confirmed_by"].startswith("person:")
    clause = await call("PUT", "/services/other/clauses", {"clause": "law", "option": "french-law"})
    assert clause.status_code == 200, clause.text
    asked = await call("POST", "/services/other/approval", {"step": "submit", "level": "bronze"})
    assert asked.json() == {"state": "submitted", "version": 1, "level": None}
    clocked = await call("POST", "/services/other/approval", {"step": "expire"})
    assert clocked.status_code == 409
    for path, body in (
        ("/services/other/measurements", {}),
        (
            "/services/other/incidents",
            {"began_at": "2026-12-01T08:00:00Z", "found_at": "2026-12-01T08:10:00Z", "words": "x"},
        ),
        (
            "/services/other/works",
            {"begins_at": "2026-12-09T01:00:00Z", "ends_at": "2026-12-09T02:00:00Z", "words": "x"},
        ),
    ):
        answer = await call("POST", path, body)
        assert answer.status_code in {201, 202}, answer.text


async def test_the_clauses_of_the_contract_are_data_and_paper(
    visitor: AsyncTestClient, service: trust.Service, demo: Database, clock: DrivenClock
) -> None:
    address = "/api/v1/trust/services/tourism/contract"
    whole = (await visitor.get(address, headers={"accept-language": "fr"})).json()
    assert len(whole["clauses"]) == len(REFERENTIAL.clauses)
    assert whole["absent"] == []
    clock.forward(timedelta(minutes=1))
    async with demo.transaction(service.operator) as tx:
        await trust.change_clause(tx, "tourism", trust.ChangeClause(clause="law", option=None))
    less = (await visitor.get(address, headers={"accept-language": "fr"})).json()
    english = (await visitor.get(address, headers={"accept-language": "en"})).json()
    assert less["absent"] == ["Droit et tribunal"]
    assert english["absent"] == ["Law and court"]
    assert less["sha256"] == english["sha256"] != whole["sha256"]
    answer = await visitor.get("/trust/tourism/contract.pdf", headers={"accept-language": "fr"})
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)
    assert "De 10 à 50 % du mois, par avoir, sans demande." in " ".join(text.split())
    assert less["sha256"][:16] in text


def test_every_state_step_and_fault_has_its_words() -> None:
    assert set(STATES) == {one.value for one in State}
    assert set(STEP_WORDS) == {one.value for one in Step}
    assert set(FAULTS) == {one.value for one in Fault}
