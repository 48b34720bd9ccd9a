"""The operator's page: what the ledger, the service and the banks say, and where they differ."""

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import URLEncodedBody
from litestar.response import Redirect

from hub.core.caller import access
from hub.core.db import Tx
from hub.core.pages import AnyRequest, page
from tourism.reconciling.actions import alerting, comparing, standing
from tourism.reconciling.models import BreakKind

PAGE = "/pro/reconciliation"
Form = URLEncodedBody[dict[str, str]]
KINDS = {
    BreakKind.ONLY_SERVICE: "chez le service de paiement, pas au registre",
    BreakKind.ONLY_LEDGER: "au registre, pas chez le service de paiement",
    BreakKind.AMOUNT: "deux montants différents",
    BreakKind.PAYOUT_UNKNOWN: "un virement dont nous ne savons rien",
    BreakKind.PAYOUT_GONE: "un virement que le service ne connaît pas",
    BreakKind.PAYOUT_DIFFERS: "un virement dans un autre état",
    BreakKind.PAYOUT_LATE: "un virement à la centrale qui n'est pas arrivé",
    BreakKind.ACCOUNT: "un compte qui ne contient pas ce qu'il devrait",
    BreakKind.ACCOUNT_CLOSED: "un compte que le service ne nous montre plus",
    BreakKind.REFUND_REFUSED: "un remboursement que le service refuse",
}
TO_DO = {
    BreakKind.ONLY_SERVICE: "Un message s'est perdu et sera redemandé. Si la différence reste, "
    "ouvrez le mouvement chez le service.",
    BreakKind.ONLY_LEDGER: "Le service ne connaît pas ce mouvement : a-t-il bien eu lieu ?",
    BreakKind.AMOUNT: "Comparez les deux : un versement fait deux fois se reprend.",
    BreakKind.PAYOUT_UNKNOWN: "Le message du virement s'est perdu et sera redemandé.",
    BreakKind.PAYOUT_GONE: "Demandez au service ce que ce virement est devenu.",
    BreakKind.PAYOUT_DIFFERS: "Le message du nouvel état s'est perdu et sera redemandé.",
    BreakKind.PAYOUT_LATE: "La banque aurait dû le recevoir il y a cinq jours : cherchez-le sur le "
    "relevé, puis demandez au service.",
    BreakKind.ACCOUNT: "Un versement a été fait deux fois, ou repris sans nous.",
    BreakKind.ACCOUNT_CLOSED: "Son titulaire nous a retiré l'accès : demandez-lui de le rouvrir ; "
    "d'ici là, rien ne peut lui être versé ni repris.",
    BreakKind.REFUND_REFUSED: "Le voyageur attend cet argent : rendez-le-lui autrement, "
    "et notez-le ici.",
}
# The platform's own movements, as the service calls them.
OWN_KINDS = {
    "payout": "virements à la banque de la centrale",
    "payout_cancel": "virements annulés",
    "payout_failure": "virements revenus de la banque",
    "topup": "apports depuis la banque",
    "topup_reversal": "apports repris",
    "stripe_fee": "frais facturés par le service",
    "stripe_fx_fee": "frais de change",
    "tax_fee": "taxes sur les frais",
    "adjustment": "corrections du service",
}
STATES = {
    "pending": "en préparation",
    "in_transit": "en route",
    "paid": "arrivé",
    "failed": "revenu : la banque l'a refusé",
    "canceled": "annulé",
}


@get(PAGE, opt=access("operator"), include_in_schema=False)
async def show_reconciliation(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """The three figures, and each difference with its age and what to do."""
    found = await standing.find_standing(tx)
    return page(
        request, "reconciling/reconciliation.html", standing=found, kinds=KINDS, to_do=TO_DO,
        own_kinds=OWN_KINDS, states=STATES, now=tx.now,
    )  # fmt: skip


@post(f"{PAGE}/run", opt=access("operator"), include_in_schema=False)
async def run_now(request: AnyRequest) -> Redirect:
    """Compare now, without waiting for the night."""
    await comparing.begin(request.app.state.database)
    await alerting.tell_breaks(request.app.state.database)
    return Redirect(PAGE, status_code=303)


@post(f"{PAGE}/note", opt=access("operator"), include_in_schema=False)
async def note_break(tx: NamedDependency[Tx], data: Form) -> Redirect:
    await standing.note_break(tx, data.get("key", ""), data.get("note", ""))
    return Redirect(PAGE, status_code=303)


handlers = (show_reconciliation, run_now, note_break)
