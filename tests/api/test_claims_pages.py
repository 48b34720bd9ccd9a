"""A house of the registry finds its hotelier: codes, the office's word, disputes, new houses."""

import re
from datetime import timedelta

import asyncpg
import pytest
from litestar.testing import AsyncTestClient

from hub import identity, tenancy
from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.mail import list_captured_mail
from hub.core.settings import Settings
from tests.houses import find_house
from tests.people import read, send, sign_up, text_of
from tourism.claims.actions import deciding
from tourism.claims.policy.proof import CLAIMS_OPEN, domain_of

SIRET = "73282932000074"
BEGIN = {"siret": SIRET, "quality": "gérante", "phone": "04 66 00 00 00"}


@pytest.fixture
async def owner(demo_settings: Settings) -> asyncpg.Connection:
    connection = await asyncpg.connect(demo_settings.database_url)
    yield connection  # pyright: ignore[reportReturnType]
    await connection.close()


async def find_lone_site(owner: asyncpg.Connection) -> asyncpg.Record:
    """A house of the registry whose site is nobody else's."""
    rows = await owner.fetch(
        "select id, tenant, name, site, commune_code from property where listing = 'demo'"
        " and site is not null order by id"
    )
    domains = [domain_of(row["site"]) for row in rows]
    return next(
        row
        for row, domain in zip(rows, domains, strict=True)
        if domain and domains.count(domain) == 1
    )


async def begin(visitor: AsyncTestClient, house: int, **fields: str) -> str:
    answer = await send(visitor, f"/pro/claim/houses/{house}", {**BEGIN, **fields})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def newest_code(demo: Database) -> tuple[str, str]:
    async with demo.transaction() as tx:
        for mail in await list_captured_mail(tx):
            found = re.search(r"\b(\d{3}) (\d{3})\b", mail.body_text)
            if found:
                return mail.recipient, found.group(1) + found.group(2)
    raise AssertionError("no code was sent")


async def test_a_code_to_the_house_s_own_domain_gives_the_house(
    visitor: AsyncTestClient, demo: Database, owner: asyncpg.Connection
) -> None:
    house = await find_lone_site(owner)
    await sign_up(visitor)
    status, text = await read(visitor, "/pro/claim", text=house["name"])
    assert status == 200
    assert f"/pro/claim/houses/{house['id']}" in text
    claim = await begin(visitor, house["id"])
    sent = await send(visitor, f"{claim}/code", {"local": "contact"})
    assert sent.status_code == 303
    recipient, code = await newest_code(demo)
    assert recipient == f"contact@{domain_of(house['site'])}"
    kept = await owner.fetchrow("select code_hash::text, email from house_claim")
    assert code not in str(kept["code_hash"])

    given = await send(visitor, f"{claim}/proof", {"code": code})
    assert (given.status_code, given.headers["location"]) == (303, "/pro/onboarding")
    now = await owner.fetchrow(
        "select listing, facts->>'siret' as siret from property where id = $1", house["id"]
    )
    assert (now["listing"], now["siret"]) == ("draft", SIRET)
    members = await owner.fetch("select role from membership where tenant = $1", house["tenant"])
    assert [row["role"] for row in members] == ["owner"]
    # What was computed for it was invented: nothing of it is left on sale.
    left = await owner.fetchval(
        "select (select count(*) from room_type where property = $1 and not retired)"
        " + (select count(*) from rate_plan where property = $1 and not retired)",
        house["id"],
    )
    assert left == 0
    me = (await visitor.get("/api/v1/me")).json()
    assert me["organisation"]["tenant"] == house["tenant"]


async def test_a_wrong_code_is_counted_and_five_end_it(
    visitor: AsyncTestClient, demo: Database, owner: asyncpg.Connection
) -> None:
    house = await find_lone_site(owner)
    await sign_up(visitor)
    claim = await begin(visitor, house["id"])
    await send(visitor, f"{claim}/code", {"local": "contact"})
    _, code = await newest_code(demo)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for tries_left in (4, 3, 2, 1, 0):
        answer = await send(visitor, f"{claim}/proof", {"code": wrong})
        assert answer.status_code == 400
        assert 'id="error-code"' in answer.text
        assert (f'value="{wrong}"' in answer.text) is (tries_left > 0)
    assert (await send(visitor, f"{claim}/proof", {"code": code})).status_code == 400
    assert (
        await owner.fetchval("select count(*) from membership where tenant = $1", house["tenant"])
        == 0
    )


