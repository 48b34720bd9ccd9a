"""The demonstration's invented house, as tests use it."""

from datetime import date, timedelta

import msgspec

from hub.core.db import Database, Tx
from hub.core.sql import parse_query
from tourism import quoting
from tourism.booking.actions import holding
from tourism.booking.models import Booking, Guest
from tourism.demo.house import NAME
from tourism.paying.actions import paying
from tourism.paying.models import PayBooking
from tourism.quoting.models import MakeQuote, Quote, RoomWanted

# Saturday to Tuesday, in a month of its own.
ARRIVAL = date(2027, 2, 27)
NIGHTS = 3
GUEST = Guest(first_name="Ada", last_name="Martin", email="ada@demo.example")

_HOUSE = parse_query("house", "select id, tenant from property where name = :name")
_TYPES = parse_query("types", "select id, code, units from room_type where property = :house")
_PLANS = parse_query("plans", "select id, code from rate_plan where property = :house")


class Named(msgspec.Struct, frozen=True):
    id: int
    code: str


class Type(Named, frozen=True):
    units: int


class House(msgspec.Struct, frozen=True):
    """The invented house: ids of its room types and plans by their codes."""

    id: int
    tenant: int
    types: dict[str, int] = {}
    plans: dict[str, int] = {}

    def wish(
        self,
        *rooms: RoomWanted,
        plan: str = "flexible",
        arrival: date = ARRIVAL,
        nights: int = NIGHTS,
    ) -> MakeQuote:
        chosen = rooms or (RoomWanted(room_type=self.types["double"], adults=2),)
        return MakeQuote(
            property=self.id,
            arrival=arrival,
            departure=arrival + timedelta(days=nights),
            rate_plan=self.plans[plan],
            rooms=chosen,
        )


async def find_house(database: Database) -> House:
    reader = database.reader
    found = await reader.one(House, _HOUSE, name=NAME)
    assert found is not None
    types = await reader.all(Type, _TYPES, house=found.id)
    plans = await reader.all(Named, _PLANS, house=found.id)
    return House(
        id=found.id,
        tenant=found.tenant,
        types={type.code: type.id for type in types},
        plans={plan.code: plan.id for plan in plans},
    )


async def quote(database: Database, wish: MakeQuote) -> Quote:
    async with database.transaction(actor="guest") as tx:
        house = await quoting.enter_house(tx, database.reader, wish)
        return await quoting.make_quote(tx, database.reader, house, wish)


async def hold(database: Database, quoted: Quote) -> Booking:
    async with database.transaction(quoted.tenant, actor="guest") as tx:
        return await holding.hold_stay(tx, quoted.id)


async def pay(
    database: Database,
    booking: Booking,
    *,
    method: str = "pm_card_visa",
    key: str = "first",
    guest: Guest = GUEST,
) -> Booking:
    command = PayBooking(guest=guest, payment_method=method, total_cents=booking.total_cents)
    async with database.transaction(booking.tenant, actor="guest") as tx:
        charge = await paying.begin_payment(tx, booking.id, command, key)
    outcome = await paying.ask_service(database, charge)
    async with database.transaction(booking.tenant, actor="guest") as tx:
        return await paying.finish_payment(tx, booking.id, charge.id, outcome)


async def book(database: Database, wish: MakeQuote) -> Booking:
    return await pay(database, await hold(database, await quote(database, wish)))


async def left(tx: Tx, room_type: int, first: date, nights: int) -> list[int]:
    """Units left on the nights of a stay."""
    from tourism.rates import list_nights  # noqa: PLC0415

    found = await list_nights(tx, [room_type], first, first + timedelta(days=nights))
    return [night.units_left for night in found]
