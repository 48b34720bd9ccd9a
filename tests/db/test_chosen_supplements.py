"""Optional supplements that a traveller chooses: their VAT, their share, and what becomes of them
when the stay is changed, cancelled or missed."""

from collections import Counter

import asyncpg
import msgspec
import pytest

from hub import agreements, ledger
from hub.agreements import Base, Role
from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.settings import Settings
from hub.rules import Component
from tests.db.test_booking_changes import LATE, change, preview, wish
from tests.houses import House, book, find_house, quote
from tourism import lodging, quoting, rates
from tourism.booking.models import Booking
from tourism.paying.actions import cancelling
from tourism.paying.models import CancelBooking
from tourism.quoting.actions import making
from tourism.quoting.errors import StayInvalid
from tourism.quoting.models import Quote, RoomWanted, SupplementWanted
from tourism.rates.models import (
    Supplement,
    SupplementDetails,
    SupplementEach,
    SupplementPer,
    SupplementVat,
)

BREAKFAST = SupplementDetails(
    cents=1_200, mandatory=False, per=SupplementPer.PERSON, vat=SupplementVat.MEAL
)
PARKING = SupplementDetails(
    cents=800, mandatory=False, each=SupplementEach.NIGHT, vat=SupplementVat.SERVICE, most=2
)


@pytest.fixture
async def house(demo: Database) -> House:
    return await find_house(demo)


@pytest.fixture
async def offered(demo: Database, house: House) -> dict[str, int]:
    """The ids of the house's optional supplements by name."""
    return {
        "breakfast": await add(demo, house, "Petit-déjeuner", BREAKFAST),
        "parking": await add(demo, house, "Parking", PARKING),
    }


async def add(demo: Database, house: House, name: str, details: SupplementDetails) -> int:
    async with demo.transaction(house.tenant, actor="hotelier") as tx:
        property = await lodging.find_property(tx, house.id)
        assert property is not None
        return await rates.add_supplement(
            tx, property, Supplement(id=0, name=name, details=details)
        )


def room(house: House, *wanted: tuple[int, int]) -> RoomWanted:
    chosen = tuple(SupplementWanted(id=id, quantity=n) for id, n in wanted)
    return RoomWanted(room_type=house.types["double"], adults=2, supplements=chosen)


def lines(made: Quote) -> list[tuple[str, int, int]]:
    return [(one.name, one.quantity, one.cents) for one in made.breakdown.rooms[0].chosen]


async def test_what_is_chosen_is_in_the_price_at_its_own_vat_and_in_its_own_base(
    demo: Database, house: House, offered: dict[str, int]
) -> None:
    """VT-2: 24.00 at 10 % is 21.82 + 2.18; 48.00 at 20 % is 40.00 + 8.00."""
    plain = await quote(demo, house.wish())
    own = [c for c in plain.breakdown.rooms[0].choices if c.id in offered.values()]
    assert [(c.name, c.cents) for c in own] == [("Petit-déjeuner", 2_400), ("Parking", 2_400)]
    async with demo.transaction(house.tenant) as tx:
        wanted = (SupplementWanted(id=offered["breakfast"]),)
        parking = (SupplementWanted(id=offered["parking"], quantity=2),)
        made = await making.choose_supplements(tx, demo.reader, plain, [wanted + parking])
    assert lines(made) == [("Petit-déjeuner", 1, 2_400), ("Parking", 2, 4_800)]
    before, after = plain.breakdown, made.breakdown
    assert after.total_cents == before.total_cents + 7_200
    assert after.tourist_tax == before.tourist_tax
    assert made.terms.penalty_cents == plain.terms.penalty_cents
    ten, twenty = after.vat
    assert (twenty.rate_bps, twenty.net_cents, twenty.vat_cents) == (2_000, 4_000, 800)
    assert (ten.rate_bps, ten.gross_cents) == (1_000, before.rooms_gross_cents + 2_400)
    bases = made.split.allocation.bases
    assert bases[Base.LODGING_NET] == before.vat[0].net_cents
    assert bases[Base.SUPPLEMENTS_NET] == ten.net_cents + 4_000 - before.vat[0].net_cents
    assert abs(bases[Base.SUPPLEMENTS_NET] - (2_182 + 4_000)) <= 1
    shares = sum(share.amount_cents for share in after.shares)
    assert shares + ten.vat_cents + twenty.vat_cents == after.rooms_gross_cents
    # An agreement that shares the lodging only leaves what was chosen to the house.
    others = {s.role: s.amount_cents for s in before.shares if s.role != Role.LODGING}
    assert {s.role: s.amount_cents for s in after.shares if s.role != Role.LODGING} == others


