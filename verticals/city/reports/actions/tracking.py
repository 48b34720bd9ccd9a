"""What becomes of reports: the town's answers, and what each reader sees."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from hub import audit
from hub.core.db import Tx
from verticals.city.reports import policy, store
from verticals.city.reports.actions import letters
from verticals.city.reports.errors import ReportUnknown
from verticals.city.reports.models import AnswerReport, Filter, Followed, Photo, Report, Sender

EVER = datetime.fromisoformat("2000-01-01T00:00:00+00:00")


async def answer_report(tx: Tx, id: UUID, command: AnswerReport) -> None:
    """Bring a report to a state and say so to who sent it; nothing when nothing changes. Raises
    `ReportInvalid`, `ReportUnknown`."""
    if not await store.lock_report(tx, id):
        raise ReportUnknown()
    before = await find_report(tx, id)
    state = policy.check_state(command.state)
    answer = policy.check_answer(state, command.answer)
    if (before.state, before.answer, before.shown) == (state, answer, command.shown):
        return
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


async def list_reports(tx: Tx, wanted: Filter) -> list[Report]:
    """Reports as the town sees them, the newest first."""
    return await store.list_reports(tx, wanted)


async def list_public(tx: Tx, wanted: Filter) -> list[Report]:
    """Reports as everybody sees them."""
    return [_public(one) for one in await store.list_reports(tx, wanted)]


async def list_latest(tx: Tx, states: Sequence[str] = ()) -> list[Report]:
    """The public reports of the last months."""
    since = tx.now - policy.SHOWN_FOR
    return await list_public(tx, Filter(since=since, until=tx.now, states=tuple(states)))


async def list_all_public(tx: Tx, wanted: int) -> list[Report]:
    """Every report as everybody sees it: the open data."""
    return await list_public(tx, Filter(since=EVER, until=tx.now, wanted=wanted))


async def find_numbered(tx: Tx, numbers: Sequence[int]) -> list[Report]:
    """Public reports by their numbers."""
    return [_public(one) for one in await store.list_numbered(tx, numbers)]


async def find_photo(tx: Tx, id: UUID, *, public: bool = True) -> Photo:
    """The photo of a report; everybody's once it is shown. Raises `ReportUnknown`."""
    report = await find_report(tx, id)
    found = await store.find_photo(tx, id)
    if found is None or (public and not report.shown):
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
