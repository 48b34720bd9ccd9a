"""What invoices bring."""

from hub.billing.models import SendInvoice
from hub.core.vertical import NavItem, Slice
from hub.invoices import api, pages, tasks
from hub.invoices.actions.printing import WORDS

slice = Slice(
    package="hub.invoices",
    handlers=(*api.handlers, *pages.handlers),
    tasks=(tasks.send_later,),
    on={SendInvoice: (tasks.send_later,)},
    nav=(NavItem(label="Factures", path=pages.PAGE, organisation_kinds=pages.KINDS, rank=52),),
    messages=(*WORDS.values(), *pages.STATUSES.values()),
)
