"""What billing brings."""

from hub.billing import tasks
from hub.billing.models import CloseJournal
from hub.core.vertical import Kept, Personal, Portability, Slice

LAW = "invoices and their journal (Code de commerce, article L123-22; CGI 286 I 3° bis)"

slice = Slice(
    package="hub.billing",
    tasks=(
        tasks.announce_closings_later,
        tasks.close_later,
        tasks.announce_invoices_later,
        tasks.hear_later,
    ),
    on={CloseJournal: (tasks.close_later,)},
    ticks=(tasks.HOURLY, tasks.SENDING, tasks.HEARING),
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
    personal=Personal(
        nobody={
            "billing_profile": "who an organisation is on its invoices; it leaves with it",
            "invoice": "documents between organisations",
            "invoice_status": "what became of documents between organisations",
        },
    ),
)
