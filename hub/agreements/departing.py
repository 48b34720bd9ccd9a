"""What departs from a version for a time: derogations of members, and a voted suspension."""

from datetime import date, timedelta
from uuid import UUID

from hub import audit, members, tenancy
from hub.agreements import store
from hub.agreements.errors import (
    DerogationInvalid,
    DerogationOver,
    NothingToSuspend,
    NotTheScheme,
)
from hub.agreements.models import Derogation, GrantDerogation, Suspension, Version
from hub.core.clock import local_date
from hub.core.db import Reads, Tx
from hub.core.errors import NotFound
from hub.core.money import BPS
from hub.rules import Role

ZONE = "Europe/Paris"
REASON_LETTERS = 1_000
LONGEST = timedelta(days=731)
SUSPENDED_AT_MOST = timedelta(days=366)
LISTED_MAX = 500


async def grant_derogation(tx: Tx, said: GrantDerogation, remainder: Role) -> Derogation:
    """Let a member of the caller's register owe a role less, from a day on that is not past.

    `remainder` is who holds the rest, and can be granted nothing. Raises `DerogationInvalid`,
    `NotTheScheme`.
    """
    if (await tenancy.find_organisation(tx)).kind is not tenancy.Kind.FEDERATION:
        raise NotTheScheme()
    _check(said, remainder, local_date(tx.now, ZONE))
    member = await members.find_enrolment(tx, said.name)
    if member is None:
        raise DerogationInvalid("Write the name of a member as the register has it.", field="name")
    id = tx.uuid()
    await store.insert_derogation(tx, id, member.member, member.name, said)
    await audit.record(
        tx,
        action="derogation.granted",
        subject=f"organisation:{member.member}",
        reason=said.reason,
        detail={
            "derogation": str(id),
            "role": said.role.value,
            "at_most_bps": said.at_most_bps,
            "since": said.since.isoformat(),
            "until": said.until.isoformat(),
        },
    )
    return await find_derogation(tx, id)


def _check(said: GrantDerogation, remainder: Role, today: date) -> None:
    if said.role is remainder:
        raise DerogationInvalid("Choose who receives a share.", field="role")
    if not 0 <= said.at_most_bps <= BPS:
        raise DerogationInvalid("Write a percentage, such as 1.5.", field="at_most")
    if not 1 <= len(said.reason.strip()) <= REASON_LETTERS:
        raise DerogationInvalid("Say why, in 1,000 letters at most.", field="reason")
    if not today <= said.since <= today + LONGEST:
        raise DerogationInvalid(
            "What was shared never changes: begin today or later.", field="since"
        )
    if not said.since < said.until <= said.since + LONGEST:
        raise DerogationInvalid("A derogation ends, within two years.", field="last")


async def end_derogation(tx: Tx, id: UUID, reason: str) -> Derogation:
    """End a derogation from today on. Raises `DerogationInvalid`, `DerogationOver`, `NotFound`."""
    if not 1 <= len(reason.strip()) <= REASON_LETTERS:
        raise DerogationInvalid("Say why, in 1,000 letters at most.", field="ended_reason")
    found = await find_derogation(tx, id)
    today = max(local_date(tx.now, ZONE), found.since)
    if not await store.end_derogation(tx, id, today, reason.strip()):
        raise DerogationOver()
    await audit.record(
        tx,
        action="derogation.ended",
        subject=f"organisation:{found.member}",
        reason=reason.strip(),
        detail={"derogation": str(id), "ended_on": today.isoformat()},
    )
    return await find_derogation(tx, id)


async def find_derogation(tx: Tx, id: UUID) -> Derogation:
    """Raises `NotFound`."""
    found = await store.find_derogation(tx, id)
    if found is None:
        raise NotFound("There is no such derogation.")
    return found


async def list_derogations(tx: Tx) -> list[Derogation]:
    """Every derogation of the caller's scheme, those that run first."""
    return await store.list_derogations(tx, local_date(tx.now, ZONE), LISTED_MAX)


async def list_suspensions(reads: Reads, scheme: int) -> list[Suspension]:
    """What was suspended, the newest first."""
    return await store.list_suspensions(reads, scheme, LISTED_MAX)


def find_fallback(version: Version, versions: list[Version]) -> Version:
    """The version that decides while another is suspended. Raises `NothingToSuspend`."""
    earlier = [
        one
        for one in versions
        if one.agreement == version.agreement and one.effective_on < version.effective_on
    ]
    if not earlier:
        raise NothingToSuspend("No earlier version could decide in its place.")
    return max(earlier, key=lambda one: one.effective_on)


async def suspend_version(tx: Tx, suspension: Suspension) -> None:
    """Write down what the members voted: from a day to come, the version before decides. What was
    shared never changes."""
    first = local_date(tx.now, ZONE) + timedelta(days=1)
    if suspension.from_on < first or suspension.until_on > suspension.from_on + SUSPENDED_AT_MOST:
        raise NothingToSuspend("A suspension begins tomorrow or later, and ends within a year.")
    await store.insert_suspension(tx, suspension)
    await audit.record(
        tx,
        action="agreement.suspended",
        subject=f"agreement-version:{suspension.version}",
        reason=suspension.reason[:500],
        detail={
            "from_on": suspension.from_on.isoformat(),
            "until_on": suspension.until_on.isoformat(),
        },
    )
