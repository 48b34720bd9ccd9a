"""Collective agreements. What other slices may use:"""

from hub.agreements.actions import (
    find_allocation,
    find_beneficiaries,
    find_version_in_force,
    freeze_allocation,
    list_versions,
    name_beneficiary,
    ratify_version,
    reverse_allocation,
)
from hub.agreements.errors import NoAgreement, RuleInvalid
from hub.agreements.models import (
    Allocation,
    Base,
    Component,
    Conditions,
    Facts,
    RatifyVersion,
    Role,
    Rule,
    RuleText,
    Season,
    Share,
    Version,
)
from hub.agreements.policy import allocate, split

__all__ = [
    "Allocation",
    "Base",
    "Component",
    "Conditions",
    "Facts",
    "NoAgreement",
    "RatifyVersion",
    "Role",
    "Rule",
    "RuleInvalid",
    "RuleText",
    "Season",
    "Share",
    "Version",
    "allocate",
    "find_allocation",
    "find_beneficiaries",
    "find_version_in_force",
    "freeze_allocation",
    "list_versions",
    "name_beneficiary",
    "ratify_version",
    "reverse_allocation",
    "split",
]
