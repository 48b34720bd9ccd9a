"""An organisation reads the clauses of a service, signs them, and takes the contract away."""

import hashlib
import json
import re
from io import BytesIO

import asyncpg
import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from litestar.testing import AsyncTestClient
from msgspec import structs
from pypdf import PdfReader

from hub import trust
from hub.contracts.models import Seal
from hub.core.db import Database
from hub.core.settings import Settings
from hub.labels import signing
from hub.labels.contracts import hash_clauses
from tests.people import read, send
from tests.trusted import REFERENTIAL, SERVICE, find_operator, prove_all

PAGE, LIST = "/pro/contracts/tourism", "/api/v1/contracts"
KEYED = {"idempotency-key": "sign"}


@pytest.fixture
async def operator(demo: Database) -> int:
    """Who has chosen every clause of a service."""
    operator = await find_operator(demo)
    async with demo.transaction(operator) as tx:
        await prove_all(tx, await trust.register_service(tx, SERVICE))
    return operator


async def choose_other_option(demo: Database, operator: int) -> None:
    kind = next(one for one in REFERENTIAL.clauses.values() if len(one.options) > 1)
    other = min(kind.options, key=lambda option: option.level)
    async with demo.transaction(operator) as tx:
        command = trust.ChangeClause(clause=kind.code, option=other.code)
        await trust.change_clause(tx, SERVICE.code, command)


def shown_hash(text: str) -> str:
    found = re.search(r'name="shown_sha256" value="([0-9a-f]{64})"', text)
    assert found, text
    return found.group(1)


async def test_a_house_signs_what_it_read_and_keeps_it_when_the_clauses_change(
    visitor: AsyncTestClient, sign_in, demo: Database, operator: int
) -> None:
    await sign_in("hotelier")
    _, lines = await read(visitor, "/pro/contracts")
    assert "à signer" in lines
    _, page = await read(visitor, PAGE)
    form = {"shown_sha256": shown_hash(page), "name": "Jeanne Roux", "quality": "gérante"}
    unread = await send(visitor, PAGE, form, shown=PAGE)
    assert unread.status_code == 400
    assert "Jeanne Roux" in unread.text
    old = {**form, "read": "1", "shown_sha256": "0" * 64}
    assert (await send(visitor, PAGE, old, shown=PAGE)).status_code == 400
    for _ in range(2):  # the same again is the same contract
        done = await send(visitor, PAGE, {**form, "read": "1"}, shown=PAGE)
        assert done.status_code == 303
    _, signed = await read(visitor, PAGE)
    assert "Signé par Jeanne Roux" in signed
    [id] = set(re.findall(r"/pro/contracts/signed/([0-9a-f-]{36})/pdf", signed))
    paper = await visitor.get(f"/pro/contracts/signed/{id}/pdf")
    text = "".join(part.extract_text() for part in PdfReader(BytesIO(paper.content)).pages)
    for said in ("Jeanne Roux", "gérante", "Exemple SAS", "Signature du client"):
        assert said in text
    first = (await visitor.get(f"/pro/contracts/signed/{id}/json")).json()
    data = dict(first)
    key = load_pem_public_key((await visitor.get("/trust-key.pem")).content)
    seal = signing.open_signed(key, data["seal"], Seal)  # pyright: ignore[reportArgumentType]
    assert seal.document_sha256 == hashlib.sha256(paper.content).hexdigest()
    assert (seal.contract, seal.clauses_sha256) == (id, form["shown_sha256"])
    assert len(data["contract"]["clauses"]) == len(REFERENTIAL.clauses)
    del data["seal"]
    said = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert seal.data_sha256 == hashlib.sha256(said.encode()).hexdigest()

    await choose_other_option(demo, operator)
    _, changed = await read(visitor, PAGE)
    assert "Les clauses ont changé" in changed
    assert shown_hash(changed) != form["shown_sha256"]
    kept = (await visitor.get(f"/pro/contracts/signed/{id}/json")).json()
    assert kept == first
    await sign_in("federation")
    assert (await visitor.get(f"/pro/contracts/signed/{id}/pdf")).status_code == 404
    assert "à signer" in (await read(visitor, "/pro/contracts"))[1]


