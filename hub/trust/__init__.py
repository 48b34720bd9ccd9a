"""What a service must show to be trusted, what proves it, and which level that makes. What others
may use:"""

from hub.trust.actions import (
    add_evidence,
    assess,
    change_clause,
    confirm_evidence,
    find_service,
    list_findings,
    list_services,
    read_referential,
    record_finding,
    register_service,
    withdraw_evidence,
)
from hub.trust.models import (
    AddEvidence,
    Assessment,
    ChangeClause,
    Check,
    Evidence,
    Finding,
    Found,
    Need,
    Referential,
    RegisterService,
    Service,
    Standing,
)
from hub.trust.reading import ReferentialInvalid, parse

__all__ = [
    "AddEvidence",
    "Assessment",
    "ChangeClause",
    "Check",
    "Evidence",
    "Finding",
    "Found",
    "Need",
    "Referential",
    "ReferentialInvalid",
    "RegisterService",
    "Service",
    "Standing",
    "add_evidence",
    "assess",
    "change_clause",
    "confirm_evidence",
    "find_service",
    "list_findings",
    "list_services",
    "parse",
    "read_referential",
    "record_finding",
    "register_service",
    "withdraw_evidence",
]
