"""Forms of plans, supplements, promotions: mistakes stand beside their fields, all is kept."""

import re
from uuid import uuid4

import pytest
from litestar.testing import AsyncTestClient

from hub.core.db import Database
from tests.api.test_plans_pages import FULL, HTML, hotelier, house, plan_ids, send
from tests.forms import Form, Mistake, check_mistakes, read_form, values_of
from tests.houses import House
from tourism.rates import list_rate_plans

__all__ = ["hotelier", "house"]
AMOUNT = "Écrivez un montant comme 98 ou 98,50."
BY_ROOM = (
    "Prix par chambre : un enfant paie au plus autant qu'un adulte en plus. Augmentez ce montant,"
    " ou baissez celui de l'enfant."
)
OFFERED = "A box or a list: nothing but what it offers can be chosen."
LISTED = "Choisissez dans la liste."
NEARER = "Chaque étape est plus près de l'arrivée que ce qui la précède."
PLAN = Form(
    key="plans/form.html /pro/plans/{}",
    typed=FULL,
    mistakes=(
        Mistake("name", "", "Donnez au tarif un nom de 1 à 80 lettres."),
        Mistake("name", "x" * 81, "Donnez au tarif un nom de 1 à 80 lettres."),
        Mistake("meal_plan", "99", LISTED),
        Mistake("supplement_adult", "douze", AMOUNT),
        Mistake("supplement_child", "-1", "Le montant est compris entre 0 et 100 000 €."),
        Mistake("guarantee", "gold", LISTED),
        Mistake("parent", "999999", "Le tarif à suivre n'est pas en vente."),
        Mistake("parent", "abc", "Écrivez un nombre entier."),
        Mistake("adjust", "-95", "Le pourcentage est compris entre -90 et +300."),
        Mistake("adjust_cents", "1 000 000", "Le montant est de 100 000 € au plus."),
        Mistake("step", "-1", "Les prix sont arrondis à un centime ou plus."),
        Mistake("rounding", "sideways", LISTED),
        Mistake("floor", "-1", "Le montant est compris entre 0 et 100 000 €."),
        Mistake("cap", "50", "Le maximum n'est pas en dessous du minimum."),
        Mistake("model", "per_dog", LISTED),
        Mistake("extra_adult", "-5", "Le montant est compris entre 0 et 100 000 €."),
        Mistake("single_discount", "-5", "Le montant est compris entre 0 et 100 000 €."),
        Mistake("single_supplement", "200000", "Le montant est compris entre 0 et 100 000 €."),
        Mistake("band_1_age", "12", "Les âges des enfants montent, de 0 à 17."),
        Mistake("band_1_age", "dix", "Écrivez un nombre entier."),
        Mistake("band_1_amount", "20,01", BY_ROOM),
        Mistake("band_2_amount", "150", "Un enfant ne paie rien, un montant ou une part."),
        Mistake("free_days", "91", "L'annulation gratuite finit de 0 à 90 jours avant l'arrivée."),
        Mistake("free_hour", "25", "L'heure est comprise entre 0 et 24."),
        Mistake("penalty", "all", LISTED),
        Mistake("penalty_percent", "101", "La part gardée est comprise entre 0 et 100 pour cent."),
        Mistake("later_1_days", "7", NEARER),
        Mistake(
            "later_1_days",
            "91",
            "Une étape commence de 0 à 90 jours avant l'arrivée.",
            also={"free_days": ""},
        ),
        Mistake("later_1_days", "trois", "Écrivez un nombre entier."),
        Mistake("later_1_days", "", "Écrivez un nombre entier."),
        Mistake("later_1", "all", LISTED),
        Mistake("later_1_percent", "30", "Chaque étape garde plus que ce qui la précède."),
        Mistake("later_1_percent", "101", "La part gardée est comprise entre 0 et 100 pour cent."),
        Mistake("no_show", "all", LISTED),
        Mistake("no_show_percent", "-1", "La part gardée est comprise entre 0 et 100 pour cent."),
        Mistake("min_advance_days", "551", "Les jours avant l'arrivée sont de 0 à 550."),
        Mistake("cutoff_hour", "-1", "L'heure est comprise entre 0 et 24."),
        Mistake("max_advance_days", "0", "Le premier jour pour réserver vient avant le dernier."),
        Mistake("stay_from", "31/12/2027", "Choisissez un jour."),
        Mistake("stay_until", "2026-12-31", "Le dernier jour ne vient pas avant le premier."),
        Mistake("book_from", "demain", "Choisissez un jour."),
        Mistake("book_until", "2026-10-31", "Le dernier jour ne vient pas avant le premier."),
        Mistake("deposit_kind", "x", LISTED),
        Mistake("deposit_percent", "x", AMOUNT),
        Mistake(
            "deposit_percent",
            "101",
            "La part payée en réservant est de 1 à 90 % du prix.",
            also={"guarantee": "deposit"},
        ),
        Mistake("balance", "x", LISTED),
        Mistake("balance_days", "x", "Écrivez un nombre entier.", also={"balance": "card"}),
        Mistake(
            "balance_days",
            "0",
            "Le solde est payé de 1 à 180 jours avant.",
            also={"balance": "card", "guarantee": "deposit"},
        ),
        Mistake("grace_days", "x", "Écrivez un nombre entier."),
        Mistake(
            "grace_days",
            "99",
            "Un solde est attendu de 1 à 30 jours.",
            also={"guarantee": "deposit"},
        ),
    ),
    never={
        "on_request": OFFERED,
        "language": OFFERED,
        "band_*": "As the same field of the first.",
        "later_2*": "As the same field of the first.",
    },
)
BOTH_KINDS = Form(
    key=PLAN.key,
    typed={},
    mistakes=(
        Mistake("band_2_more", "beaucoup", AMOUNT),
        Mistake("band_4_age", "15,5", "Écrivez un nombre entier."),
    ),
)
SUPPLEMENT = Form(
    key="plans/list.html /pro/plans/supplements",
    typed={
        "name": "Ménage royal",
        "amount": "31,50",
        "mandatory": "1",
        "per": "person",
        "each": "night",
        "from_age": "12",
        "vat": "lodging",
        "most": "1",
        "weekdays": ("6", "7"),
        "room_types": ("{double}", "{suite}"),
        "plans": ("{saver}",),
    },
    mistakes=(
        Mistake("name", "", "Donnez au supplément un nom de 1 à 80 lettres."),
        Mistake("amount", "", "Le montant est compris entre 0,01 et 100 000 €."),
        Mistake("amount", "beaucoup", AMOUNT),
        Mistake("mandatory", "maybe", LISTED),
        Mistake("per", "dog", LISTED),
        Mistake("each", "week", LISTED),
        Mistake("from_age", "19", "L'âge est compris entre 0 et 18."),
        Mistake("weekdays", "8", "Les jours vont de 1 (lundi) à 7."),
        Mistake("room_types", "999999", "Une de ces chambres n'est pas à cette maison."),
        Mistake("plans", "999999", "Un de ces tarifs n'est pas en vente."),
        Mistake("vat", "half", LISTED),
        Mistake("vat", "service", "Ce qui est obligatoire a la TVA de la chambre."),
        Mistake("most", "21", "Une chambre le prend de 1 à 20 fois."),
        Mistake("most", "2", "Seul un supplément au choix et par chambre se prend plusieurs fois."),
    ),
)
PROMOTION = Form(
    key="plans/list.html /pro/plans/promotions",
    typed={
        "name": "Printemps tôt",
        "kind": "early",
        "threshold": "60",
        "percent": "12,5",
        "free_nights": "1",
        "stay_from": "2027-03-01",
        "stay_until": "",
        "plans": ("{saver}", "{flexible}"),
    },
    mistakes=(
        Mistake("name", "", "Donnez à la promotion un nom de 1 à 80 lettres."),
        Mistake("kind", "never", LISTED),
        Mistake("percent", "95", "Une promotion retire de 1 à 90 pour cent."),
        Mistake("percent", "x", AMOUNT),
        Mistake("threshold", "600", "Le nombre de jours ou de nuits est trop grand."),
        Mistake("threshold", "1,5", "Écrivez un nombre entier."),
        Mistake(
            "threshold",
            "1",
            "Sur 2 à 28 nuits, une au moins est offerte et une payée.",
            also={"kind": "free_nights"},
        ),
        Mistake("free_nights", "x", "Écrivez un nombre entier.", also={"kind": "free_nights"}),
        Mistake("stay_from", "x", "Choisissez un jour."),
        Mistake("stay_until", "2026-01-01", "Le dernier jour ne vient pas avant le premier."),
        Mistake("plans", "999999", "Un de ces tarifs n'est pas en vente."),
    ),
)
FORMS = (PLAN, BOTH_KINDS, SUPPLEMENT, PROMOTION)


