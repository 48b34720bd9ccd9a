"""What reconciling brings."""

from hub.core.vertical import NavItem, Slice
from tourism.reconciling import api, pages, tasks

slice = Slice(
    package="tourism.reconciling",
    handlers=(api.see_reconciliation, *pages.handlers),
    tasks=(tasks.reconcile_later,),
    ticks=(tasks.NIGHTLY,),
    nav=(
        NavItem(label="Rapprochement", path=pages.PAGE, organisation_kinds=("operator",), rank=20),
    ),
    messages=(*pages.KINDS.values(), *pages.TO_DO.values()),
)
