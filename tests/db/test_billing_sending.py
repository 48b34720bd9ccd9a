"""Electronic invoices go to the platform once, and what it tells of them is kept."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import pytest

from hub import billing, tenancy
from hub.billing import gateway, tasks
from hub.billing.actions import sending
from hub.billing.models import Code, Deposit, SendInvoice, Told
from hub.core.db import Database
from hub.core.vertical import Nothing
from hub.invoices.tasks import send_later
from tests.crashing import stop_at
from tests.invoices import COMPANY, SELLER, draft

HOUSE = 1


class Accredited:
    """A platform that keeps what it is given, by key, and can be away."""

    name = "accredited"

    def __init__(self) -> None:
        self.held: dict[UUID, Deposit] = {}
        self.reported: list[tuple[str, Code]] = []
        self.told: list[Told] = []
        self.away = False

    async def deposit(self, deposit: Deposit) -> str:
        if self.away:
            raise gateway.PlatformAway("Later.")
        if deposit.buyer_siren == "000000000":
            raise gateway.DepositRefused("Unknown in the directory.")
        self.held[deposit.key] = deposit
        return f"PA-{deposit.number}"

    async def report(self, reference: str, code: Code, at: datetime) -> None:
        self.reported.append((reference, code))

    async def listen(self, since: datetime) -> Sequence[Told]:
        return self.told


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Accredited:
    platform = Accredited()
    monkeypatch.setenv(gateway.VARIABLE, "accredited")
    monkeypatch.setitem(gateway.PLATFORMS, "accredited", lambda: platform)
    return platform


@pytest.fixture(autouse=True)
async def seller(database: Database) -> None:
    wanted = [tenancy.OpenOrganisation(kind=tenancy.Kind.LODGING, name="One")]
    async with database.transaction() as tx:
        assert await tenancy.open_organisations(tx, wanted) == [HOUSE]
    async with database.transaction(HOUSE) as tx:
        await billing.save_profile(tx, SELLER)


async def sell(database: Database, number: int, buyer: billing.Buyer = COMPANY) -> billing.Invoice:
    async with database.transaction(HOUSE) as tx:
        return await billing.issue_invoice(tx, draft(source=f"stay:{number}", buyer=buyer))


async def codes(database: Database, invoice: billing.Invoice) -> list[int]:
    async with database.transaction(HOUSE) as tx:
        found = await sending.list_statuses(tx, [invoice.id])
    return [one.code.value for one in found.get(invoice.id, [])]


async def due(database: Database) -> set[UUID]:
    async with database.transaction() as tx:
        return {one.invoice for one in await sending.store.list_invoices_to_send(tx, tx.now, 100)}


async def test_a_company_s_invoice_is_handed_over_once_and_a_guest_s_never(
    database: Database, platform: Accredited
) -> None:
    invoice, private = await sell(database, 1), await sell(database, 2, draft().buyer)
    assert await due(database) == {invoice.id}
    platform.away = True
    with pytest.raises(gateway.PlatformAway):
        await send_later.run(database, HOUSE, SendInvoice(invoice=invoice.id))
    assert await due(database) == {invoice.id}
    platform.away = False
    for _ in range(2):
        await send_later.run(database, HOUSE, SendInvoice(invoice=invoice.id))
    assert await due(database) == set()
    (held,) = platform.held.values()
    assert (held.number, held.buyer_siren) == (invoice.number, COMPANY.siren)
    assert held.file.startswith(b"%PDF")
    assert platform.reported == [(f"PA-{invoice.number}", Code.CASHED)]
    assert await codes(database, invoice) == [200]
    assert await codes(database, private) == []


async def test_killed_at_any_await_it_is_deposited_once_by_its_key(
    database: Database, platform: Accredited
) -> None:
    invoice = await sell(database, 1)
    at, stopped = 1, True
    while stopped:
        work = send_later.run(database, HOUSE, SendInvoice(invoice=invoice.id))
        stopped, _ = await stop_at(work, at)
        at += 3
    assert list(platform.held) == [invoice.id]
    assert await codes(database, invoice) == [200]


async def test_what_the_platform_tells_is_kept_once_in_the_order_it_happened(
    database: Database, platform: Accredited
) -> None:
    invoice = await sell(database, 1)
    await send_later.run(database, HOUSE, SendInvoice(invoice=invoice.id))
    now = database.clock.now()
    platform.told = [
        Told(key=invoice.id, tenant=HOUSE, code=Code.CASHED, at=now.replace(hour=12)),
        Told(key=invoice.id, tenant=HOUSE, code=Code.MADE_AVAILABLE, at=now.replace(hour=10)),
        Told(key=UUID(int=5), tenant=HOUSE, code=Code.APPROVED, at=now),
    ]
    for _ in range(2):
        await tasks.hear_later.run(database, None, Nothing())
    assert await codes(database, invoice) == [200, 203, 212]


async def test_a_refused_one_says_why_and_is_not_sent_again(
    database: Database, platform: Accredited
) -> None:
    stranger = billing.Buyer(name="X", email="x@demo.example", siren="000000000")
    invoice = await sell(database, 1, stranger)
    await send_later.run(database, HOUSE, SendInvoice(invoice=invoice.id))
    assert await codes(database, invoice) == [213]
    assert await due(database) == set()


async def test_without_a_platform_invoices_wait(database: Database) -> None:
    invoice = await sell(database, 1)
    await send_later.run(database, HOUSE, SendInvoice(invoice=invoice.id))
    assert await due(database) == {invoice.id}
