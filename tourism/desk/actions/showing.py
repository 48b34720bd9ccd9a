"""One booking as the house sees it: what was paid, done and said, and what may follow."""

from datetime import datetime
from uuid import UUID

import msgspec

from hub import payments, tenancy
from hub.core.db import Tx
from tourism.booking.actions import reading
from tourism.booking.models import Booking
from tourism.booking.policy import no_show_from
from tourism.booking.subjects import subject_of
from tourism.desk import policy, store
from tourism.desk.actions.messaging import read_messages
from tourism.desk.models import Act, Message, NoShowCase, Sender, Step
from tourism.owing import Owing, find_owing
from tourism.paying.models import Refund
from tourism.paying.policy import refund_of, refund_of_no_show


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """Everything on the page of one booking. `kept` is what a no-show would give back,
    `room_refunds` what each room would if it were cancelled now."""

    booking: Booking
    steps: list[Step]
    refunds: list[payments.Refund]
    messages: list[Message]
    acts: tuple[Act, ...]
    case: NoShowCase | None
    kept: Refund
    room_refunds: dict[int, Refund]
    missing_from: datetime
    owing: Owing


async def show_booking(tx: Tx, booking_id: UUID) -> Shown:
    """One booking of this house; the guest's messages count as seen. Raises `NotFound`."""
    booking = await reading.find_booking(tx, booking_id)
    case = await store.find_no_show(tx, booking.id)
    names = {f"person:{m.person}": m.name for m in await tenancy.list_members(tx)}
    revisions = await reading.list_revisions(tx, booking.id)
    return Shown(
        booking=booking,
        steps=[_step(revision, names) for revision in revisions],
        refunds=await payments.list_refunds(tx, subject_of(booking.id)),
        messages=await read_messages(tx, booking.id, Sender.HOUSE),
        acts=policy.acts_of(booking, case, tx.now),
        case=case,
        kept=refund_of_no_show(booking, waived=False),
        room_refunds={
            number: refund_of(booking, [number], tx.now) for number in booking.live_numbers
        },
        missing_from=no_show_from(booking),
        owing=await find_owing(tx, booking),
    )


def _step(revision: reading.Revision, names: dict[str, str]) -> Step:
    reason, _, note = revision.reason.partition(": ")
    author = names.get(revision.actor, revision.actor)
    return Step(
        revision=revision.revision,
        state=revision.state,
        reason=reason,
        note=note,
        author=author,
        at=revision.at,
    )
