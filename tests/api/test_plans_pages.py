"""Rate plans, promotions and supplements: from their forms and the API to the price of a quote."""

import re
from uuid import uuid4

import msgspec
import pytest
from litestar.testing import AsyncTestClient

from hub.core.db import Database, Tx
from tests.houses import ARRIVAL, House, find_house, hold, quote
from tourism.lodging import Property
from tourism.plans import actions
from tourism.quoting.errors import NotSellable
from tourism.quoting.models import RoomWanted
from tourism.rates import list_rate_plans, save_rate_plan
from tourism.rates.models import RatePlan
from tourism.rates.policy.plans import version_of

HTML = {"accept": "text/html", "accept-language": "fr"}
HIDDEN = re.compile(r'type="hidden" name="(\w+)" value="([^"]*)"')
FULL = {
    "name": "Trois nuits d'hiver",
    "meal_plan": "3",
    "supplement_adult": "12,50",
    "supplement_child": "6",
    "guarantee": "prepaid",
    "adjust": "-10",
    "adjust_cents": "-2",
    "step": "1",
    "rounding": "down",
    "floor": "60",
    "cap": "150",
    "model": "per_room",
    "extra_adult": "20",
    "single_discount": "8",
    "single_supplement": "",
    "band_1_age": "2",
    "band_1_amount": "0",
    "band_1_unit": "cents",
    "band_2_age": "11",
    "band_2_amount": "50",
    "band_2_unit": "percent",
    "free_days": "7",
    "free_hour": "12",
    "penalty": "percent",
    "penalty_percent": "30",
    "later_1_days": "3",
    "later_1": "percent",
    "later_1_percent": "70",
    "no_show": "percent",
    "no_show_percent": "80",
    "min_advance_days": "1",
    "cutoff_hour": "18",
    "max_advance_days": "300",
    "stay_from": "2027-01-01",
    "stay_until": "2027-12-31",
    "book_from": "2026-11-01",
    "book_until": "2027-10-31",
}


@pytest.fixture
async def house(demo: Database) -> House:
    return await find_house(demo)


@pytest.fixture
async def hotelier(visitor: AsyncTestClient, sign_in) -> AsyncTestClient:
    await sign_in("hotelier")
    return visitor


async def send(visitor: AsyncTestClient, shown: str, path: str, **fields: object):
    """Send a form of a page with the hidden values that the page gives."""
    text = (await visitor.get(shown, headers=HTML)).text
    hidden = dict(HIDDEN.findall(text))
    return await visitor.post(path, data={**hidden, **fields}, headers=HTML)


async def plan_ids(demo: Database, house: House) -> dict[str, int]:
    async with demo.transaction(house.tenant) as tx:
        plans = await list_rate_plans(tx, house.id)
    return {plan.name or plan.code: plan.id for plan in plans}


async def test_a_plan_is_added_read_in_words_changed_and_shown_again_as_typed(
    hotelier: AsyncTestClient, demo: Database, house: House
) -> None:
    parent = str(house.plans["flexible"])
    answer = await send(hotelier, "/pro/plans/new", "/pro/plans/new", **FULL, parent=parent)
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"] == "/pro/plans?done=plan"
    id = (await plan_ids(demo, house))[FULL["name"]]
    text = " ".join((await hotelier.get("/pro/plans?done=plan", headers=HTML)).text.split())
    for words in (
        "Le tarif est enregistré.",
        "10\xa0% de moins que « Tarif flexible ».",
        "On en retire 2,00\xa0€ par nuit.",
        "Jamais moins de 60,00\xa0€ avant une promotion.",
        "Annulation gratuite jusqu'à 7 jours avant l'arrivée à 12 h, heure de la maison.",
        "Ensuite, 30\xa0% du prix de l'hébergement restent dus.",
        "Puis à partir de 3 jours avant l'arrivée, 12 h : 70\xa0% du prix de l'hébergement restent"
        " dus. La taxe de séjour est toujours rendue.",
        "Si personne ne vient, 80\xa0% du prix de l'hébergement restent dus.",
        "Jusqu'à 2 ans, un enfant ne paie rien.",
        "Jusqu'à 11 ans, un enfant paie 50\xa0% du prix d'un adulte.",
        "À réserver au plus tard 1 jour avant l'arrivée, à 18 h.",
    ):
        assert " ".join(words.split()) in text.replace("&#39;", "'"), words
    form = (await hotelier.get(f"/pro/plans/{id}", headers=HTML)).text
    for name, value in FULL.items():
        if name.startswith(("meal", "guarantee", "rounding", "model", "penalty", "no_show")):
            continue
        if name not in {"band_1_amount", "band_1_unit", "band_2_unit", "name"}:
            assert f'name="{name}"' in form, name
            assert f'value="{value}"' in form, name
    changed = await send(
        hotelier, f"/pro/plans/{id}", f"/pro/plans/{id}", **FULL | {"adjust": "-20"}
    )
    assert changed.status_code == 303
    offer = await quote(demo, house.wish(plan="saver"))
    async with demo.transaction(house.tenant) as tx:
        plan = next(plan for plan in await list_rate_plans(tx, house.id) if plan.id == id)
    assert plan.adjust_bps == -2_000
    assert plan.parent is None
    assert plan.code == "trois_nuits_d_hiver"
    assert offer.breakdown.rooms_gross_cents == 10_143 + 8_820 + 8_820


