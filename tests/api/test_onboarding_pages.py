"""The steps of a house as a browser sends them: half-done is kept, mistakes lose nothing."""

import re

import asyncpg
import msgspec
import pytest
from litestar.testing import AsyncTestClient

from hub.core.db import Database
from hub.core.mail import list_captured_mail
from hub.core.settings import Settings
from hub.core.sql import parse_query
from tests.houses import find_house
from tests.people import read, send, sign_up, text_of
from tourism import claims
from tourism.claims.actions import deciding
from tourism.claims.models import AskConfirmation, DecideClaim
from tourism.lodging import own_house

PAGE = "/pro/onboarding"
NEW = {"kind": "furnished", "name": "Le petit gîte", "commune": "Mende", "idempotency_key": "1"}
GOOD: dict[str, dict[str, object]] = {
    "identity": {
        "kind": "furnished",
        "name": "Le petit gîte",
        "phone": "04 66 00 00 00",
        "email": "lou@example.fr",
        "site": "",
        "siret": "",
        "professional": "0",
    },
    "place": {
        "address": "1 chemin du Causse",
        "postcode": "48000",
        "commune": "Mende",
        "place": "commune:48095",
        "lat": "44.5180",
        "lng": "3.5010",
    },
    "control": {
        "quality": "propriétaire",
        "phone": "04 66 00 00 00",
        "statement": "Dix ans au village.",
    },
    "words": {"source_language": "fr", "description_fr": "Au calme.", "description_en": "Quiet."},
    "services": {
        "amenities": ["wifi", "garden"],
        "accessibility": ["step_free"],
        "pets": "fee",
        "pets_note": "10 € par séjour",
        "children_welcome": "1",
        "check_in_from": "16:00",
        "check_out_until": "10:00",
    },
    "rooms": {
        "name": "Le gîte",
        "units": "1",
        "occupancy_standard": "4",
        "occupancy_max": "6",
        "adults_max": "4",
        "children_max": "3",
        "bed_double": "1",
        "bed_single": "2",
        "area_m2": "80",
        "description_fr": "Deux étages.",
    },
    "rates": {"name": "Tarif simple", "meal": "14", "cancellation": "week"},
    "declarations": {
        "vat_regime": "EXEMPT_261D",
        "services": ["LINEN"],
        "registration_number": "48095 000001 A1",
        "main_residence": "1",
        "sworn_name": "Lou Martin",
    },
}
MANDATE = {"name": "Lou Martin", "quality": "propriétaire", "read": "1"}


_ADDED = parse_query("added", "select id, tenant from property where name = 'Le petit gîte'")


class Added(msgspec.Struct, frozen=True):
    """A house that somebody added."""

    id: int
    tenant: int


@pytest.fixture
async def host(visitor: AsyncTestClient) -> AsyncTestClient:
    """Somebody with a new house of which nothing is said yet."""
    await sign_up(visitor)
    answer = await send(visitor, "/pro/claim/houses", dict(NEW))
    assert answer.status_code == 303
    return visitor


@pytest.fixture
async def owner(demo_settings: Settings) -> asyncpg.Connection:
    connection = await asyncpg.connect(demo_settings.database_url)
    yield connection  # pyright: ignore[reportReturnType]
    await connection.close()


async def save(visitor: AsyncTestClient, step: str, **changes: object):
    return await send(visitor, f"{PAGE}/{step}", {**GOOD[step], **changes})


async def open_season(visitor: AsyncTestClient, **changes: str):
    _, text = await read(visitor, f"{PAGE}/opening")
    price = re.search(r'name="(price_\d+)"', text)
    assert price
    season = {"first": "2026-12-01", "last": "2027-11-30", "min_stay": "2", price.group(1): "80"}
    renamed = {name.replace("price", price.group(1)): value for name, value in changes.items()}
    return await send(visitor, f"{PAGE}/opening", {**season, **renamed})


