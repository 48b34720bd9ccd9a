"""Collective agreements. What other slices may use:"""

from hub.agreements.actions import (
    complete_facts,
    count_past,
    explain_allocation,
    find_allocation,
    find_beneficiaries,
    find_reference,
    find_version_in_force,
    freeze_allocation,
    list_past,
    list_penalties,
    list_penalty_references,
    list_versions,
    name_beneficiary,
    ratify_version,
    reverse_allocation,
    share_penalty,
)
from hub.agreements.departing import (
    end_derogation,
    find_derogation,
    find_fallback,
    grant_derogation,
    list_derogations,
    list_suspensions,
    suspend_version,
)
from hub.agreements.errors import DerogationInvalid, NoAgreement, NothingToSuspend, RuleInvalid
from hub.agreements.models import (
    Allocation,
    Derogation,
    GrantDerogation,
    PastAllocation,
    RatifyVersion,
    Share,
    Suspension,
    Version,
)
from hub.agreements.places import territory_places
from hub.agreements.policy import allocate
from hub.agreements.validation import refusal, validate
from hub.agreements.vocabularies import vocabularies
from hub.rules import Base, Role, RuleText, split
from hub.rules import GivenFacts as Facts

__all__ = [
    "Allocation",
    "Base",
    "Derogation",
    "DerogationInvalid",
    "Facts",
    "GrantDerogation",
    "NoAgreement",
    "NothingToSuspend",
    "PastAllocation",
    "RatifyVersion",
    "Role",
    "RuleInvalid",
    "RuleText",
    "Share",
    "Suspension",
    "Version",
    "allocate",
    "complete_facts",
    "count_past",
    "end_derogation",
    "explain_allocation",
    "find_allocation",
    "find_beneficiaries",
    "find_derogation",
    "find_fallback",
    "find_reference",
    "find_version_in_force",
    "freeze_allocation",
    "grant_derogation",
    "list_derogations",
    "list_past",
    "list_penalties",
    "list_penalty_references",
    "list_suspensions",
    "list_versions",
    "name_beneficiary",
    "ratify_version",
    "refusal",
    "reverse_allocation",
    "share_penalty",
    "split",
    "suspend_version",
    "territory_places",
    "validate",
    "vocabularies",
]
