"""Who did what to which tenant, and why: append-only and hash-chained. What others may use:"""

from hub.audit.actions import list_entries, record
from hub.audit.models import AuditEntry

__all__ = ["AuditEntry", "list_entries", "record"]