async def sign(visitor: AsyncTestClient, **changes: str):
    _, text = await read(visitor, "/pro/mandate")
    shown = re.search(r'name="shown_hash" value="([0-9a-f]{64})"', text)
    assert shown, text
    fields = {"shown_hash": shown.group(1), **MANDATE, **changes}
    return await send(visitor, "/pro/mandate", fields)


async def decide(database: Database, *, grant: bool, reason: str) -> None:
    """Whoever decides about the new house, here the operator, says so."""
    house = await database.reader.one(Added, _ADDED)
    assert house is not None
    async with database.transaction(house.tenant) as tx:
        [decider] = await claims.list_deciders(tx, house.id)
    async with database.transaction(decider.tenant) as tx:
        [asked] = await deciding.list_claims(tx)
    assert asked.confirms
    said = DecideClaim(grant=grant, reason=reason)
    await deciding.decide_claim(database, decider.tenant, "person:1", asked.id, said)


async def confirm(database: Database) -> None:
    await decide(database, grant=True, reason="Connue au village.")


async def do_all(visitor: AsyncTestClient, demo: Database) -> None:
    for step in GOOD:
        answer = await save(visitor, step)
        assert answer.status_code == 303, (step, answer.text)
    assert (await open_season(visitor)).status_code == 303
    assert (await sign(visitor)).status_code == 303
    await confirm(demo)


async def test_every_step_leads_to_the_next_and_the_last_to_the_public(
    host: AsyncTestClient, demo: Database, owner: asyncpg.Connection
) -> None:
    for step, following in (
        ("identity", "place"),
        ("place", "control"),
        ("control", "words"),
        ("words", "services"),
        ("services", "rooms"),
    ):
        answer = await save(host, step)
        assert answer.headers["location"] == f"{PAGE}/{following}"
    assert (await save(host, "rooms")).headers["location"] == f"{PAGE}/rooms?saved=1"
    assert (await save(host, "rates")).headers["location"] == f"{PAGE}/opening"
    assert (await open_season(host)).headers["location"] == f"{PAGE}/declarations"
    assert (await save(host, "declarations")).headers["location"] == "/pro/mandate"
    # Those who know the house have not answered: it waits, whatever else is there.
    assert (await sign(host)).headers["location"] == PAGE
    early = await send(host, f"{PAGE}/publish", {})
    assert early.status_code == 409
    assert f'href="{PAGE}/control"' in early.text
    await confirm(demo)
    house = await owner.fetchrow("select * from property where name = 'Le petit gîte'")
    public = f"/hebergements/{house['id']}"
    assert (await read(host, public))[0] == 404  # a draft is nobody's business
    assert (await send(host, f"{PAGE}/publish", {})).status_code == 303
    assert f"{PAGE}/control" in (await read(host, PAGE))[1]
    status, text = await read(host, public)
    assert status == 200
    for said in ("Au calme.", "Jardin", "annonce d'un particulier", "48095000001A1", "16:00"):
        assert said in text, said
    assert (house["units"], house["capacity"]) == (1, 6)
    assert (await read(host, public, arrival="2027-05-03", departure="2027-05-06", adults="2"))[
        0
    ] == 200
    assert (await send(host, f"{PAGE}/withdraw", {})).status_code == 303
    assert (await read(host, public))[0] == 404


async def test_half_done_is_kept_and_found_again(host: AsyncTestClient) -> None:
    await save(host, "identity")
    await save(host, "words")
    host.cookies.clear()
    body = {"email": "lou.martin@example.fr", "password": "une phrase de passe"}
    await host.post("/api/v1/sessions", json=body)
    _, text = await read(host, PAGE)
    assert text.count('<li class="done">') == 2
    assert "2 sur 10 étapes faites" in text
    _, words = await read(host, f"{PAGE}/words")
    assert "Au calme." in words
    assert "Quiet." in words


