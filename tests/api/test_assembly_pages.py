"""The demonstration's assembly in mid-vote, and its pages: votes, derogations, minutes."""

import re
from datetime import timedelta
from io import BytesIO
from uuid import UUID

import asyncpg
import pypdf
import pytest
from litestar.testing import AsyncTestClient

from hub import members, simulations
from hub.assemblies.actions import counting, proposing
from hub.assemblies.models import State
from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.settings import Settings
from tests.api.conftest import SignIn
from tests.conftest import NOW
from tests.people import read, send
from tourism.demo.assembly import seed_assembly

NAME = "La Maison du Passeur (organisation inventée)"
GRANT = {
    "name": "Gîte de la Combe (organisation inventée)",
    "role": "office",
    "at_most": "0,5",
    "since": "2026-12-02",
    "last": "2027-01-31",
    "reason": "Une avalanche a fermé la vallée.",
}


@pytest.fixture(autouse=True)
async def assembly(demo_settings: Settings, clock: DrivenClock) -> None:
    await seed_assembly(demo_settings, clock=clock)


@pytest.fixture
async def scheme(demo_settings: Settings) -> int:
    admin = await asyncpg.connect(demo_settings.database_url)
    found: int = await admin.fetchval("select id from organisation where kind = 'federation'")
    await admin.close()
    return found


async def find(demo: Database, scheme: int) -> UUID:
    async with demo.transaction(scheme) as tx:
        (proposal,) = await proposing.list_proposals(tx)
    return proposal.id


async def test_a_vote_is_open_with_what_it_would_have_changed(
    demo: Database, demo_settings: Settings, clock: DrivenClock, scheme: int
) -> None:
    await seed_assembly(demo_settings, clock=clock)  # a second time changes nothing
    async with demo.transaction(scheme) as tx:
        (proposal,) = await proposing.list_proposals(tx)
        result = await counting.count_now(tx, proposal)
        simulation = await simulations.find_newest(tx, f"proposal:{proposal.id}")
        roll = await members.list_enrolments(tx)
    assert proposal.state is State.OPEN
    assert proposal.closes_at is not None
    assert proposal.closes_at > clock.now()
    assert result is not None
    assert [tally.enrolled for tally in result.colleges] == [21, 4, 2]
    assert [tally.present for tally in result.colleges] == [11, 2, 0]
    assert simulation is not None
    assert (simulation.done, simulation.fault) == (simulation.total, "")
    assert simulation.total > 2_500
    assert all("invent" in one.name or "démonstration" in one.name for one in roll)


async def test_the_demonstrations_own_members_can_vote(
    visitor: AsyncTestClient, sign_in: SignIn, demo: Database, scheme: int
) -> None:
    path = f"/pro/votes/{await find(demo, scheme)}"
    for who in ("hotelier", "office", "region"):
        await sign_in(who)
        answer = await send(visitor, f"{path}/ballot", {"choice": "yes"}, shown=path)
        assert answer.status_code == 303, answer.text
        _, text = await read(visitor, path)
        assert re.search(r'value="yes" required checked', text), who


async def test_a_derogation_is_granted_on_a_page_that_every_member_reads(
    visitor: AsyncTestClient, sign_in: SignIn
) -> None:
    await sign_in("federation")
    page = "/pro/derogations"
    wrong = {**GRANT, "at_most": "beaucoup"}
    answer = await send(visitor, page, wrong, shown=page)
    text = answer.text.replace("&#39;", "'")
    assert answer.status_code == 400
    assert 'id="error-at_most"' in text
    assert "Une avalanche a fermé la vallée." in text, "what was typed is kept"
    assert (await send(visitor, page, GRANT, shown=page)).status_code == 303
    await sign_in("office")
    status, text = await read(visitor, page)
    assert status == 200
    for expected in (GRANT["name"], "au plus 0,5", "Une avalanche", NAME):
        assert expected in text.replace("\xa0", " "), expected
    assert "Accorder une dérogation" not in text
    answer = await send(visitor, page, GRANT, shown=page.replace("derogations", "votes"))
    assert answer.status_code in {403, 404}


async def test_a_derogation_is_ended_for_a_reason(
    visitor: AsyncTestClient, sign_in: SignIn
) -> None:
    await sign_in("federation")
    _, text = await read(visitor, "/pro/derogations")
    action = re.search(r'action="(/pro/derogations/[^"]+/end)"', text)
    assert action
    shown = "/pro/derogations"
    assert (await send(visitor, action[1], {"ended_reason": " "}, shown=shown)).status_code == 400
    ended = await send(visitor, action[1], {"ended_reason": "Le bac roule."}, shown=shown)
    assert ended.status_code == 303
    _, text = await read(visitor, shown)
    assert "Retirée avant son terme : Le bac roule." in text


