"""The documents of a stay follow it to the cent of the ledger, whatever happens to it; a month's
fees are billed as the ledger says."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from hub import billing, ledger
from hub.billing.actions import keeping
from hub.billing.errors import ProfileMissing
from hub.billing.models import Category, Kind
from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.identifiers import IdentifierInvalid
from hub.invoices.policy.cii import xml_of
from hub.payments.models import Dispute
from tests import facturx
from tests.db.test_chosen_supplements import PARKING, add, room
from tests.houses import ARRIVAL, GUEST, House, book, find_house
from tests.invoices import COMPANY, SCHOOL, SELLER
from tourism.booking.actions import reading as bookings
from tourism.booking.actions import staying
from tourism.booking.models import Booking
from tourism.desk.actions import walkin
from tourism.invoicing import tasks
from tourism.invoicing.actions import billing_fees, following
from tourism.invoicing.errors import NoInvoice
from tourism.invoicing.models import FollowStay
from tourism.invoicing.policy.reading import fees_of, shared_of
from tourism.paying.actions import cancelling, settling
from tourism.paying.models import CancelBooking
from tourism.quoting.models import DESK, RoomWanted
from tourism.settlement import claims

PLATFORM = msgspec.structs.replace(
    SELLER, name="TourismInFrance", siren="443061841", siret="44306184100047",
    vat_number="FR64443061841", register="RCS Paris 443 061 841",
)  # fmt: skip


@pytest.fixture
async def house(demo: Database) -> House:
    house = await find_house(demo)
    async with demo.transaction(house.tenant) as tx:
        await billing.save_profile(tx, SELLER)
    return house


async def follow(demo: Database, booking: Booking) -> list[billing.Invoice]:
    """What the task does, twice; every document passes every checker, every sum is the ledger's."""
    for _ in range(2):
        await tasks.follow_later.run(demo, booking.tenant, FollowStay(booking=booking.id))
    async with demo.transaction(booking.tenant) as tx:
        now = await bookings.find_booking(tx, booking.id)
        documents = await following.list_documents(tx, now)
        shared = shared_of(await ledger.list_by_reference(tx, f"booking:{booking.id}:"))
        assert await keeping.find_break(tx) is None
    for one in documents:
        facturx.check(xml_of(one.read()))
    if documents:
        sums = [one.read().sign * one.gross_cents for one in documents]
        assert sum(sums) == shared.total_cents == now.total_cents - now.refund_cents
        vats = [one.read().sign * one.vat_cents for one in documents]
        assert sum(vats) == shared.vat_cents
    return documents


async def cancel(demo: Database, booking: Booking, rooms: tuple[int, ...] = ()) -> None:
    async with demo.transaction(booking.tenant, actor="guest") as tx:
        _, refund = await cancelling.preview_refund(tx, booking.id, rooms)
        command = CancelBooking(refund_cents=refund.refund_cents, rooms=rooms)
        await cancelling.cancel_booking(tx, booking.id, command)


def arrive(clock: DrivenClock) -> None:
    clock.forward(timedelta(days=(ARRIVAL - date(2026, 12, 1)).days, hours=9))


async def journal(demo: Database, house: House) -> list[tuple[str, int]]:
    async with demo.transaction(house.tenant) as tx:
        records = await keeping.store.list_records(tx, 0, 500)
    return [(one.kind.value, one.amount_cents) for one in records]


