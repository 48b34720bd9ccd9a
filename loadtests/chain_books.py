"""The accounts of a season: who is invoiced what, what is declared and handed over, and whether all
of it is what the ledger and the stays say."""

import csv
import io
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date, timedelta

from hub import billing, ledger
from hub.billing import Address, Buyer
from hub.billing.actions import closing
from hub.core.clock import DrivenClock
from hub.core.errors import HubError
from tests.money import Town
from tourism.booking.actions import staying
from tourism.booking.models import Booking, State
from tourism.declaring.actions import making
from tourism.declaring.errors import NothingToDeclare
from tourism.demo.identities import Named, identity_of
from tourism.invoicing.actions import billing_fees, following
from tourism.invoicing.policy.reading import fees_of, shared_of
from tourism.paying.actions import settling

COMPANY = Buyer(
    name="Voyages Dupont (inventés)",
    email="compta@demo.example",
    address=Address(line="12 rue des Lices", postcode="48000", city="Mende"),
    siren="443061841",
    siret="44306184100047",
    vat_number="FR64443061841",
)
MONTHS = 12
STANDS = frozenset({State.CONFIRMED, State.IN_HOUSE, State.CHECKED_OUT, State.NO_SHOW})


class Accounts:
    """Stays begin and end, guests ask for invoices, months are billed, days closed."""

    def __init__(self, town: Town, clock: DrivenClock, seed_number: int) -> None:
        self.town, self.clock = town, clock
        self.random = random.Random(-seed_number)
        self.known: set[int] = set()
        self.arriving: dict[date, list[Booking]] = defaultdict(list)
        self.leaving: dict[date, list[Booking]] = defaultdict(list)
        self.day = clock.now().date()

    async def open_identity(self, holder: int, name: str = "Organisation") -> None:
        if holder not in self.known:
            self.known.add(holder)
            async with self.town.demo.transaction(holder, actor="accounts") as tx:
                await billing.save_profile(tx, identity_of(Named(tenant=holder, name=name)))

    def expect(self, held: Booking) -> None:
        self.arriving[held.arrival].append(held)
        self.leaving[held.departure].append(held)

    async def ask(self, booking: Booking, part: float) -> None:
        """Some guests want an invoice for their company before it is made by itself."""
        if self.random.random() < part:
            with suppress(HubError):
                async with self.town.demo.transaction(booking.tenant, actor="guest") as tx:
                    await following.ask_invoice(tx, booking.id, COMPANY)

    async def live(self) -> None:
        """Every day that has passed: who came, who did not, who left; what the clock announces."""
        today = self.clock.now().date()
        while self.day < today:
            await self._live_a_day(self.day)
            self.day += timedelta(days=1)
        async with self.town.demo.transaction() as tx:
            await following.announce_stays(tx)
            await billing_fees.announce_fees(tx)
            await closing.announce_closings(tx)

    async def _live_a_day(self, day: date) -> None:
        for booked in self.arriving.pop(day, ()):
            booking = await self.town.look(booked)
            if booking.state is State.CONFIRMED:
                await self.ask(booking, 0.05)
                await self._arrive(booking)
        for booked in self.leaving.pop(day, ()):
            booking = await self.town.look(booked)
            # One in twenty houses forgets to say that its guest has left.
            if booking.state is State.IN_HOUSE and self.random.random() < 0.95:
                async with self.town.demo.transaction(booking.tenant, actor="desk") as tx:
                    await staying.end_stay(tx, booking.id)

    async def _arrive(self, booking: Booking) -> None:
        missed = self.random.random() < 0.04
        async with self.town.demo.transaction(booking.tenant, actor="desk") as tx:
            if not missed:
                await staying.begin_stay(tx, booking.id)
                return
            await staying.miss_stay(tx, booking.id)
        waived = self.random.random() < 0.3
        with suppress(HubError):  # disputed: the bank has its money
            async with self.town.demo.transaction(booking.tenant, actor="desk") as tx:
                await settling.settle_missed_stay(tx, booking.id, waived=waived)

    async def bill_late_months(self) -> None:
        """Every month that is over, for houses that gave their identity late, too."""
        async with self.town.demo.transaction() as tx:
            await billing_fees.announce_fees(tx, MONTHS)

    async def declare(self, operator: int) -> dict[str, int]:
        """Tourist tax declared and remitted, DAC7 of every year: what the files say."""
        town = self.town
        async with town.demo.transaction(operator, actor="person:1") as tx:
            with suppress(NothingToDeclare):
                for id in await making.declare_taxes(tx):
                    await making.mark_sent(tx, id, "DGFiP", "drill")
            for year in (2026, 2027):
                with suppress(NothingToDeclare):
                    await making.report_year(tx, year)
        async with town.demo.transaction(operator) as tx:
            made = await making.list_declarations(tx)
            taxed = {"remitted_cents": 0, "tax_lines": 0, "dac7_cents": 0, "dac7_sellers": 0}
            for one in made:
                rows = _rows((await making.find_file(tx, one.id)).file)
                if one.kind == "tourist_tax":
                    taxed["remitted_cents"] += sum(_cents(row["montant_eur"]) for row in rows)
                    taxed["tax_lines"] += len(rows)
                elif one.kind == "dac7":
                    taxed["dac7_cents"] += sum(
                        _cents(row[f"contrepartie_eur_t{quarter}"])
                        for row in rows
                        for quarter in range(1, 5)
                    )
                    taxed["dac7_sellers"] += one.facts["sellers"]
        return taxed

    async def audit(self, booked: Sequence[Booking], operator: int) -> dict[str, int]:
        """The totals of every document and declaration, and how many cents or stays differ from
        what the ledger and the stays say."""
        stays = await self._stays(booked)
        fees = await self._fees({one.tenant for one in booked})
        declared = await self.declare(operator)
        tax_left = await self._tax_left(operator)
        taxes = await self._taxes(operator, declared["remitted_cents"])
        return {**stays, **fees, **declared, **taxes, "tax_left_cents": tax_left,
                "dac7_differs_cents": declared["dac7_cents"] - await self._moved_to_houses(),
                "journals_broken": await self._broken()}  # fmt: skip

    async def _stays(self, booked: Sequence[Booking]) -> dict[str, int]:
        totals = {"invoices": 0, "credit_notes": 0, "invoiced_cents": 0, "stays_cents": 0,
                  "stays_invoiced_wrong": 0, "stays_without_invoice": 0}  # fmt: skip
        for one in booked:
            now = await self.town.look(one)
            if now.state not in following.INVOICED or now.guest is None:
                continue
            async with self.town.demo.transaction(one.tenant) as tx:
                documents = await following.list_documents(tx, now)
                shared = shared_of(await ledger.list_by_reference(tx, f"booking:{one.id}:"))
            worth = now.total_cents - now.refund_cents
            gross = sum(doc.read().sign * doc.gross_cents for doc in documents)
            vat = sum(doc.read().sign * doc.vat_cents for doc in documents)
            notes = sum(doc.kind == "credit_note" for doc in documents)
            totals["invoices"] += len(documents) - notes
            totals["credit_notes"] += notes
            totals["invoiced_cents"] += gross
            totals["stays_cents"] += worth
            totals["stays_without_invoice"] += bool(worth) and not documents
            right = gross == worth == shared.total_cents and vat == shared.vat_cents
            totals["stays_invoiced_wrong"] += bool(documents) and not right
        return totals

    async def _fees(self, houses: Iterable[int]) -> dict[str, int]:
        """What each holder has billed each house, and what the ledger says it earned there in the
        months that are over."""
        until, _ = billing_fees.span_of(self.clock.now().date().replace(day=1))
        billed: dict[tuple[int, int], int] = defaultdict(int)
        earned: dict[tuple[int, int], int] = defaultdict(int)
        count = 0
        for house in sorted(houses):
            async with self.town.demo.transaction(house) as tx:
                since, _ = billing_fees.span_of(date(2026, 1, 1))
                for fee in fees_of(await ledger.list_export(tx, since, until), house):
                    earned[fee.holder, house] += fee.net_cents + fee.vat_cents
            for holder in self.known - {house}:
                async with self.town.demo.transaction(holder) as tx:
                    found = await billing.list_of_subject(tx, f"fees:{house}")
                for one in found:
                    billed[holder, house] += one.read().sign * one.read().totals.paid_cents
                count += len(found)
        differing = [key for key in {*billed, *earned} if billed[key] != earned[key]]
        return {
            "fee_documents": count,
            "fees_billed_cents": sum(billed.values()),
            "fees_earned_cents": sum(earned.values()),
            "fees_billed_wrong": len(differing),
        }

    async def _taxes(self, operator: int, declared: int) -> dict[str, int]:
        remitted = await self.town.queue.admin.fetchval(
            "select coalesce(sum(case when d.code like 'tourist%' then t.amount_cents"
            "                         else -t.amount_cents end), 0)"
            "  from ledger_transfer t join ledger_account d on d.id = t.debit_account"
            " where t.reference like 'remit:%' and t.tenant = $1",
            operator,
        )
        return {"remittance_differs_cents": declared - int(remitted or 0)}

    async def _tax_left(self, operator: int) -> int:
        """Tourist tax of stays that are over, and that is still ours in the ledger."""
        async with self.town.demo.transaction(operator) as tx:
            held = await making.find_taxes(tx)
        return sum(one.cents for one in held)

    async def _moved_to_houses(self) -> int:
        found = await self.town.queue.admin.fetchval(
            "select coalesce(sum(part.value::bigint), 0)"
            "  from share_move m cross join lateral jsonb_each_text(m.parts) part"
            " where m.state = 'done' and m.holder = m.tenant"
        )
        return int(found or 0)

    async def _broken(self) -> int:
        broken = 0
        for holder in sorted(self.known):
            async with self.town.demo.transaction(holder) as tx:
                broken += not (await closing.verify(tx)).well
        return broken


def _rows(file: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.decode("utf-8-sig")), delimiter=";"))


def _cents(text: str) -> int:
    whole, _, rest = text.removeprefix("-").partition(".")
    return (int(whole) * 100 + int(rest or 0)) * (-1 if text.startswith("-") else 1)
