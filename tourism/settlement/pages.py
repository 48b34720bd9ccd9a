"""A beneficiary's statement, from each stay to the bank's line; the same as a CSV file."""

import csv
import io
from datetime import date, timedelta

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from hub import payments
from hub.core.caller import Caller, access
from hub.core.clock import local_date
from hub.core.db import Tx
from hub.core.pages import AnyRequest, language_of, page
from tourism.settlement.actions import printing, stating
from tourism.settlement.models import Held

PAID = ("lodging", "office", "region", "federation")
PAGE = "/pro/settlement"
PARIS = "Europe/Paris"
SHOWN_DAYS = 92
HELD = {
    Held.NOTHING: "versé",
    Held.NOT_PAYABLE: "gardé : votre compte de versement n'est pas prêt",
    Held.UNDER_WAY: "demandé au service de paiement",
    Held.REFUSED: "à verser au prochain passage",
    Held.DISPUTED: "en attente : le paiement est contesté",
    Held.SANDBOX: "payé dans le bac à sable : aucun argent à verser",
    Held.UNPAID: "en attente : le voyageur n'a pas encore tout payé",
    Held.OWES: "payé à la maison : à prendre sur vos prochains versements, sinon demandé",
    Held.HOUSE_OWES: "en attente : la maison, payée sur place, doit encore cette part",
}
WORDS = {
    "lodging.payable": "La maison, TVA comprise",
    "office.share": "Office de tourisme",
    "office.vat": "TVA de l'office",
    "federation.share": "Fédération",
    "federation.vat": "TVA de la fédération",
    "region.share": "Région",
    "region.vat": "TVA de la région",
    "platform.share": "Centrale",
    "platform.vat": "TVA de la centrale",
    "reserve.share": "Réserve mutuelle",
    "reserve.vat": "TVA de la réserve",
    "reserve.absorbed": "Pris en charge par la réserve mutuelle",
    "project.share": "Projet local",
    "project.vat": "TVA du projet",
}
TAX = "Taxe de séjour"
STATES = {
    "pending": "en préparation",
    "in_transit": "en route vers votre banque",
    "paid": "arrivé",
    "failed": "revenu : la banque l'a refusé",
    "canceled": "annulé",
}


def word_of(code: str) -> str:
    """An account of the ledger in a person's words."""
    return TAX if code.startswith("tourist_tax.") else WORDS.get(code, code)


@get(PAGE, opt=access(*PAID), include_in_schema=False)
async def show_settlement(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    since: FromQuery[date | None] = None,
    until: FromQuery[date | None] = None,
) -> Response[str]:
    """The four figures, and every stay of a span of arrivals with its way to the bank."""
    last = until or local_date(tx.now, PARIS)
    first = since or last - timedelta(days=SHOWN_DAYS)
    lines = await stating.list_lines(tx, first, last)
    return page(
        request,
        "settlement/settlement.html",
        totals=await stating.total(tx),
        returned=await payments.list_returned(tx),
        lines=lines,
        since=first,
        until=last,
        held=HELD,
        states=STATES,
        word_of=word_of,
        sums=stating.sums_of(lines),
        bank=await stating.list_bank_lines(tx, lines),
        most=stating.LINES_MOST,
    )


@get(f"{PAGE}.csv", opt=access(*PAID), include_in_schema=False)
async def download_settlement(
    tx: NamedDependency[Tx],
    since: FromQuery[date | None] = None,
    until: FromQuery[date | None] = None,
) -> Response[str]:
    """The same lines for a spreadsheet: amounts in cents, one column for each share, and one for
    what the payment service has kept of the stay, with who bears it."""
    last = until or local_date(tx.now, PARIS)
    first = since or last - timedelta(days=SHOWN_DAYS)
    lines = await stating.list_all_lines(tx, first, last, stating.SHEET_MOST)
    codes = sorted({code for line in lines for code in line.share.detail})
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(
        ["reference", "house", "arrival", "departure", *codes, "paid_by_guest_cents",
         "psp_cost_cents", "psp_cost_borne_by", "earned_cents", "due_cents", "transferred_cents",
         "kept_for_debts_cents", "paid_cents", "transfers", "payouts"]
    )  # fmt: skip
    for line in lines:
        share = line.share
        writer.writerow(
            [share.reference, share.house, share.arrival, share.departure,
             *[share.detail.get(code, 0) for code in codes], share.gross_cents,
             share.psp_cents, "platform", share.earned_cents, share.due_cents, share.moved_cents,
             share.kept_cents, line.paid_cents,
             " ".join(share.transfers), " ".join(line.payouts)]
        )  # fmt: skip
    return Response(
        out.getvalue(),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="settlement-{first}-{last}.csv"'},
    )


@get(f"{PAGE}.pdf", opt=access(*PAID), include_in_schema=False)
async def print_settlement(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    caller: NamedDependency[Caller],
    since: FromQuery[date | None] = None,
    until: FromQuery[date | None] = None,
) -> Response[bytes]:
    """The same lines for the accountant: a PDF in the reader's language."""
    last = until or local_date(tx.now, PARIS)
    first = since or last - timedelta(days=SHOWN_DAYS)
    file = await printing.print_statement(
        tx, caller.organisation or "", first, last, language_of(request), word_of, STATES,
        demo=request.app.state.settings.demo,
    )  # fmt: skip
    name = f"settlement-{first}-{last}.pdf"
    return Response(
        file,
        media_type="application/pdf",
        headers={
            "content-disposition": f'inline; filename="{name}"',
            "cache-control": "private, no-store",
        },
    )


handlers = (show_settlement, download_settlement, print_settlement)
