"""The public reference of an allocation: it shows how a price was shared, and nothing else."""

from hub.agreements.models import KeptAllocation
from hub.core.tokens import Reference, read_reference, sign_reference

KIND = "share"


def sign_allocation(secret: bytes, kept: KeptAllocation) -> str:
    """The token under which everybody who has it may verify the shares."""
    return sign_reference(secret, KIND, kept.tenant, kept.id)


def read_allocation(secret: bytes, token: str) -> Reference:
    """Raises `NotFound` for a token that we did not sign."""
    return read_reference(secret, KIND, token)
