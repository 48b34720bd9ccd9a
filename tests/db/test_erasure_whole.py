"""A house that owed, was given up, disputed, invoiced and declared is erased, to the end."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest

from hub import audit, billing, errands, ledger, portability
from hub.app import compose
from hub.audit.actions import link_waiting
from hub.core.clock import DrivenClock
from hub.core.db import Session, open_session
from hub.core.settings import Settings
from hub.core.vertical import Nothing
from hub.ledger import keeping
from tests.db import test_amends as amends
from tests.db.test_debts import pay
from tests.db.test_money_agrees import paid_charge
from tests.db.test_repaying import note, owed_of
from tests.db.test_settlement import all_owing
from tests.houses import ARRIVAL, hold, quote
from tests.invoices import SELLER
from tests.money import Town
from tourism.booking.models import Booking
from tourism.debts.actions import forgiving
from tourism.debts.models import ProposeWriteOff
from tourism.debts.tasks import sweep_later as sweep_debts
from tourism.declaring.actions import diligence, making
from tourism.declaring.models import SellerFile
from tourism.invoicing import tasks as following
from tourism.invoicing.models import FollowStay
from tourism.repaying.tasks import sweep_later as sweep_repaying

SLICES = compose().slices
CERTIFICATE = "erasure-certificate.json"
KEPT_OF_A_HOUSE = {
    "amends", "audit_entry", "charge", "debt_payment", "dispute", "invoice", "ledger_account",
    "organisation", "refund", "seller_file", "share_move", "stay_share",
}  # fmt: skip
KEPT_OF_THE_CENTRE = (
    "debt_received",
    "debt_received_line",
    "write_off",
    "write_off_line",
    "declaration",
    "declared_tax",
)


@pytest.fixture
async def source(demo_settings: Settings) -> AsyncIterator[Session]:
    assert demo_settings.database_url
    session = await open_session(demo_settings.database_url)
    yield session
    await session.close()


async def live(town: Town, clock: DrivenClock) -> Booking:
    """Everything of money that can happen to a house: it goes back on a stay, a guest does not
    come, debts are paid by card and by transfer and given up, a bank takes money back, what was
    collected is declared."""
    renounced = await amends.book(town, "arrhes")
    await amends.renounce(town, renounced)
    await amends.transferred(town, renounced, clock, renounced.paid_cents)
    booked = await all_owing(town, clock)
    platform, house = booked.quote.split.platform, booked.tenant
    assert (await pay(town, booked, "pm_card_bypassPending")).succeeded
    office = next(holder for holder in town.holders if holder != house)
    owed = (await owed_of(town, office)).cents
    await note(town, booked, office, owed // 3)
    await town.queue.run()
    wish = ProposeWriteOff(
        holder=office, amount_cents=owed - owed // 3, reason="L'office a été dissous."
    )
    async with town.demo.transaction(platform, actor="person:1") as tx:
        given_up = await forgiving.propose(tx, wish)
    async with town.demo.transaction(platform, actor="person:2") as tx:
        await forgiving.decide(tx, given_up, confirmed=True)
    await town.queue.run()
    later = ARRIVAL + timedelta(days=35)
    disputed = await hold(town.demo, await quote(town.demo, town.house.wish(arrival=later)))
    await town.pay(disputed, "pm_card_bypassPending", key="disputed")
    await town.queue.run()
    clock.forward(later + timedelta(days=5) - clock.now().date())
    await town.sweep()
    await town.fake.control(dispute=await paid_charge(town, disputed), deliver=True)
    (dispute,) = town.fake.books.all("dispute")
    await town.fake.control(lose=dispute["id"], deliver=True)
    await town.queue.run()
    async with town.demo.transaction(house, actor="person:1") as tx:
        file = SellerFile(
            person=False, name="Hôtel", address="2 quai de l'Île", tax_number="732829320"
        )
        await diligence.keep_seller_file(tx, file)
        await billing.save_profile(tx, SELLER)
    await following.follow_later.run(town.demo, house, FollowStay(booking=disputed.id))
    async with town.demo.transaction(platform, actor="person:1") as tx:
        for id in await making.declare_taxes(tx):
            await making.mark_sent(tx, id, "DGFiP", "R-7")
    for _ in range(3):
        clock.forward(timedelta(hours=2))
        await town.sweep()
        await town.hear()
    return booked


async def rows_of(session: Session, tables: tuple[str, ...], tenant: int) -> dict[str, int]:
    count = "select count(*) from {} where tenant = $1"
    return {
        name: int(await session.con.fetchval(count.format(name), tenant) or 0) for name in tables
    }


async def test_a_house_with_everything_of_money_is_erased_once_and_the_books_stand(
    town: Town, clock: DrivenClock, source: Session, demo_settings: Settings, tmp_path: Path
) -> None:
    booked = await live(town, clock)
    house, platform = booked.tenant, booked.quote.split.platform
    await _seal(town)
    async with town.demo.transaction(house) as tx:
        balances = await ledger.list_balances(tx)
    centre = await rows_of(source, KEPT_OF_THE_CENTRE, platform)
    assert all(centre.values()), centre
    others = [holder for holder in town.holders if holder != house]
    statements = [await town.lines(holder) for holder in others]
    assert all(statements)
    now = clock.now()
    await portability.export_tenant(source, house, tmp_path, SLICES, now=now)
    done = await portability.erase_tenant(source, house, tmp_path, SLICES, now=now)
    assert done.left == {}
    assert {"booking", "quote", "property"} <= done.erased.keys()
    kept = {one.table: one for one in done.kept}
    assert kept.keys() >= KEPT_OF_A_HOUSE
    assert not kept.keys() & done.erased.keys()
    assert {one.until for one in kept.values()} == {date(now.year + 10, 12, 31)}
    assert all(one.rows and len(one.why) > 10 for one in kept.values())
    for name in done.erased:
        by = await rows_of(source, (name,), house)
        assert by == {name: 0}
    assert await rows_of(source, KEPT_OF_THE_CENTRE, platform) == centre
    assert [await town.lines(holder) for holder in others] == statements

    await _seal(town)
    async with town.demo.transaction(house) as tx:
        assert await ledger.list_balances(tx) == balances
    sums = await source.con.fetchval("select sum(debit_cents - credit_cents) from ledger_balance")
    assert sums == 0
    check = await keeping.check_whole(town.demo)
    assert check.well
    async with town.demo.transaction() as tx:
        assert (await audit.verify_chain(tx)).broken_at is None

    # What goes on afterwards finds nobody to write anything down, and fails at nothing.
    clock.forward(timedelta(days=1))
    for task in (sweep_debts, sweep_repaying):
        await task.run(town.demo, None, Nothing())
    await town.sweep()
    await town.hear()

    # A second time it is said to be done already, with the certificate of the first.
    written = (tmp_path / CERTIFICATE).read_bytes()
    clock.forward(timedelta(days=400))
    again = await portability.erase_tenant(source, house, tmp_path, SLICES, now=clock.now())
    assert again == done
    assert (tmp_path / CERTIFICATE).read_bytes() == written
    assert msgspec.json.decode(written, type=portability.Certificate) == done
    said = await errands.erase_tenant(demo_settings, house, tmp_path)
    assert "erased already, at 2027-" in said[0]
    assert any("until 2037-12-31" in line and "of amends" in line for line in said)


async def _seal(town: Town) -> None:
    """Put everything that waits into the chains of the audit and of the ledger."""
    for link in (link_waiting, keeping.link_waiting):
        linked = 1
        while linked:
            async with town.demo.transaction() as tx:
                linked = await link(tx)
