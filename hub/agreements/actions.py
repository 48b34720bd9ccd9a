"""Ratify a version, find the one in force, freeze an allocation, reverse it."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from hub import audit, members, tenancy
from hub.agreements import policy, store, validation
from hub.agreements.errors import AllocationDiffers, BeneficiaryNamed, NoAgreement, NotTheScheme
from hub.agreements.models import (
    Allocation,
    Explained,
    KeptAllocation,
    PastAllocation,
    RatifyVersion,
    TerritoryKind,
    Version,
)
from hub.agreements.references import sign_allocation
from hub.agreements.vocabularies import vocabularies
from hub.core.clock import local_date
from hub.core.db import Reads, Tx
from hub.core.errors import NotFound
from hub.core.sentences import say
from hub.rules import (
    Absorption,
    Base,
    Fact,
    Facts,
    Role,
    derogation_fact,
    hash_text,
    kept_facts,
    yearly_fact,
)

PARIS = ZoneInfo("Europe/Paris")
PUBLISHED_MAX = 200
PENALTIES_MAX = 50


async def ratify_version(tx: Tx, command: RatifyVersion) -> Version:
    """Write down a voted version of the caller's agreement, for ever.

    Raises `RuleInvalid`, `NotTheScheme` for anybody but a federation, `VersionTaken` when the
    agreement belongs to another scheme or already has a version of that day.
    """
    names = await members.college_names(tx)
    validation.validate(command.text, as_of=command.effective_on, names=names)
    if (await tenancy.find_organisation(tx)).kind is not tenancy.Kind.FEDERATION:
        raise NotTheScheme()
    hash = hash_text(command.text)
    version = await store.insert_version(tx, command, hash)
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
        raise NoAgreement(say("No version of the agreement is in force on %(on)s.", on=on))
    return version


async def list_versions(reads: Reads, scheme: int) -> list[Version]:
    """The versions of a scheme (a federation), the one effective last first."""
    return await store.list_versions(reads, scheme)


async def list_published(reads: Reads, agreement: str) -> list[Version]:
    """The versions of an agreement, for everybody, the one effective last first."""
    return await store.list_published(reads, agreement, PUBLISHED_MAX)


async def name_beneficiary(
    tx: Tx, role: Role, organisation: int, territory_kind: TerritoryKind, territory_code: str
) -> None:
    """Say which organisation receives a role's shares in a territory of the caller's scheme.

    Saying the same again changes nothing; raises `BeneficiaryNamed` for another organisation.
    """
    await store.keep_beneficiary(tx, role, organisation, territory_kind, territory_code)
    named = await store.find_beneficiary(tx, role, territory_kind, territory_code)
    if named != organisation:
        raise BeneficiaryNamed()


async def complete_facts(tx: Tx, version: Version, facts: Mapping[str, Fact | date]) -> Facts:
    """The facts of a booking of the caller, with those that the hub itself knows: what a booking
    does not say, the member's derogations, and what was shared this year before it."""
    complete = kept_facts(facts)
    vocabulary = vocabularies()[version.text.vocabulary]
    for subject in vocabulary.subjects:
        if subject.absent is not None:
            complete.setdefault(subject.code, subject.absent)
    if _asks_college(version):
        complete["college"] = await members.find_college(tx, version.tenant) or ""
    for limit in await store.list_limits(tx, version.tenant, local_date(tx.now, "Europe/Paris")):
        complete[derogation_fact(limit.role)] = limit.at_most_bps
    return {**await _sum_year(tx, version), **complete}


async def _sum_year(tx: Tx, version: Version) -> Facts:
    """What the caller shared this year of each base that has tiers."""
    since = datetime(tx.now.astimezone(PARIS).year, 1, 1, tzinfo=PARIS)
    return {
        yearly_fact(base): await store.sum_shared(tx, version.tenant, base, since)
        for base in _tiered_bases(version)
    }


def _asks_college(version: Version) -> bool:
    rules = version.text.rules
    return any(one.subject == "college" for rule in rules for one in rule.conditions)


def _tiered_bases(version: Version) -> set[Base]:
    return {part.base for rule in version.text.rules for part in rule.components if part.tiers}


async def find_beneficiaries(
    reads: Reads, scheme: int, facts: Mapping[str, object]
) -> dict[Role, int]:
    """The organisation behind each role at a place; the nearest territory wins."""
    found = await store.list_beneficiaries(reads, scheme, facts)
    return {beneficiary.role: beneficiary.organisation for beneficiary in found}


