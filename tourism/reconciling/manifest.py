"""What reconciling brings."""

from hub import payments
from hub.core.vertical import NavItem, Portability, Slice
from tourism.reconciling import api, pages, tasks, words
from tourism.reconciling.models import AccountsToCompare

slice = Slice(
    package="tourism.reconciling",
    handlers=(api.see_reconciliation, *pages.handlers),
    tasks=(tasks.reconcile_later, tasks.go_on_later, tasks.payout_later),
    on={
        AccountsToCompare: (tasks.go_on_later,),
        payments.PayoutChanged: (tasks.payout_later,),
    },
    ticks=(tasks.NIGHTLY,),
    nav=(
        NavItem(label="Rapprochement", path=pages.PAGE, organisation_kinds=("operator",), rank=20),
    ),
    messages=(
        *words.KINDS.values(),
        *words.TO_DO.values(),
        *words.OWN_KINDS.values(),
        *words.STATES.values(),
    ),
    account_names={
        "bank.transit": "En route vers la banque de la centrale",
        "psp.adjustments": "Corrections du service de paiement",
    },
    portability=Portability(
        stays=dict.fromkeys(
            ("service_line", "own_payout", "money_break", "reconciliation"),
            "how this hub's books agree with its payment service; of no organisation",
        )
    ),
)
