"""End a mandate: by notice, when its notice or its revision is over, or at once by a change of
hands. The house leaves the sale; stays that are booked stay booked."""

from collections.abc import Sequence
from uuid import UUID

from hub import audit
from hub.core.clock import local_date
from hub.core.db import Database, Tx
from tourism import lodging
from tourism.lodging import Listing, Property
from tourism.mandate import store
from tourism.mandate.actions.letters import write_to_owners
from tourism.mandate.actions.signing import find_standing
from tourism.mandate.errors import MandateInvalid
from tourism.mandate.models import EndMandate, Mandate, Revision, State
from tourism.mandate.policy import standing

FURTHEST_AHEAD = "Pacific/Noumea"
LAPSED = "la nouvelle version du mandat n'a pas été signée à temps"
NOTICE_OVER = "fin du préavis"


async def give_notice(tx: Tx, house: Property, said: EndMandate, *, role: str | None) -> Mandate:
    """End the mandate of the house with its notice; with `stop_now` the sale stops at once.

    Raises `SignerNotAllowed`, `MandateInvalid` (also when there is nothing to end).
    """
    standing.check_signer(role)
    standing.check_end(said)
    await lodging.lock_property(tx, house.id)
    before = await find_standing(tx, house)
    if before.mandate is None or before.state not in {State.ACTIVE, State.TO_RENEW}:
        raise MandateInvalid("There is no mandate to end, or its notice runs already.")
    mandate = before.mandate
    ends_on = standing.end_of_notice(local_date(tx.now, house.zone), mandate.facts.revision)
    await store.give_notice(tx, mandate.id, ends_on, said.reason.strip())
    if said.stop_now:
        await _leave_the_sale(tx, house)
    await audit.record(
        tx,
        action="mandate.notice_given",
        subject=f"property:{house.id}",
        detail={"mandate": str(mandate.id), "ends_on": ends_on.isoformat()},
    )
    told = await store.find_mandate(tx, mandate.id)
    assert told is not None
    await write_to_owners(tx, "notice", house, told)
    return told


async def end_at_once(tx: Tx, house: Property, reason: str) -> None:
    """End whatever mandate stands: the house changes hands, and a mandate binds who signed it."""
    before = await find_standing(tx, house)
    if before.mandate is not None and before.mandate.ended_at is None:
        await _end(tx, house, before.mandate, reason)


async def end_due_mandate(
    tx: Tx, id: UUID, revisions: Sequence[Revision] = standing.REVISIONS
) -> bool:
    """End a mandate whose time has come; True for the call that does it."""
    house = await lodging.find_own_property(tx)
    mandate = await store.find_mandate(tx, id)
    if house is None or mandate is None or mandate.ended_at is not None:
        return False
    await lodging.lock_property(tx, house.id)
    today = local_date(tx.now, house.zone)
    if standing.standing_of(mandate, today, revisions).state is not State.ENDED:
        return False
    await _end(tx, house, mandate, NOTICE_OVER if mandate.ends_on else LAPSED)
    return True


async def end_due_mandates(
    database: Database, revisions: Sequence[Revision] = standing.REVISIONS, wanted: int = 500
) -> int:
    """End every mandate whose time has come; how many."""
    async with database.transaction() as tx:
        # Nouméa's day begins ten hours before Paris': each house then looks at its own calendar.
        today = local_date(tx.now, FURTHEST_AHEAD)
        lowest = standing.lowest_standing(today, revisions)
        due = await store.list_due_mandates(tx, today, lowest, wanted)
    ended = 0
    for one in due:
        async with database.transaction(one.tenant) as tx:
            ended += await end_due_mandate(tx, one.mandate, revisions)
    return ended


async def end_sale(tx: Tx) -> bool:
    """The organisation of the house leaves: its house leaves the sale, its mandate stands; whether
    it was on sale."""
    house = await lodging.find_own_property(tx)
    if house is None or house.listing not in {Listing.PUBLISHED, Listing.DEMO}:
        return False
    await lodging.lock_property(tx, house.id)
    await lodging.change_listing(tx, house, Listing.DRAFT)
    await audit.record(tx, action="house.left_the_sale", subject=f"property:{house.id}")
    return True


async def _end(tx: Tx, house: Property, mandate: Mandate, reason: str) -> None:
    await _leave_the_sale(tx, house)
    await store.end_mandate(tx, mandate.id, reason)
    await audit.record(
        tx,
        action="mandate.ended",
        subject=f"property:{house.id}",
        reason=reason,
        detail={"mandate": str(mandate.id)},
    )
    ended = await store.find_mandate(tx, mandate.id)
    assert ended is not None
    await write_to_owners(tx, "ended", house, ended)


async def _leave_the_sale(tx: Tx, house: Property) -> None:
    if house.listing is Listing.PUBLISHED:
        await lodging.change_listing(tx, house, Listing.DRAFT)
