"""What becomes of reports: the town's answers, and what each reader sees."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from hub import audit
from hub.core.db import Tx
from verticals.city.reports import policy, store
from verticals.city.reports.actions import letters, photos
from verticals.city.reports.errors import ReportChanged, ReportUnknown
from verticals.city.reports.models import (
    OPEN,
    AnswerReport,
    Filter,
    Followed,
    Page,
    Photo,
    Report,
    Sender,
)

EVER = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
A_PAGE = 100


async def answer_report(tx: Tx, id: UUID, command: AnswerReport) -> None:
    """Bring a report to a state and say so to who sent it; nothing when nothing changes. Raises
    `ReportInvalid`, `ReportUnknown`, and `ReportChanged` when a colleague was faster."""
    if not await store.lock_report(tx, id):
        raise ReportUnknown()
    before = await find_report(tx, id)
    state = policy.check_state(command.state)
    answer = policy.check_answer(state, command.answer)
    if (before.state, before.answer, before.shown) == (state, answer, command.shown):
        return
    if command.revision != before.revision:
        raise ReportChanged("Look at what was answered, then save yours if it still holds.")
    await store.keep_answer(tx, id, state, answer, command.shown)
    if (before.state, before.answer) != (state, answer):
        await store.insert_step(tx, id, state, answer)
        await letters.write_step(tx, id, "answered")
    await audit.record(
        tx,
        action="city.report_answered",
        subject=f"report:{id}",
        detail={"state": state, "shown": command.shown},
    )


async def find_report(tx: Tx, id: UUID) -> Report:
    """Raises `ReportUnknown`."""
    found = await store.find_report(tx, id)
    if found is None:
        raise ReportUnknown()
    return found


async def follow(tx: Tx, id: UUID) -> Followed:
    """A report whole, for the town and for who sent it. Raises `ReportUnknown`."""
    sender: Sender | None = await store.find_sender(tx, id)
    if sender is None:
        raise ReportUnknown()
    report = await find_report(tx, id)
    return Followed(report=report, steps=await store.list_steps(tx, id), sender=sender)


async def see_inbox(tx: Tx, *, closed_too: bool, before: int = policy.NEWEST) -> Page:
    """A page of what waits for the town, or of everything."""
    return await _page(tx, before, EVER, () if closed_too else OPEN)


async def _page(tx: Tx, before: int, since: datetime, states: Sequence[str]) -> Page:
    found = await store.list_before(tx, before, since, states, A_PAGE + 1)
    more = len(found) > A_PAGE
    return Page(reports=found[:A_PAGE], older=found[A_PAGE - 1].number if more else None)


async def list_public(tx: Tx, wanted: Filter) -> list[Report]:
    """Reports as everybody sees them."""
    return [_public(one) for one in await store.list_reports(tx, wanted)]


async def see_latest(tx: Tx, states: Sequence[str] = (), before: int = policy.NEWEST) -> Page:
    """A page of the public reports of the last months."""
    found = await _page(tx, before, tx.now - policy.SHOWN_FOR, states)
    return Page(reports=[_public(one) for one in found.reports], older=found.older)


async def list_all_public(tx: Tx, before: int, wanted: int) -> list[Report]:
    """Reports before a number as everybody sees them: a piece of the open data."""
    return [_public(one) for one in await store.list_before(tx, before, EVER, (), wanted)]


async def find_numbered(tx: Tx, numbers: Sequence[int]) -> list[Report]:
    """Public reports by their numbers."""
    return [_public(one) for one in await store.list_numbered(tx, numbers)]


async def find_photo(tx: Tx, id: UUID, *, public: bool = True) -> Photo:
    """The photo of a report; everybody's once it is shown. Raises `ReportUnknown`."""
    report = await find_report(tx, id)
    found = None if public and not report.shown else await photos.open_photo(tx, id)
    if found is None:
        raise ReportUnknown()
    return found


def _public(report: Report) -> Report:
    """Words, answers to questions and photos may name somebody: the town looks at them first. So
    does what was typed as an address; the place on the map says nothing of anybody."""
    if report.shown:
        return report
    return msgspec.structs.replace(
        report, description="", address="", attributes={}, has_photo=False
    )