async def test_a_plan_is_sold_at_once_as_it_says(
    hotelier: AsyncTestClient, demo: Database, house: House
) -> None:
    fields = FULL | {"parent": str(house.plans["saver"]), "supplement_adult": "", "cap": ""}
    answer = await send(hotelier, "/pro/plans/new", "/pro/plans/new", **fields)
    assert answer.status_code == 303
    ids = await plan_ids(demo, house)
    sold = House(house.id, house.tenant, house.types, {"flexible": ids[FULL["name"]]})
    offer = await quote(demo, sold.wish())
    # Saturday 112.70 → saver 101.43 → 91.29 − 2 → 89; the other nights 98 → 88.20 → 79.38 − 2 → 77.
    assert offer.breakdown.rooms_gross_cents == 8_900 + 2 * 7_700
    assert offer.plan_name == FULL["name"]


async def test_the_form_that_is_sent_twice_adds_one_plan(
    hotelier: AsyncTestClient, demo: Database, house: House
) -> None:
    text = (await hotelier.get("/pro/plans/new", headers=HTML)).text
    fields = {**dict(HIDDEN.findall(text)), **FULL}
    first = await hotelier.post("/pro/plans/new", data=fields, headers=HTML)
    again = await hotelier.post("/pro/plans/new", data=fields, headers=HTML)
    assert (first.status_code, again.status_code) == (303, 303)
    assert len(await plan_ids(demo, house)) == 4


async def test_plans_are_read_back_in_the_travellers_language_while_they_are_typed(
    hotelier: AsyncTestClient,
) -> None:
    english = await send(hotelier, "/pro/plans/new", "/pro/plans/words", **FULL, language="en")
    assert english.status_code == 200
    text = " ".join(english.text.split())
    assert '<div lang="en">' in text
    assert "Free cancellation until 7 days before arrival at 12:00" in text
    assert "€98.00" in text.replace("</del>", "")
    # 98 − 10 % − 2 → 86, down to a whole euro; breakfast for two 25.
    assert "€86.00" in text
    assert "€111.00" in text
    unreadable = await send(
        hotelier, "/pro/plans/new", "/pro/plans/words", **FULL | {"adjust": "ten"}, language="fr"
    )
    assert "Écrivez un montant" in unreadable.text
    # Without script the same is a button of the form, and nothing is saved.
    answer = await send(hotelier, "/pro/plans/new", "/pro/plans/new", **FULL, read="words")
    assert answer.status_code == 200
    assert "Annulation gratuite jusqu&#39;à 7 jours avant" in answer.text or (
        "Annulation gratuite jusqu'à 7 jours avant" in answer.text
    )


