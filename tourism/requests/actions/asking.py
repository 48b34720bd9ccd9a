"""Ask a house for a stay; it accepts, declines, or lets the time pass. Nothing is taken and nothing
is paid before it accepts."""

from uuid import UUID

from hub import audit
from hub.core import outbox
from hub.core.db import Tx
from hub.core.errors import Busy
from tourism import quoting
from tourism.booking import policy as booking_policy
from tourism.booking.actions.inventory import try_take_rooms
from tourism.booking.actions.moving import lock, move
from tourism.booking.errors import WrongState
from tourism.booking.models import Booking, Event, Guest, HoldExpired, State
from tourism.booking.policy import check_guest
from tourism.booking.references import draw_reference
from tourism.booking.store import insert_reservations, promise
from tourism.requests import policy, store
from tourism.requests.errors import NotOnRequest
from tourism.requests.models import HouseAsked, RequestAccepted, RequestDeclined

_TRIES = 5


async def ask_house(tx: Tx, quote_id: UUID, guest: Guest) -> Booking:
    """Ask for the stay of an offer on request; asking again gives the same request.

    Raises `QuoteExpired`, `NotOnRequest`, `StayInvalid` for a guest whom no letter reaches.
    """
    quote = await quoting.find_quote(tx, quote_id)
    known = await store.find_of_quote(tx, quote_id)
    if known is not None:
        return known
    quoting.check_quote_live(quote, tx.now)
    if not quote.on_request:
        raise NotOnRequest("Hold it and pay: there is nobody to ask.")
    check_guest(guest)
    id, until = tx.uuid(), policy.answer_by(quote, tx.now)
    for _ in range(_TRIES):
        reference = draw_reference(tx.database.ids)
        if await store.insert_request(tx, id, quote_id, reference, guest, until):
            break
    else:
        raise Busy("No free reference was found.")
    await insert_reservations(tx, id, quote)
    await audit.record(tx, action="booking.request", subject=f"booking:{id}")
    await outbox.emit_at(tx, until, HoldExpired(booking=id, revision=1))
    await outbox.emit(tx, HouseAsked(booking=id))
    return await lock(tx, id)


async def accept_request(tx: Tx, booking_id: UUID, note: str = "") -> Booking:
    """The house says yes: the rooms are taken at the price of the offer and held for the payment.
    If somebody else has them by now, the request is declined for it. Accepting again changes
    nothing. Raises `WrongState`, also once the time to answer has passed."""
    booking = await lock(tx, booking_id)
    if booking_policy.decide(booking.state, Event.ACCEPT) is None:
        return booking
    if booking.expires_at is not None and booking.expires_at <= tx.now:
        raise WrongState("The house did not answer in time: nothing was booked.")
    if not await try_take_rooms(tx, booking.quote):
        return await _decline(tx, booking, "the rooms were gone", note)
    until = policy.pay_by(booking.quote, tx.now)
    accepted = RequestAccepted(booking=booking.id)
    held = await move(
        tx, booking, Event.ACCEPT, "accepted by the house", accepted, note=note, expires_at=until
    )
    await promise(tx, booking.id, until)
    await outbox.emit_at(tx, until, HoldExpired(booking=booking.id, revision=held.revision))
    return held


async def decline_request(tx: Tx, booking_id: UUID, note: str = "") -> Booking:
    """The house says no; the guest is told what else there is. Declining again changes nothing.
    Raises `WrongState`."""
    booking = await lock(tx, booking_id)
    if booking_policy.decide(booking.state, Event.DECLINE) is None:
        return booking
    return await _decline(tx, booking, "declined by the house", note)


async def list_requests(tx: Tx) -> list[Booking]:
    """What waits for the own house's answer, the soonest to lapse first."""
    return await store.list_requests(tx)


async def _decline(tx: Tx, booking: Booking, reason: str, note: str) -> Booking:
    told = RequestDeclined(booking=booking.id)
    declined = await move(tx, booking, Event.DECLINE, reason, told, note=note)
    assert declined.state is State.DECLINED
    return declined