async def test_a_code_that_is_too_old_is_worth_nothing(
    visitor: AsyncTestClient, demo: Database, owner: asyncpg.Connection, clock: DrivenClock
) -> None:
    house = await find_lone_site(owner)
    await sign_up(visitor)
    claim = await begin(visitor, house["id"])
    await send(visitor, f"{claim}/code", {"local": "contact"})
    _, code = await newest_code(demo)
    clock.forward(timedelta(minutes=30))
    assert (await send(visitor, f"{claim}/proof", {"code": code})).status_code == 400


async def test_three_codes_a_day_and_no_address_elsewhere(
    visitor: AsyncTestClient, owner: asyncpg.Connection
) -> None:
    house = await find_lone_site(owner)
    await sign_up(visitor)
    claim = await begin(visitor, house["id"])
    elsewhere = await send(visitor, f"{claim}/code", {"local": "me@gmail.com"})
    assert elsewhere.status_code == 400
    assert 'id="error-local"' in elsewhere.text
    assert "me@gmail.com" in elsewhere.text
    for _ in range(3):
        assert (await send(visitor, f"{claim}/code", {"local": "contact"})).status_code == 303
    assert (await send(visitor, f"{claim}/code", {"local": "contact"})).status_code == 429


@pytest.mark.parametrize(
    ("field", "value"),
    [("siret", "73282932000075"), ("siret", ""), ("quality", " "), ("phone", "call me")],
)
async def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(
    visitor: AsyncTestClient, owner: asyncpg.Connection, field: str, value: str
) -> None:
    house = await find_lone_site(owner)
    await sign_up(visitor)
    fields = {**BEGIN, field: value}
    answer = await send(visitor, f"/pro/claim/houses/{house['id']}", fields)
    assert answer.status_code == 400
    assert f'id="error-{field}"' in answer.text
    text = text_of(answer)
    for kept in fields.values():
        assert f'value="{kept}"' in text


async def ask(visitor: AsyncTestClient, owner: asyncpg.Connection) -> tuple[asyncpg.Record, str]:
    """Somebody asks for the confirmation of a house; the house and the claim's page."""
    house = await find_lone_site(owner)
    await sign_up(visitor)
    claim = await begin(visitor, house["id"])
    short = await send(visitor, f"{claim}/office", {"statement": "moi"})
    assert short.status_code == 400
    assert 'id="error-statement"' in short.text
    asked = await send(visitor, f"{claim}/office", {"statement": "J'y travaille depuis dix ans."})
    assert asked.status_code == 303
    return house, claim


async def open_office(demo: Database, commune: str) -> None:
    """An office of one commune, whose only member can sign in."""
    hashed = await identity.hash_password("demonstration")
    async with demo.transaction() as tx:
        person = await identity.register_person(
            tx,
            identity.RegisterPerson(
                email="village@demo.example", name="Office", password_hash=hashed
            ),
        )
        await tenancy.open_organisation(
            tx,
            tenancy.OpenOrganisation(
                kind=tenancy.Kind.OFFICE,
                name="Office du village",
                territory_kind=tenancy.TerritoryKind.COMMUNE,
                territory_code=commune,
            ),
            owner=person,
            caller_kind="operator",
        )


async def test_the_office_of_the_place_confirms_and_others_see_nothing(
    visitor: AsyncTestClient, sign_in, demo: Database, owner: asyncpg.Connection
) -> None:
    house, claim = await ask(visitor, owner)
    await open_office(demo, house["commune_code"])
    id = claim.rpartition("/")[2]
    await deciding.tell_deciders(demo, house["tenant"], id)
    await deciding.tell_deciders(demo, house["tenant"], id)
    async with demo.transaction() as tx:
        told = [m.recipient for m in await list_captured_mail(tx) if "confirmer" in m.subject]
    assert told == ["village@demo.example"]

    await sign_in("office")  # the office of another department
    assert house["name"] not in (await read(visitor, "/pro/claims"))[1]
    other = await send(
        visitor, f"/pro/claims/{id}", {"act": "grant", "reason": "Connue."}, shown="/pro/claims"
    )
    assert other.status_code in {403, 404}

    await sign_in("village")
    assert "dix ans" in (await read(visitor, "/pro/claims"))[1]
    silent = await send(
        visitor, f"/pro/claims/{id}", {"act": "refuse", "reason": " "}, shown="/pro/claims"
    )
    assert silent.status_code == 400
    assert 'id="error-reason"' in silent.text
    done = await send(
        visitor,
        f"/pro/claims/{id}",
        {"act": "grant", "reason": "Appelée ce matin."},
        shown="/pro/claims",
    )
    assert done.status_code == 303
    assert house["name"] not in (await read(visitor, "/pro/claims"))[1]
    again = await send(
        visitor, f"/pro/claims/{id}", {"act": "refuse", "reason": "Trop tard."}, shown="/pro/claims"
    )
    assert again.status_code == 404
    assert (
        await owner.fetchval("select listing from property where id = $1", house["id"]) == "draft"
    )
    assert (
        await owner.fetchval("select count(*) from membership where tenant = $1", house["tenant"])
        == 1
    )


