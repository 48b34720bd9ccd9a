"""Documents and totals as lines for a spreadsheet: amounts in euros with a comma, `;` between."""

import csv
import io
from collections.abc import Iterable, Sequence

from hub.billing.models import DayPayments, DayRate, Invoice
from hub.invoices.policy.cii import amount

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def invoices_csv(invoices: Iterable[Invoice]) -> str:
    """A line a document; a credit note's amounts are below zero."""
    head = (
        "number kind issued_on customer matter siren vat_number net vat gross paid due corrects"
    ).split()
    return _write(head, (_invoice(one) for one in invoices))


def _invoice(one: Invoice) -> list[str]:
    content = one.read()
    sums = content.totals
    cents = (sums.net_cents, sums.vat_cents, sums.gross_cents, sums.paid_cents, sums.due_cents)
    return [
        one.number,
        one.kind.value,
        one.issued_on.isoformat(),
        _plain(one.buyer_name),
        _plain(one.matter),
        content.buyer.siren or "",
        content.buyer.vat_number or "",
        *(_comma(content.sign * sum) for sum in cents),
        " ".join(earlier.number for earlier in content.corrects),
    ]


def sales_csv(rows: Iterable[DayRate]) -> str:
    """The totals of e-reporting: a line a day, category and rate."""
    head = "day category rate documents net vat".split()
    return _write(
        head,
        (
            [
                row.on.isoformat(),
                row.category.value,
                _comma(row.rate_bps),
                str(row.documents),
                _comma(row.net_cents),
                _comma(row.vat_cents),
            ]
            for row in rows
        ),
    )


def payments_csv(rows: Iterable[DayPayments]) -> str:
    """The payments of e-reporting: a line a day, category and rate, VAT included."""
    head = "day category rate payments received given_back kept".split()
    return _write(
        head,
        (
            [
                row.on.isoformat(),
                row.category.value,
                _comma(row.rate_bps),
                str(row.payments),
                _comma(row.received_cents),
                _comma(row.given_back_cents),
                _comma(row.kept_cents),
            ]
            for row in rows
        ),
    )


def _write(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows(rows)
    return out.getvalue()


def _comma(hundredths: int) -> str:
    return amount(hundredths).replace(".", ",")


def _plain(text: str) -> str:
    """A spreadsheet takes some beginnings for a formula; what a guest typed is none."""
    return f"'{text}" if text.startswith(_FORMULA) else text