@pytest.mark.parametrize(
    ("changes", "field", "status"),
    [
        ({"name": " "}, "name", 400),
        ({"quality": ""}, "quality", 400),
        ({"read": ""}, "read", 400),
        ({"shown_hash": "0" * 64}, None, 409),
    ],
)
async def test_a_signature_that_is_none_signs_nothing(
    host: AsyncTestClient, changes: dict[str, str], field: str | None, status: int
) -> None:
    await save(host, "place")
    answer = await sign(host, **changes)
    assert answer.status_code == status
    text = text_of(answer)
    if field:
        assert f'id="error-{field}"' in text
    for name, value in MANDATE.items():
        if name not in changes and name != "read":
            assert f'value="{value}"' in text
    assert "Mandat signé, en vigueur" not in (await read(host, "/pro/mandate"))[1]


async def test_nothing_is_published_before_everything_is_there(
    host: AsyncTestClient, demo: Database, owner: asyncpg.Connection
) -> None:
    assert (await send(host, f"{PAGE}/publish", {})).status_code == 409
    for step in GOOD:
        await save(host, step)
    await open_season(host)
    unsigned = await send(host, f"{PAGE}/publish", {})
    assert unsigned.status_code == 409
    assert "L311-5-1" in unsigned.text
    await sign(host)
    await confirm(demo)
    await save(host, "words", description_fr="Mieux dit.")  # still ready
    assert (await send(host, f"{PAGE}/publish", {})).status_code == 303
    listing = "select listing from property where name = 'Le petit gîte'"
    assert await owner.fetchval(listing) == "published"
    assert (await send(host, f"{PAGE}/publish", {})).status_code == 303  # again: nothing more


async def test_a_house_off_its_mandate_is_off_sale(
    host: AsyncTestClient, demo: Database, owner: asyncpg.Connection
) -> None:
    await do_all(host, demo)
    await send(host, f"{PAGE}/publish", {})
    unsigned = await send(host, "/pro/mandate/end", {"end_name": "", "end_reason": "Je pars."})
    assert unsigned.status_code == 400
    assert 'id="error-end_name"' in unsigned.text
    assert "Je pars." in unsigned.text
    ended = await send(host, "/pro/mandate/end", {"end_name": "Lou Martin", "stop": "now"})
    assert ended.status_code == 303
    assert (
        await owner.fetchval("select listing from property where name = 'Le petit gîte'") == "draft"
    )
    _, text = await read(host, "/pro/mandate")
    assert "Préavis donné" in text
    signed = re.search(r"/pro/mandates/[0-9a-f-]{36}", text)
    assert signed
    status, printed = await read(host, signed.group(0))
    assert status == 200
    assert "conforme à ce qui a été signé" in printed


async def test_a_regime_that_does_not_go_with_the_services_is_warned_of_and_kept(
    host: AsyncTestClient,
) -> None:
    await save(host, "identity")
    answer = await save(host, "declarations", vat_regime="HOTEL_10")
    assert answer.headers["location"] == f"{PAGE}/declarations?saved=1"
    _, text = await read(host, f"{PAGE}/declarations", saved="1")
    assert "À vérifier avec votre comptable" in text
    assert re.search(r'value="HOTEL_10" checked', text)
    await save(host, "declarations", vat_regime="FRANCHISE_293B")
    trail = (await host.get("/api/v1/audit-entries")).json()
    said = [one["detail"] for one in trail if one["detail"].get("what") == "declaration"]
    assert [(one["vat_regime_before"], one["vat_regime"]) for one in reversed(said)] == [
        ("HOTEL_10", "HOTEL_10"),
        ("HOTEL_10", "FRANCHISE_293B"),
    ]