async def test_programs_sign_once_and_take_the_contract_away(
    visitor: AsyncTestClient, sign_in, demo_settings: Settings, operator: int
) -> None:
    await sign_in("hotelier")
    [line] = [one for one in (await visitor.get(LIST)).json() if one["service"] == "tourism"]
    assert line["state"] == "none"
    clauses = (await visitor.get("/api/v1/trust/services/tourism/contract")).json()
    body = {
        "shown_sha256": clauses["sha256"],
        "name": "Jeanne Roux",
        "quality": "gérante",
        "read": True,
    }
    done = await visitor.post(f"{LIST}/tourism", json=body, headers=KEYED)
    assert done.status_code == 201, done.text
    assert (await visitor.post(f"{LIST}/tourism", json=body, headers=KEYED)).json() == done.json()
    id = done.json()["id"]
    paper = await visitor.get(f"{LIST}/{id}/pdf")
    assert hashlib.sha256(paper.content).hexdigest() == done.json()["document_hash"]
    found = (await visitor.get(f"{LIST}/{id}")).json()
    assert found["signature"] == done.json()
    admin = await asyncpg.connect(demo_settings.database_url)
    with pytest.raises(asyncpg.PostgresError, match="append-only"):
        await admin.execute("update signed_contract set signed_name = 'X'")
    acts = await admin.fetch("select detail from audit_entry where action = 'contract.signed'")
    await admin.close()
    assert [json.loads(act["detail"])["clauses"] for act in acts] == [clauses["sha256"]]
    await admin_free(visitor, sign_in)


async def test_an_organisation_reads_its_months_with_their_credit_notes(
    visitor: AsyncTestClient, sign_in, demo_settings: Settings, operator: int
) -> None:
    await sign_in("hotelier")
    assert (await visitor.get("/api/v1/service-months")).json() == []
    admin = await asyncpg.connect(demo_settings.database_url)
    await admin.execute(
        "insert into service_month (tenant, service, month, client, counted, up, target_ppm,"
        " percent, base_cents, credit_cents, credit_number, closed_at)"
        " select $1, 'tourism', date '2026-11-01', m.tenant, 1000, 990, 999000, 25, 10000, 2500,"
        " 'TIF-A-2026-000001', now()"
        " from membership m join person p on p.id = m.person where p.email = $2",
        operator,
        "hotelier@demo.example",
    )
    await admin.close()
    [month] = (await visitor.get("/api/v1/service-months")).json()
    assert (month["credit_cents"], month["percent"]) == (2_500, 25)
    _, page = await read(visitor, PAGE)
    assert "TIF-A-2026-000001" in page
    assert "99.000 %" in page
    await sign_in("office")
    assert (await visitor.get("/api/v1/service-months")).json() == []


async def admin_free(visitor: AsyncTestClient, sign_in) -> None:
    """A member who is neither owner nor manager reads, and does not sign."""
    await sign_in("office")
    clauses = (await visitor.get("/api/v1/trust/services/tourism/contract")).json()
    wrong = {"shown_sha256": clauses["sha256"], "name": "", "quality": "x", "read": True}
    answer = await visitor.post(
        f"{LIST}/tourism", json=wrong, headers={"idempotency-key": "nameless"}
    )
    assert answer.status_code == 400
    assert answer.json()["field"] == "name"


async def test_other_words_or_another_provider_are_another_contract(
    demo: Database, operator: int
) -> None:
    async with demo.transaction(operator) as tx:
        standing = await trust.assess(tx, SERVICE.code)
    chosen = [(one.clause, one.option) for one in standing.clauses]
    assert chosen
    kind = standing.referential.clauses[chosen[0][0]]
    options = tuple(structs.replace(option, says=option.says + " !") for option in kind.options)
    clauses = {**standing.referential.clauses, kind.code: structs.replace(kind, options=options)}
    referential = structs.replace(standing.referential, clauses=clauses)
    provider = structs.replace(standing.service, provider="Autre SAS")
    hashes = {
        hash_clauses(standing, chosen),
        hash_clauses(structs.replace(standing, referential=referential), chosen),
        hash_clauses(structs.replace(standing, service=provider), chosen),
        hash_clauses(standing, chosen[1:]),
    }
    assert len(hashes) == 4
