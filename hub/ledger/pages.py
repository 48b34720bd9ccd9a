"""The ledger of shares, for the scheme that governs it; statements for those who receive; for both
everything of one booking, and the whole as a file."""

import csv
import re
from datetime import UTC, date, datetime, time, timedelta
from io import StringIO

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from hub.core.caller import Caller, access
from hub.core.clock import local_date
from hub.core.db import Tx
from hub.core.errors import Invalid
from hub.core.pages import PARIS, AnyRequest, page
from hub.ledger import actions, keeping
from hub.ledger.models import Transfer

HOLDERS = ("lodging", "office", "region", "federation", "operator")
COLUMNS = (
    "id", "booked_at", "reference", "kind", "debit", "credit", "amount", "currency", "hash",
    "previous_hash",
)  # fmt: skip
_SUBJECT = re.compile(r"(booking:[0-9a-f-]{36})(:|$)")
YEAR_DAYS = 365


@get("/pro/ledger", opt=access("federation", "operator"), include_in_schema=False)
async def show_ledger(
    request: AnyRequest, tx: NamedDependency[Tx], caller: NamedDependency[Caller]
) -> Response[str]:
    """The trial balance by account code, what the daily check found, and the newest shares."""
    assert caller.tenant is not None
    balances = await actions.trial_balance(tx, caller.tenant)
    return page(
        request,
        "ledger/ledger.html",
        balances=balances,
        debit_cents=sum(balance.debit_cents for balance in balances),
        credit_cents=sum(balance.credit_cents for balance in balances),
        shares=[(one, subject_of(one)) for one in await actions.list_shares(tx, caller.tenant)],
        check=await keeping.find_check(tx),
    )


@get("/pro/statement", opt=access("lodging", "office", "region"), include_in_schema=False)
async def show_statement(
    request: AnyRequest, tx: NamedDependency[Tx], caller: NamedDependency[Caller]
) -> Response[str]:
    """What the caller's own accounts hold, and the newest transfers that touched them."""
    return page(
        request,
        "ledger/statement.html",
        balances=await actions.list_balances(tx),
        transfers=[(one, subject_of(one)) for one in await actions.list_statement(tx)],
        holder=caller.tenant,
    )


def subject_of(transfer: Transfer) -> str | None:
    """The booking that a transfer belongs to, as its reference begins."""
    found = _SUBJECT.match(transfer.reference)
    return found[1] if found else None


@get("/pro/ledger/of/{subject:str}", opt=access(*HOLDERS), include_in_schema=False)
async def show_subject(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    caller: NamedDependency[Caller],
    subject: FromPath[str],
) -> Response[str]:
    """Every transfer of one booking that the caller may see."""
    if not _SUBJECT.fullmatch(subject):
        raise Invalid("This is not the name of a booking.")
    return page(
        request,
        "ledger/subject.html",
        subject=subject,
        transfers=await actions.list_of_subject(tx, subject),
        holder=caller.tenant,
        federation=caller.organisation_kind in {"federation", "operator"},
    )


@get("/pro/ledger.csv", opt=access(*HOLDERS), include_in_schema=False)
async def export_ledger(
    tx: NamedDependency[Tx],
    first: FromQuery[date | None] = None,
    last: FromQuery[date | None] = None,
) -> Response[str]:
    """The transfers of a period (the last year) that the caller may see, as a sheet; each line has
    its hash, made of the line before it in the whole chain."""
    today = local_date(tx.now, "Europe/Paris")
    until = last or today
    since = first or until - timedelta(days=YEAR_DAYS)
    out = StringIO()
    sheet = csv.writer(out, delimiter=";", lineterminator="\r\n")
    sheet.writerow(COLUMNS)
    for one in await actions.list_export(tx, _midnight(since), _midnight(until, 1)):
        sheet.writerow(
            (
                one.id, one.booked_at.astimezone(UTC).isoformat(), one.reference, one.kind.value,
                one.debit_code, one.credit_code, f"{one.amount_cents / 100:.2f}", one.currency,
                one.hash or "", one.previous_hash or "",
            )
        )  # fmt: skip
    headers = {"content-disposition": 'attachment; filename="ledger.csv"'}
    return Response(out.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _midnight(day: date, days_later: int = 0) -> datetime:
    return datetime.combine(day + timedelta(days=days_later), time(0), PARIS)


handlers = (show_ledger, show_statement, show_subject, export_ledger)
