"""Measure, report, announce; and close each client's month with what it gives back."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from hub import audit, billing, trust
from hub.billing import Draft, Invoice
from hub.core.clock import local_date
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
    Month,
    Promise,
    ReportIncident,
    Span,
    Work,
)
from hub.trust import Found, Service

# The month of a closing is over, and late documents of it are there.
SETTLED = timedelta(days=5)
WINDOW = timedelta(days=30)
LISTED_MOST = 200
WORDS = 2_000
MISSED = "La disponibilité promise n'a pas été tenue"
AVAILABLE = "%(percent)s %% de disponibilité sur %(days)s jours, vue du dehors."
UNSEEN = "La disponibilité n'est pas encore mesurée depuis un jour."
ANNOUNCED = "%(count)s incidents en un an, le plus lent annoncé en %(hours)s heures."
SENTENCES = (AVAILABLE, UNSEEN, ANNOUNCED)


async def take_pulse(database: Database, service: Service, address: str) -> bool:
    """Ask a service once by its address and write the answer down; whether it answered."""
    answer = await ask(address)
    async with database.transaction() as tx:
        await store.insert_pulse(tx, service.code, ok=answer.ok, ms=answer.ms)
    return answer.ok


async def report_incident(tx: Tx, service: str, said: ReportIncident) -> Incident:
    """An incident is public as it is reported. Raises `ReportInvalid`, `NotFound`."""
    await trust.find_service(tx, service)
    if not said.began_at <= said.found_at <= tx.now:
        raise ReportInvalid("It began, was found, and is told, in this order.", field="began_at")
    _check_words(said.words)
    id = tx.uuid()
    await store.insert_incident(tx, id, service, said)
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
    span = Span(since=tx.now - timedelta(days=366), until=tx.now + policy.MINUTE)
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
    rank, hours = policy.incident_rank(known, tx.now)
    return Found(rank=rank, says=ANNOUNCED, filled={"count": len(known), "hours": hours})


async def close_month(database: Database, service: Service, month: date) -> int:
    """Close the month of every client that the operator billed for it: measured, compared with what
    the contract promises, and given back without a claim. How many are closed; a second time none.
    """
    span = policy.span_of(month)
    async with database.transaction(service.operator) as tx:
        if tx.now < span.until + SETTLED:
            return 0
        promise = await _find_promise(tx, service)
        closed = await store.list_closed(tx, service.code, month)
        bills = await _list_bills(tx, month)
    if promise is None:
        return 0
    done = 0
    for client, invoices in bills.items():
        if client in closed:
            continue
        async with database.transaction(service.operator) as tx:
            await _close(tx, service, month, client, invoices, promise)
        done += 1
    return done


async def _find_promise(tx: Tx, service: Service) -> Promise | None:
    """What the contract's clause of penalties promises."""
    standing = await trust.assess(tx, service.code)
    kind = standing.referential.clauses.get("penalties")
    chosen = next((one.option for one in standing.clauses if one.clause == "penalties"), None)
    for option in kind.options if kind else ():
        if option.code == chosen:
            return policy.promises().of(standing.referential.name(option.level) or "")
    return None


async def _list_bills(tx: Tx, month: date) -> dict[int, list[Invoice]]:
    """The operator's documents for the month, by client."""
    span = policy.span_of(month)
    last = span.until + SETTLED
    asked = billing.Filter(since=month, until=last.date())
    found: dict[int, list[Invoice]] = {}
    for one in await billing.list_invoices(tx, asked):
        content = one.read()
        inside = month <= content.delivered_from and content.delivered_until < span.until.date()
        if one.buyer_organisation is not None and inside:
            found.setdefault(one.buyer_organisation, []).append(one)
    return found


async def _close(
    tx: Tx,
    service: Service,
    month: date,
    client: int,
    invoices: Sequence[Invoice],
    promise: Promise,
) -> None:
    span = policy.span_of(month)
    measured = await measure(tx, service.code, span, client)
    percent = policy.percent_of(measured, promise)
    base, shares = policy.credit_of(invoices, percent)
    number = None
    if shares:
        draft = Draft(
            source=f"service-level:{service.code}:{month:%Y-%m}:{client}",
            subject=f"service-level:{client}",
            matter=f"{service.title} {month:%Y-%m}",
            buyer=invoices[0].read().buyer,
            buyer_organisation=client,
            lines=policy.lines_of(shares, MISSED),
            delivered_from=month,
            delivered_until=local_date(span.until - policy.MINUTE, "Europe/Paris"),
            corrects=policy.references_of(invoices),
            reason=f"{MISSED} ({measured.ppm / 10_000:.3f} %)",
        )
        number = (await billing.issue_credit_note(tx, draft)).number
    await store.insert_month(
        tx,
        Month(
            tenant=client,
            service=service.code,
            month=month,
            counted=measured.counted,
            up=measured.up,
            target_ppm=promise.target_ppm,
            percent=percent,
            base_cents=base,
            credit_cents=sum(one.net_cents for one in shares),
            credit_number=number,
            closed_at=tx.now,
        ),
    )


async def close_due(database: Database) -> int:
    """Close the month before of every service that this hub runs."""
    async with database.transaction() as tx:
        services = await trust.list_services(tx)
        month = policy.month_before(local_date(tx.now, "Europe/Paris"))
    return sum([await close_month(database, one, month) for one in services if one.run_here])


async def list_months(tx: Tx, wanted: int = 60) -> list[Month]:
    """The caller's own closed months."""
    return await store.list_months(tx, min(wanted, LISTED_MOST))
