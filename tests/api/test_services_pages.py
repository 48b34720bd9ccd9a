"""A region launches, promotes, is told what the hosting lacks, and leaves with everything."""

import html
import re
import uuid
from datetime import date
from pathlib import Path

import pytest
from litestar.testing import AsyncTestClient

from hub import trust
from hub.app import create_app
from hub.core.clock import DrivenClock, SeededIds
from hub.core.db import Database
from hub.core.installed import find_verticals
from hub.core.settings import Settings
from tests.api.conftest import SignIn
from tests.people import HTML, read, send
from tests.trusted import SERVICE, find_operator
from tests.verticals import install, spoil
from tourism.demo.people import PASSWORD

OWN, NEW = "/pro/our-services", "/pro/our-services/new"


def key(number: int) -> str:
    return str(uuid.UUID(int=number))


async def launch(visitor: AsyncTestClient, number: int = 1, **fields: str) -> str:
    said = {"vertical": "seniors", "name": "Aînés de Lozère", "as": "sandbox", **fields}
    answer = await send(visitor, NEW, {"idempotency_key": key(number), **said}, shown=NEW)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def enter(visitor: AsyncTestClient, page: str) -> int:
    """Press « Entrer dans le service »; the organisation that one acts for then."""
    _, text = await read(visitor, page)
    found = re.search(r'name="organisation" value="(\d+)">Entrer', text)
    assert found, text
    answer = await send(
        visitor, "/organisations", {"organisation": found.group(1), "next": "/seniors"}, shown=page
    )
    assert answer.headers["location"] == "/seniors"
    return int(found.group(1))


async def step(visitor: AsyncTestClient, page: str, name: str, **fields: str) -> int:
    _, text = await read(visitor, page)
    version = re.search(r'name="version" value="(\d+)"', text)
    assert version, text
    said = {"step": name, "version": version.group(1), **fields}
    return (await send(visitor, f"{page}/steps", said, shown=page)).status_code


async def back_to_region(visitor: AsyncTestClient) -> None:
    _, text = await read(visitor, "/organisations")
    found = re.search(r'value="(\d+)"\s*>[^<]*(?:Région|Occitanie)', text)
    assert found, text
    await send(visitor, "/organisations", {"organisation": found.group(1)}, shown="/organisations")


async def test_a_sandbox_is_filled_bears_its_name_and_fails_on_demand(
    visitor: AsyncTestClient, sign_in: SignIn
) -> None:
    await sign_in("region")
    page = await launch(visitor)
    assert await launch(visitor) == page  # the same form again
    looks = {"name": "Bien vieillir", "colour": "#7a1f4b", "legal": "Éditeur : la région."}
    assert (await send(visitor, f"{page}/looks", looks, shown=page)).status_code == 303
    too_light = await send(visitor, f"{page}/looks", {**looks, "colour": "#ffee88"}, shown=page)
    assert too_light.status_code == 400
    assert "trop claire" in html.unescape(too_light.text)
    await send(visitor, f"{page}/faults", {"fault": "refuse", "times": "1"}, shown=page)
    await enter(visitor, page)
    assert (await visitor.get("/seniors", headers=HTML)).status_code == 503
    status, text = await read(visitor, "/seniors")
    assert status == 200
    assert "Odette Exemple" in text
    assert "<title>Personnes suivies · Bien vieillir</title>" in text
    assert "TourismInFrance" not in text
    assert "Bac à sable : les données sont inventées" in text
    theme = re.search(r'href="(/services/[^"]+/theme.css[^"]*)"', text)
    legal = re.search(r'href="(/services/[^"]+/legal)"', text)
    assert theme
    assert legal
    assert "--action:#7a1f4b" in (await visitor.get(html.unescape(theme.group(1)))).text
    assert "Éditeur : la région." in (await read(visitor, legal.group(1)))[1]


