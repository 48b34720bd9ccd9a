"""What a tourist office, or the operator, decides about claims of its territory."""

from uuid import UUID

from hub import audit, tenancy
from hub.core.db import Database, Tx
from hub.core.errors import NotFound
from tourism import lodging
from tourism.claims import store
from tourism.claims.actions import letters
from tourism.claims.actions.claiming import take_over
from tourism.claims.actions.confirming import confirm
from tourism.claims.models import ClaimToDecide, DecideClaim, State
from tourism.claims.policy import proof

SHOWN = 100


async def list_claims(tx: Tx) -> list[ClaimToDecide]:
    """The claims that wait for the organisation of this wall, the oldest first."""
    return await store.list_claims_to_decide(tx, SHOWN)


async def find_claim_to_decide(tx: Tx, id: UUID) -> ClaimToDecide:
    """One of them. Raises `NotFound` for claims of another territory too."""
    found = next(
        (one for one in await store.list_claims_to_decide(tx, 5_000) if one.id == id), None
    )
    if found is None:
        raise NotFound("This claim does not wait for you.")
    return found


async def decide_claim(
    database: Database, own_tenant: int | None, actor: str, id: UUID, said: DecideClaim
) -> ClaimToDecide:
    """Confirm or refuse. A confirmed claim of a house that somebody runs changes its hands: its
    members leave, its mandate ends, its stays stay. Of whoever added the house, it only confirms.

    Two transactions: the decider's wall says whether it may, the house's wall keeps what it did.
    Raises `ClaimInvalid`, `NotFound`, `ClaimOver`.
    """
    proof.check_decision(said)
    async with database.transaction(own_tenant, actor=actor) as tx:
        asked = await find_claim_to_decide(tx, id)
    reason = said.reason.strip()
    async with database.transaction(asked.tenant, actor=actor) as tx:
        claim = await store.lock_claim(tx, id)
        assert claim is not None
        proof.check_waits(claim, State.ASKED)
        leaving: list[str] = []
        if said.grant and claim.confirms:
            await confirm(tx, claim, reason)
        elif said.grant:
            before = await tenancy.list_members(tx)
            await tenancy.hand_over(tx, person=claim.person, reason=reason)
            await take_over(tx, claim, reason)
            leaving = [member.email for member in before if member.person != claim.person]
        else:
            await store.end_claim(tx, id, State.REFUSED, reason)
            await audit.record(
                tx,
                action="claim.refused",
                subject=f"property:{claim.property}",
                reason=reason,
                detail={"claim": str(id)},
            )
        house = await lodging.own_house(tx)
        await letters.write_decision(tx, house, asked, said, leaving)
    return asked


async def tell_deciders(database: Database, tenant: int, id: UUID) -> None:
    """Write to those who decide, and to those who run the house, that a claim waits; once."""
    async with database.transaction(tenant) as tx:
        claim = await store.find_claim(tx, id)
        if claim is None or claim.state is not State.ASKED or not await store.mark_told(tx, id):
            return
        house = await lodging.own_house(tx)
        deciders = await store.list_deciders(tx, house.id)
        for member in [] if claim.confirms else await tenancy.list_members(tx):
            await letters.write_asked(tx, house, member.email, "disputed")
    for decider in deciders:
        async with database.transaction(decider.tenant) as tx:
            for member in await tenancy.list_members(tx):
                await letters.write_asked(tx, house, member.email, "asked")
