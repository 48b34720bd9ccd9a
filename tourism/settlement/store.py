"""The statements of settlement."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from hub.core.db import Tx
from hub.core.sql import load_queries
from tourism.booking.models import Booking
from tourism.settlement.models import (
    Day,
    Debt,
    Earned,
    Fund,
    Held,
    Loss,
    MoveDue,
    MoveState,
    MoveStays,
    Net,
    Parts,
    ShareMove,
    StayDue,
    StayShare,
    Step,
)

q = load_queries(__name__)


class Sums(msgspec.Struct, frozen=True):
    earned_cents: int
    moved_cents: int


async def take_stays_to_settle(tx: Tx, wanted: int) -> list[StayDue]:
    return await tx.all(StayDue, q.take_stays_to_settle, now=tx.now, wanted=wanted)


async def list_moves_to_finish(tx: Tx, before: datetime, wanted: int) -> list[MoveDue]:
    return await tx.all(MoveDue, q.list_moves_to_finish, before=before, wanted=wanted)


async def insert_move(
    tx: Tx, id: UUID, booking: UUID, step: Step, nets: Sequence[Net] = ()
) -> None:
    await tx.run(
        q.insert_move,
        id=id,
        tenant=tx.tenant,
        booking=booking,
        holder=step.holder,
        parts=step.parts,
        reverses=step.reverses.id if step.reverses else None,
        nets=nets,
        now=tx.now,
    )


async def insert_net(tx: Tx, id: UUID, booking: UUID, move: ShareMove, parts: Parts) -> None:
    """What a movement has paid of a debt of its holder."""
    await insert_cleared(tx, id, booking, move.holder, parts, f"net:{move.id}")


async def insert_cleared(
    tx: Tx,
    id: UUID,
    booking: UUID,
    holder: int,
    parts: Parts,
    reference: str,
    reverses: UUID | None = None,
) -> None:
    """What was settled of a debt without a call of its own, or, where it reverses such a movement,
    is owed again."""
    await tx.run(
        q.insert_net,
        id=id,
        tenant=tx.tenant,
        booking=booking,
        holder=holder,
        parts=parts,
        reference=reference,
        reverses=reverses,
        now=tx.now,
    )


async def list_debts(tx: Tx, holder: int, beside: UUID, cents: int) -> list[Debt]:
    """What a holder owes for the stays of this house, but for one of them: the oldest, as many as
    some cents may pay."""
    return await tx.all(
        Debt, q.list_debts, tenant=tx.tenant, holder=holder, booking=beside, cents=cents
    )


async def list_moves(tx: Tx, booking: UUID) -> list[ShareMove]:
    return await tx.all(ShareMove, q.list_moves, booking=booking)


async def find_move_stays(tx: Tx, id: UUID) -> MoveStays | None:
    """The stays of a movement that is under way."""
    return await tx.one(MoveStays, q.find_move, id=id)


async def end_move(
    tx: Tx, id: UUID, reference: str | None, refusal: str | None
) -> ShareMove | None:
    """The movement, for the one call that ends it."""
    state = MoveState.DONE if refusal is None else MoveState.REFUSED
    return await tx.one(
        ShareMove,
        q.end_move,
        id=id,
        state=state,
        reference=reference,
        refusal=refusal,
        now=tx.now,
    )


async def keep_share(
    tx: Tx,
    booking: Booking,
    earned: Earned,
    moved_cents: int,
    detail: Parts,
    held: Held,
    *,
    is_whole: bool = True,
) -> None:
    """How a holder's share stands; `is_whole` where the whole stay was looked at, so that nothing
    of its revision is left to do."""
    await tx.run(
        q.keep_share,
        booking=booking.id,
        holder=earned.holder,
        tenant=booking.tenant,
        revision=booking.revision,
        reference=booking.reference,
        house=booking.quote.property_name,
        arrival=booking.arrival,
        departure=booking.departure,
        detail=detail,
        earned_cents=earned.cents,
        moved_cents=moved_cents,
        held=held,
        is_whole=is_whole,
        now=tx.now,
    )


async def keep_psp_cost(tx: Tx, booking: UUID, cents: int) -> None:
    await tx.run(q.keep_psp_cost, booking=booking, cents=cents)


async def list_shares(
    tx: Tx, since: date, until: date, wanted: int, *, after: tuple[date, str] = (date.min, "")
) -> list[StayShare]:
    return await tx.all(
        StayShare,
        q.list_shares,
        holder=tx.tenant,
        since=since,
        until=until,
        after=after[0],
        reference=after[1],
        wanted=wanted,
    )


async def list_days(tx: Tx, since: date, until: date) -> list[Day]:
    return await tx.all(Day, q.list_days, holder=tx.tenant, since=since, until=until)


async def total_shares(tx: Tx) -> Sums:
    found = await tx.one(Sums, q.total_shares, holder=tx.tenant)
    assert found is not None
    return found


async def find_fund(
    tx: Tx, scheme: int, holder: int, role: str, cause: str, since: datetime
) -> Fund:
    """A fund that is nobody else's until the commit."""
    found = await tx.one(
        Fund, q.find_fund, scheme=scheme, holder=holder, role=role, cause=cause, since=since
    )
    assert found is not None
    return found


async def find_due_since(tx: Tx, booking: UUID, holder: int) -> datetime | None:
    return await tx.value(datetime, q.find_due_since, booking=booking, holder=holder)


async def list_losses(tx: Tx, scheme: int, since: datetime, wanted: int) -> list[Loss]:
    return await tx.all(Loss, q.list_losses, scheme=scheme, since=since, now=tx.now, wanted=wanted)
