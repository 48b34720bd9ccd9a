"""Claim a house: begin, prove by a code, ask the office, withdraw."""

import re
from uuid import UUID

from hub import audit, tenancy
from hub.core import outbox
from hub.core.clock import local_date
from hub.core.db import Reads, Tx
from hub.core.errors import NotFound
from tourism import lodging, mandate, rates
from tourism.claims import store
from tourism.claims.actions import letters
from tourism.claims.actions.finding import find_house, find_proving_domain
from tourism.claims.errors import ClaimInvalid, TooManyClaims
from tourism.claims.models import (
    AskOffice,
    BeginClaim,
    Claim,
    ClaimAsked,
    OwnClaim,
    State,
    TypedCode,
)
from tourism.claims.policy import proof
from tourism.lodging import Listing, Property

PARIS = "Europe/Paris"
UNDER_WAY = {State.OPEN, State.ASKED}


async def begin_claim(
    tx: Tx, house: Property, said: BeginClaim, own: list[OwnClaim], *, person: int
) -> UUID:
    """Begin to claim a house, behind its wall; the claim that is under way is brought up to date.

    `own` are the person's claims; what they ask about houses that they run counts for none.
    Raises `ClaimInvalid`, `TooManyClaims`.
    """
    proof.check_begin(said)
    claimed = [one for one in own if one.property != house.id and not one.confirms]
    under_way = [one for one in claimed if one.state in UNDER_WAY]
    if len(under_way) >= proof.CLAIMS_OPEN:
        raise TooManyClaims("Withdraw one of them first.", retry_after_s=86_400)
    if any(member.person == person for member in await tenancy.list_members(tx)):
        raise ClaimInvalid("You belong to this house already.", field="siret")
    id = await store.insert_claim(tx, person, re.sub(r"[\s.]", "", said.siret), said)
    await audit.record(
        tx,
        action="claim.begun",
        subject=f"property:{house.id}",
        detail={"claim": str(id), "person": person},
    )
    return id


async def find_claim(tx: Tx, id: UUID) -> Claim:
    """One claim of this wall. Raises `NotFound`."""
    claim = await store.find_claim(tx, id)
    if claim is None:
        raise NotFound("This claim is unknown.")
    return claim


async def _lock_claim(tx: Tx, id: UUID) -> Claim:
    claim = await store.lock_claim(tx, id)
    if claim is None:
        raise NotFound("This claim is unknown.")
    return claim


async def send_code(
    tx: Tx, reader: Reads, id: UUID, local: str, own: list[OwnClaim], secret: bytes, language: str
) -> str:
    """Send a new code to an address at the house's own domain; the address.

    Raises `ClaimInvalid` (no such domain, or another address), `ClaimOver`, `TooManyCodes`.
    """
    claim = await _lock_claim(tx, id)
    proof.check_waits(claim, State.OPEN)
    house = await find_house(reader, claim.property)
    domain = await find_proving_domain(reader, house)
    if domain is None:
        raise ClaimInvalid("No address proves this house: ask the tourist office.", field="local")
    email = proof.address_for(local, domain)
    today = local_date(tx.now, PARIS)
    sent = proof.codes_today(claim.codes_sent, claim.codes_on, today)
    proof.check_may_send(
        of_claim=sent,
        of_house=await store.count_codes_of_house(tx, house.id, today),
        of_person=sum(proof.codes_today(one.codes_sent, one.codes_on, today) for one in own),
    )
    code = proof.draw_code(tx.database.ids)
    await store.keep_code(
        tx,
        id,
        email=email,
        code_hash=proof.hash_code(secret, id, code),
        expires_at=tx.now + proof.CODE_LIFE,
        codes_sent=sent + 1,
        today=today,
    )
    await letters.write_code(tx, house, email, code, language)
    return email


async def type_code(tx: Tx, id: UUID, typed: str, secret: bytes) -> TypedCode:
    """Compare a code. A wrong one is counted, so the caller commits and tells afterwards; the
    right one gives the house, or asks for a decision where somebody runs it already.

    Raises `ClaimOver`.
    """
    claim = await _lock_claim(tx, id)
    proof.check_waits(claim, State.OPEN)
    if not proof.code_lives(claim, tx.now):
        return TypedCode.EXPIRED
    await store.count_try(tx, id)
    if not proof.code_matches(claim, secret, typed):
        return TypedCode.WRONG
    await store.mark_proven(tx, id)
    if await grant(tx, claim):
        return TypedCode.GRANTED
    await ask(tx, claim, claim.statement)
    return TypedCode.ASKED


async def ask_office(tx: Tx, id: UUID, said: AskOffice) -> None:
    """Ask whoever decides about this house. Raises `ClaimInvalid`, `ClaimOver`."""
    claim = await _lock_claim(tx, id)
    proof.check_waits(claim, State.OPEN)
    proof.check_statement(said)
    await ask(tx, claim, said.statement.strip())


async def ask(tx: Tx, claim: Claim, statement: str) -> None:
    """The claim waits for a decision from now on; those who decide are told."""
    await store.mark_asked(tx, claim.id, statement)
    await audit.record(
        tx,
        action="claim.asked",
        subject=f"property:{claim.property}",
        detail={"claim": str(claim.id)},
    )
    await outbox.emit(tx, ClaimAsked(claim=claim.id))


async def withdraw_claim(tx: Tx, id: UUID) -> None:
    """Give a claim up. Raises `ClaimOver`."""
    claim = await _lock_claim(tx, id)
    proof.check_waits(claim, *UNDER_WAY)
    await store.end_claim(tx, id, State.WITHDRAWN, "")


async def grant(tx: Tx, claim: Claim) -> bool:
    """Give a house that nobody runs to its claimant; False when somebody runs it."""
    if not await tenancy.admit_first_owner(tx, person=claim.person):
        return False
    await take_over(tx, claim, "")
    return True


async def take_over(tx: Tx, claim: Claim, reason: str) -> None:
    """The house leaves the registry's shelf or its former hands: a draft with its SIRET, without
    mandate. What was computed for it, if anything, is invented: it goes."""
    await lodging.lock_property(tx, claim.property)
    house = await lodging.own_house(tx)
    if house.listing in {Listing.REGISTRY, Listing.DEMO}:
        await lodging.retire_room_types(tx, house.id)
        await rates.retire_offer(tx, house)
    await mandate.end_at_once(tx, house, "changement d'exploitant")
    await lodging.change_listing(tx, house, Listing.DRAFT)
    await lodging.keep_siret(tx, house, claim.siret)
    await store.end_claim(tx, claim.id, State.GRANTED, reason)
    await audit.record(
        tx,
        action="claim.granted",
        subject=f"property:{house.id}",
        reason=reason,
        detail={"claim": str(claim.id), "person": claim.person},
    )
