"""A plan is made and given, events come in by the API, a month is billed, seen and paid."""

import re
from datetime import timedelta

from litestar.testing import AsyncTestClient

from hub import billing
from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.usage import tasks
from hub.usage.actions import planning
from hub.usage.models import BillMonth
from tests.api.conftest import SignIn
from tests.houses import find_house
from tests.invoices import SELLER
from tests.people import HTML, read, send, text_of

SOLD, OWN, API = "/pro/services", "/pro/subscriptions", "/api/v1/usage"
PLAN = {
    "code": "small", "name": "Petite <maison>", "monthly": "31,00", "meter": "sms",
    "meter_name": "SMS", "included": "100", "price": "0,50", "per": "10",
}  # fmt: skip
CLOUD = {"content-type": "application/cloudevents+json"}


async def test_a_plan_is_given_its_use_counted_its_month_billed_and_paid(
    visitor: AsyncTestClient, sign_in: SignIn, demo: Database, clock: DrivenClock
) -> None:
    house = await find_house(demo)
    await sign_in("exploitant")
    wrong = await send(visitor, f"{SOLD}/plans", PLAN | {"monthly": "cher"}, shown=SOLD)
    assert wrong.status_code == 400
    assert 'id="error-monthly"' in wrong.text
    assert 'value="Petite &lt;maison&gt;"' in wrong.text
    assert (await send(visitor, f"{SOLD}/plans", PLAN, shown=SOLD)).status_code == 303
    given = {
        "customer": str(house.tenant), "plan": "small", "since": "2026-12-01",
        "zone": "Europe/Paris", "buyer": "Le Belvédère", "email": "maison@demo.example",
        "siret": "732 829 320 00074", "line": "1 quai", "postcode": "74000", "city": "Annecy",
    }  # fmt: skip
    wrong = await send(visitor, f"{SOLD}/subscriptions", given | {"zone": "Mars"}, shown=SOLD)
    assert 'id="error-zone"' in wrong.text
    done = await send(visitor, f"{SOLD}/subscriptions", given, shown=SOLD)
    assert done.status_code == 303, text_of(done)
    (plan,) = (await visitor.get(f"{API}/subscriptions", params={"sold": True})).json()
    event = {
        "specversion": "1.0", "id": "1", "source": "urn:x", "type": "sms", "subject": plan["id"],
        "data": {"quantity": 150}, "traceparent": "an extension",
    }  # fmt: skip
    sent = await visitor.post(f"{API}/events", json=event, headers=CLOUD)
    assert (sent.status_code, sent.json()["accepted"]) == (202, 1)
    again = await visitor.post(f"{API}/events", json=[event, event | {"id": "2"}], headers=CLOUD)
    assert again.json() == {"accepted": 1, "known": 1, "differing": 0}
    refused = await visitor.post(f"{API}/events", json=event | {"type": "fax", "id": "3"})
    assert (refused.status_code, refused.json()["field"]) == (400, "type")
    async with demo.transaction(plan["tenant"]) as tx:
        await billing.save_profile(tx, SELLER)
        (kept,) = await planning.list_subscriptions(tx, own=False)
    await sign_in("hotelier")
    used = (await visitor.get(f"{API}/subscriptions/{plan['id']}/usage")).json()
    assert [one["quantity"] for one in used["charges"]] == [31, 300]
    assert used["net_cents"] == 4_100
    clock.forward(timedelta(days=32))
    await tasks.bill_later.run(demo, kept.tenant, BillMonth(subscription=kept.id, month=kept.since))
    await sign_in("hotelier")  # a session does not last a month
    _, text = await read(visitor, OWN)
    assert "Petite &lt;maison&gt;" in text
    assert re.search(r"Payer 49,20\s€", text.replace("\u202f", " ").replace("\xa0", " "))
    paid = await send(visitor, f"{OWN}/{plan['id']}/2026-12/pay", {}, shown=OWN)
    assert paid.status_code == 303
    await visitor.get(f"{OWN}/{plan['id']}/2026-12/back", headers=HTML)
    assert "Payé." in (await read(visitor, OWN))[1]
    (bill,) = (await visitor.get(f"{API}/bills")).json()
    assert bill["gross_cents"] == 4_920
    assert (await visitor.get(f"/pro/invoices/{bill['invoice']}/document.pdf")).status_code == 200


async def test_what_private_persons_paid_is_told_and_what_a_business_paid_is_not(
    visitor: AsyncTestClient, sign_in: SignIn, demo: Database
) -> None:
    from tests.api.test_invoicing_pages import paid  # noqa: PLC0415
    from tests.invoices import COMPANY  # noqa: PLC0415
    from tourism.invoicing.actions import following  # noqa: PLC0415

    one, other = await paid(demo), await paid(demo)
    async with demo.transaction(other.tenant) as tx:
        await following.ask_invoice(tx, other.id, COMPANY)
    await sign_in("hotelier")
    told = (await visitor.get("/api/v1/private-payments")).json()
    assert sum(row["received_cents"] for row in told) == one.total_cents
    status, text = await read(visitor, "/pro/invoices/private-sales")
    assert (status, "Encaissements" in text) == (200, True)
    csv = await visitor.get("/pro/invoices/private-payments.csv", headers=HTML)
    assert csv.text.startswith("day;category;rate;payments;received;given_back;kept")
