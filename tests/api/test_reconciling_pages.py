"""The operator sees what does not agree, with its age, on a page and for programs."""

from datetime import timedelta

from litestar.testing import AsyncTestClient

from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.settings import Settings
from tests.api.conftest import SignIn
from tests.money import open_town
from tests.people import read, send


async def test_the_operator_sees_a_difference_with_its_age_and_notes_what_is_known(
    demo: Database,
    demo_settings: Settings,
    clock: DrivenClock,
    visitor: AsyncTestClient,
    sign_in: SignIn,
) -> None:
    assert demo_settings.database_url is not None
    async with open_town(demo, demo_settings.database_url, clock) as town:
        booked = await town.book()
        await sign_in("exploitant")
        assert "Aucun passage" in (await read(visitor, "/pro/reconciliation"))[1]
        charge = await town.charge_of(booked)
        assert charge
        assert charge.reference
        await town.fake.v1.refunds.create_async({"payment_intent": charge.reference, "amount": 700})
        await town.fake.control(own={"topup_cents": 4_000, "fee_cents": 230, "payout_cents": 1_500})
        clock.forward(timedelta(days=2))
        await sign_in("exploitant")
        here = "/pro/reconciliation"
        assert (await send(visitor, f"{here}/run", {}, shown=here)).status_code == 303
        status, page = await read(visitor, here)
        assert (status, "depuis 2 jours" in page) == (200, True)
        assert "chez le service de paiement, pas au registre" in page
        answer = await visitor.get("/api/v1/operator/reconciliation")
        (found,) = answer.json()["breaks"]
        assert (found["ours_cents"], found["theirs_cents"], found["age_days"]) == (0, -700, 2)
        assert answer.json()["last"]["breaks"] == 1
        months = {one["kind"]: one["cents"] for one in answer.json()["months"]}
        assert months == {"topup": 4_000, "stripe_fee": -230, "payout": -1_500}
        (payout,) = answer.json()["payouts"]
        assert (payout["state"], payout["cents"]) == ("paid", 1_500)
        assert "frais facturés par le service" in page
        assert payout["payout"] in page
        said: dict[str, object] = {"key": found["key"], "note": "geste <du> comptoir"}
        assert (await send(visitor, f"{here}/note", said, shown=here)).status_code == 303
        status, page = await read(visitor, here)
        assert (status, "geste &lt;du&gt; comptoir" in page) == (200, True)
    await sign_in("hotelier")
    assert (await read(visitor, "/pro/reconciliation"))[0] == 403


async def test_the_operator_says_what_a_returned_payout_is_and_closes_it(
    demo: Database,
    demo_settings: Settings,
    clock: DrivenClock,
    visitor: AsyncTestClient,
    sign_in: SignIn,
) -> None:
    assert demo_settings.database_url is not None
    here, words = "/pro/reconciliation", "un virement à la centrale que sa banque a renvoyé"
    async with open_town(demo, demo_settings.database_url, clock) as town:
        await town.book()
        await town.fake.control(own={"topup_cents": 4_000, "payout_cents": 1_500})
        clock.forward(timedelta(days=3))
        await town.hear()
        (payout,) = town.fake.books.all("payout")
        await town.fake.control(own={"return_payout": payout["id"]})
        await sign_in("exploitant")
        assert (await send(visitor, f"{here}/run", {}, shown=here)).status_code == 303
        assert words in (await read(visitor, here))[1]
        answer = await visitor.get("/api/v1/operator/reconciliation")
        (found,) = answer.json()["breaks"]
        assert (found["kind"], found["theirs_cents"]) == ("payout_returned", 1_500)
        said: dict[str, object] = {"key": found["key"], "note": "mot <long> " * 60}
        refused = await send(visitor, f"{here}/explain", said, shown=here)
        assert refused.status_code == 400
        assert 'aria-describedby="error-note"' in refused.text
        assert "mot &lt;long&gt; mot" in refused.text
        said["note"] = "compte clos, un autre est donné"
        for _ in range(2):  # a form that is sent twice
            assert (await send(visitor, f"{here}/explain", said, shown=here)).status_code == 303
        assert (await visitor.get("/api/v1/operator/reconciliation")).json()["breaks"] == []
        page = (await read(visitor, here))[1]
        assert "compte clos, un autre est donné" in page
        assert "Différences closes" in page
    await sign_in("hotelier")
    assert (await send(visitor, f"{here}/explain", {}, shown="/pro")).status_code == 403