async def test_a_stay_is_invoiced_at_its_end_with_every_line_of_its_price(
    demo: Database, clock: DrivenClock, house: House
) -> None:
    parking = await add(demo, house, "Parking", PARKING)
    booked = await book(demo, house.wish(
        room(house, (parking, 2)),
        RoomWanted(room_type=house.types["family"], adults=2, child_ages=(7, 4)), plan="breakfast",
    ))  # fmt: skip
    assert await follow(demo, booked) == []
    arrive(clock)
    async with demo.transaction(house.tenant) as tx:
        await staying.begin_stay(tx, booked.id)
        await staying.end_stay(tx, booked.id)
    (invoice,) = await follow(demo, booked)
    content = invoice.read()
    names = [line.name for line in content.lines]
    assert names[:3] == ["Chambre double", "Chambre familiale", "Parking"]
    assert all(name.startswith("Taxe de séjour") for name in names[3:])
    assert [line.quantity for line in content.lines[:3]] == [3, 3, 2]
    assert [(one.category, one.rate_bps) for one in content.vat] == [
        (Category.STANDARD, 2_000), (Category.STANDARD, 1_000), (Category.EXEMPT, 0),
    ]  # fmt: skip
    assert content.issued_by == "TourismInFrance"
    assert content.prepaid
    assert await journal(demo, house) == [
        ("receipt", booked.total_cents), ("invoice", booked.total_cents),
    ]  # fmt: skip


async def test_a_guest_has_it_before_for_a_company_and_may_name_another(
    demo: Database, house: House
) -> None:
    booked = await book(demo, house.wish())
    async with demo.transaction(house.tenant) as tx:
        (first,) = await following.ask_invoice(tx, booked.id, COMPANY)
        assert await following.ask_invoice(tx, booked.id, COMPANY) == [first]
    assert first.business
    assert first.read().buyer.siret == COMPANY.siret
    async with demo.transaction(house.tenant) as tx:
        documents = await following.ask_invoice(tx, booked.id, SCHOOL)
    assert [one.kind for one in documents] == [Kind.INVOICE, Kind.CREDIT_NOTE, Kind.INVOICE]
    assert documents[0].cancelled_by == documents[1].id
    assert documents[2].read().buyer.engagement == "EJ-2027/0042"
    assert len(await follow(demo, booked)) == 3
    wrong = msgspec.structs.replace(COMPANY, siret="73282932000075")
    with pytest.raises(IdentifierInvalid):
        async with demo.transaction(house.tenant) as tx:
            await following.ask_invoice(tx, booked.id, wrong)


async def test_a_cancelled_room_and_then_the_stay_are_credited(
    demo: Database, house: House
) -> None:
    parking = await add(demo, house, "Parking", PARKING)
    double = room(house, (parking, 1))
    booked = await book(demo, house.wish(double, double))
    async with demo.transaction(house.tenant) as tx:
        await following.ask_invoice(tx, booked.id, COMPANY)
    await cancel(demo, booked, (2,))
    documents = await follow(demo, booked)
    assert [one.kind for one in documents] == [Kind.INVOICE, Kind.CREDIT_NOTE, Kind.INVOICE]
    await cancel(demo, booked)
    documents = await follow(demo, booked)
    assert [one.kind.value for one in documents[3:]] == ["credit_note"]
    assert documents[3].cancels == documents[2].id
    assert sum(cents if kind == "receipt" else -cents for kind, cents in
               await journal(demo, house) if kind in {"receipt", "refund"}) == 0  # fmt: skip


async def test_what_a_late_cancellation_or_a_no_show_still_costs_is_invoiced(
    demo: Database, clock: DrivenClock, house: House
) -> None:
    late = await book(demo, house.wish(plan="saver"))
    missed = await book(demo, house.wish())
    await cancel(demo, late)
    (invoice,) = await follow(demo, late)
    assert [line.name for line in invoice.read().lines] == ["Indemnité d'annulation"]
    arrive(clock)
    clock.forward(timedelta(hours=10))
    async with demo.transaction(house.tenant) as tx:
        await staying.miss_stay(tx, missed.id)
    await follow(demo, missed)
    async with demo.transaction(house.tenant) as tx:
        await settling.settle_missed_stay(tx, missed.id, waived=False)
    documents = await follow(demo, missed)
    assert [line.name for line in documents[-1].read().lines] == ["Indemnité de non-présentation"]


