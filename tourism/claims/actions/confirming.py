"""A house that the registry does not list: who added it runs it, and those who know it confirm."""

from hub import audit
from hub.core.db import Tx
from hub.core.errors import NotFound
from tourism.claims import store
from tourism.claims.actions.claiming import ask
from tourism.claims.models import AskConfirmation, BeginClaim, Claim, State
from tourism.claims.policy import proof
from tourism.lodging import Property


async def find_confirmation(tx: Tx, house: Property) -> Claim | None:
    """What was asked and said of a house that its hotelier added."""
    return await store.find_confirmation(tx, house.id)


async def ask_confirmation(tx: Tx, house: Property, said: AskConfirmation, *, person: int) -> None:
    """Ask whoever decides about the claims of its place, behind the house's wall; while they look,
    and once they have confirmed, asking again changes nothing. Raises `ClaimInvalid`, `NotFound`.
    """
    if not proof.needs_confirmation(house):
        raise NotFound("This house is in the registry: nothing is to be confirmed.")
    proof.check_claimant(said)
    proof.check_statement(said)
    known = await store.find_confirmation(tx, house.id)
    if known is not None and known.state in {State.ASKED, State.GRANTED}:
        return
    begun = BeginClaim(
        property=house.id, siret=house.facts.siret or "", quality=said.quality, phone=said.phone
    )
    id = await store.insert_claim(tx, person, begun.siret, begun, confirms=True)
    claim = await store.lock_claim(tx, id)
    assert claim is not None
    await ask(tx, claim, said.statement.strip())


async def confirm(tx: Tx, claim: Claim, reason: str) -> None:
    """It may be published; it stays in the hands it is in."""
    await store.end_claim(tx, claim.id, State.GRANTED, reason)
    await audit.record(
        tx,
        action="claim.confirmed",
        subject=f"property:{claim.property}",
        reason=reason,
        detail={"claim": str(claim.id), "person": claim.person},
    )