async def test_a_trial_is_clean_has_an_end_and_closes_without_losing_anything(
    visitor: AsyncTestClient, sign_in: SignIn
) -> None:
    await sign_in("region")
    page = await launch(visitor)
    sandbox = await enter(visitor, page)
    await back_to_region(visitor)
    assert await step(visitor, page, "open_trial", until="2027-12-01") == 400
    assert await step(visitor, page, "open_trial", until="2027-01-31") == 303
    space = await enter(visitor, page)
    assert space != sandbox
    _, text = await read(visitor, "/seniors")
    assert "Odette Exemple" not in text
    assert "Essai jusqu'au 31 janvier 2027." in text
    added = await send(
        visitor, "/seniors", {"name": "Jeanne", "idempotency_key": key(7)}, shown="/seniors"
    )
    assert added.status_code == 303
    senior = re.search(
        r'<a href="(/seniors/[0-9a-f-]{36})">Jeanne', (await read(visitor, "/seniors"))[1]
    )
    assert senior
    own = re.search(r'href="(/chez-moi/[\w-]+)"', (await read(visitor, senior.group(1)))[1])
    assert own
    assert "· Aînés de Lozère</title>" in (await read(visitor, own.group(1)))[1]
    await visitor.put("/api/v1/sessions/current", json={"organisation": sandbox})
    assert (await visitor.get("/seniors", headers=HTML)).status_code == 410
    await back_to_region(visitor)
    assert await step(visitor, page, "go_live") == 409  # the hosting has no level
    assert await step(visitor, page, "wind_down", reason="Fin de l'essai") == 303
    assert await step(visitor, page, "retire") == 409  # nothing was taken out
    archive = await send(visitor, f"{page}/archive", {}, shown=page)
    assert archive.headers["content-type"] == "application/zip"
    await visitor.put("/api/v1/sessions/current", json={"organisation": space})
    assert "Jeanne" in (await read(visitor, "/seniors"))[1]
    late = await send(
        visitor, "/seniors", {"name": "Paul", "idempotency_key": key(8)}, shown="/seniors"
    )
    assert late.status_code == 409
    await back_to_region(visitor)
    assert await step(visitor, page, "retire") == 303
    await visitor.put("/api/v1/sessions/current", json={"organisation": space})
    assert (await visitor.get("/seniors", headers=HTML)).status_code == 410
    visitor.cookies.clear()  # nor does a person's own link lead anywhere any more
    assert (await visitor.get(own.group(1), headers=HTML)).status_code == 410


def _of(text: str, vertical: str) -> str:
    return html.unescape(text[text.index(f'id="{vertical}"') :].partition("</section>")[0])


async def register_host(demo: Database) -> None:
    """A hosting whose certificate for health data has lapsed."""
    async with demo.transaction(await find_operator(demo)) as tx:
        await trust.register_service(tx, SERVICE)
        await trust.add_evidence(
            tx,
            SERVICE.code,
            trust.AddEvidence(
                kind="hds",
                issuer="Bureau Exemple",
                entity=SERVICE.provider_id,
                services=(SERVICE.code,),
                issued_on=date(2023, 11, 1),
                expires_on=date(2026, 10, 31),
                sha256="0" * 64,
            ),
        )