async def test_documents_wait_for_the_house_and_the_sweep_finds_them(
    demo: Database, clock: DrivenClock
) -> None:
    house = await find_house(demo)
    booked = await book(demo, house.wish(plan="saver"))
    with pytest.raises(ProfileMissing):
        async with demo.transaction(house.tenant) as tx:
            await following.ask_invoice(tx, booked.id, COMPANY)
    await cancel(demo, booked)
    assert await follow(demo, booked) == []
    async with demo.transaction(house.tenant) as tx:
        await billing.save_profile(tx, SELLER)
    async with demo.transaction() as tx:
        due = await following.store.list_stays_to_invoice(tx, date(2026, 12, 1), 100)
    assert booked.id in {one.booking for one in due}
    assert len(await follow(demo, booked)) == 1
    async with demo.transaction() as tx:
        due = await following.store.list_stays_to_invoice(tx, date(2026, 12, 1), 100)
    assert booked.id not in {one.booking for one in due}


async def sell_at_desk(demo: Database, house: House, *rooms: RoomWanted) -> Booking:
    wish = msgspec.structs.replace(house.wish(*rooms), channel=DESK)
    async with demo.transaction(house.tenant, actor="desk") as tx:
        offered = await walkin.price_walk_in(tx, demo.reader, wish)
        guest = msgspec.structs.replace(GUEST, email="")
        return await walkin.book_walk_in(tx, offered.id, guest)


async def test_a_stay_sold_at_the_desk_is_invoiced_when_it_ends_and_its_receipt_is_written(
    demo: Database, clock: DrivenClock, house: House
) -> None:
    parking = await add(demo, house, "Parking", PARKING)
    sold = await sell_at_desk(demo, house, room(house, (parking, 2)))
    assert await desk_documents(demo, sold) == []
    arrive(clock)
    async with demo.transaction(house.tenant, actor="desk") as tx:
        await staying.begin_stay(tx, sold.id)
        await staying.end_stay(tx, sold.id)
    (invoice,) = await desk_documents(demo, sold)
    content = invoice.read()
    assert invoice.gross_cents == sold.total_cents
    assert [line.name for line in content.lines][:2] == ["Chambre double", "Parking"]
    assert content.lines[-1].name.startswith("Taxe de séjour")
    assert content.vat[0].vat_cents == sold.quote.breakdown.vat[-1].vat_cents
    assert content.prepaid
    assert await journal(demo, house) == [
        ("receipt", sold.total_cents), ("invoice", sold.total_cents),
    ]  # fmt: skip


async def test_an_invoice_asked_at_the_desk_before_it_is_paid_says_so_and_stays_the_only_one(
    demo: Database, clock: DrivenClock, house: House
) -> None:
    sold, missed = [await sell_at_desk(demo, house) for _ in range(2)]
    async with demo.transaction(house.tenant, actor="desk") as tx:
        (asked,) = await following.ask_invoice(tx, sold.id, COMPANY)
        await following.ask_invoice(tx, missed.id, COMPANY)
    assert asked.read().totals.due_cents == sold.total_cents
    assert await journal(demo, house) == [
        ("invoice", sold.total_cents), ("invoice", missed.total_cents),
    ]  # fmt: skip
    arrive(clock)
    clock.forward(timedelta(hours=10))
    async with demo.transaction(house.tenant, actor="desk") as tx:
        await staying.begin_stay(tx, sold.id)
        await staying.end_stay(tx, sold.id)
        await staying.miss_stay(tx, missed.id)
    assert await desk_documents(demo, sold) == [asked]
    assert ("receipt", sold.total_cents) in await journal(demo, house)
    kinds = [one.kind for one in await desk_documents(demo, missed)]
    assert kinds == [Kind.INVOICE, Kind.CREDIT_NOTE]  # what a no-show owes is the house's affair
    assert len([one for one in await journal(demo, house) if one[0] == "receipt"]) == 1


async def desk_documents(demo: Database, booking: Booking) -> list[billing.Invoice]:
    """What the task does, twice; every document passes every checker."""
    for _ in range(2):
        await tasks.follow_later.run(demo, booking.tenant, FollowStay(booking=booking.id))
    async with demo.transaction(booking.tenant) as tx:
        documents = await following.list_documents(tx, await bookings.find_booking(tx, booking.id))
    for one in documents:
        facturx.check(xml_of(one.read()))
    return documents


