"""What a house owes on its page, and the operator's pages of what is given up or transferred."""

from datetime import timedelta

import pytest
from litestar.testing import AsyncTestClient

from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.settings import Settings
from tests.api.conftest import SignIn
from tests.db.test_amends import book, renounce
from tests.db.test_debts import owed_by, owing
from tests.houses import ARRIVAL
from tests.money import IBAN, open_town
from tests.people import read, send
from tourism.booking.views import booking_token
from tourism.debts.actions import forgiving


async def test_a_debt_is_seen_paid_or_given_up_by_those_who_may(
    demo: Database,
    demo_settings: Settings,
    clock: DrivenClock,
    visitor: AsyncTestClient,
    sign_in: SignIn,
) -> None:
    assert demo_settings.database_url is not None
    async with open_town(demo, demo_settings.database_url, clock) as town:
        booking = await owing(town, clock)
        cents = (await owed_by(town, booking)).cents
        await sign_in("hotelier")
        status, page = await read(visitor, "/pro/debts")
        assert (status, booking.reference in page, f'value="{cents}"' in page) == (200, True, True)
        form: dict[str, object] = {
            "payment_method": "hosted", "amount_cents": cents - 1, "idempotency_key": "one",
        }  # fmt: skip
        answer = await send(visitor, "/pro/debts/pay", form, shown="/pro/debts")
        assert (answer.status_code, "a changé" in answer.text) == (409, True)
        for path in ("/pro/write-offs", "/pro/amends"):
            assert (await read(visitor, path))[0] == 403
        await sign_in("exploitant")
        here = "/pro/write-offs"
        wish: dict[str, object] = {"holder": booking.tenant, "amount_cents": cents}
        answer = await send(visitor, here, {**wish, "reason": "court"}, shown=here)
        assert (answer.status_code, ">court</textarea>" in answer.text) == (400, True)
        answer = await send(visitor, here, {**wish, "reason": "La maison a fermé."}, shown=here)
        assert answer.status_code == 303
        _, page = await read(visitor, here)
        assert "Vous l'avez proposé" in page.replace("&#39;", "'")
        path = page.partition('action="/pro/write-offs/')[2].partition('"')[0]
        answer = await send(visitor, f"{here}/{path}", {"decision": "confirm"}, shown=here)
        assert answer.status_code == 403
        assert (await owed_by(town, booking)).cents == cents


async def test_a_debt_of_very_many_stays_is_proposed_for_what_is_given_up_at_once(
    demo: Database,
    demo_settings: Settings,
    clock: DrivenClock,
    visitor: AsyncTestClient,
    sign_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(forgiving, "LINES_MOST", 1)
    assert demo_settings.database_url is not None
    async with open_town(demo, demo_settings.database_url, clock) as town:
        booking = await owing(town, clock)
        await owing(town, clock, arrival=ARRIVAL + timedelta(days=7))
        cents = (await owed_by(town, booking)).stays[0].cents
        await sign_in("exploitant")
        here = "/pro/write-offs"
        _, page = await read(visitor, here)
        assert (f'name="amount_cents" value="{cents}"' in page, "En une fois" in page) == (
            True, True,
        )  # fmt: skip
        wish = {"holder": booking.tenant, "amount_cents": cents, "reason": "La maison a fermé."}
        assert (await send(visitor, here, wish, shown=here)).status_code == 303


async def test_a_guest_says_where_the_double_of_the_arrhes_goes(
    demo: Database,
    demo_settings: Settings,
    clock: DrivenClock,
    visitor: AsyncTestClient,
    sign_in: SignIn,
) -> None:
    assert demo_settings.database_url is not None
    async with open_town(demo, demo_settings.database_url, clock) as town:
        booked = await book(town, "arrhes")
        arrhes = booked.paid_cents
        await sign_in("hotelier")
        status, page = await read(visitor, f"/pro/bookings/{booked.id}/renounce")
        assert (status, f'name="amends_cents" value="{arrhes}"' in page) == (200, True)
        await renounce(town, booked)
        stay = f"/reservation/{booking_token(demo_settings, booked)}"
        assert "vos arrhes vous sont dues deux fois" in (await read(visitor, stay))[1]
        here = f"{stay}/arrhes"
        typed: dict[str, object] = {"holder": "Ada Martin", "iban": IBAN[:-1] + "7"}
        answer = await send(visitor, here, typed, shown=here)
        assert (answer.status_code, 'value="Ada Martin"' in answer.text) == (400, True)
        answer = await send(visitor, here, {**typed, "iban": IBAN}, shown=here)
        assert answer.status_code == 303
        await sign_in("exploitant")
        status, page = await read(visitor, "/pro/amends")
        assert (status, IBAN in page.replace(" ", ""), "Ada Martin" in page) == (200, True, True)
