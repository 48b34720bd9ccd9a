"""Measure, report, announce."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from hub import audit, trust
from hub.core import outbox
from hub.core.db import Database, Tx
from hub.core.errors import NotFound
from hub.service_levels import policy, store
from hub.service_levels.errors import ReportInvalid
from hub.service_levels.gateway import ask
from hub.service_levels.models import (
    AnnounceWork,
    ChangeIncident,
    Incident,
    Measured,
    MonthMeasured,
    ReportIncident,
    Span,
    TellIncident,
    TellWork,
    Work,
)
from hub.trust import Found, Service

WINDOW = timedelta(days=30)
YEAR = timedelta(days=366)
LISTED_MOST, SHOWN_MOST, MONTHS_MOST = 200, 20, 13
WORDS = 2_000
AVAILABLE = "%(percent)s %% de disponibilité sur %(days)s jours, vue du dehors."
UNSEEN = "La disponibilité n'est pas encore mesurée depuis un jour."
ANNOUNCED = "%(count)s incidents en un an, le plus lent annoncé en %(hours)s heures."
UNTOLD = (
    "%(count)s incidents annoncés en un an, et %(untold)s pannes mesurées que personne n'a "
    "annoncées."
)
SENTENCES = (AVAILABLE, UNSEEN, ANNOUNCED, UNTOLD)


async def take_pulse(database: Database, service: Service, address: str) -> bool:
    """Ask a service once by its address and write the answer down, in the minute of the question;
    whether it answered."""
    at = database.clock.now()
    answer = await ask(address)
    async with database.transaction() as tx:
        await store.insert_pulse(tx, service.code, at, ok=answer.ok, ms=answer.ms)
    return answer.ok


async def report_incident(tx: Tx, service: str, said: ReportIncident) -> Incident:
    """An incident is public as it is reported, and letters go to everybody whom it concerns.
    Raises `ReportInvalid`, `NotFound`."""
    await trust.find_service(tx, service)
    if not said.began_at <= said.found_at <= tx.now:
        raise ReportInvalid("It began, was found, and is told, in this order.", field="began_at")
    _check_words(said.words)
    id = tx.uuid()
    await store.insert_incident(tx, id, service, said)
    await outbox.emit(tx, TellIncident(incident=id))
    await audit.record(
        tx, action="service.incident", subject=f"service:{service}", detail={"incident": str(id)}
    )
    return await find_incident(tx, id)


async def change_incident(tx: Tx, id: UUID, said: ChangeIncident) -> Incident:
    """Say when it ended, or why it happened. Raises `ReportInvalid`, `NotFound`."""
    known = await find_incident(tx, id)
    if said.ended_at is not None and not known.began_at < said.ended_at <= tx.now:
        raise ReportInvalid("It ended after it began, and not in the future.", field="ended_at")
    await store.change_incident(tx, id, said)
    await audit.record(
        tx, action="service.incident_changed", subject=f"service:{known.service}",
        detail={"incident": str(id)},
    )  # fmt: skip
    return await find_incident(tx, id)


async def find_incident(tx: Tx, id: UUID) -> Incident:
    """One incident. Raises `NotFound`."""
    found = await store.find_incident(tx, id)
    if found is None:
        raise NotFound("There is no such incident.")
    return found


async def announce_work(tx: Tx, service: str, said: AnnounceWork) -> Sequence[Work]:
    """Planned work, told to everybody. Late announcements are kept, and the minutes count."""
    await trust.find_service(tx, service)
    if not tx.now <= said.begins_at < said.ends_at:
        raise ReportInvalid("Work begins in the future, and ends after it.", field="begins_at")
    _check_words(said.words)
    id = tx.uuid()
    await store.insert_work(tx, id, service, said)
    await outbox.emit(tx, TellWork(work=id))
    await audit.record(
        tx, action="service.work", subject=f"service:{service}", detail={"work": str(id)}
    )
    return await list_works(tx, service)


def _check_words(words: str) -> None:
    if not 1 <= len(words.strip()) <= WORDS:
        raise ReportInvalid("Say in a few words what it is.", field="words")


async def list_works(tx: Tx, service: str) -> list[Work]:
    """Work that is planned, or was in the last thirty days."""
    span = Span(since=tx.now - WINDOW, until=tx.now + timedelta(days=366))
    return await store.list_works(tx, service, span, LISTED_MOST)


async def list_incidents(tx: Tx, service: str) -> list[Incident]:
    """The incidents of a year."""
    span = Span(since=tx.now - YEAR, until=tx.now + policy.MINUTE)
    return await store.list_incidents(tx, service, span, LISTED_MOST)


async def measure(tx: Tx, service: str, span: Span, tenant: int | None = None) -> Measured:
    """How much of a span a client could use the service."""
    return policy.measure(
        span,
        await store.list_up(tx, service, span),
        await store.list_incidents(tx, service, span),
        await store.list_works(tx, service, span),
        tenant,
    )


async def measure_lately(tx: Tx, service: str) -> tuple[Measured, Span] | None:
    """The last thirty days, or since the first measurement; none before a day of it."""
    first = await store.find_first_pulse(tx, service)
    until = tx.now.replace(second=0, microsecond=0)
    if first is None or until - first < timedelta(days=1):
        return None
    span = Span(since=max(first, until - WINDOW), until=until)
    return await measure(tx, service, span), span


async def find_availability(tx: Tx, service: str) -> Found:
    """The finding of the probe `availability`."""
    lately = await measure_lately(tx, service)
    if lately is None:
        return Found(rank=0, says=UNSEEN)
    measured, span = lately
    promised = policy.promises()
    targets = [one.target_ppm for one in (promised.bronze, promised.silver, promised.gold)]
    rank = sum(measured.up * 1_000_000 >= target * measured.counted for target in targets)
    filled: dict[str, str | int] = {
        "percent": f"{measured.ppm / 10_000:.3f}",
        "days": (span.until - span.since) // timedelta(days=1),
    }
    return Found(rank=rank, says=AVAILABLE, filled=filled, detail={"ppm": measured.ppm})


async def find_incident_times(tx: Tx, service: str) -> Found:
    """The finding of the probe `incidents`."""
    known = await list_incidents(tx, service)
    year = Span(since=tx.now - YEAR, until=tx.now)
    works = await store.list_works(tx, service, year)
    runs = await store.list_runs(tx, service, year, policy.BETWEEN, policy.LONG)
    untold = policy.untold_runs(runs, known, works)
    told = [run for run in runs if run not in untold]
    rank, hours = policy.incident_rank(known, tx.now, [*untold, *told], len(untold))
    if untold:
        filled: dict[str, str | int] = {"count": len(known), "untold": len(untold)}
        since = [run.since.isoformat() for run in untold[:SHOWN_MOST]]
        return Found(rank=rank, says=UNTOLD, filled=filled, detail={"untold": since})
    return Found(rank=rank, says=ANNOUNCED, filled={"count": len(known), "hours": hours})


async def list_measured(tx: Tx, service: str) -> list[MonthMeasured]:
    """The months of a year, as whoever no single incident concerned could use the service."""
    return await store.list_measured(tx, service, MONTHS_MOST)
