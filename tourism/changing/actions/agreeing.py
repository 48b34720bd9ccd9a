"""What a change would be, as it is shown and as it is made: at the price of now, under the locks of
both stays where it is to be made."""

from hub.core.db import Reads, Tx
from hub.core.errors import NotFound
from tourism import lodging, quoting
from tourism.booking import policy as booking_policy
from tourism.booking.models import Booking, Event
from tourism.changing import policy
from tourism.changing.actions import swapping
from tourism.changing.errors import DifferenceChanged
from tourism.changing.models import ChangeStay, Difference
from tourism.paying.actions.cancelling import check_undisputed
from tourism.quoting.models import DESK, MakeQuote, Quote


def check(booking: Booking, tx: Tx, *, by_house: bool) -> None:
    """Raise `WrongState` unless the stay may be changed now."""
    booking_policy.decide(booking.state, Event.CHANGE)
    booking_policy.check_may_cancel(booking, tx.now, by_house=by_house)


async def agree(
    tx: Tx, reader: Reads, booking: Booking, command: ChangeStay, *, by_house: bool
) -> tuple[Quote, Difference]:
    """The offer and its difference under the locks of both stays, as they were shown."""
    check(booking, tx, by_house=by_house)
    old = swapping.old_span(booking)
    await swapping.lock_both(tx, booking, old, swapping.new_span(_wish(booking, command)))
    wanted = await price(tx, reader, booking, command, tx)
    difference = policy.compare(booking, wanted, tx.now, with_fee=command.with_fee)
    if difference.cents != command.difference_cents:
        raise DifferenceChanged(
            "Look at the difference of now and confirm it.", difference_cents=difference.cents
        )
    if booking.quote.channel != DESK and difference.back_cents > booking.owed_cents:
        await check_undisputed(tx, booking)
    return policy.carry_terms(booking, wanted, tx.now), difference


def _wish(booking: Booking, command: ChangeStay) -> MakeQuote:
    return MakeQuote(
        property=booking.property,
        arrival=command.arrival,
        departure=command.departure,
        rate_plan=command.rate_plan,
        rooms=command.rooms,
        channel=booking.quote.channel,
    )


async def price(
    tx: Tx, reader: Reads, booking: Booking, command: ChangeStay, nights: Reads
) -> Quote:
    """The offer of the other stay, the guest's own rooms free; nothing is kept or taken. Raises as
    `quoting.price_stay` does."""
    house = await lodging.find_property(reader, booking.property)
    if house is None:
        raise NotFound("This house is no longer listed.")
    wish, agreed = _wish(booking, command), None
    old = swapping.old_span(booking)
    if booking.quote.group is not None:
        agreed = await swapping.agree(tx, booking, wish, old)
    own = quoting.OwnRooms(
        units=old.units,
        first=old.first,
        until=old.until,
        chosen=tuple(quoting.wanted_again(room) for room in booking.live_rooms),
    )
    return await quoting.price_stay(
        tx, reader, house, wish, own=own, nights=nights, agreed=agreed,
        only_units=agreed is not None or not command.check_restrictions,
    )  # fmt: skip
