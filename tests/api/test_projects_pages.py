"""A local project: opened on its page, chosen at checkout, paid, named where the euro goes."""

import re
from datetime import date

import pytest
from litestar.testing import AsyncTestClient

from hub import agreements, ledger
from hub.agreements import RatifyVersion
from hub.core.db import Database
from hub.core.tokens import sign_reference
from hub.rules import check
from tests.api.conftest import SignIn
from tests.conftest import SECRET
from tests.houses import find_house, quote
from tests.people import read, send
from tourism.agreement import VOCABULARY
from tourism.booking.actions import choosing, holding
from tourism.booking.views import BOOKING
from tourism.quoting import AGREEMENT

SOURCE = """accord « Avec un projet »
règle « Partout »
sinon
  la centrale : 3 % de l'hébergement
  le projet local : 1 % de l'hébergement
le reste à l'hébergeur"""
HAIES = {
    "name": "Replanter les haies",
    "description": "Deux kilomètres de haies par an, avec les écoles.",
    "territory_kind": "department",
    "territory_code": "74",
    "last": "",
}
GUEST = {
    "first_name": "Ana",
    "last_name": "Roy",
    "email": "ana@example.fr",
    "payment_method": "pm_card_visa",
}


@pytest.fixture(autouse=True)
async def agreement(demo: Database) -> None:
    """The agreement in force gives 1 % to a local project."""
    version = await agreements.find_version_in_force(demo.reader, AGREEMENT, date(2026, 12, 1))
    text = check(SOURCE, VOCABULARY, as_of=date(2026, 6, 1)).text
    command = RatifyVersion(
        agreement=AGREEMENT, title=text.title, effective_on=date(2026, 6, 1), text=text, minutes="m"
    )
    async with demo.transaction(version.tenant) as tx:
        await agreements.ratify_version(tx, command)


async def open_project(visitor: AsyncTestClient, sign_in: SignIn, **changes: str) -> int:
    await sign_in("office")
    answer = await send(visitor, "/pro/projects", {**HAIES, **changes}, shown="/pro/projects")
    return answer.status_code


async def hold(visitor: AsyncTestClient, demo: Database) -> str:
    """A held stay; the address of its page."""
    visitor.cookies.clear()
    house = await find_house(demo)
    offered = await quote(demo, house.wish())
    async with demo.transaction(house.tenant, actor="guest") as tx:
        booking = await holding.hold_stay(tx, offered.id)
    return f"/reservation/{sign_reference(SECRET, BOOKING, booking.tenant, booking.id)}"


async def pay(visitor: AsyncTestClient, path: str, project: str) -> str:
    """Pay with what the checkout shows; the page of the confirmed stay."""
    _, text = await read(visitor, path)
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', text))
    fields.pop("_csrf_token")
    answer = await send(
        visitor, f"{path}/payer", {**fields, **GUEST, "project": project}, shown=path
    )
    assert answer.status_code == 303, answer.text
    return (await read(visitor, path))[1]


async def test_a_chosen_project_is_named_and_receives_its_share(
    visitor: AsyncTestClient, sign_in: SignIn, demo: Database
) -> None:
    assert await open_project(visitor, sign_in) == 303
    assert await open_project(visitor, sign_in, name="Ailleurs", territory_code="05") == 303
    path = await hold(visitor, demo)
    _, text = await read(visitor, path)
    assert "Replanter les haies" in text
    assert "Ailleurs" not in text, "a project of another territory is not offered"
    chosen = re.search(r'name="project" value="(\d+)"', text)
    assert chosen
    text = await pay(visitor, path, chosen[1])
    assert re.search(r"Replanter les haies\s*<b>", text), "it is named where the euro goes"
    await sign_in("office")
    balances = (await visitor.get("/pro/statement")).text
    assert "project.share" in balances


async def test_without_a_choice_the_federation_keeps_the_share(
    visitor: AsyncTestClient, sign_in: SignIn, demo: Database
) -> None:
    await open_project(visitor, sign_in)
    text = await pay(visitor, await hold(visitor, demo), "")
    assert "Confirmée" in text
    assert "Replanter les haies" not in text
    async with demo.transaction((await find_house(demo)).tenant) as tx:
        moved = [
            one for one in await ledger.list_transfers(tx) if one.credit_code == "project.share"
        ]
    version = await agreements.find_version_in_force(demo.reader, AGREEMENT, date(2026, 12, 1))
    assert [one.credit_holder for one in moved] == [version.tenant]


async def test_a_project_that_is_not_offered_cannot_be_chosen(
    visitor: AsyncTestClient, sign_in: SignIn, demo: Database
) -> None:
    await open_project(visitor, sign_in, territory_code="05")
    path = await hold(visitor, demo)
    _, text = await read(visitor, path)
    assert 'name="project"' not in text
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', text))
    fields.pop("_csrf_token")
    answer = await send(visitor, f"{path}/payer", {**fields, **GUEST, "project": "1"}, shown=path)
    assert answer.status_code == 400
    assert "Ana" in answer.text, "what was typed is kept"


async def test_nothing_is_offered_when_the_agreement_has_no_share_for_one(demo: Database) -> None:
    house = await find_house(demo)
    offered = await quote(demo, house.wish())
    assert choosing.project_cents(offered) > 0
    bare = offered.split.allocation.shares
    assert [share.role.value for share in bare] == ["platform", "project", "lodging"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"description": ""}, "description"),
        ({"territory_code": "999"}, "territory_code"),
        ({"territory_kind": "planet"}, "territory_code"),
        ({"last": "2026-11-30"}, "last"),
        ({"last": "demain"}, "last"),
    ],
)
async def test_what_is_no_project_is_refused_beside_its_field(
    visitor: AsyncTestClient, sign_in: SignIn, changes: dict[str, str], field: str
) -> None:
    await sign_in("office")
    answer = await send(visitor, "/pro/projects", {**HAIES, **changes}, shown="/pro/projects")
    assert answer.status_code == 400
    assert f'id="error-{field}"' in answer.text


async def test_a_closed_project_is_offered_no_more(
    visitor: AsyncTestClient, sign_in: SignIn, demo: Database
) -> None:
    await open_project(visitor, sign_in)
    _, text = await read(visitor, "/pro/projects")
    close = re.search(r'action="(/pro/projects/\d+/close)"', text)
    assert close
    assert (await send(visitor, close[1], {}, shown="/pro/projects")).status_code == 303
    assert "Fermés (1)" in (await read(visitor, "/pro/projects"))[1]
    assert 'name="project"' not in (await read(visitor, await hold(visitor, demo)))[1]
