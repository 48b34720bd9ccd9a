"""Somebody reports a review; the federation keeps it or removes it, with a reason that its author
is told."""

from uuid import UUID

from hub import audit
from hub.core import outbox
from hub.core.db import Database, Tx
from tourism.reviewing import policy, store
from tourism.reviewing.actions.writing import lock_review
from tourism.reviewing.errors import ReportsFull, ReviewOver, ReviewUnknown
from tourism.reviewing.models import DecideReport, Reported, ReportReview, ReviewRemoved
from tourism.reviews.models import ReviewState

SHOWN = 100
MOST_REPORTS = 20


async def report_review(tx: Tx, id: UUID, command: ReportReview, *, by_house: bool) -> None:
    """Report a review, with a reason and words. Raises `ReviewInvalid`, `ReviewUnknown`,
    `ReviewOver`, `ReportsFull`."""
    policy.check_report(command)
    review = await lock_review(tx, id)
    if review.state is not ReviewState.PUBLISHED:
        raise ReviewOver("It is no longer shown.")
    if await store.count_open_reports(tx, id) >= MOST_REPORTS:
        raise ReportsFull("It is being looked at.", retry_after_s=86_400)
    await store.insert_report(tx, id, command, by_house=by_house)
    await audit.record(
        tx,
        action="review.report",
        subject=f"review:{id}",
        detail={"reason": command.reason.value, "by_house": by_house},
    )


async def list_reported(tx: Tx) -> list[Reported]:
    """The reviews that wait for the organisation of this wall, the oldest report first."""
    return await store.list_reported(tx, SHOWN)


async def decide(
    database: Database, own_tenant: int | None, actor: str, id: UUID, command: DecideReport
) -> None:
    """Keep a reported review or remove it.

    Two transactions: the decider's wall says whether it may, the house's wall keeps what it did.
    Raises `ReviewInvalid`, `ReviewUnknown`.
    """
    policy.check_decision(command)
    async with database.transaction(own_tenant, actor=actor) as tx:
        reported = await store.list_reported(tx, 5_000)
    asked = next((one for one in reported if one.id == id), None)
    if asked is None:
        raise ReviewUnknown("This review does not wait for a decision.")
    async with database.transaction(asked.tenant, actor=actor) as tx:
        review = await lock_review(tx, id)
        if review.state is not ReviewState.PUBLISHED:
            return
        decision = "removed" if command.remove else "kept"
        await store.decide_reports(tx, id, decision)
        words = command.words.strip()
        if command.remove and command.reason is not None:
            await store.remove_review(tx, id, command.reason, words)
            await outbox.emit(tx, ReviewRemoved(review=id))
        await audit.record(
            tx,
            action=f"review.{decision}",
            subject=f"review:{id}",
            reason=words,
            detail={"why": command.reason.value if command.reason else ""},
        )