async def test_a_mistake_in_a_plan_is_told_beside_its_field_and_everything_typed_is_kept(
    hotelier: AsyncTestClient, demo: Database, house: House
) -> None:
    await check_mistakes(hotelier, PLAN, "/pro/plans/new", "/pro/plans/new")
    assert len(await plan_ids(demo, house)) == 3


async def test_every_band_of_children_is_shown_and_kept_by_the_form(
    hotelier: AsyncTestClient, demo: Database, house: House
) -> None:
    """What a program has set, the page does not lose: a fourth band, and one of both kinds."""
    bands = [
        {"until_age": 2},
        {"until_age": 6, "cents": 400, "adult_bps": 2_000},
        {"until_age": 11, "adult_bps": 5_000},
        {"until_age": 15, "cents": 1_500},
    ]
    details = {"pricing": {"extra_adult_cents": 2_000, "child_bands": bands}}
    body = {
        "name": "Familles",
        "meal_plan": 14,
        "cancellation": {"free_days": 2, "penalty": "first_night"},
        "details": details,
    }
    added = await hotelier.post(
        "/api/v1/house/plans", json=body, headers={"idempotency-key": str(uuid4())}
    )
    assert added.status_code == 201, added.text
    path = f"/pro/plans/{added.json()['id']}"
    text = (await hotelier.get(path, headers=HTML)).text
    inputs = dict(re.findall(r'name="(band_\w+)"[^>]* value="([^"]*)"', text))
    units = re.findall(r'name="(band_\d_unit)">(.*?)</select>', text)
    inputs |= {n: "percent" if 'percent" selected' in s else "cents" for n, s in units}
    assert (inputs["band_4_age"], inputs["band_5_age"]) == ("15", "")
    assert (inputs["band_2_amount"], inputs["band_2_more"]) == ("4", "20")
    await check_mistakes(hotelier, BOTH_KINDS, path, path, whole=False)
    fields = FULL | {name: "" for name in FULL if name.startswith("band")} | inputs
    assert (await send(hotelier, path, path, **fields)).status_code == 303
    async with demo.transaction(house.tenant) as tx:
        plans = await list_rate_plans(tx, house.id)
    kept = next(plan for plan in plans if plan.name == FULL["name"])
    told = [(b.until_age, b.cents, b.adult_bps) for b in kept.details.pricing.child_bands]
    assert told == [(2, 0, 0), (6, 400, 2_000), (11, 0, 5_000), (15, 1_500, 0)]


