"""What billing brings."""

from hub.billing.actions.printing import WORDS
from hub.core.vertical import Kept, Portability, Slice

LAW = "invoices and their journal (Code de commerce, article L123-22; CGI 286 I 3° bis)"
TABLES = (
    "billing_profile", "billing_head", "billing_series", "invoice", "invoice_vat", "billing_record",
)  # fmt: skip

slice = Slice(
    package="hub.billing",
    messages=tuple(WORDS.values()),
    portability=Portability(kept={name: Kept(years=10, why=LAW) for name in TABLES}),
)
