"""Invoices, credit notes, closings. What other slices may use:"""

from hub.billing.actions.issuing import (
    cancel_invoice,
    find_by_source,
    find_invoice,
    issue_credit_note,
    issue_invoice,
    list_of_subject,
)
from hub.billing.actions.keeping import record_payment
from hub.billing.actions.printing import print_invoice
from hub.billing.actions.profiles import find_profile, save_profile
from hub.billing.errors import BuyerInvalid, ProfileInvalid, ProfileMissing
from hub.billing.models import (
    Buyer,
    Category,
    Content,
    Draft,
    Exemption,
    Invoice,
    Kind,
    Line,
    PaymentPart,
    Profile,
)
from hub.billing.policy.parties import check_buyer

__all__ = [
    "Buyer",
    "BuyerInvalid",
    "Category",
    "Content",
    "Draft",
    "Exemption",
    "Invoice",
    "Kind",
    "Line",
    "PaymentPart",
    "Profile",
    "ProfileInvalid",
    "ProfileMissing",
    "cancel_invoice",
    "check_buyer",
    "find_by_source",
    "find_invoice",
    "find_profile",
    "issue_credit_note",
    "issue_invoice",
    "list_of_subject",
    "print_invoice",
    "record_payment",
    "save_profile",
]
