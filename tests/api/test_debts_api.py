"""What is owed, for programs: seen, paid once for a key, given up by two persons."""

from typing import Any

from litestar import Litestar
from litestar.testing import AsyncTestClient

from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.settings import Settings
from tests.api.conftest import SignIn
from tests.db.test_debts import owing
from tests.money import Town, open_town
from tourism.booking.models import Booking
from tourism.debts.actions import forgiving
from tourism.debts.models import ProposeWriteOff

HOUSE, OPERATOR = "/api/v1/house/debts", "/api/v1/operator/write-offs"


async def ask(
    visitor: AsyncTestClient[Litestar], path: str, body: object, key: str
) -> tuple[int, Any, bool]:
    """A write's status and answer, and whether it was given before."""
    answer = await visitor.post(path, json=body, headers={"idempotency-key": key})
    return answer.status_code, answer.json(), "idempotency-replayed" in answer.headers


async def test_a_program_pays_what_a_house_owes_once_for_a_key(
    demo: Database,
    demo_settings: Settings,
    clock: DrivenClock,
    visitor: AsyncTestClient[Litestar],
    sign_in: SignIn,
) -> None:
    assert demo_settings.database_url is not None
    async with open_town(demo, demo_settings.database_url, clock) as town:
        booking = await owing(town, clock)
        await sign_in("hotelier")
        owed = (await visitor.get(HOUSE)).json()
        assert [stay["reference"] for stay in owed["stays"]] == [booking.reference]
        wish = {"payment_method": "hosted", "amount_cents": owed["cents"] - 1}
        status, refused, _ = await ask(visitor, f"{HOUSE}/payment", wish, "one")
        assert (status, refused["type"].rpartition(":")[2]) == (409, "debt-changed")
        wish["amount_cents"] = owed["cents"]
        status, begun, again = await ask(visitor, f"{HOUSE}/payment", wish, "two")
        assert (status, again, begun["payments"][0]["paid_at"]) == (200, False, None)
        assert await ask(visitor, f"{HOUSE}/payment", wish, "two") == (200, begun, True)
        await town.web(begun["pay_at"], number="4242424242424242")
        await town.hear()
        owed = (await visitor.get(HOUSE)).json()
        assert (owed["cents"], owed["stays"]) == (0, [])
        (paid,) = owed["payments"]
        assert paid["paid_at"] is not None
        assert (paid["amount_cents"], paid["stays"]) == (wish["amount_cents"], 1)


async def test_a_program_of_the_operator_gives_a_debt_up_with_two_persons(
    demo: Database,
    demo_settings: Settings,
    clock: DrivenClock,
    visitor: AsyncTestClient[Litestar],
    sign_in: SignIn,
) -> None:
    assert demo_settings.database_url is not None
    async with open_town(demo, demo_settings.database_url, clock) as town:
        booking = await owing(town, clock)
        await sign_in("exploitant")
        (debt,) = (await visitor.get("/api/v1/operator/debts")).json()["debts"]
        assert debt["organisation"] == booking.tenant
        wish = {
            "holder": booking.tenant, "amount_cents": debt["cents"], "reason": "La maison a fermé.",
        }  # fmt: skip
        status, proposed, _ = await ask(visitor, OPERATOR, wish, "one")
        assert (status, proposed["state"], proposed["stays"]) == (201, "proposed", 1)
        assert await ask(visitor, OPERATOR, wish, "one") == (201, proposed, True)
        assert (await ask(visitor, OPERATOR, wish, "two"))[0] == 409  # one is waiting
        decision = f"{OPERATOR}/{proposed['write_off']}/decision"
        assert (await ask(visitor, decision, {"confirmed": True}, "three"))[0] == 403
        status, refused, _ = await ask(visitor, decision, {"confirmed": False}, "four")
        assert (status, refused["state"]) == (200, "refused")
        await decide_as_second(town, booking, debt["cents"], visitor)
        assert (await visitor.get("/api/v1/operator/debts")).json()["debts"] == []
        await sign_in("hotelier")
        assert (await visitor.get(HOUSE)).json()["cents"] == 0


async def decide_as_second(
    town: Town, booking: Booking, cents: int, visitor: AsyncTestClient[Litestar]
) -> None:
    """A colleague has proposed it: the signed-in person decides."""
    wish = ProposeWriteOff(holder=booking.tenant, amount_cents=cents, reason="La maison a fermé.")
    async with town.demo.transaction(booking.quote.split.platform, actor="person:999") as tx:
        id = await forgiving.propose(tx, wish)
    status, confirmed, _ = await ask(visitor, f"{OPERATOR}/{id}/decision", {"confirmed": True}, "5")
    assert (status, confirmed["state"], confirmed["proposed_by"]) == (
        200,
        "confirmed",
        "person:999",
    )
    await town.queue.run()
