"""Who did what to which tenant, and why: append-only and hash-chained. What others may use:"""

from hub.audit.actions import list_entries, list_entries_of_all, record, verify_chain, verify_lately
from hub.audit.models import AuditEntry, Verification
from hub.audit.own_chain import take_own_chain

__all__ = [
    "AuditEntry",
    "Verification",
    "list_entries",
    "list_entries_of_all",
    "record",
    "take_own_chain",
    "verify_chain",
    "verify_lately",
]
