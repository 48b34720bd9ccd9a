"""What reconciling brings."""

from hub import payments
from hub.core.vertical import NavItem, Portability, Slice
from tourism.reconciling import api, pages, tasks
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
    messages=(*pages.KINDS.values(), *pages.TO_DO.values()),
    portability=Portability(
        stays=dict.fromkeys(
            ("service_line", "money_break", "reconciliation"),
            "how this hub's books agree with its payment service; of no organisation",
        )
    ),
)
