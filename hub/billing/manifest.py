"""What billing brings."""

from hub.billing import api, pages, tasks
from hub.billing.actions.printing import WORDS
from hub.billing.models import CloseJournal, SendInvoice
from hub.core.vertical import Kept, NavItem, Portability, Slice

LAW = "invoices and their journal (Code de commerce, article L123-22; CGI 286 I 3° bis)"

slice = Slice(
    package="hub.billing",
    handlers=(*api.handlers, *pages.handlers),
    tasks=(
        tasks.announce_closings_later,
        tasks.close_later,
        tasks.announce_invoices_later,
        tasks.send_later,
        tasks.hear_later,
    ),
    on={CloseJournal: (tasks.close_later,), SendInvoice: (tasks.send_later,)},
    ticks=(tasks.HOURLY, tasks.SENDING, tasks.HEARING),
    nav=(NavItem(label="Factures", path=pages.PAGE, organisation_kinds=pages.KINDS, rank=52),),
    messages=(*WORDS.values(), *pages.STATUSES.values()),
    portability=Portability(
        kept={
            name: Kept(years=10, why=LAW)
            for name in (
                "billing_profile",
                "billing_head",
                "billing_series",
                "invoice",
                "invoice_vat",
                "billing_record",
                "billing_closing",
                "invoice_sending",
                "invoice_status",
            )
        }
    ),
)
