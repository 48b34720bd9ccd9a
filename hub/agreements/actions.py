"""Ratify a version, find the one in force, freeze an allocation, reverse it."""

from datetime import date

from hub import audit
from hub.agreements import policy, store
from hub.agreements.errors import NoAgreement
from hub.agreements.models import Allocation, Facts, KeptAllocation, RatifyVersion, Role, Version
from hub.core.db import Reads, Tx
from hub.core.errors import Conflict, NotFound


async def ratify_version(tx: Tx, command: RatifyVersion) -> Version:
    """Write down a voted version of the caller's agreement. Raises `RuleInvalid`."""
    policy.validate(command.text)
    hash = policy.hash_text(command.text)
    version = await store.insert_version(tx, command, hash)
    assert version is not None
    await audit.record(
        tx,
        action="agreement.ratify",
        subject=f"agreement:{command.agreement}:{version.number}",
        detail={"hash": hash, "effective_on": command.effective_on.isoformat()},
    )
    return version


async def find_version_in_force(reads: Reads, agreement: str, on: date) -> Version:
    """The version that decides on a day. Raises `NoAgreement`."""
    version = await store.find_version_in_force(reads, agreement, on)
    if version is None:
        raise NoAgreement(f"The agreement {agreement} has no version in force on {on}.")
    return version


async def list_versions(reads: Reads, scheme: int) -> list[Version]:
    """The versions of a scheme (a federation), newest first."""
    return await store.list_versions(reads, scheme)


async def name_beneficiary(
    tx: Tx, role: Role, organisation: int, territory_kind: str, territory_code: str
) -> None:
    """Say which organisation receives a role's shares in a territory of the caller's scheme."""
    await store.keep_beneficiary(tx, role, organisation, territory_kind, territory_code)


async def find_beneficiaries(reads: Reads, scheme: int, facts: Facts) -> dict[Role, int]:
    """The organisation behind each role at a place; the nearest territory wins."""
    found = await store.list_beneficiaries(reads, scheme, facts)
    return {beneficiary.role: beneficiary.organisation for beneficiary in found}


async def freeze_allocation(
    tx: Tx, *, scheme: int, subject: str, allocation: Allocation
) -> KeptAllocation:
    """Freeze the shares of a subject; freezing the same again gives back what is there.

    Raises `Conflict` if the subject already has other shares.
    """
    await store.insert_allocation(tx, tx.uuid(), scheme, subject, allocation)
    kept = await find_allocation(tx, subject)
    if kept.allocation != allocation:
        raise Conflict("This subject already has another allocation.")
    return kept


async def find_allocation(tx: Tx, subject: str) -> KeptAllocation:
    """The frozen shares of a subject. Raises `NotFound`."""
    kept = await store.find_allocation(tx, subject)
    if kept is None:
        raise NotFound("Nothing was allocated to this.")
    return kept


async def reverse_allocation(tx: Tx, subject: str, reverse_cents: int) -> Allocation:
    """Reverse a part of the frozen shares, in proportion and never more than what remains.

    The answer's shares are negative; all zero when nothing remains.
    """
    kept = await find_allocation(tx, subject)
    reversal = policy.reverse(kept.allocation, reverse_cents, kept.reversed_cents)
    moved = -reversal.total_cents
    if moved:
        await store.insert_reversal(tx, tx.uuid(), kept.id, moved, reversal)
    return reversal