async def test_a_paid_stay_that_nobody_has_closed_is_invoiced_the_day_after(
    demo: Database, clock: DrivenClock, house: House
) -> None:
    booked = await book(demo, house.wish())
    assert await follow(demo, booked) == []
    clock.set(datetime(2027, 3, 3, 9, tzinfo=UTC))  # it ended on the 2nd
    async with demo.transaction() as tx:
        due = await following.store.list_stays_to_invoice(tx, date(2027, 3, 3), 100)
    assert booked.id in {one.booking for one in due}
    assert len(await follow(demo, booked)) == 1


async def test_a_payment_that_a_bank_has_taken_back_leaves_the_invoice_standing(
    demo: Database, clock: DrivenClock, house: House
) -> None:
    booked = await book(demo, house.wish())
    async with demo.transaction(house.tenant) as tx:
        (invoice,) = await following.ask_invoice(tx, booked.id, COMPANY)
        shared = await ledger.list_by_reference(tx, f"booking:{booked.id}")
        lost = Dispute(
            id="du_1", charge=booked.id, amount_cents=booked.total_cents // 3, fee_cents=0,
            state="lost", reason="fraudulent", opened_at=tx.now,
        )  # fmt: skip
        drafts = claims.borne(lost, booked.quote.split.platform, shared)
        await ledger.post(tx, booked.quote.split.scheme, drafts)
    assert await follow(demo, booked) == [invoice]


async def test_a_document_of_another_stay_is_not_given(demo: Database, house: House) -> None:
    one, other = await book(demo, house.wish()), await book(demo, house.wish())
    async with demo.transaction(house.tenant) as tx:
        (invoice,) = await following.ask_invoice(tx, one.id, COMPANY)
        with pytest.raises(NoInvoice):
            await following.find_document(tx, other, invoice.id)


async def test_a_months_fees_are_billed_once_as_the_ledger_says_and_taken_back_by_credit(
    demo: Database, clock: DrivenClock, house: House
) -> None:
    december, january = date(2026, 12, 1), date(2027, 1, 1)
    stays = [await book(demo, house.wish(nights=nights)) for nights in (1, 2, 3)]
    assert not await billing_fees.bill_fees(demo, house.tenant, december)
    holders = await fees(demo, house, december)
    assert len(holders) > 1
    clock.forward(timedelta(days=31))
    await cancel(demo, stays[1])
    assert not await billing_fees.bill_fees(demo, house.tenant, december)
    for holder in holders:
        async with demo.transaction(holder) as tx:
            await billing.save_profile(tx, PLATFORM)
    for _ in range(2):
        assert await billing_fees.bill_fees(demo, house.tenant, december)
    clock.forward(timedelta(days=31))
    for _ in range(2):
        assert await billing_fees.bill_fees(demo, house.tenant, january)
    taken_back = await fees(demo, house, january)
    for holder, earned in holders.items():
        async with demo.transaction(holder) as tx:
            documents = await billing.list_of_subject(tx, f"fees:{house.tenant}")
        for one in documents:
            facturx.check(xml_of(one.read()))
        assert [one.kind for one in documents] == [Kind.INVOICE, Kind.CREDIT_NOTE]
        paid = [one.read().sign * one.read().totals.paid_cents for one in documents]
        assert paid == [earned, taken_back[holder]]
        assert all(one.read().totals.due_cents == 0 for one in documents)
        assert stays[1].reference in documents[0].content
        assert documents[1].read().corrects[0].number == documents[0].number


async def fees(demo: Database, house: House, month: date) -> dict[int, int]:
    async with demo.transaction(house.tenant) as tx:
        since, until = billing_fees.span_of(month)
        found = fees_of(await ledger.list_export(tx, since, until), house.tenant)
    sums: dict[int, int] = {}
    for fee in found:
        sums[fee.holder] = sums.get(fee.holder, 0) + fee.net_cents + fee.vat_cents
    return sums