@pytest.mark.parametrize("form", [SUPPLEMENT, PROMOTION], ids=["supplement", "promotion"])
async def test_a_mistake_in_a_supplement_or_a_promotion_is_told_beside_its_field(
    hotelier: AsyncTestClient, house: House, form: Form
) -> None:
    ids = {code: str(id) for code, id in (house.types | house.plans).items()}
    await check_mistakes(hotelier, form.named(**ids), "/pro/plans", form.key.partition(" ")[2])


async def test_what_a_program_has_set_of_later_steps_and_of_nothing_kept_the_form_does_not_lose(
    hotelier: AsyncTestClient, demo: Database, house: House
) -> None:
    steps = [
        {"days": 20, "penalty": "percent", "penalty_bps": 1_000},
        {"days": 10, "penalty": "first_night"},
        {"days": 1, "penalty": "percent", "penalty_bps": 9_000},
    ]
    policy = {"free_days": 30, "penalty": "percent", "penalty_bps": 0, "steps": steps}
    body = {"name": "Par étapes", "meal_plan": 14, "cancellation": policy}
    added = await hotelier.post(
        "/api/v1/house/plans", json=body, headers={"idempotency-key": str(uuid4())}
    )
    assert added.status_code == 201, added.text
    path = f"/pro/plans/{added.json()['id']}"
    form = read_form((await hotelier.get(path, headers=HTML)).text, path)
    typed = dict(values_of(form))
    assert (typed["later_3_days"], typed["later_4_days"], typed["penalty_percent"]) == (
        "1",
        "",
        "0",
    )
    assert (await send(hotelier, path, path, **typed)).status_code == 303
    async with demo.transaction(house.tenant) as tx:
        plans = await list_rate_plans(tx, house.id)
    kept = next(plan for plan in plans if plan.name == "Par étapes").cancellation
    assert [(step.days, step.penalty.value, step.penalty_bps) for step in kept.steps] == [
        (20, "percent", 1_000), (10, "first_night", 10_000), (1, "percent", 9_000),
    ]  # fmt: skip
    assert (kept.free_days, kept.penalty_bps) == (30, 0)
