"""The statements of writing and moderating reviews."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from hub.core.db import Tx
from hub.core.sql import load_queries
from tourism.booking.models import Booking
from tourism.reviewing.models import OwnReview, Reason, Reported, ReportReview, WriteReview

q = load_queries(__name__)


class StayOf(msgspec.Struct, frozen=True, kw_only=True):
    """A stay and its wall."""

    tenant: int
    booking: UUID


class Wall(msgspec.Struct, frozen=True, kw_only=True):
    """A tenant."""

    tenant: int


async def insert_review(
    tx: Tx, booking: Booking, author: str, email: str, command: WriteReview
) -> bool:
    """False when the stay has its review already."""
    inserted = await tx.run(
        q.insert_review,
        id=tx.uuid(),
        tenant=tx.tenant,
        property=booking.property,
        booking=booking.id,
        author=author,
        email=email,
        language=command.language,
        score=command.score,
        text=command.text.strip(),
        stayed_from=booking.arrival,
        stayed_until=booking.departure,
        now=tx.now,
    )
    return inserted == 1


async def find_of_booking(tx: Tx, booking: UUID) -> OwnReview | None:
    return await tx.one(OwnReview, q.find_of_booking, booking=booking)


async def find_review(tx: Tx, id: UUID) -> OwnReview | None:
    return await tx.one(OwnReview, q.find_review, id=id)


async def lock_review(tx: Tx, id: UUID) -> OwnReview | None:
    return await tx.one(OwnReview, q.lock_review, id=id)


async def list_own(tx: Tx, wanted: int) -> list[OwnReview]:
    return await tx.all(OwnReview, q.list_own, wanted=wanted)


async def keep_reply(tx: Tx, id: UUID, reply: str) -> None:
    await tx.run(q.keep_reply, id=id, reply=reply, now=tx.now)


async def withdraw_review(tx: Tx, id: UUID) -> None:
    await tx.run(q.withdraw_review, id=id, now=tx.now)


async def remove_review(tx: Tx, id: UUID, reason: Reason, words: str) -> None:
    await tx.run(q.remove_review, id=id, reason=reason, words=words, now=tx.now)


async def insert_report(tx: Tx, review: UUID, command: ReportReview, *, by_house: bool) -> None:
    await tx.run(
        q.insert_report,
        id=tx.uuid(),
        tenant=tx.tenant,
        review=review,
        by_house=by_house,
        reason=command.reason,
        words=command.words.strip(),
        now=tx.now,
    )


async def count_open_reports(tx: Tx, review: UUID) -> int:
    return await tx.value(int, q.count_open_reports, review=review) or 0


async def decide_reports(tx: Tx, review: UUID, decision: str) -> None:
    await tx.run(q.decide_reports, review=review, decision=decision, now=tx.now)


async def list_reported(tx: Tx, wanted: int) -> list[Reported]:
    return await tx.all(Reported, q.list_reported, wanted=wanted)


async def list_stays_over(
    tx: Tx, first: date, last: date, after: StayOf | None, wanted: int
) -> Sequence[StayOf]:
    """In the order of houses and ids, after one of them."""
    return await tx.all(
        StayOf,
        q.list_stays_over,
        first=first,
        last=last,
        after=after.tenant if after else 0,
        after_booking=after.booking if after else UUID(int=0),
        wanted=wanted,
    )


async def list_tenants_with_old(tx: Tx, before: datetime) -> list[int]:
    return [wall.tenant for wall in await tx.all(Wall, q.list_tenants_with_old, before=before)]


async def forget_old(tx: Tx, before: datetime) -> None:
    await tx.run(q.forget_old, before=before)