async def test_without_an_office_the_operator_refuses_with_a_reason(
    visitor: AsyncTestClient, sign_in, owner: asyncpg.Connection
) -> None:
    house, claim = await ask(visitor, owner)
    await sign_in("exploitant")
    id = claim.rpartition("/")[2]
    done = await send(
        visitor,
        f"/pro/claims/{id}",
        {"act": "refuse", "reason": "Inconnue au village."},
        shown="/pro/claims",
    )
    assert done.status_code == 303
    assert await owner.fetchval("select listing from property where id = $1", house["id"]) == "demo"
    visitor.cookies.clear()
    await visitor.post(
        "/api/v1/sessions",
        json={"email": "lou.martin@example.fr", "password": "une phrase de passe"},
    )
    assert "Inconnue au village." in (await read(visitor, claim))[1]


async def test_a_dispute_changes_nothing_until_it_is_decided_and_then_the_hands(
    visitor: AsyncTestClient, sign_in, demo: Database, owner: asyncpg.Connection
) -> None:
    house = await find_house(demo)
    await sign_up(visitor)
    claim = await begin(visitor, house.id)
    _, text = await read(visitor, claim)
    assert "Par un code" not in text  # the house has no site in the registry
    await send(visitor, f"{claim}/office", {"statement": "J'ai racheté le fonds en mai."})
    id = claim.rpartition("/")[2]
    assert (
        await owner.fetchval("select listing from property where id = $1", house.id) == "published"
    )
    await deciding.tell_deciders(demo, house.tenant, id)
    async with demo.transaction() as tx:
        told = [m.recipient for m in await list_captured_mail(tx) if "revendique" in m.subject]
    assert told == ["hotelier@demo.example"]

    await sign_in("office")
    assert "Colette Bertrand" in (await read(visitor, "/pro/claims"))[1]
    done = await send(
        visitor,
        f"/pro/claims/{id}",
        {"act": "grant", "reason": "Acte de vente vu."},
        shown="/pro/claims",
    )
    assert done.status_code == 303
    people = await owner.fetch(
        "select p.email from membership m join person p on p.id = m.person where m.tenant = $1",
        house.tenant,
    )
    assert [row["email"] for row in people] == ["lou.martin@example.fr"]
    assert await owner.fetchval("select listing from property where id = $1", house.id) == "draft"
    ended = await owner.fetchval("select ended_at from mandate where property = $1", house.id)
    assert ended is not None
    # The rooms and the stays are the house's own: they stay.
    assert (
        await owner.fetchval(
            "select count(*) from room_type where property = $1 and not retired", house.id
        )
        == 3
    )
    assert (
        await owner.fetchval(
            "select count(*) from booking where tenant = $1 and state = 'confirmed'", house.tenant
        )
        > 3
    )


async def test_a_claim_is_seen_by_its_claimant_only_and_can_be_withdrawn(
    visitor: AsyncTestClient, owner: asyncpg.Connection
) -> None:
    house = await find_lone_site(owner)
    await sign_up(visitor)
    claim = await begin(visitor, house["id"])
    await sign_up(visitor, "Une Autre")
    for path in ("", "/code", "/proof", "/office", "/withdraw", "/enter"):
        if path:
            answer = await send(visitor, f"{claim}{path}", {"code": "1", "local": "a"})
            assert answer.status_code == 404
        else:
            assert (await read(visitor, claim))[0] == 404
    visitor.cookies.clear()
    body = {"email": "lou.martin@example.fr", "password": "une phrase de passe"}
    await visitor.post("/api/v1/sessions", json=body)
    assert (await send(visitor, f"{claim}/withdraw", {})).status_code == 303
    assert (await send(visitor, f"{claim}/code", {"local": "contact"})).status_code == 409
    assert (await send(visitor, f"{claim}/enter", {})).status_code == 403


