"""A withdrawal on pages: the operator begins it and follows it; an organisation chooses, looks,
accepts, and reads its certificate, also when it does not live here any more."""

import re
from datetime import timedelta

import asyncpg
import pytest
from litestar.testing import AsyncTestClient

from hub import trust, withdrawals
from hub.approvals import ApprovalWithdrawn
from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.settings import Settings
from hub.withdrawals import (
    Choice,
    Departure,
    Found,
    Proof,
    Reader,
    State,
    Withdrawal,
    letters,
    pages,
)
from hub.withdrawals.actions import beginning, moving
from hub.withdrawals.pages import STATES, STEP_WORDS
from hub.withdrawals.tasks import begin_later
from tests.api.test_label_pages import act_for_operator, grant, service, step
from tests.houses import find_house
from tests.people import HTML, read, send, text_of

PAGE = "/pro/withdrawals"
WHY = "Des données sont restées ouvertes, deux fois."
LYON = Choice(zone="lyon", title="Lyon, HDS", country="FR", operator="Rhône SAS", level="silver")
FAR = Choice(
    zone="far", title="Loin", country="US", operator="Example Inc.", level="gold",
    refused=("US is outside of the European Economic Area",),
)  # fmt: skip
CERTIFICATE = {"erased": {"booking": 12}, "kept": [], "left": {}, "export_sha256": "ab" * 32}
__all__ = ["service"]  # a fixture


async def act_for_house(visitor: AsyncTestClient, sign_in, demo: Database) -> None:
    """The hotelier, who is a person of the operator as well here."""
    await sign_in("hotelier")
    tenant = (await find_house(demo)).tenant
    answer = await visitor.put("/api/v1/sessions/current", json={"organisation": tenant})
    assert answer.status_code == 200, answer.text


class Begun:
    """A withdrawal, and the way out of the hotelier's house."""

    def __init__(self, demo: Database, settings: Settings, withdrawal: Withdrawal, id) -> None:
        self.demo, self.settings, self.withdrawal, self.id = demo, settings, withdrawal, id

    async def departure(self) -> Departure:
        async with self.demo.transaction(self.withdrawal.tenant) as tx:
            return await beginning.find_departure(tx, self.id)

    @property
    async def path(self) -> str:
        return letters.address_of(await self.departure(), self.settings)


@pytest.fixture
async def begun(
    visitor: AsyncTestClient, sign_in, service: trust.Service, demo: Database,
    demo_settings: Settings,
) -> Begun:  # fmt: skip
    """Suspended by one person of the operator, withdrawn by the other; the house is told."""
    house = await find_house(demo)
    await grant(visitor, sign_in, service)
    await sign_in("exploitant")
    assert (await step(visitor, "suspend", reason=WHY)).status_code == 303
    await act_for_operator(visitor, sign_in, service.operator)
    assert (await step(visitor, "withdraw", reason=WHY)).status_code == 303
    await begin_later.run(demo, service.operator, ApprovalWithdrawn(service="tourism"))
    visitor.cookies.clear()
    found = Found(
        zone="home", organisation=house.tenant, at_home=True, kind="lodging", name="Gîte du lac",
        persons=1, choices=(LYON, FAR), readers=(Reader(email="h@example.org", language="fr"),),
    )  # fmt: skip
    async with demo.transaction(service.operator, actor="mover") as tx:
        [withdrawal] = await beginning.list_withdrawals(tx)
        assert await withdrawals.tell(tx, withdrawal, found)
        assert not await withdrawals.tell(tx, withdrawal, found)
        [one] = await beginning.list_residual(tx, withdrawal.id, 10)
    return Begun(demo, demo_settings, withdrawal, one.id)


async def test_the_operator_sees_who_is_still_there(
    visitor: AsyncTestClient, sign_in, begun: Begun, demo: Database, clock: DrivenClock
) -> None:
    await sign_in("exploitant")
    _, listed = await read(visitor, PAGE)
    assert "1 informée, pas encore de choix" in listed
    _, page = await read(visitor, f"{PAGE}/{begun.withdrawal.id}")
    assert WHY in page
    assert "lancez hub move-out" in page
    assert "31 déc. 2026" in page
    assert "Gîte du lac" in page
    assert "délai passé" not in page
    clock.forward(timedelta(days=60))
    await sign_in("exploitant")
    _, page = await read(visitor, f"{PAGE}/{begun.withdrawal.id}")
    assert "délai passé" in page
    listed = (await visitor.get(f"{PAGE}/{begun.withdrawal.id}/residual.json")).json()
    assert [(one["name"], one["state"], one["late"]) for one in listed["residual"]] == [
        ("Gîte du lac", "told", True)
    ]
    await act_for_house(visitor, sign_in, demo)
    assert (await visitor.get(PAGE, headers=HTML)).status_code == 403


