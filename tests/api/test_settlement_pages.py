"""A treasurer follows a stay's euros from the guest's card to the bank, on page and in a file."""

import csv
import io
from datetime import timedelta

from litestar.testing import AsyncTestClient
from pypdf import PdfReader

from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.settings import Settings
from tests.api.conftest import SignIn
from tests.houses import ARRIVAL
from tests.money import open_town
from tests.people import read

SPAN = {"since": "2027-01-01", "until": "2027-12-31"}

SENT_BACK = "Votre banque a renvoyé le virement"


def amount_of(cents: str) -> str:
    return f"{int(cents) // 100}.{int(cents) % 100:02}"


async def test_a_share_is_followed_from_the_card_to_the_bank(
    demo: Database,
    demo_settings: Settings,
    clock: DrivenClock,
    visitor: AsyncTestClient,
    sign_in: SignIn,
) -> None:
    assert demo_settings.database_url is not None
    async with open_town(demo, demo_settings.database_url, clock) as town:
        booked = await town.book()
        await town.open_accounts(booked)
        clock.forward(ARRIVAL + timedelta(days=1) - clock.now().date())
        await town.sweep()
        for _ in range(3):
            clock.forward(timedelta(days=1, minutes=1))
            await town.hear()
        await sign_in("hotelier")
        status, page = await read(visitor, "/pro/settlement", **SPAN)
        assert status == 200
        (line,) = await town.lines(booked.tenant)
        assert booked.reference in page
        assert line.payouts[0] in page
        assert "versé" in page
        assert "Taxe de séjour" in page
        _, file = await read(visitor, "/pro/settlement.csv", **SPAN)
        (row,) = csv.DictReader(io.StringIO(file), delimiter=";")
        assert int(row["paid_by_guest_cents"]) == booked.total_cents
        parts = [int(cents) for name, cents in row.items() if "." in name]
        assert sum(parts) == booked.total_cents
        charge = await town.charge_of(booked)
        assert charge
        assert (int(row["psp_cost_cents"]), row["psp_cost_borne_by"]) == (
            charge.fee_cents,
            "platform",
        )
        assert charge.fee_cents > 0
        assert row["earned_cents"] == row["transferred_cents"] == row["paid_cents"]
        assert (row["due_cents"], row["payouts"]) == ("0", line.payouts[0])
        assert "Lignes de votre banque" in page
        for language in ("fr", "nl"):
            paper = await visitor.get("/pro/settlement.pdf", params={**SPAN, "lang": language})
            assert (paper.status_code, paper.content[:5]) == (200, b"%PDF-")
            words = " ".join(
                one.extract_text() for one in PdfReader(io.BytesIO(paper.content)).pages
            )
            assert booked.reference in words
            assert line.payouts[0] in words
            for name in ("earned_cents", "psp_cost_cents"):
                assert amount_of(row[name]) in words.replace("\u202f", "").replace(",", ".")
        status, page = await read(visitor, "/pro/settlement/calendar", month=ARRIVAL.isoformat())
        assert (status, "Calendrier des versements" in page) == (200, True)
        here = "/api/v1/organisation/settlement-calendar"
        found = (await visitor.get(here, params={"year": ARRIVAL.year})).json()
        days = {one["day"]: one for month in found["months"] for one in month["days"]}
        assert days[ARRIVAL.isoformat()]["earned_cents"] == int(row["earned_cents"])
        assert sum(one["paid_cents"] for one in days.values()) == int(row["paid_cents"])
        assert sum(one["paid_cents"] for one in found["months"]) == found["paid_cents"]
        for wrong in ("1900", "3000", "x"):
            assert (await visitor.get(here, params={"year": wrong})).status_code in {400, 422}
        assert (await read(visitor, "/pro/settlement/calendar", month="1500-01-01"))[0] == 400
        status, page = await read(visitor, "/pro/payments")
        assert "Vous pouvez être payé" in page
        assert line.payouts[0] in page
        assert SENT_BACK not in page
        await town.fake.control(own={"return_payout": line.payouts[0]})
        await town.hear()
        for path in ("/pro/payments", "/pro/settlement"):
            assert SENT_BACK in (await read(visitor, path))[1]
        await sign_in("office")
        assert SENT_BACK not in (await read(visitor, "/pro/payments"))[1]
        status, page = await read(visitor, "/pro/settlement", **SPAN)
        assert (status, booked.reference in page) == (200, True)


async def test_who_earns_nothing_yet_is_told_so_and_others_may_not_look(
    visitor: AsyncTestClient, sign_in: SignIn
) -> None:
    await sign_in("region")
    status, page = await read(visitor, "/pro/settlement")
    assert (status, "n'a encore de part" in page) == (200, True)
    status, page = await read(visitor, "/pro/payments")
    assert (status, "rien ne peut être versé" in page) == (200, True)
    for path in (
        "/pro/settlement",
        "/pro/payments",
        "/pro/settlement.csv",
        "/pro/settlement/calendar",
    ):
        await sign_in("exploitant")
        assert (await read(visitor, path))[0] == 403
