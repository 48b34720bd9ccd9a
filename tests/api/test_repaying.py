"""What offices and others owe, on their page and for programs; the operator notes a transfer."""

from litestar import Litestar
from litestar.testing import AsyncTestClient

from hub import billing
from hub.core.clock import DrivenClock, local_date
from hub.core.db import Database
from hub.core.settings import Settings
from tests.api.conftest import SignIn
from tests.db.test_repaying import IBAN, PROFILE, banked_cents
from tests.db.test_settlement import all_owing
from tests.money import open_town
from tests.people import read, send
from tourism.repaying import policy

OWN, OPERATOR = "/api/v1/organisation/debts", "/api/v1/operator/received-transfers"
PAGE, NOTED = "/pro/debts/transfer", "/pro/received-transfers"
SPACED = " ".join(IBAN[at : at + 4] for at in range(0, len(IBAN), 4))


async def test_who_owes_sees_where_to_transfer_and_the_operator_notes_what_came(
    demo: Database,
    demo_settings: Settings,
    clock: DrivenClock,
    visitor: AsyncTestClient[Litestar],
    sign_in: SignIn,
) -> None:
    assert demo_settings.database_url is not None
    async with open_town(demo, demo_settings.database_url, clock) as town:
        booking = await all_owing(town, clock)
        await sign_in("office")
        status, page = await read(visitor, PAGE)
        assert (status, booking.reference in page, "n'a pas encore dit" in page) == (
            200,
            True,
            True,
        )
        assert f'href="{PAGE}"' in page  # in the menu
        _, page = await read(visitor, "/pro/settlement", since="2027-01-01", until="2027-12-31")
        assert "versé de trop" in page
        async with demo.transaction(booking.quote.split.platform, actor="person:1") as tx:
            await billing.save_profile(tx, PROFILE)
        owed = (await visitor.get(OWN)).json()
        _, page = await read(visitor, PAGE)
        assert all(said in page for said in (SPACED, owed["reference"], "La centrale"))
        assert (await read(visitor, NOTED))[0] == 403
        await sign_in("exploitant")
        status, page = await read(visitor, NOTED)
        assert (status, owed["reference"] in page) == (200, True)
        (debt,) = [
            one
            for one in (await visitor.get("/api/v1/operator/aged-debts")).json()["debts"]
            if one["reference"] == owed["reference"]
        ]
        form: dict[str, object] = {
            "holder": debt["organisation"], "amount_cents": "9 000,00", "reference": "VIR 42",
            "received_on": local_date(clock.now(), policy.PARIS).isoformat(),
        }  # fmt: skip
        answer = await send(visitor, NOTED, form, shown=NOTED)
        said = policy.amount_of(owed["cents"])
        text = answer.text.replace("&#39;", "'")
        assert (answer.status_code, f"Elle doit {said}" in text) == (409, True)
        assert all(f'value="{typed}"' in text for typed in ("9 000,00", "VIR 42"))
        answer = await send(visitor, NOTED, {**form, "received_on": "hier"}, shown=NOTED)
        assert (answer.status_code, 'aria-invalid="true"' in answer.text) == (400, True)
        for _ in range(2):  # pressed twice
            answer = await send(visitor, NOTED, {**form, "amount_cents": said}, shown=NOTED)
            assert answer.status_code == 303
        await town.queue.run()
        _, page = await read(visitor, NOTED)
        assert page.count("VIR 42") == 1
        path = page.partition(f'action="{NOTED}/')[2].partition('"')[0]
        answer = await send(visitor, f"{NOTED}/{path}", {"why": "trop"}, shown=NOTED)
        assert (answer.status_code, 'value="trop"' in answer.text) == (400, True)
        assert await banked_cents(town) == owed["cents"]
        await sign_in("office")
        _, page = await read(visitor, PAGE)
        assert ("Vous ne devez rien" in page, "VIR 42" in page) == (True, True)


async def test_a_program_of_the_operator_notes_a_transfer_once(
    demo: Database,
    demo_settings: Settings,
    clock: DrivenClock,
    visitor: AsyncTestClient[Litestar],
    sign_in: SignIn,
) -> None:
    assert demo_settings.database_url is not None
    async with open_town(demo, demo_settings.database_url, clock) as town:
        booking = await all_owing(town, clock)
        await sign_in("federation")
        owed = (await visitor.get(OWN)).json()
        assert [stay["reference"] for stay in owed["stays"]] == [booking.reference]
        assert owed["cents"] == owed["stays"][0]["cents"] > 0
        await sign_in("exploitant")
        aged = (await visitor.get("/api/v1/operator/aged-debts")).json()
        assert aged["cents"] == sum(one["cents"] for one in aged["debts"])
        (debt,) = [one for one in aged["debts"] if one["reference"] == owed["reference"]]
        assert (debt["kind"], debt["upto_30_days_cents"]) == ("federation", owed["cents"])
        wish = {
            "holder": debt["organisation"], "amount_cents": owed["cents"] + 1,
            "received_on": str(local_date(clock.now(), policy.PARIS)), "reference": "VIR 7",
        }  # fmt: skip
        answer = await visitor.post(OPERATOR, json=wish, headers={"idempotency-key": "one"})
        refused = answer.json()
        assert (answer.status_code, refused["type"].rpartition(":")[2]) == (409, "more-than-owed")
        assert (refused["owed_cents"], refused["field"]) == (owed["cents"], "amount_cents")
        wish["amount_cents"] = owed["cents"]
        first = await visitor.post(OPERATOR, json=wish, headers={"idempotency-key": "two"})
        assert first.status_code == 201
        again = await visitor.post(OPERATOR, json=wish, headers={"idempotency-key": "two"})
        assert (again.status_code, again.content) == (201, first.content)
        assert "idempotency-replayed" in again.headers
        other = await visitor.post(OPERATOR, json=wish, headers={"idempotency-key": "three"})
        assert (other.status_code, other.json()) == (201, first.json())  # the bank's reference
        wish["amount_cents"] = 1
        answer = await visitor.post(OPERATOR, json=wish, headers={"idempotency-key": "four"})
        assert answer.json()["type"].rpartition(":")[2] == "noted-otherwise"
        await town.queue.run()
        transfers = (await visitor.get(OPERATOR)).json()["transfers"]
        assert transfers == [first.json()]
        back = f"{OPERATOR}/{transfers[0]['transfer']}/withdrawal"
        why = {"why": "Noté pour une autre organisation."}
        for _ in range(2):
            answer = await visitor.post(back, json=why, headers={"idempotency-key": "five"})
            assert (answer.status_code, answer.json()["why"]) == (200, why["why"])
        assert "idempotency-replayed" in answer.headers
        await town.queue.run()
        await sign_in("federation")
        owed = (await visitor.get(OWN)).json()
        assert (owed["cents"], owed["received"]) == (debt["cents"], [])
        await sign_in("exploitant")
        wish["amount_cents"] = owed["cents"]
        anew = await visitor.post(OPERATOR, json=wish, headers={"idempotency-key": "six"})
        assert anew.status_code == 201
        await town.queue.run()
        await sign_in("federation")
        owed = (await visitor.get(OWN)).json()
        assert (owed["cents"], owed["stays"]) == (0, [])
        assert [one["reference"] for one in owed["received"]] == ["VIR 7"]
