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
    list_versions,
    name_beneficiary,
    ratify_version,
    reverse_allocation,
)
from hub.agreements.errors import NoAgreement, RuleInvalid
from hub.agreements.models import Allocation, PastAllocation, RatifyVersion, Share, Version
from hub.agreements.places import territory_places
from hub.agreements.policy import allocate
from hub.agreements.validation import refusal, validate
from hub.agreements.vocabularies import vocabularies
from hub.rules import Base, Role, RuleText, split
from hub.rules import GivenFacts as Facts

__all__ = [
    "Allocation",
    "Base",
    "Facts",
    "NoAgreement",
    "PastAllocation",
    "RatifyVersion",
    "Role",
    "RuleInvalid",
    "RuleText",
    "Share",
    "Version",
    "allocate",
    "complete_facts",
    "count_past",
    "explain_allocation",
    "find_allocation",
    "find_beneficiaries",
    "find_reference",
    "find_version_in_force",
    "freeze_allocation",
    "list_past",
    "list_versions",
    "name_beneficiary",
    "ratify_version",
    "refusal",
    "reverse_allocation",
    "split",
    "territory_places",
    "validate",
    "vocabularies",
]
