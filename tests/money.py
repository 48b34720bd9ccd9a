"""Bookings paid through the service: the demonstration, the stand-in in this very process with the
real SDK between, and the queue."""

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import date
from urllib.parse import urlsplit

import asyncpg
import httpx

from hub import payments
from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.payments import asking, gateway
from tests.houses import GUEST, House, find_house, hold, quote
from tests.served import Queue
from tests.stripes import BASE, KEY, FakeStripe
from tourism.booking.actions.reading import find_booking
from tourism.booking.models import Booking
from tourism.paying.actions import paying
from tourism.paying.models import PayBooking
from tourism.settlement.actions import settling, stating
from tourism.settlement.models import Held, Line

BACK = "http://site.test/reservation/x/retour"
SECRET = "whsec_of_the_tests"
IBAN = "FR1420041010050500013M02606"
ENVIRONMENT = {
    "STRIPE_SECRET_KEY": KEY,
    "STRIPE_WEBHOOK_SECRET": SECRET,
    "STRIPE_API_BASE": BASE,
}


class World:
    """The demonstration, the stand-in that it pays with, and the queue."""

    def __init__(self, demo: Database, fake: FakeStripe, queue: Queue, house: House) -> None:
        self.demo, self.fake, self.queue, self.house = demo, fake, queue, house

    async def pay(self, booking: Booking, method: str, key: str = "first") -> payments.Outcome:
        command = PayBooking(guest=GUEST, payment_method=method, total_cents=booking.total_cents)
        async with self.demo.transaction(booking.tenant, actor="guest") as tx:
            charge = await paying.begin_payment(tx, booking.id, command, key, BACK)
        outcome = await paying.ask_service(self.demo, charge)
        if not outcome.waiting:
            async with self.demo.transaction(booking.tenant, actor="guest") as tx:
                await paying.finish_payment(tx, booking.id, charge.id, outcome)
        return outcome

    async def book(self) -> Booking:
        booking = await hold(self.demo, await quote(self.demo, self.house.wish()))
        await self.pay(booking, "pm_card_visa")
        return await self.look(booking)

    async def look(self, booking: Booking) -> Booking:
        async with self.demo.transaction(booking.tenant) as tx:
            return await find_booking(tx, booking.id)

    async def charge_of(self, booking: Booking) -> payments.Charge | None:
        async with self.demo.transaction(booking.tenant) as tx:
            return await payments.find_live_charge(tx, f"booking:{booking.id}")

    async def web(self, path: str, **form: str) -> httpx.Response:
        return await self.fake.web.post(urlsplit(path).path, data=form)


