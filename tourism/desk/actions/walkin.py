"""A stay that the house books itself: the same rooms, the same price, paid at the house."""

from collections.abc import Sequence
from uuid import UUID

from hub.core.db import Reads, Tx
from tourism import lodging, quoting, rates
from tourism.booking.actions import holding, selling
from tourism.booking.models import Booking, Guest
from tourism.booking.policy import check_guest
from tourism.desk.actions import letters
from tourism.desk.actions.listing import find_house
from tourism.desk.errors import WalkInInvalid
from tourism.lodging.models import RoomType
from tourism.quoting.models import DESK, MakeQuote, Quote, SupplementWanted
from tourism.rates.models import RatePlan


async def list_offered(tx: Tx) -> tuple[lodging.Property, list[RoomType], list[RatePlan]]:
    """The caller's house, its room types and its rate plans. Raises `NotFound` without a house."""
    house = await find_house(tx)
    types = await lodging.list_room_types(tx, house.id)
    return house, types, await rates.list_rate_plans(tx, house.id)


async def price_walk_in(tx: Tx, reader: Reads, command: MakeQuote) -> Quote:
    """Freeze the offer that the guest at the desk will hear, for 30 minutes.

    Raises as `quoting.make_quote` does.
    """
    house = await find_house(tx)
    if command.property != house.id or command.channel != DESK:
        raise WalkInInvalid("Open the page again: the form came incomplete.")
    return await quoting.make_quote(tx, reader, house, command)


async def add_supplements(
    tx: Tx, reader: Reads, quote_id: UUID, chosen: Sequence[Sequence[SupplementWanted]]
) -> Quote:
    """A new offer of the same stay with what the guest at the desk adds, room by room. Raises as
    `price_walk_in` does."""
    quote = await quoting.find_quote(tx, quote_id)
    return await price_walk_in(tx, reader, quoting.with_supplements(quote, chosen))


async def book_walk_in(tx: Tx, quote_id: UUID, guest: Guest) -> Booking:
    """Take the rooms of a desk's offer and confirm them, paid at the house.

    The same offer again gives the same booking. Raises as `holding.hold_stay` does, and
    `StayInvalid` for the guest's details, before anything is taken.
    """
    check_guest(guest, email_needed=False)
    quote = await quoting.find_quote(tx, quote_id)
    if quote.channel != DESK:
        raise WalkInInvalid("This offer was not made at the desk.")
    held = await holding.hold_stay(tx, quote.id)
    if held.guest is not None:
        return held
    booked = await selling.confirm_at_desk(tx, held.id, guest)
    await letters.write_walk_in(tx, booked)
    return booked
