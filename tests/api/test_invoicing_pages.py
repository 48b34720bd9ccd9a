"""Invoices on pages and for programs: the guest takes one, the house lists, files and closes."""

import re
from datetime import timedelta
from io import BytesIO

import pypdf
from litestar.testing import AsyncTestClient

from hub import billing
from hub.billing import tasks
from hub.billing.models import CloseJournal
from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.settings import Settings
from tests import facturx
from tests.houses import book, find_house
from tests.invoices import COMPANY, SELLER
from tests.people import HTML, read, send, text_of
from tourism.booking.models import Booking
from tourism.booking.views import booking_token
from tourism.invoicing import tasks as following
from tourism.invoicing.models import FollowStay

COMPANY_FORM = {
    "name": COMPANY.name, "email": COMPANY.email, "line": COMPANY.address.line,
    "postcode": "48000", "city": "Mende", "country": "FR", "siret": "443 061 841 00047",
    "vat_number": "FR64443061841",
}  # fmt: skip
IDENTITY = {
    "name": "Le Belvédère", "siret": "732 829 320 00074", "line": "1 quai", "postcode": "74000",
    "city": "Annecy", "legal_form": "SARL", "capital": "8000", "register": "RCS Annecy",
    "vat_number": "FR44732829320", "late": "15", "due_days": "30",
}  # fmt: skip


async def paid(demo: Database, *, ready: bool = True) -> Booking:
    house = await find_house(demo)
    if ready:
        async with demo.transaction(house.tenant) as tx:
            await billing.save_profile(tx, SELLER)
    booked = await book(demo, house.wish())
    await following.follow_later.run(demo, house.tenant, FollowStay(booking=booked.id))
    return booked


async def test_a_guest_gives_a_company_and_takes_the_file(
    visitor: AsyncTestClient, demo: Database, demo_settings: Settings
) -> None:
    booked = await paid(demo)
    page = f"/reservation/{booking_token(demo_settings, booked)}/facture"
    status, text = await read(visitor, page)
    assert status == 200
    assert "Ada Martin" in text
    wrong = await send(visitor, page, COMPANY_FORM | {"siret": "44306184100048"}, shown=page)
    assert wrong.status_code == 400
    assert 'id="error-siret"' in wrong.text
    assert "12 rue des Lices" in text_of(wrong)
    done = await send(visitor, page, COMPANY_FORM, shown=page)
    assert done.status_code == 303, done.text
    _, text = await read(visitor, page)
    link = re.search(rf'href="({re.escape(page)}/[0-9a-f-]+/facture\.pdf)"', text)
    assert link, text
    file = await visitor.get(link[1])
    assert file.headers["content-type"] == "application/pdf"
    (xml,) = pypdf.PdfReader(BytesIO(file.content)).attachments["factur-x.xml"]
    facturx.check(xml)
    assert b"44306184100047" in xml


async def test_a_house_gives_its_identity_then_lists_files_and_closes(
    visitor: AsyncTestClient, sign_in, demo: Database, demo_settings: Settings, clock: DrivenClock
) -> None:
    await sign_in("hotelier")
    wrong = await send(
        visitor, "/pro/invoices/identity", IDENTITY | {"capital": "beaucoup"},
        shown="/pro/invoices/identity",
    )  # fmt: skip
    assert wrong.status_code == 400
    assert 'id="error-capital"' in wrong.text
    good = await send(visitor, "/pro/invoices/identity", IDENTITY, shown="/pro/invoices/identity")
    assert good.status_code == 303, good.text
    booked = await paid(demo, ready=False)
    page = f"/reservation/{booking_token(demo_settings, booked)}/facture"
    await send(visitor, page, COMPANY_FORM, shown=page)
    status, text = await read(visitor, "/pro/invoices", q=booked.reference, who="business")
    assert status == 200
    assert "TIF-F-2026-000001" in text
    assert "TIF-F-2026-000001" not in (await read(visitor, "/pro/invoices", who="private"))[1]
    csv = await visitor.get("/pro/invoices.csv", headers=HTML)
    assert "443061841" in csv.text
    (listed,) = (await visitor.get("/api/v1/invoices")).json()
    one = (await visitor.get(f"/api/v1/invoices/{listed['id']}")).json()
    assert one["seller"]["capital_cents"] == 800_000
    facturx.check((await visitor.get(f"/api/v1/invoices/{listed['id']}/xml")).content)
    clock.forward(timedelta(days=1))
    await sign_in("hotelier")  # a session does not last a day
    await tasks.close_later.run(demo, booked.tenant, CloseJournal())
    assert "1 déc. 2026" in (await read(visitor, "/pro/invoices/closings"))[1]
    told = await send(
        visitor, "/pro/invoices/closings/verification", {}, shown="/pro/invoices/closings"
    )
    assert "écritures : 2, clôtures : 1" in text_of(told)
    archive = await visitor.get("/pro/invoices/archive/2026/journal.zip")
    assert archive.content.startswith(b"PK")


async def test_an_invoice_is_nobody_elses(
    visitor: AsyncTestClient, sign_in, demo: Database
) -> None:
    booked = await paid(demo)
    async with demo.transaction(booked.tenant) as tx:
        invoice = await billing.issue_invoice(tx, _plain())
    await sign_in("office")
    for path in (f"/pro/invoices/{invoice.id}/document.pdf", f"/api/v1/invoices/{invoice.id}"):
        assert (await visitor.get(path)).status_code == 404


def _plain() -> billing.Draft:
    from tests.invoices import draft  # noqa: PLC0415

    return draft(source="elsewhere:1")
