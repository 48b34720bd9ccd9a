"""The statements of booking."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import asyncpg
import msgspec

from hub.core.db import Reads, Tx
from hub.core.errors import Busy
from hub.core.idempotency import KeptReply, Once
from hub.core.outbox import Packed
from hub.core.problems import sqlstate_of
from hub.core.sql import load_queries
from tourism import lodging, quoting, rates
from tourism.booking.models import Booking, Event, Guest, State, UnbornOf
from tourism.quoting.errors import QuoteExpired, SoldOut
from tourism.quoting.models import Quote, QuotedRoom

q = load_queries(__name__)


class Revision(msgspec.Struct, frozen=True, kw_only=True):
    """One change of a booking."""

    revision: int
    state: State
    event: Event | None
    reason: str
    actor: str
    at: datetime


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A quote as it was asked for by number: which stay of the look it wants, the booking that
    holds it already, the answer that its key was given. Of one that is sold out, the time only."""

    n: int
    stay: int
    sold_out: bool
    expires_at: datetime
    quote: Quote | None
    held: Booking | None
    kept: KeptReply | None


class StayTerms(msgspec.Struct, frozen=True, kw_only=True):
    """What the house sells for a stay, and the mark that says whether it still does."""

    terms: rates.Terms
    mark: int


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """Some quotes of a house, and what the house sells now for the stays that they want."""

    listing: lodging.Listing | None
    stays: list[StayTerms | None]
    offers: list[Offer]


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A booking to be written, the mark of the terms that it was decided on, who holds, the key and
    the answer that are kept with it, and the messages that follow it."""

    booking: Booking
    mark: int
    actor: str
    once: Once | None
    body: bytes | None
    messages: Sequence[Packed]


class Verdict(StrEnum):
    """What became of a draft. `AGAIN`: its key, its quote or its reference was just used."""

    HELD = "held"
    SOLD_OUT = "sold_out"
    AGAIN = "again"


class TermsChanged(Busy):
    """The house has just changed its prices"""


class StoodInTheWay(Busy):
    """Somebody else held the same rooms at the same instant"""


async def look_at_quotes(
    reads: Reads, tenant: int, quotes: Sequence[tuple[UUID, Once | None]]
) -> Look:
    """One statement, which may stand alone: it enters the wall itself."""
    text = await reads.value(
        str,
        q.look_at_quotes,
        tenant=tenant,
        quotes=[quote for quote, _ in quotes],
        scopes=[once.scope if once else None for _, once in quotes],
        keys=[once.key if once else None for _, once in quotes],
    )
    assert text is not None
    return msgspec.json.decode(text, type=Look)


async def hold_quotes(
    reads: Reads, tenant: int, now: datetime, drafts: Sequence[Draft]
) -> list[Verdict]:
    """Write bookings of one house, in their order; one statement, which may stand alone.

    Raises `SoldOut` (one alone, when somebody was quicker), `TermsChanged`, `StoodInTheWay`, and
    `QuoteExpired` when the house has become a main residence since; then nothing is written.
    """
    try:
        if len(drafts) == 1:
            return [await _hold_one(reads, tenant, now, drafts[0])]
        verdicts = await reads.value(
            list[Verdict], q.hold_quotes, tenant=tenant, now=now, **_columns(drafts)
        )
    except asyncpg.PostgresError as error:
        match sqlstate_of(error):
            case "P0S01":
                raise SoldOut("Somebody was quicker. Search again for what is free.") from None
            case "P0S03":
                raise TermsChanged("Ask again: the price of now will be compared.") from None
            case "P0S04":
                raise QuoteExpired("Search again: the same rooms may still be free.") from None
            case "40P01":
                raise StoodInTheWay("Ask again in a moment.") from None
            case _:
                raise
    assert verdicts is not None
    return verdicts


async def _hold_one(reads: Reads, tenant: int, now: datetime, draft: Draft) -> Verdict:
    booking, once = draft.booking, draft.once
    rooms = booking.quote.breakdown.rooms
    units = quoting.units_wanted(rooms)
    types = sorted(units)
    verdict = await reads.value(
        Verdict,
        q.hold_quote,
        tenant=tenant,
        now=now,
        quote=booking.quote.id,
        booking=booking.id,
        reference=booking.reference,
        until=booking.expires_at,
        actor=draft.actor,
        scope=once.scope if once else None,
        key=once.key if once else None,
        fingerprint=once.fingerprint if once else None,
        body=draft.body,
        mark=draft.mark,
        need_types=types,
        need_units=[units[room_type] for room_type in types],
        room_types=[room.room_type for room in rooms],
        room_plans=[booking.quote.rate_plan] * len(rooms),
        room_adults=[room.party.adults for room in rooms],
        room_ages=[_ages(room) for room in rooms],
        room_cents=[room.gross_cents for room in rooms],
        delays=[message.delay for message in draft.messages],
        envelopes=[message.envelope for message in draft.messages],
    )
    assert verdict is not None
    return verdict


def _ages(room: QuotedRoom) -> str:
    return "{" + ",".join(map(str, room.party.child_ages)) + "}"


def _columns(drafts: Sequence[Draft]) -> dict[str, object]:
    bookings = [draft.booking for draft in drafts]
    onces = [draft.once for draft in drafts]
    units = [
        (n, room_type, units)
        for n, booking in enumerate(bookings, start=1)
        for room_type, units in quoting.units_wanted(booking.quote.breakdown.rooms).items()
    ]
    rooms = [
        (n, number, booking.quote.rate_plan, room)
        for n, booking in enumerate(bookings, start=1)
        for number, room in enumerate(booking.quote.breakdown.rooms, start=1)
    ]
    messages = [(n, one) for n, draft in enumerate(drafts, start=1) for one in draft.messages]
    return {
        "quotes": [booking.quote.id for booking in bookings],
        "bookings": [booking.id for booking in bookings],
        "references": [booking.reference for booking in bookings],
        "until": [booking.expires_at for booking in bookings],
        "actors": [draft.actor for draft in drafts],
        "scopes": [once.scope if once else None for once in onces],
        "keys": [once.key if once else None for once in onces],
        "fingerprints": [once.fingerprint if once else None for once in onces],
        "bodies": [draft.body for draft in drafts],
        "marks": [draft.mark for draft in drafts],
        "need_of": [n for n, _, _ in units],
        "need_types": [room_type for _, room_type, _ in units],
        "need_units": [wanted for _, _, wanted in units],
        "room_of": [n for n, _, _, _ in rooms],
        "room_numbers": [number for _, number, _, _ in rooms],
        "room_types": [room.room_type for _, _, _, room in rooms],
        "room_plans": [plan for _, _, plan, _ in rooms],
        "room_adults": [room.party.adults for _, _, _, room in rooms],
        "room_ages": [_ages(room) for _, _, _, room in rooms],
        "room_cents": [room.gross_cents for _, _, _, room in rooms],
        "envelope_of": [n for n, _ in messages],
        "delays": [message.delay for _, message in messages],
        "envelopes": [message.envelope for _, message in messages],
    }


async def insert_reservations(tx: Tx, booking: UUID, quote: Quote) -> None:
    rooms = _rooms(quote)
    await tx.run(q.insert_reservations, booking=booking, tenant=quote.tenant, rooms=rooms)


def _rooms(quote: Quote) -> list[dict[str, object]]:
    return [
        {
            "number": number,
            "room_type": room.room_type,
            "rate_plan": quote.rate_plan,
            "adults": room.party.adults,
            "child_ages": room.party.child_ages,
            "gross_cents": room.gross_cents,
        }
        for number, room in enumerate(quote.breakdown.rooms, start=1)
    ]


async def cancel_rooms(
    tx: Tx, booking: UUID, numbers: Sequence[int], penalties: Sequence[int]
) -> None:
    """Raises `Busy` unless all of them were live: none is ever cancelled twice."""
    cancelled = await tx.run(
        q.cancel_rooms,
        booking=booking,
        numbers=list(numbers),
        penalties=list(penalties),
        now=tx.now,
    )
    if cancelled != len(numbers):
        raise Busy("Somebody else has just changed this booking.")


async def keep_quote(tx: Tx, id: UUID, quote: Quote) -> None:
    await tx.run(q.keep_quote, id=id, quote=quote)


async def find_booking(tx: Tx, id: UUID) -> Booking | None:
    return await tx.one(Booking, q.find_booking, id=id)


async def lock_booking(tx: Tx, id: UUID) -> Booking | None:
    text = await tx.value(str, q.lock_booking, id=id)
    return msgspec.json.decode(text, type=Booking) if text is not None else None


async def change_booking(
    tx: Tx,
    booking: Booking,
    event: Event,
    reason: str,
    *,
    state: State,
    guest: Guest | None,
    refund_cents: int,
    owed_cents: int,
    expires_at: datetime | None,
    confirmed_at: datetime | None,
    cancelled_at: datetime | None,
) -> Booking | None:
    """The booking at its next revision; None when somebody else changed it first."""
    return await tx.one(
        Booking,
        q.change_booking,
        id=booking.id,
        revision=booking.revision,
        state=state,
        guest=guest,
        refund_cents=refund_cents,
        owed_cents=owed_cents,
        expires_at=expires_at,
        confirmed_at=confirmed_at,
        cancelled_at=cancelled_at,
        event=event,
        reason=reason,
        actor=tx.actor,
        now=tx.now,
    )


async def promise(tx: Tx, booking: UUID, until: datetime) -> None:
    await tx.run(q.promise, id=booking, until=until)


async def find_promise(tx: Tx, booking: UUID) -> datetime | None:
    return await tx.value(datetime, q.find_promise, id=booking)


async def list_tenants_of_unborn(tx: Tx, before: datetime, after: int, wanted: int) -> list[int]:
    found = await tx.all(
        UnbornOf, q.list_tenants_of_unborn, before=before, after=after, wanted=wanted
    )
    return [one.tenant for one in found]


async def forget_unborn(tx: Tx, before: datetime, wanted: int) -> int:
    return await tx.run(q.forget_unborn, tenant=tx.tenant, before=before, wanted=wanted)


async def forget_quotes(tx: Tx, first: datetime, until: datetime, wanted: int) -> int:
    return await tx.value(int, q.forget_quotes, first=first, until=until, wanted=wanted) or 0


async def list_day(tx: Tx, day: date) -> list[Booking]:
    return await tx.all(Booking, q.list_day, day=day)


async def list_newest(tx: Tx, wanted: int) -> list[Booking]:
    return await tx.all(Booking, q.list_newest, wanted=wanted)


async def list_revisions(tx: Tx, booking: UUID) -> list[Revision]:
    return await tx.all(Revision, q.list_revisions, booking=booking)


async def claim_letter(tx: Tx, booking: UUID, kind: str) -> bool:
    """True for the one call that may write this letter."""
    claimed = await tx.run(q.claim_letter, booking=booking, kind=kind, tenant=tx.tenant, now=tx.now)
    return claimed == 1