async def test_a_plan_that_others_follow_is_not_retired_and_an_unknown_one_is_not_there(
    hotelier: AsyncTestClient, demo: Database, house: House
) -> None:
    parent = house.plans["flexible"]
    await send(hotelier, "/pro/plans/new", "/pro/plans/new", **FULL, parent=str(parent))
    refused = await send(hotelier, "/pro/plans", f"/pro/plans/{parent}/retire")
    assert refused.status_code == 400
    assert "D&#39;autres tarifs le suivent" in refused.text or (
        "D'autres tarifs le suivent" in refused.text
    )
    child = (await plan_ids(demo, house))[FULL["name"]]
    assert (await send(hotelier, "/pro/plans", f"/pro/plans/{child}/retire")).status_code == 303
    assert FULL["name"] not in await plan_ids(demo, house)
    assert (await send(hotelier, "/pro/plans", f"/pro/plans/{child}/retire")).status_code == 404
    assert (await hotelier.get(f"/pro/plans/{child}", headers=HTML)).status_code == 404
    # Its name and code may come back.
    again = await send(hotelier, "/pro/plans/new", "/pro/plans/new", **FULL)
    assert again.status_code == 303


async def test_the_last_plan_of_a_published_house_stays(
    hotelier: AsyncTestClient, house: House
) -> None:
    for code in ("saver", "breakfast"):
        path = f"/pro/plans/{house.plans[code]}/retire"
        assert (await send(hotelier, "/pro/plans", path)).status_code == 303
    last = await send(hotelier, "/pro/plans", f"/pro/plans/{house.plans['flexible']}/retire")
    assert last.status_code == 400
    assert "Une maison publiée garde un tarif." in last.text


async def test_a_mandatory_supplement_is_part_of_every_price_that_is_shown(
    hotelier: AsyncTestClient, demo: Database, house: House
) -> None:
    before = await quote(demo, house.wish())
    answer = await send(
        hotelier, "/pro/plans", "/pro/plans/supplements",
        name="Ménage", amount="30", mandatory="1", per="room", each="stay",
        room_types=str(house.types["double"]),
    )  # fmt: skip
    assert answer.status_code == 303, answer.text
    linen = await send(
        hotelier, "/pro/plans", "/pro/plans/supplements",
        name="Linge", amount="2,50", mandatory="1", per="person", each="night", weekdays=["6", "7"],
    )  # fmt: skip
    assert linen.status_code == 303
    await send(
        hotelier, "/pro/plans", "/pro/plans/supplements",
        name="Garage", amount="9", mandatory="0", per="room", each="night",
    )  # fmt: skip
    after = await quote(demo, house.wish())
    # 30 for the stay; 2.50 for two persons on Saturday and Sunday; the garage is a choice.
    parts = after.breakdown
    added = parts.total_cents - before.breakdown.total_cents
    assert added == 3_000 + 2 * 2 * 250
    assert [(s.name, s.cents) for s in parts.rooms[0].supplements] == [
        ("Ménage", 3_000),
        ("Linge", 1_000),
    ]
    assert sum(vat.gross_cents for vat in parts.vat) == parts.rooms_gross_cents
    assert sum(vat.net_cents for vat in parts.vat) == sum(s.amount_cents for s in parts.shares)
    dates = {"arrival": str(ARRIVAL), "departure": str(after.departure), "adults": "2"}
    found = await hotelier.get(
        "/api/v1/search", params={"place": "commune:74010", "per_page": "50", **dates}
    )
    hit = next(hit for hit in found.json()["hits"] if hit["property"] == house.id)
    saver = await quote(demo, house.wish(plan="saver"))
    assert hit["total_cents"] == saver.breakdown.total_cents
    page = (await hotelier.get(f"/hebergements/{house.id}", params=dates, headers=HTML)).text
    assert "Ménage" in page
    assert "En option : Dîner du terroir" in " ".join(page.split())
    assert "Garage 9,00" in " ".join(page.split())
    # A room of another type pays no cleaning.
    family = await quote(demo, house.wish(RoomWanted(room_type=house.types["family"], adults=2)))
    assert [s.name for s in family.breakdown.rooms[0].supplements] == ["Linge"]