async def test_an_emergency_vote_is_asked_for_and_announced(
    visitor: AsyncTestClient, sign_in: SignIn
) -> None:
    await sign_in("federation")
    page = "/pro/votes/suspend"
    answer = await send(visitor, page, {"reasons": "Vite.", "until_on": "2026-12-02"}, shown=page)
    assert (answer.status_code, 'id="error-until_on"' in answer.text) == (400, True)
    wanted = {"reasons": "Vite.", "until_on": "2027-01-15"}
    answer = await send(visitor, page, wanted, shown=page)
    assert answer.status_code == 303
    proposal = answer.headers["location"]
    status, text = await read(visitor, proposal)
    assert status == 200
    assert "Suspendre « Soutenir les territoires en basse saison »" in text
    assert "<del>" in text, "the text that would decide instead is compared"
    assert "/edit" not in text
    answer = await send(visitor, f"{proposal}/announce", {}, shown=proposal)
    assert answer.status_code == 303
    _, text = await read(visitor, proposal)
    assert "Suspension · Vote annoncé" in text


async def test_the_minutes_are_signed_on_their_page_and_downloaded(
    visitor: AsyncTestClient, sign_in: SignIn, demo: Database, scheme: int, clock: DrivenClock
) -> None:
    id = await find(demo, scheme)
    clock.set(NOW + timedelta(days=40))
    async with demo.transaction(scheme) as tx:
        assert await counting.advance(tx, id) is State.RECALLED
    for _ in range(2):
        clock.set(clock.now() + timedelta(days=40))
        async with demo.transaction(scheme) as tx:
            state = await counting.advance(tx, id)
    assert state is State.REFUSED
    path = f"/pro/votes/{id}/minutes"
    await sign_in("federation")
    _, text = await read(visitor, path)
    shown = re.search(r'name="shown_hash" value="([0-9a-f]{64})"', text)
    assert shown
    said = {"shown_hash": shown[1], "name": "Dominique Lefèvre", "quality": "", "read": "1"}
    answer = await send(visitor, path, said, shown=path)
    assert (answer.status_code, 'id="error-quality"' in answer.text) == (400, True)
    answer = await send(visitor, path, {**said, "quality": "Présidente"}, shown=path)
    assert answer.status_code == 303
    await sign_in("region")
    _, text = await read(visitor, path)
    assert "Dominique Lefèvre, Présidente" in text
    file = await visitor.get(f"{path}.pdf")
    assert file.headers["content-type"] == "application/pdf"
    assert "Signé par Dominique Lefèvre" in (
        pypdf.PdfReader(BytesIO(file.content)).pages[-1].extract_text().replace("\xa0", " ")
    )


async def test_the_agreement_is_published_with_its_history(visitor: AsyncTestClient) -> None:
    status, text = await read(visitor, "/accords/tourisminfrance")
    assert status == 200
    for expected in ("Soutenir les territoires en basse saison", "L'accord fondateur", "78 %"):
        assert expected in text
    assert (await read(visitor, "/accords/nowhere"))[0] == 404


async def test_a_share_leads_to_everything_of_its_booking_and_the_year_is_a_file(
    visitor: AsyncTestClient, sign_in: SignIn
) -> None:
    await sign_in("federation")
    _, text = await read(visitor, "/pro/ledger")
    found = re.search(r'href="(/pro/ledger/of/booking:[0-9a-f-]{36})"', text)
    assert found
    seen: dict[str, int] = {}
    for who in ("federation", "office", "hotelier"):
        await sign_in(who)
        status, text = await read(visitor, found[1])
        assert status == 200, text
        seen[who] = text.count('<tr><th scope="row">')
    assert seen["hotelier"] > seen["federation"] > seen["office"] > 0, seen
    await sign_in("region")
    assert (await read(visitor, found[1]))[0] == 404
    assert (await read(visitor, "/pro/ledger/of/charge:1"))[0] == 400
    await sign_in("hotelier")
    file = await visitor.get("/pro/ledger.csv")
    assert file.text.splitlines()[0].startswith("id;booked_at;reference;kind;debit;credit;amount")
    assert len(file.text.splitlines()) > 20