class Town(World):
    """The world, with everybody whom its split pays."""

    holders: tuple[int, ...] = ()

    @staticmethod
    def holders_of(booking: Booking) -> tuple[int, ...]:
        """Who is paid out of a stay, besides the platform."""
        split = booking.quote.split
        behind = {
            split.beneficiaries.get(share.role, split.scheme)
            for share in split.allocation.shares
            if share.amount_cents and share.role != "lodging"
        }
        return tuple(sorted({booking.tenant, *behind} - {split.platform}))

    async def open_accounts(self, booking: Booking, iban: str = IBAN) -> None:
        self.holders = self.holders_of(booking)
        for holder in self.holders:
            await self.open_account(holder, iban)

    async def open_account(self, holder: int, iban: str = IBAN) -> None:
        await asking.open_payee(self.demo, holder, f"organisation {holder}", None)
        url = await asking.onboarding_page(self.demo, holder, BACK, BACK)
        await self.web(url, iban=iban, kind="company")
        await asking.look_at_payee(self.demo, holder)

    async def sweep(self) -> None:
        async with self.demo.transaction() as tx:
            await settling.announce_due_stays(tx)
        await self.queue.run()

    async def lines(self, holder: int) -> list[Line]:
        """The lines of stays that were paid through the service."""
        async with self.demo.transaction(holder) as tx:
            found = await stating.list_lines(tx, date(2026, 1, 1), date(2028, 1, 1))
        return [line for line in found if line.share.held is not Held.SANDBOX]

    async def cash_of(self, booking: Booking) -> int:
        """What the ledger says that a stay has brought to the platform's account at the service."""
        found = await self.queue.admin.fetch(
            "select c.id::text as id from charge c where c.subject like $1"
            " union select r.id::text from refund r join charge c on c.id = r.charge"
            "        where c.subject like $1"
            " union select m.id::text from share_move m where m.booking = $2",
            f"booking:{booking.id}%",
            booking.id,
        )
        rows = await self.queue.admin.fetch(
            "select t.amount_cents, d.code = 'psp.cash' as into from ledger_transfer t"
            "  join ledger_account d on d.id = t.debit_account"
            "  join ledger_account c on c.id = t.credit_account"
            " where t.kind in ('posted', 'post', 'reversal')"
            "   and 'psp.cash' in (d.code, c.code)"
            "   and split_part(t.reference, ':', 2) = any($1::text[])",
            [row["id"] for row in found],
        )
        return sum(row["amount_cents"] * (1 if row["into"] else -1) for row in rows)

    async def last_transfer(self) -> int:
        """The last posting of the ledger by its number."""
        return int(await self.queue.admin.fetchval("select max(id) from ledger_transfer") or 0)

    async def cash_since(self, transfer: int) -> int:
        """What the ledger says has come to the platform's account at the service since then."""
        cash = await self.queue.admin.fetchval(
            "select sum(case when d.code = 'psp.cash' then t.amount_cents else -t.amount_cents end)"
            "  from ledger_transfer t join ledger_account d on d.id = t.debit_account"
            "  join ledger_account c on c.id = t.credit_account"
            " where t.id > $1 and t.kind in ('posted', 'post', 'reversal')"
            "   and 'psp.cash' in (d.code, c.code)",
            transfer,
        )
        return int(cash or 0)

    async def ledger_cash(self) -> int:
        """All that the ledger holds at the service, less what only the sandbox has seen."""
        return await self.account_cents("psp.cash")

    async def account_cents(self, code: str) -> int:
        """What an account of the ledger holds, whoever it is of and whatever its postings are
        called: debits less credits, less what only the sandbox has seen."""
        found = await self.queue.admin.fetchval(
            "select coalesce(sum(case when d.code = $1 then t.amount_cents else 0 end"
            "                  - case when c.code = $1 then t.amount_cents else 0 end), 0)"
            "  from ledger_transfer t join ledger_account d on d.id = t.debit_account"
            "  join ledger_account c on c.id = t.credit_account"
            " where t.kind in ('posted', 'post', 'reversal') and $1 in (d.code, c.code)",
            code,
        )
        if code != "psp.cash":
            return int(found)
        sandboxed = await self.queue.admin.fetchval(
            "select coalesce(sum(amount_cents), 0) from charge"
            " where reference like 'sandbox%' and state = 'succeeded'"
        )
        return int(found) - int(sandboxed)

    async def own_cents(self, code: str) -> int:
        """What the platform's own movements have brought to an account: debits less credits."""
        found = await self.queue.admin.fetchval(
            "select coalesce(sum(case when d.code = $1 then t.amount_cents"
            "                         when c.code = $1 then -t.amount_cents end), 0)"
            "  from ledger_transfer t join ledger_account d on d.id = t.debit_account"
            "  join ledger_account c on c.id = t.credit_account where t.reference like 'own%'",
            code,
        )
        return int(found)

    async def psp_cost_differs_cents(self) -> int:
        """What statements say that the payment service has kept, stay by stay, and what the ledger
        has as its cost: how far apart, added up."""
        found = await self.queue.admin.fetchval(
            "with posted as (select split_part(t.reference, ':', 2) as number, sum(t.amount_cents"
            "         * case when d.code = 'psp.fees' then 1 else -1 end) as cents"
            "    from ledger_transfer t join ledger_account d on d.id = t.debit_account"
            "    join ledger_account c on c.id = t.credit_account"
            "   where 'psp.fees' in (d.code, c.code) and t.kind in ('posted', 'post', 'reversal')"
            "   group by 1),"
            " kept as (select split_part(c.subject, ':', 2) as booking, c.id::text as number"
            "    from charge c where c.subject like 'booking:%'"
            "   union all select split_part(c.subject, ':', 2), d.id"
            "    from dispute d join charge c on c.id = d.charge where c.subject like 'booking:%'),"
            " ours as (select k.booking, sum(p.cents) as cents"
            "    from kept k join posted p on p.number = k.number group by 1)"
            " select coalesce(sum(abs(s.psp_cents - coalesce(o.cents, 0))), 0)::bigint"
            "   from stay_share s left join ours o on o.booking = s.booking::text"
            "  where s.held <> 'sandbox'"
        )
        return int(found)

    async def due_cents(self) -> int:
        """What is still to be moved to somebody, though nothing stands against it."""
        found = await self.queue.admin.fetchval(
            "select coalesce(sum(earned_cents - moved_cents), 0) from stay_share"
            " where held not in ('sandbox', 'disputed') and earned_cents > moved_cents"
        )
        return int(found)

    async def owed_cents(self) -> int:
        """What holders owe after a refund or a lost dispute, their accounts being empty: on the
        record, to be kept from their next stays."""
        found = await self.queue.admin.fetchval(
            "select coalesce(sum(moved_cents - earned_cents), 0) from stay_share"
            " where held <> 'sandbox' and moved_cents > earned_cents and due_since is not null"
        )
        return int(found)

    async def netted_cents(self) -> int:
        """What was kept of movements for older debts."""
        found = await self.queue.admin.fetchval(
            "select coalesce(sum((net ->> 'cents')::bigint), 0)"
            "  from share_move cross join lateral jsonb_array_elements(nets) net"
            " where state = 'done'"
        )
        return int(found)

    async def paid_out_cents(self) -> int:
        found = await self.queue.admin.fetchval(
            "select coalesce(sum(amount_cents), 0) from payout where state = 'paid'"
        )
        return int(found)

    async def moved_beyond_earned(self) -> int:
        """Shares of which more was moved than was earned, though nothing of the stay was paid back
        or disputed."""
        found = await self.queue.admin.fetchval(
            "select count(*) from stay_share s where moved_cents > earned_cents and not exists ("
            "  select from charge c where c.subject like 'booking:' || s.booking || '%'"
            "     and (exists (select from refund r where r.charge = c.id)"
            "          or exists (select from dispute d where d.charge = c.id)))"
        )
        return int(found)

    async def hear(self) -> None:
        await self.fake.control(deliver=True)
        await self.queue.run()


@asynccontextmanager
async def open_town(demo: Database, database_url: str, clock: DrivenClock) -> AsyncGenerator[Town]:
    """A town whose payments go to a stand-in of its own; the environment is restored afterwards."""

    async def send(url: str, body: bytes, headers: dict[str, str]) -> int:
        await asking.hear(demo, body, headers["stripe-signature"])
        return 200

    fake = FakeStripe(clock, send=send, hook=("http://site.test/events", SECRET))
    before = {name: os.environ.get(name) for name in ENVIRONMENT}
    gateway.TRANSPORTS[BASE] = httpx.ASGITransport(app=fake.app)
    os.environ.update(ENVIRONMENT)
    gateway.open_stripe.cache_clear()
    admin = await asyncpg.connect(database_url)
    await admin.execute("delete from pgmq.q_celery")
    try:
        yield Town(demo, fake, Queue(demo, admin), await find_house(demo))
    finally:
        await admin.close()
        await fake.close()
        gateway.open_stripe.cache_clear()
        del gateway.TRANSPORTS[BASE]
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