async def test_a_promotion_is_added_applied_and_ended(
    hotelier: AsyncTestClient, demo: Database, house: House
) -> None:
    before = await quote(demo, house.wish())
    answer = await send(
        hotelier, "/pro/plans", "/pro/plans/promotions", name="Tôt", kind="early",
        threshold="60", percent="10",
    )  # fmt: skip
    assert answer.status_code == 303
    reduced = await quote(demo, house.wish())
    assert reduced.breakdown.rooms[0].promotion == "Tôt"
    assert reduced.breakdown.rooms_gross_cents == before.breakdown.rooms_gross_cents * 9 // 10
    page = (await hotelier.get("/pro/plans", headers=HTML)).text
    assert "10\xa0% de moins en réservant au moins 60 jours avant" in page
    id = re.findall(r"/pro/plans/promotions/(\d+)/end", page)[0]
    end = f"/pro/plans/promotions/{id}/end"
    assert (await send(hotelier, "/pro/plans", end)).status_code == 303
    assert (await send(hotelier, "/pro/plans", end)).status_code == 404
    assert (await quote(demo, house.wish())).breakdown == before.breakdown


async def test_a_plan_on_request_is_not_booked_at_once_and_says_why(
    hotelier: AsyncTestClient, demo: Database, house: House
) -> None:
    for code in ("saver", "breakfast"):
        await send(hotelier, "/pro/plans", f"/pro/plans/{house.plans[code]}/retire")
    id = house.plans["flexible"]
    answer = await send(
        hotelier, f"/pro/plans/{id}", f"/pro/plans/{id}", name="Flexible", on_request="1"
    )
    assert answer.status_code == 303
    asked = await quote(demo, house.wish())
    assert asked.on_request
    with pytest.raises(NotSellable) as refused:
        await hold(demo, asked)
    assert refused.value.extra["obstacles"] == ["on_request"]
    dates = {"arrival": str(ARRIVAL), "departure": "2027-03-02", "adults": "2"}
    page = (await hotelier.get(f"/hebergements/{house.id}", params=dates, headers=HTML)).text
    assert "Sur demande" in page


async def test_two_who_change_a_plan_at_once_do_not_undo_each_other_unseen(
    hotelier: AsyncTestClient, demo: Database, house: House
) -> None:
    id = house.plans["flexible"]
    path = f"/pro/plans/{id}"
    mine = dict(HIDDEN.findall((await hotelier.get(path, headers=HTML)).text))
    theirs = await send(hotelier, path, path, name="Flexible", adjust="-10", free_days="3")
    assert theirs.status_code == 303, theirs.text
    typed = {"name": "Souple", "adjust": "5", "version": mine["version"]}
    # Reading it in words first does not make it seen.
    read = await send(hotelier, path, path, **typed, read="words")
    assert dict(HIDDEN.findall(read.text))["version"] == mine["version"]
    refused = await send(hotelier, path, path, **typed)
    assert refused.status_code == 409
    text = " ".join(refused.text.split())
    assert "Quelqu'un a changé ce tarif entre-temps" in text.replace("&#39;", "'")
    assert 'value="Souple"' in text
    said = text.split("Le tarif tel qu")[1].split("</details>")[0]
    assert "3 jours avant" in said
    assert "Flexible" in await plan_ids(demo, house)
    # Told so, who saves again replaces it.
    known = dict(HIDDEN.findall(refused.text))
    again = await hotelier.post(path, data={**typed, **known}, headers=HTML)
    assert again.status_code == 303, again.text
    assert "Souple" in await plan_ids(demo, house)