async def test_a_share_on_the_supplements_is_taken_of_what_was_chosen_only(
    demo: Database, house: House, offered: dict[str, int]
) -> None:
    made = await quote(demo, house.wish(room(house, (offered["parking"], 1))))
    allocation = made.split.allocation
    part = Component(beneficiary=Role.OFFICE, base=Base.SUPPLEMENTS_NET, percent_bps=1_000)
    async with demo.transaction(house.tenant) as tx:
        version = await agreements.find_version_in_force(
            demo.reader, quoting.AGREEMENT, made.made_at.date()
        )
        del tx
    rules = tuple(
        msgspec.structs.replace(rule, components=(*rule.components, part))
        for rule in version.text.rules
    )
    changed = msgspec.structs.replace(
        version, text=msgspec.structs.replace(version.text, rules=rules)
    )
    shared = agreements.allocate(changed, allocation.facts, allocation.bases)
    plain = {share.role: share.amount_cents for share in allocation.shares}
    now = {share.role: share.amount_cents for share in shared.shares}
    assert now[Role.OFFICE] - plain.get(Role.OFFICE, 0) == 200
    assert sum(now.values()) == sum(plain.values())


async def test_under_the_franchise_nothing_bears_vat_and_an_exempt_let_taxes_its_services(
    demo: Database, house: House, offered: dict[str, int], demo_settings: Settings
) -> None:
    wanted = house.wish(room(house, (offered["parking"], 1)))
    admin = await asyncpg.connect(demo_settings.database_url)
    for regime, rates_bps in (("FRANCHISE_293B", [0]), ("EXEMPT_261D", [0, 2_000])):
        await admin.execute("update property set vat_regime = $2 where id = $1", house.id, regime)
        assert [vat.rate_bps for vat in (await quote(demo, wanted)).breakdown.vat] == rates_bps
    await admin.close()


@pytest.mark.parametrize("wanted", [(0, 1), (1, 3), (1, 0)])
async def test_what_a_room_cannot_have_is_refused_beside_its_field(
    demo: Database, house: House, offered: dict[str, int], wanted: tuple[int, int]
) -> None:
    id = offered["parking"] if wanted[0] else 999_999
    with pytest.raises(StayInvalid) as refused:
        await quote(demo, house.wish(room(house, (id, wanted[1]))))
    assert refused.value.extra["field"] == "supplements"


async def accounts(demo: Database, booked: Booking) -> dict[str, int]:
    sums: Counter[str] = Counter()
    async with demo.transaction(booked.tenant) as tx:
        for transfer in await ledger.list_by_reference(tx, f"booking:{booked.id}"):
            sums[transfer.credit_code] += transfer.amount_cents
            sums[transfer.debit_code] -= transfer.amount_cents
    return dict(sums)


async def test_a_late_cancellation_keeps_a_part_of_the_lodging_and_gives_the_rest_back(
    demo: Database, clock: DrivenClock, house: House, offered: dict[str, int]
) -> None:
    plain = await quote(demo, house.wish())
    chosen = room(house, (offered["breakfast"], 1), (offered["parking"], 2))
    booked = await book(demo, house.wish(chosen))
    clock.set(LATE)
    async with demo.transaction(booked.tenant, actor="guest") as tx:
        _, refund = await cancelling.preview_refund(tx, booked.id)
        assert refund.penalty_cents == plain.terms.penalty_cents
        assert refund.refund_cents == booked.total_cents - plain.terms.penalty_cents
        command = CancelBooking(refund_cents=refund.refund_cents)
        gone = await cancelling.cancel_booking(tx, booked.id, command)
    assert gone.refund_cents == refund.refund_cents
    sums = await accounts(demo, booked)
    # What was paid is gone but for the penalty; its parts are with who earns them.
    assert sums["guest.deposits"] == -plain.terms.penalty_cents
    assert sum(n for code, n in sums.items() if code != "guest.deposits") == (
        plain.terms.penalty_cents
    )


async def test_a_change_keeps_what_was_chosen_and_counts_it_anew(
    demo: Database, house: House, offered: dict[str, int]
) -> None:
    booked = await book(demo, house.wish(room(house, (offered["parking"], 2))))
    longer = wish(house, departure=booked.departure.replace(day=3))
    moved = await change(demo, booked, longer)
    nights = moved.quote.nights
    assert nights > booked.quote.nights
    assert lines(moved.quote) == [("Parking", 2, 2 * 800 * nights)]
    sums = await accounts(demo, moved)
    assert sums["guest.deposits"] == -moved.total_cents
    # Given up by the guest: its whole price comes back while the stay can be cancelled freely.
    without = wish(house, departure=moved.departure, rooms=(room(house),))
    shown = await preview(demo, moved, without)
    assert shown.cents == -2 * 800 * nights
    last = await change(demo, moved, without, key="two")
    assert lines(last.quote) == []
    assert (await accounts(demo, last))["guest.deposits"] == -(last.total_cents - last.refund_cents)


async def test_what_the_house_has_ended_stays_in_the_booking_and_leaves_a_changed_one(
    demo: Database, house: House, offered: dict[str, int]
) -> None:
    booked = await book(demo, house.wish(room(house, (offered["parking"], 1))))
    async with demo.transaction(house.tenant, actor="hotelier") as tx:
        property = await lodging.find_property(tx, house.id)
        assert property is not None
        await rates.end_supplement(tx, property, offered["parking"])
    assert lines(booked.quote) == [("Parking", 1, 2_400)]
    shown = await preview(demo, booked, wish(house))
    assert shown.cents == -2_400
