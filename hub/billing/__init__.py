"""Invoices, credit notes, closings. What other slices may use:"""

from hub.billing.actions.issuing import (
    cancel_invoice,
    find_by_source,
    find_invoice,
    issue_credit_note,
    issue_invoice,
    list_delivered,
    list_invoices,
    list_of_subject,
)
from hub.billing.actions.keeping import day_of, record_payment
from hub.billing.actions.profiles import find_profile, save_profile
from hub.billing.errors import BuyerInvalid, ProfileInvalid, ProfileMissing
from hub.billing.models import (
    Address,
    Buyer,
    Category,
    Content,
    Delivered,
    Draft,
    Exemption,
    Filter,
    Invoice,
    Kind,
    Line,
    PaymentPart,
    Profile,
    RecordKind,
    Reference,
)
from hub.billing.policy.parties import check_buyer
from hub.billing.policy.summing import content_of, same_sale

__all__ = [
    "Address",
    "Buyer",
    "BuyerInvalid",
    "Category",
    "Content",
    "Delivered",
    "Draft",
    "Exemption",
    "Filter",
    "Invoice",
    "Kind",
    "Line",
    "PaymentPart",
    "Profile",
    "ProfileInvalid",
    "ProfileMissing",
    "RecordKind",
    "Reference",
    "cancel_invoice",
    "check_buyer",
    "content_of",
    "day_of",
    "find_by_source",
    "find_invoice",
    "find_profile",
    "issue_credit_note",
    "issue_invoice",
    "list_delivered",
    "list_invoices",
    "list_of_subject",
    "record_payment",
    "same_sale",
    "save_profile",
]