async def test_a_form_names_the_version_that_its_fields_are_of(
    hotelier: AsyncTestClient, demo: Database, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = house.plans["flexible"]
    path = f"/pro/plans/{id}"
    found = actions.find_plan

    async def find_then_changed(tx: Tx, of: Property, plan: int) -> RatePlan:
        read = await found(tx, of, plan)
        async with tx.database.transaction(tx.tenant, actor="person:2") as theirs:
            other = msgspec.structs.replace(read, name="Autre")
            await save_rate_plan(theirs, of, other, version_of(read))
        return read

    monkeypatch.setattr(actions, "find_plan", find_then_changed)
    shown = (await hotelier.get(path, headers=HTML)).text
    monkeypatch.setattr(actions, "find_plan", found)
    mine = dict(HIDDEN.findall(shown))
    late = await send(hotelier, path, path, name="Souple", version=mine["version"])
    assert late.status_code == 409
    assert "Autre" in await plan_ids(demo, house)


async def test_a_program_replaces_the_version_that_it_has_read_and_no_other(
    hotelier: AsyncTestClient, house: House
) -> None:
    address = f"/api/v1/house/plans/{house.plans['flexible']}"
    plan = {
        "name": "Flexible", "meal_plan": 14, "adjust_bps": -500,
        "cancellation": {"free_days": 3, "penalty": "first_night"},
    }  # fmt: skip

    async def put(body: object, **headers: str):
        return await hotelier.put(
            address, json=body, headers={"idempotency-key": str(uuid4()), **headers}
        )

    shown = await hotelier.get(address)
    tag = shown.headers["etag"]
    listed = (await hotelier.get("/api/v1/house/plans")).json()["plans"]
    versions = {known["id"]: known["version"] for known in listed}
    assert tag == f'"{versions[shown.json()["id"]]}"' == f'"{shown.json()["version"]}"'
    first = await put(plan, **{"if-match": tag})
    assert first.status_code == 200, first.text
    assert f'"{first.json()["version"]}"' == (await hotelier.get(address)).headers["etag"] != tag
    late = await put(plan | {"adjust_bps": 700}, **{"if-match": tag})
    assert (late.status_code, late.json()["type"].rpartition(":")[2]) == (409, "plan-moved")
    assert (await hotelier.get(address)).json()["adjust_bps"] == -500
    for match in (f'W/"{first.json()["version"]}"', "*"):
        assert (await put(plan | {"adjust_bps": 700}, **{"if-match": match})).status_code == 200


async def test_the_api_adds_changes_and_ends_each_once(
    hotelier: AsyncTestClient, house: House
) -> None:
    plan = {
        "name": "Par logiciel", "meal_plan": 14, "adjust_bps": -500,
        "cancellation": {"free_days": 3, "penalty": "first_night"},
    }  # fmt: skip

    async def call(method: str, path: str, body: object = None, key: str | None = None):
        headers = {"idempotency-key": key or str(uuid4())}
        return await hotelier.request(method, f"/api/v1/house/{path}", json=body, headers=headers)

    first = await call("POST", "plans", plan, "one")
    again = await call("POST", "plans", plan, "one")
    assert (first.status_code, again.status_code) == (201, 201), first.text
    assert first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert (await call("POST", "plans", plan | {"name": "Autre"}, "one")).status_code == 422
    id = first.json()["id"]
    changed = await call("PUT", f"plans/{id}", plan | {"adjust_bps": 500})
    assert changed.status_code == 200
    wrong = await call("PUT", f"plans/{id}", plan | {"parent": id})
    assert wrong.status_code == 400
    assert wrong.json()["field"] == "parent"
    assert (await call("PUT", "plans/999999", plan)).status_code == 404
    promotion = {"name": "Long", "details": {"kind": "long_stay", "threshold": 7, "percent_bps": 1}}
    added = await call("POST", "promotions", promotion)
    assert added.status_code == 201
    extra = {"name": "Ménage", "details": {"cents": 5_000, "plans": [id]}}
    supplement = await call("POST", "supplements", extra)
    assert supplement.status_code == 201
    bad = await call("POST", "supplements", {"name": "X", "details": {"cents": 0}})
    assert (bad.status_code, bad.json()["field"]) == (400, "amount")
    listed = (await hotelier.get("/api/v1/house/plans")).json()
    assert [known["adjust_bps"] for known in listed["plans"] if known["id"] == id] == [500]
    assert [known["name"] for known in listed["promotions"]] == ["Long"]
    assert listed["supplements"][-1]["name"] == "Ménage"
    for path in (
        f"plans/{id}",
        f"promotions/{added.json()['id']}",
        f"supplements/{supplement.json()['id']}",
    ):
        key = str(uuid4())
        assert (await call("DELETE", path, key=key)).status_code == 200
        assert (await call("DELETE", path, key=key)).status_code == 200
        assert (await call("DELETE", path)).status_code == 404