async def test_the_list_for_machines_has_everybody_whom_the_provider_still_holds(
    visitor: AsyncTestClient, sign_in, begun: Begun, demo: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(pages, "LISTED_MOST", 2)
    for number in range(4):
        found = Found(
            zone="home", organisation=90_000 + number, at_home=False, kind="lodging",
            name="Gîte du lac", persons=1, choices=(), readers=(),
        )  # fmt: skip
        async with demo.transaction(begun.withdrawal.tenant, actor="mover") as tx:
            await withdrawals.tell(tx, begun.withdrawal, found)
    await sign_in("exploitant")
    listed = (await visitor.get(f"{PAGE}/{begun.withdrawal.id}/residual.json")).json()["residual"]
    assert len({one["organisation"] for one in listed}) == len(listed) == 5


async def test_a_house_chooses_looks_accepts_and_keeps_its_certificate(
    visitor: AsyncTestClient, sign_in, begun: Begun, demo: Database, clock: DrivenClock
) -> None:
    path = await begun.path
    clock.forward(timedelta(seconds=10))  # each process asks as often whether anybody leaves
    await act_for_house(visitor, sign_in, demo)
    _, today = await read(visitor, "/pro/today")
    assert "choisissez avant le 31 décembre 2026 où vont vos données." in today
    assert 'href="/pro/departure"' in today
    led = await visitor.get("/pro/departure", headers=HTML)
    assert (led.status_code, led.headers["location"]) == (303, path)
    _, page = await read(visitor, path)
    assert "Lyon, HDS" in page
    assert "US is outside" in page
    assert 'value="far"' not in page
    refused = await send(visitor, f"{path}/choice", {"choice": "far", "version": "1"}, shown=path)
    assert refused.status_code == 400
    assert "Ce n'est pas possible là" in text_of(refused)
    done = await send(visitor, f"{path}/choice", {"choice": "lyon", "version": "1"}, shown=path)
    assert done.status_code == 303
    late = await send(visitor, f"{path}/choice", {"choice": "export", "version": "1"}, shown=path)
    assert late.status_code == 409
    assert "Quelqu'un a décidé depuis que vous avez regardé" in text_of(late)
    one = await begun.departure()
    assert (one.state, one.choice) == (State.CHOSEN, "lyon")
    assert one.chosen_by is not None
    assert one.chosen_by.startswith("person:")
    early = await send(visitor, f"{path}/acceptance", {"version": "2"}, shown=path)
    assert early.status_code == 409

    proof = Proof(
        rows=1_234, tables=56, source_sha256="ab" * 32, target_sha256="ab" * 32, made_at=clock.now()
    )
    async with demo.transaction(one.tenant, actor="mover") as tx:
        assert await withdrawals.note_copied(tx, one, proof) is not None
        assert await withdrawals.note_copied(tx, one, proof) is None, "decided otherwise meanwhile"
    _, page = await read(visitor, path)
    assert "Les deux côtés sont égaux, ligne par ligne." in page
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None
    said = {"version": version.group(1)}
    # The link alone shows where it stands; as long as the house lives here, who decides signs in.
    visitor.cookies.clear()
    _, shown = await read(visitor, path)
    assert "Se connecter pour décider" in shown
    assert "j'accepte" not in shown
    refused = await send(visitor, f"{path}/acceptance", said, shown="/sign-up")
    assert refused.status_code == 403
    assert (await visitor.get(f"{path}/export.zip", headers=HTML)).status_code == 403
    await sign_in("office")
    refused = await send(visitor, f"{path}/acceptance", said, shown=path)
    assert refused.status_code == 403
    await act_for_house(visitor, sign_in, demo)
    done = await send(visitor, f"{path}/acceptance", said, shown=path)
    assert done.status_code == 303
    assert ((await begun.departure()).accepted_by or "").startswith("person:")
    visitor.cookies.clear()
    assert (await visitor.get(f"{path}/certificate.json")).status_code == 404
    async with demo.transaction(one.tenant, actor="mover") as tx:
        await withdrawals.note_finished(tx, await begun.departure(), CERTIFICATE)
    _, page = await read(visitor, path)
    assert "La centrale a effacé 12 lignes." in page
    assert (await visitor.get(f"{path}/certificate.json")).json() == CERTIFICATE
    assert (await visitor.get(f"{path}/export.zip")).status_code == 404
    assert (await visitor.get(f"{path[:-2]}xx", headers=HTML)).status_code == 404


async def test_who_is_held_reads_and_changes_nothing(
    visitor: AsyncTestClient, sign_in, begun: Begun, demo: Database, clock: DrivenClock
) -> None:
    await act_for_house(visitor, sign_in, demo)
    assert (await visitor.get("/pro/today", headers=HTML)).status_code == 200
    house, path = await find_house(demo), await begun.path
    clock.forward(timedelta(days=30))
    await moving.advance(demo)
    admin = await asyncpg.connect(begun.settings.database_url)
    await admin.execute(
        "insert into held_organisation values ($1, now(), 'no choice in time')", house.tenant
    )
    await admin.close()
    clock.forward(timedelta(seconds=10))
    await act_for_house(visitor, sign_in, demo)
    _, today = await read(visitor, "/pro/today")
    assert "le délai est passé : vos données se lisent, et ne changent plus." in today
    key = {"idempotency-key": "11111111-1111-4111-8111-111111111111"}
    refused = await visitor.post("/api/v1/house/groups", json={}, headers=key)
    assert refused.status_code == 409
    assert refused.json()["type"].endswith(":organisation-held")
    done = await send(visitor, f"{path}/choice", {"choice": "lyon", "version": "2"}, shown=path)
    assert done.status_code == 303, "it may still choose"
    # Others go on as before.
    await sign_in("office")
    other = await visitor.post("/api/v1/house/groups", json={}, headers=key)
    assert other.status_code != 409


def test_every_state_and_step_has_its_words() -> None:
    assert set(STATES) == {one.value for one in State}
    assert set(STEP_WORDS) == {one.value for one in withdrawals.Step}
