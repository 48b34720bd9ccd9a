"""Close each client's months with what they give back, and go through them again for a year."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime, timedelta

import msgspec
import structlog

from hub import billing, trust, usage
from hub.billing import Delivered, Draft, Invoice
from hub.core import outbox
from hub.core.clock import local_date
from hub.core.db import Database, Tx
from hub.service_levels import policy, store
from hub.service_levels.models import (
    CloseMonth,
    Due,
    Incident,
    Measured,
    Month,
    Promise,
    Signed,
    Span,
    Work,
)
from hub.trust import Service

log = structlog.get_logger(__name__)
MISSED = "La disponibilité promise n'a pas été tenue"
CLAUSE = "penalties"
AT_ONCE, LISTED_MOST = 100, 200
METERED = "usage:"
# An incident that is being reported has an instant before the one at which it can be seen.
UNSEEN = timedelta(minutes=1)
# What a client signed for a service, in force at some time of a span: client, service, clause.
Contracts = Callable[[Database, int, str, str, Span], Awaitable[Sequence[Signed]]]


async def nothing_signed(
    database: Database, client: int, service: str, clause: str, span: Span
) -> Sequence[Signed]:
    """The contracts of nobody."""
    del database, client, service, clause, span
    return ()


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What was seen of a service's month at an instant, once for all its clients."""

    at: datetime
    span: Span
    up: Sequence[int]
    incidents: Sequence[Incident]
    works: Sequence[Work]
    offered: Sequence[Promise]
    known: dict[tuple[bool, ...], Measured]

    def of(self, client: int | None) -> Measured:
        """The month of a client: the same for all whom the same incidents concern."""
        concerns = tuple(one.concerns(client) for one in self.incidents)
        if concerns not in self.known:
            self.known[concerns] = policy.measure(
                self.span, self.up, self.incidents, self.works, client
            )
        return self.known[concerns]


async def announce_months(tx: Tx) -> None:
    """Send every month that is gone through, of every service that this hub runs, on its way."""
    for one in await trust.list_services(tx):
        if one.run_here:
            for month in policy.months_open(one.registered_at, tx.now):
                await outbox.emit_for(tx, one.operator, CloseMonth(service=one.code, month=month))


async def close_some(database: Database, asked: CloseMonth, contracts: Contracts) -> None:
    """Close a month for some clients, and send what is left on its way."""
    async with database.transaction() as tx:
        service = await trust.find_service(tx, asked.service)
    _, last = await _close_page(database, service, asked.month, asked.after, contracts)
    if last is not None:
        async with database.transaction(service.operator) as tx:
            await outbox.emit(tx, msgspec.structs.replace(asked, after=last))


async def close_month(
    database: Database, service: Service, month: date, contracts: Contracts = nothing_signed
) -> int:
    """Close the month of every client that the operator billed for it: measured, compared with the
    best promise that it had, and given back without a claim. How many were closed; nobody has
    anything twice, and a document or an incident that comes later is gone through then."""
    done, after = 0, 0
    while after is not None:
        closed, after = await _close_page(database, service, month, after, contracts)
        done += closed
    return done


async def _close_page(
    database: Database, service: Service, month: date, after: int, contracts: Contracts
) -> tuple[int, int | None]:
    """How many were closed, and the client after whom to go on, if there are more."""
    span = policy.span_since(month, service.registered_at)
    async with database.transaction(service.operator) as tx:
        if not policy.is_settled(month, tx.now):
            return 0, None
        last = local_date(span.until - policy.MINUTE, "Europe/Paris")
        due = await store.list_due(tx, service.code, month, last, span, policy.NOTE, after, AT_ONCE)
        seen = await _look(tx, service, month) if due or not after else None
        if seen is not None and not after:
            await store.keep_measured(tx, service.code, month, seen.of(None))
    done = 0
    for one in due:
        assert seen is not None
        try:
            done += await _close(database, service, month, one, seen, contracts)
        except Exception as error:  # the others are closed; this one comes again tomorrow
            log.error(
                "month_not_closed",
                client=one.client,
                service=service.code,
                error=repr(error),
                exc_info=error,
            )
    return done, due[-1].client if len(due) == AT_ONCE else None


async def _look(tx: Tx, service: Service, month: date) -> Seen:
    span = policy.span_since(month, service.registered_at)
    options = await trust.list_options(tx, service.code, CLAUSE, span.since, span.until)
    until = span.until - policy.MINUTE
    return Seen(
        at=tx.now,
        span=span,
        up=await store.list_up(tx, service.code, span),
        incidents=await store.list_incidents(tx, service.code, span),
        works=await store.list_works(tx, service.code, span),
        offered=[p for one in options if (p := _promise_of(service, one.option, until))],
        known={},
    )