NEW = {"kind": "furnished", "name": "Le petit gîte", "commune": "Mende", "idempotency_key": "first"}


async def test_a_house_that_the_registry_lacks_is_added_once(
    visitor: AsyncTestClient, owner: asyncpg.Connection
) -> None:
    await sign_up(visitor)
    for _ in range(2):
        answer = await send(visitor, "/pro/claim/houses", dict(NEW))
        assert (answer.status_code, answer.headers["location"]) == (303, "/pro/onboarding")
    rows = await owner.fetch(
        "select kind, listing, commune_code from property where name = 'Le petit gîte'"
    )
    assert [tuple(row) for row in rows] == [("furnished", "draft", "48095")]
    taken = await send(visitor, "/pro/claim/houses", {**NEW, "idempotency_key": "second"})
    assert taken.status_code == 400
    assert 'id="error-name"' in taken.text


async def test_who_has_asked_for_the_houses_that_they_added_may_still_claim_another(
    visitor: AsyncTestClient, owner: asyncpg.Connection
) -> None:
    await sign_up(visitor)
    asks = {"quality": "gérante", "phone": "04 66 00 00 00", "statement": "Dix ans au village."}
    for number in range(CLAIMS_OPEN):
        added = {**NEW, "name": f"Gîte {number}", "idempotency_key": str(number)}
        assert (await send(visitor, "/pro/claim/houses", added)).status_code == 303
        assert (await send(visitor, "/pro/onboarding/control", dict(asks))).status_code == 303
    listed = await owner.fetch("select id from property where listing = 'demo' order by id limit 6")
    for row in listed[:CLAIMS_OPEN]:
        await begin(visitor, row["id"])
    many = await send(visitor, f"/pro/claim/houses/{listed[-1]['id']}", dict(BEGIN))
    assert many.status_code == 429


@pytest.mark.parametrize(
    ("field", "value", "wrong"),
    [("kind", "castle", "kind"), ("name", " ", "name"), ("commune", "zzzz", "commune")],
)
async def test_a_house_that_cannot_be_added_says_why(
    visitor: AsyncTestClient, field: str, value: str, wrong: str
) -> None:
    await sign_up(visitor)
    answer = await send(visitor, "/pro/claim/houses", {**NEW, field: value})
    assert answer.status_code == 400
    assert f'id="error-{wrong}"' in answer.text
    if field != "name":
        assert 'value="Le petit gîte"' in text_of(answer)


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("email", "nobody"), ("password", "short"), ("email", "hotelier@demo.example")],
)
async def test_an_account_that_cannot_be_opened_says_why(
    visitor: AsyncTestClient, field: str, value: str
) -> None:
    fields = {"name": "Lou", "email": "lou@example.fr", "password": "une phrase de passe"}
    answer = await send(visitor, "/sign-up", {**fields, field: value})
    assert answer.status_code in {400, 409}
    assert f'id="error-{field}"' in answer.text
    assert "une phrase de passe" not in answer.text
    if field != "name":
        assert 'value="Lou"' in answer.text


async def test_accounts_are_not_opened_by_the_dozen(visitor: AsyncTestClient) -> None:
    for n in range(20):
        await sign_up(visitor, f"Lou {n}")
    visitor.cookies.clear()
    fields = {"name": "Lou", "email": "lou99@example.fr", "password": "une phrase de passe"}
    answer = await send(visitor, "/sign-up", fields)
    assert answer.status_code == 429
    assert int(answer.headers.get("retry-after", "0")) > 0


async def test_after_signing_up_one_goes_where_one_wanted(visitor: AsyncTestClient) -> None:
    fields = {"name": "Lou", "email": "lou@example.fr", "password": "une phrase de passe"}
    safe = await send(visitor, "/sign-up", {**fields, "next": "/pro/claim"})
    assert safe.headers["location"] == "/pro/claim"
    _, text = await read(visitor, "/pro")
    assert "Mettre ma maison en ligne" in text
    fields["email"] = "lou2@example.fr"
    unsafe = await send(visitor, "/sign-up", {**fields, "next": "https://elsewhere.example/"})
    assert unsafe.headers["location"] == "/pro"