async def freeze_allocation(
    tx: Tx, *, scheme: int, subject: str, allocation: Allocation
) -> KeptAllocation:
    """Freeze the shares of a subject; freezing the same again gives back what is there.

    Raises `AllocationDiffers` if the subject already has other shares.
    """
    await store.insert_allocation(tx, tx.uuid(), scheme, subject, allocation)
    kept = await find_allocation(tx, subject)
    if kept.allocation != allocation:
        raise AllocationDiffers()
    return kept


async def share_penalty(
    tx: Tx, reads: Reads, *, subject: str, event: str, step: int, penalty_cents: int
) -> Allocation:
    """Share what a cancellation or a no-show (`event`) still costs (cents, net), by the rule that
    the booking's own version has for it: with the facts of then, and frozen under the subject and
    the `step`. Raises `NotFound` before the subject was shared.
    """
    kept = await find_allocation(tx, subject)
    version = await store.find_version(reads, kept.allocation.version)
    if version is None:
        raise NoAgreement("The version of this allocation is not in the record.")
    facts: Facts = {**await _sum_year(tx, version), **kept.allocation.facts, "event": event}
    made = policy.allocate(version, facts, {Base.PENALTY: penalty_cents})
    frozen = await freeze_allocation(
        tx, scheme=kept.scheme, subject=f"{subject}:penalty:{step}", allocation=made
    )
    return frozen.allocation


async def list_penalties(tx: Tx, subject: str) -> list[KeptAllocation]:
    """What was shared of the penalties of a subject, oldest first."""
    return await store.list_penalties(tx, subject, PENALTIES_MAX)


async def find_allocation(tx: Tx, subject: str) -> KeptAllocation:
    """The frozen shares of a subject. Raises `NotFound`."""
    kept = await store.find_allocation(tx, subject)
    if kept is None:
        raise NotFound("Nothing was allocated to this.")
    return kept


async def find_reference(tx: Tx, secret: bytes, subject: str) -> str | None:
    """The public reference of a subject's frozen shares; None before they are frozen."""
    kept = await store.find_allocation(tx, subject)
    return None if kept is None else sign_allocation(secret, kept)


async def list_penalty_references(tx: Tx, secret: bytes, subject: str) -> list[str]:
    """The public references of what was shared of a subject's penalties."""
    return [sign_allocation(secret, kept) for kept in await list_penalties(tx, subject)]


async def reverse_allocation(tx: Tx, subject: str, reverse_cents: int) -> Allocation:
    """Reverse a part of the frozen shares, in proportion and never more than what remains.

    The answer's shares are negative; all zero when nothing remains. Reversals of one subject wait
    for each other; what makes one of them happen once is the caller's key. Raises `NotFound`.
    """
    await store.lock_allocation(tx, subject)
    kept = await find_allocation(tx, subject)
    earlier = await store.list_reversals(tx, kept.id)
    reversal = policy.reverse(kept.allocation, reverse_cents, earlier)
    moved = -reversal.total_cents
    if moved:
        await store.insert_reversal(tx, tx.uuid(), kept.id, moved, reversal)
    return reversal


async def explain_allocation(tx: Tx, reads: Reads, id: UUID) -> Explained:
    """What was shared once, and the same computed again from the version it names.

    The hash is computed again as well, so that a changed text gives another allocation. Raises
    `NotFound`.
    """
    kept = await store.find_allocation_by_id(tx, id)
    if kept is None:
        raise NotFound("Nothing was allocated to this.")
    version = await store.find_version(reads, kept.allocation.version)
    if version is None:
        raise NoAgreement("The version of this allocation is not in the record.")
    true_version = msgspec.structs.replace(version, hash=hash_text(version.text))
    again = policy.allocate(true_version, kept.allocation.facts, kept.allocation.bases)
    return Explained(kept=kept, version=version, again=again)


async def list_absorptions(reads: Reads, version: int) -> tuple[Absorption, ...]:
    """What a version says of losses that one party bears for others."""
    found = await store.find_version(reads, version)
    return found.text.absorbs if found is not None else ()


async def list_past(
    tx: Tx, since: datetime, until: datetime, after: tuple[datetime, UUID], wanted: int
) -> list[PastAllocation]:
    """What was shared under the caller's scheme since an instant, in order, after a place."""
    return await store.list_past(tx, since, until, *after, wanted)


async def count_past(tx: Tx, since: datetime, until: datetime) -> int:
    """How many there are."""
    return await store.count_past(tx, since, until)