def _promise_of(service: Service, option: str, at: datetime) -> Promise | None:
    """What an option of the clause of penalties promises, by the referential of an instant."""
    referential = trust.read_referential(service.referential, local_date(at, "Europe/Paris"))
    kind = referential.clauses.get(CLAUSE)
    found = next((one for one in kind.options if one.code == option), None) if kind else None
    return policy.promises().of(referential.name(found.level) or "") if found else None


async def _close(
    database: Database, service: Service, month: date, due: Due, seen: Seen, contracts: Contracts
) -> bool:
    """Whether something was promised."""
    signed = await contracts(database, due.client, service.code, CLAUSE, seen.span)
    also = [p for one in signed if (p := _promise_of(service, one.option, one.at))]
    measured = seen.of(due.client)
    best = policy.best_of(measured, [*seen.offered, *also])
    async with database.transaction(service.operator) as tx:
        # Other services of the same client see each other's notes; who bills takes its locks in the
        # order of subscription, then journal.
        await store.lock_client(tx, due.client)
        rows = await store.list_rows(tx, service.code, month, due.client)
        until = local_date(seen.span.until - policy.MINUTE, "Europe/Paris")
        listed = await billing.list_delivered(tx, due.client, month, until)
        affairs = _affairs(listed, service.code)
        await usage.lock_months(
            tx, [one.subject for one in affairs if one.subject.startswith(METERED)]
        )
        for affair in affairs:
            closed, note = _weigh(service, month, due.client, measured, best, affair)
            if note is None and affair.subject in rows:
                continue
            number = sum(rows.values()) + 1
            if note is not None:
                issued = await _issue(tx, note, affair, number)
                closed = msgspec.structs.replace(closed, credit_number=issued.number)
            closed = msgspec.structs.replace(closed, number=number, closed_at=tx.now)
            await store.insert_month(tx, closed)
            rows[affair.subject] = rows.get(affair.subject, 0) + 1
        await store.note_looked_at(tx, service.code, month, due, seen.at - UNSEEN)
    return best is not None


def _affairs(listed: Sequence[Delivered], service: str) -> list[policy.Affair]:
    notes = [one for one in listed if one.source.startswith(policy.NOTE)]
    documents = [one for one in listed if one not in notes and one.read().service in {"", service}]
    return policy.affairs_of(documents, notes, service)


def _weigh(
    service: Service,
    month: date,
    client: int,
    measured: Measured,
    best: tuple[Promise, int] | None,
    affair: policy.Affair,
) -> tuple[Month, Draft | None]:
    """An affair's month as it is to be kept, and the credit note that it still wants."""
    promise, percent = best or (None, 0)
    base, shares = policy.credit_of(affair.documents, percent, affair.own, affair.others)
    kept = Month(
        tenant=client,
        service=service.code,
        month=month,
        counted=measured.counted,
        up=measured.up,
        target_ppm=promise.target_ppm if promise else 0,
        percent=percent,
        base_cents=base,
        credit_cents=sum(one.net_cents for one in shares),
        credit_number=None,
        closed_at=policy.span_of(month).until,
        affair=affair.subject,
    )
    corrects = policy.references_of(affair.documents)
    if not shares or not corrects:
        return msgspec.structs.replace(kept, credit_cents=0), None
    draft = Draft(
        source=f"{policy.NOTE}{service.code}:{month:%Y-%m}:{client}",
        subject=f"{policy.NOTE}{client}",
        matter=f"{service.title} {month:%Y-%m}",
        buyer=affair.documents[0].read().buyer,
        buyer_organisation=client,
        lines=policy.lines_of(shares, MISSED),
        delivered_from=month,
        delivered_until=local_date(policy.span_of(month).until - policy.MINUTE, "Europe/Paris"),
        corrects=corrects,
        reason=f"{MISSED} ({measured.ppm / 10_000:.3f} %)",
        service=service.code,
    )
    return kept, draft


async def _issue(tx: Tx, draft: Draft, affair: policy.Affair, number: int) -> Invoice:
    """Over a subscription's month it lowers what the month still wants, or goes back to whoever
    paid it (hub.usage); over another affair it is a document, which its issuer settles."""
    if number > 1:
        draft = msgspec.structs.replace(draft, source=f"{draft.source}:{number}")
    if affair.subject.startswith(METERED):
        return await usage.credit_month(tx, affair.subject, draft)
    return await billing.issue_credit_note(tx, draft)


async def list_months(tx: Tx, wanted: int = 60) -> list[Month]:
    """The caller's own closed months."""
    return await store.list_months(tx, min(wanted, LISTED_MOST))