async def test_a_refused_house_is_not_published_and_may_ask_again(
    host: AsyncTestClient, demo: Database, owner: asyncpg.Connection
) -> None:
    assert (await save(host, "control")).status_code == 303
    assert (await save(host, "control")).status_code == 303  # sent twice: asked once
    assert "Votre demande est partie" in (await read(host, f"{PAGE}/control"))[1]
    await decide(demo, grant=False, reason="Inconnue au village.")
    status, text = await read(host, f"{PAGE}/control")
    assert status == 200
    assert "Inconnue au village." in text
    async with demo.transaction() as tx:
        letters = [one.body_text for one in await list_captured_mail(tx)]
    [refused] = [text for text in letters if "Inconnue au village." in text]
    assert f"{PAGE}/control" in refused
    claim = await owner.fetchval("select id from house_claim")
    assert f'<a href="{PAGE}/control">' in (await read(host, f"/pro/claim/{claim}"))[1]
    assert (await save(host, "control", statement="Voyez Mme Roux, en face.")).status_code == 303
    await decide(demo, grant=True, reason="Vue sur place.")
    assert "Vue sur place." in (await read(host, f"{PAGE}/control"))[1]
    house = await owner.fetchrow("select * from property where name = 'Le petit gîte'")
    members = "select count(*) from membership where tenant = $1"
    assert await owner.fetchval(members, house["tenant"]) == 1  # and it changed no hands
    states = await owner.fetch("select state, siret from house_claim order by made_at, state")
    assert [tuple(row) for row in states] == [("granted", ""), ("refused", "")]


async def test_whoever_has_left_the_house_confirms_nothing_of_it(
    host: AsyncTestClient, demo: Database, owner: asyncpg.Connection
) -> None:
    await save(host, "control")
    tenant = await owner.fetchval("select tenant from property where name = 'Le petit gîte'")
    await owner.execute("delete from membership where tenant = $1", tenant)
    with pytest.raises(ValueError, match="not enough values"):  # nothing waits for a decision
        await confirm(demo)


async def test_what_somebody_asked_who_has_left_is_asked_again_by_who_stays(
    host: AsyncTestClient, demo: Database, owner: asyncpg.Connection
) -> None:
    house = await demo.reader.one(Added, _ADDED)
    assert house is not None
    stranger = """select min(p.id) from person p where not exists (
                  select from membership m where m.person = p.id and m.tenant = $1)"""
    gone = await owner.fetchval(stranger, house.tenant)
    said = AskConfirmation(quality="réceptionniste", phone="0466000000", statement="J'y travaille.")
    async with demo.transaction(house.tenant) as tx:
        await claims.ask_confirmation(tx, await own_house(tx), said, person=gone)
    assert 'name="statement"' in (await read(host, f"{PAGE}/control"))[1]
    assert (await save(host, "control")).status_code == 303
    assert "Votre demande est partie" in (await read(host, f"{PAGE}/control"))[1]
    await confirm(demo)
    assert "Votre maison est confirmée" in (await read(host, f"{PAGE}/control"))[1]


MARVEJOLS = {"commune": "Marvejols", "place": "commune:48092", "lat": "44.5536", "lng": "3.2914"}


async def test_a_confirmed_house_that_moves_is_confirmed_where_it_goes(
    host: AsyncTestClient, demo: Database, owner: asyncpg.Connection
) -> None:
    listing = "select listing from property where name = 'Le petit gîte'"
    await do_all(host, demo)
    await send(host, f"{PAGE}/publish", {})
    refused = await save(host, "place", **MARVEJOLS)
    assert refused.status_code == 409
    assert f'<a href="{PAGE}/control">' in refused.text
    assert (await save(host, "place", **MARVEJOLS, withdraw="1")).status_code == 303
    assert await owner.fetchval(listing) == "draft"
    await save(host, "declarations", registration_number="48092 000001 A1")
    again = await send(host, f"{PAGE}/publish", {})
    assert again.status_code == 409
    assert 'name="statement"' in (await read(host, f"{PAGE}/control"))[1]
    await save(host, "control")
    await confirm(demo)
    assert (await send(host, f"{PAGE}/publish", {})).status_code == 303
    assert await owner.fetchval(listing) == "published"
    await save(host, "place", withdraw="1")  # back to where it was confirmed first
    assert "Votre maison est confirmée" in (await read(host, f"{PAGE}/control"))[1]