async def test_health_is_told_what_the_hosting_lacks_before_anything_is_filled_in(
    demo: Database,
    demo_settings: Settings,
    clock: DrivenClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    package = install(tmp_path, "planted_health", monkeypatch)
    spoil(package / "manifest.py", '("public",)', '("identity", "health")')
    spoil(package / "manifest.py", '"bronze"', '"gold"')
    app = create_app(demo_settings, clock=clock, ids=SeededIds(3))
    async with AsyncTestClient(app, base_url="http://testserver.local") as visitor:
        visitor.follow_redirects = False
        body = {"email": "region@demo.example", "password": PASSWORD}
        assert (await visitor.post("/api/v1/sessions", json=body)).status_code in {200, 201}
        status, text = await read(visitor, NEW)
        assert status == 200
        own = _of(text, "planted_health")
        assert "Aucun hébergement n'est inscrit ici" in own
        await register_host(demo)
        own = _of((await read(visitor, NEW))[1], "planted_health")
        lacking = "Certificat d'hébergeur de données de santé (HDS)"
        assert own.count(f"» : {lacking}") == 2  # for the trial, and for production
        assert "demandent au moins le niveau Argent" in own
        assert "de Bureau Exemple ne vaut pas (échu, jusqu'au 31 octobre 2026)" in own
        assert 'value="sandbox"' in own
        assert 'value="trial"' not in own
        said = {"vertical": "planted_health", "name": "Santé", "as": "trial"}
        refused = await send(
            visitor,
            NEW,
            {"idempotency_key": key(1), "until": "2027-01-31", **said},
            shown=NEW,
        )
        assert refused.status_code == 409
        assert "Aucun service encore" in (await read(visitor, OWN))[1]
        sheet = (await read(visitor, "/catalogue/planted_health"))[1]
        assert lacking in html.unescape(sheet)


async def test_the_menu_shows_the_services_of_a_person_side_by_side(
    visitor: AsyncTestClient, sign_in: SignIn
) -> None:
    await sign_in("region")
    first = await launch(visitor, 1, name="Premier")
    await launch(visitor, 2, name="Second")
    await enter(visitor, first)
    _, text = await read(visitor, "/seniors")
    assert re.search(r'aria-current="true">Premier</button>', text)
    other = re.search(r'value="(\d+)">Second</button>', text)
    assert other
    passed = await send(
        visitor, "/organisations", {"organisation": other.group(1), "next": "/seniors"},
        shown="/seniors",
    )  # fmt: skip
    assert passed.headers["location"] == "/seniors"
    assert "· Second</title>" in (await read(visitor, "/seniors"))[1]


async def test_the_day_s_quota_of_a_sandbox_holds(
    visitor: AsyncTestClient, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hub.gates.models import State  # noqa: PLC0415
    from hub.services.actions import guarding  # noqa: PLC0415
    from hub.services.models import Quota  # noqa: PLC0415

    few = {**guarding.QUOTAS, State.SANDBOX: Quota(acts=2, people=5, days=None)}
    monkeypatch.setattr(guarding, "QUOTAS", few)
    await sign_in("region")
    await enter(visitor, await launch(visitor))
    codes = [
        (
            await send(
                visitor, "/seniors", {"name": "A", "idempotency_key": key(n)}, shown="/seniors"
            )
        ).status_code
        for n in (1, 2, 3)
    ]
    assert codes == [303, 303, 429]


async def test_somebody_is_let_in_and_out_and_who_launched_it_stays(
    visitor: AsyncTestClient, sign_in: SignIn
) -> None:
    await sign_in("region")
    page = await launch(visitor)
    unknown = await send(visitor, f"{page}/people", {"email": "no@demo.example"}, shown=page)
    assert unknown.status_code == 404
    assert 'id="error-email"' in unknown.text
    hotelier = {"email": "hotelier@demo.example"}
    assert (await send(visitor, f"{page}/people", hotelier, shown=page)).status_code == 303
    _, text = await read(visitor, page)
    ends = re.findall(r'action="([^"]+/people/\d+/end)"', text)
    assert len(ends) == 1  # the owner has no such button
    assert (await send(visitor, ends[0], {}, shown=page)).status_code == 303
    assert "hotelier@demo.example" not in (await read(visitor, page))[1]
    gone = await send(visitor, ends[0], {}, shown=page)
    assert gone.status_code == 404


async def test_a_write_that_a_form_refuses_is_not_counted(
    visitor: AsyncTestClient, sign_in: SignIn
) -> None:
    await sign_in("region")
    page = await launch(visitor)
    await enter(visitor, page)
    key_of_form = {"idempotency_key": key(7)}
    bad = await send(visitor, "/seniors", {"name": "", **key_of_form}, shown="/seniors")
    assert bad.status_code == 400
    await send(visitor, "/seniors", {"name": "Jeanne", **key_of_form}, shown="/seniors")
    await back_to_region(visitor)
    _, text = await read(visitor, page)
    assert re.search(r"<dd>1 écriture, dont 0 en production</dd>", text), text


async def test_others_see_nothing_of_a_region_s_services(
    visitor: AsyncTestClient, sign_in: SignIn
) -> None:
    await sign_in("region")
    page = await launch(visitor)
    await sign_in("federation")
    assert "Aînés de Lozère" not in (await read(visitor, OWN))[1]
    assert (await read(visitor, page))[0] == 404
    await sign_in("hotelier")
    assert (await read(visitor, OWN))[0] == 403


async def test_a_public_buyer_s_search_is_certified_and_can_be_verified(
    visitor: AsyncTestClient, sign_in: SignIn
) -> None:
    asked = {"data": "wellbeing", "buyer": "Ville de Mende", "siret": "21480095500020"}
    answer = await visitor.get("/catalogue/consultation", params={**asked, "as": "json"})
    assert answer.status_code == 200, answer.text
    made = answer.json()
    assert [one["code"] for one in made["certificate"]["found"]] == ["seniors"]
    assert made["certificate"]["of"] == len(find_verticals())
    paper = await visitor.get("/catalogue/consultation", params={**asked, "as": "pdf"})
    assert paper.content.startswith(b"%PDF-")
    wrong = await visitor.get(
        "/catalogue/consultation", params={**asked, "siret": "123"}, headers=HTML
    )
    assert wrong.status_code == 400
    assert 'id="error-siret"' in wrong.text
    place = "/catalogue/verification"
    good = await send(visitor, place, {"jws": made["jws"]}, shown=place)
    assert "Ce certificat a été signé ici." in good.text
    assert "Ville de Mende" in good.text
    head, body, signature = made["jws"].split(".")
    forged = f"{head}.{body[:-2]}xx.{signature}"
    bad = await send(visitor, place, {"jws": forged}, shown=place)
    assert "Ville de Mende" not in bad.text
    await sign_in("exploitant")
    before = (await visitor.get("/api/v1/catalogue", params={"validated": True})).json()
    assert before == []
    sheet = "/catalogue/seniors"
    assert (await send(visitor, f"{sheet}/validation", {}, shown=sheet)).status_code == 409
    mark = re.search(r'name="fingerprint" value="(\w+)"', (await read(visitor, sheet))[1])
    assert mark
    seen = {"fingerprint": mark.group(1)}
    assert (await send(visitor, f"{sheet}/validation", seen, shown=sheet)).status_code == 303
    after = (await visitor.get("/api/v1/catalogue", params={"validated": True})).json()
    assert [one["code"] for one in after] == ["seniors"]