async def test_what_was_asked_of_a_house_that_moves_meanwhile_is_asked_again_there(
    host: AsyncTestClient, demo: Database, owner: asyncpg.Connection
) -> None:
    told = "select told_at is null from house_claim"
    await save(host, "place")
    await save(host, "control")
    await owner.execute("update house_claim set told_at = made_at")
    await save(host, "place", **MARVEJOLS)
    with pytest.raises(ValueError, match="not enough values"):  # of the place that it left
        await confirm(demo)
    assert (await save(host, "control")).status_code == 303
    assert await owner.fetchval(told)  # those who decide there are written to
    assert "Votre demande est partie" in (await read(host, f"{PAGE}/control"))[1]
    await confirm(demo)
    assert "Votre maison est confirmée" in (await read(host, f"{PAGE}/control"))[1]


async def test_a_house_of_the_registry_asks_nobody(visitor: AsyncTestClient, sign_in) -> None:
    await sign_in("hotelier")
    assert (await read(visitor, f"{PAGE}/control"))[0] == 404
    assert (await save(visitor, "control")).status_code == 404
    assert f"{PAGE}/control" not in (await read(visitor, PAGE))[1]


async def test_rooms_are_changed_and_retired(host: AsyncTestClient) -> None:
    await save(host, "rooms")
    same = await save(host, "rooms")
    assert same.status_code == 400
    assert "Un autre type de chambre porte ce nom." in text_of(same)
    _, text = await read(host, f"{PAGE}/rooms")
    room = re.search(rf"{PAGE}/rooms/(\d+)", text)
    assert room
    changed = await send(host, room.group(0), {**GOOD["rooms"], "name": "La grange"})
    assert changed.status_code == 303
    assert "La grange" in (await read(host, f"{PAGE}/rooms"))[1]
    wrong = await send(host, room.group(0), {**GOOD["rooms"], "units": "0"})
    assert wrong.status_code == 400
    assert (await send(host, f"{room.group(0)}/retire", {})).status_code == 303
    assert "La grange" not in (await read(host, f"{PAGE}/rooms"))[1]
    assert (await read(host, room.group(0)))[0] == 404


async def test_a_guest_house_has_five_rooms_at_most(visitor: AsyncTestClient) -> None:
    await sign_up(visitor)
    await send(visitor, "/pro/claim/houses", {**NEW, "kind": "guest_house"})
    answer = await save(
        visitor,
        "rooms",
        units="6",
        occupancy_max="2",
        occupancy_standard="2",
        adults_max="2",
        children_max="0",
    )
    assert answer.status_code == 400
    assert 'id="error-units"' in answer.text


async def test_steps_are_a_house_s_own(visitor: AsyncTestClient, sign_in) -> None:
    assert (await visitor.get(PAGE)).status_code == 401
    for who in ("federation", "office", "region", "exploitant"):
        await sign_in(who)
        for path in (PAGE, f"{PAGE}/rooms", "/pro/mandate"):
            assert (await read(visitor, path))[0] == 403, (who, path)
    await sign_up(visitor, "Sans Maison")
    assert (await read(visitor, PAGE))[0] == 403


async def test_fewer_rooms_than_are_sold_are_told_beside_their_number(
    visitor: AsyncTestClient, sign_in, demo: Database
) -> None:
    house = await find_house(demo)
    page = f"{PAGE}/rooms/{house.types['double']}"
    await sign_in("hotelier")
    few = await send(visitor, page, {**GOOD["rooms"], "units": "1"}, shown=page)
    assert few.status_code == 400, few.text
    assert 'id="error-units"' in few.text
    assert "À partir du mardi 1 décembre 2026, jusqu'à 2 unités sont vendues" in text_of(few)
    enough = await send(visitor, page, {**GOOD["rooms"], "units": "2"}, shown=page)
    assert enough.status_code == 303
