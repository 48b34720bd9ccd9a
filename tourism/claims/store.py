"""The statements of claims."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from hub.core.db import Reads, Tx
from hub.core.sql import load_queries
from tourism.claims.models import (
    BeginClaim,
    Claim,
    ClaimToDecide,
    Decider,
    FoundHouse,
    OwnClaim,
    State,
)

q = load_queries(__name__)


async def find_houses(
    reader: Reads, key: str, words: Sequence[str], wanted: int
) -> list[FoundHouse]:
    return await reader.all(FoundHouse, q.find_houses, key=key, words=list(words), wanted=wanted)


async def count_same_name(reader: Reads, commune_code: str, search_key: str) -> int:
    found = await reader.value(
        int, q.count_same_name, commune_code=commune_code, search_key=search_key
    )
    return found or 0


async def count_houses_of_domain(reader: Reads, domain: str) -> int:
    return await reader.value(int, q.count_houses_of_domain, domain=domain) or 0


async def insert_claim(
    tx: Tx, person: int, siret: str, said: BeginClaim, *, confirms: bool = False
) -> UUID:
    """The new claim's id, or that of the one under way, brought up to date."""
    id = await tx.value(
        UUID,
        q.insert_claim,
        id=tx.uuid(),
        tenant=tx.tenant,
        property=said.property,
        person=person,
        siret=siret,
        quality=said.quality.strip(),
        phone=said.phone.strip(),
        confirms=confirms,
        now=tx.now,
    )
    assert id is not None
    return id


async def find_claim(tx: Tx, id: UUID) -> Claim | None:
    return await tx.one(Claim, q.find_claim, id=id)


async def lock_claim(tx: Tx, id: UUID) -> Claim | None:
    return await tx.one(Claim, q.lock_claim, id=id)


async def find_confirmation(tx: Tx, property: int) -> Claim | None:
    return await tx.one(Claim, q.find_confirmation, property=property)


async def count_codes_of_house(tx: Tx, property: int, today: date) -> int:
    return await tx.value(int, q.count_codes_of_house, property=property, today=today) or 0


async def keep_code(
    tx: Tx,
    id: UUID,
    *,
    email: str,
    code_hash: bytes,
    expires_at: datetime,
    codes_sent: int,
    today: date,
) -> None:
    await tx.run(
        q.keep_code,
        id=id,
        email=email,
        code_hash=code_hash,
        expires_at=expires_at,
        codes_sent=codes_sent,
        today=today,
    )


async def count_try(tx: Tx, id: UUID) -> None:
    await tx.run(q.count_try, id=id)


async def mark_proven(tx: Tx, id: UUID) -> None:
    await tx.run(q.mark_proven, id=id, now=tx.now)


async def mark_asked(tx: Tx, id: UUID, statement: str) -> None:
    await tx.run(q.mark_asked, id=id, statement=statement)


async def end_claim(tx: Tx, id: UUID, state: State, reason: str) -> None:
    await tx.run(q.end_claim, id=id, state=state, reason=reason, actor=tx.actor, now=tx.now)


async def mark_told(tx: Tx, id: UUID) -> bool:
    """False when they were told already."""
    return await tx.run(q.mark_told, id=id, now=tx.now) == 1


async def list_own_claims(tx: Tx, person: int) -> list[OwnClaim]:
    return await tx.all(OwnClaim, q.list_own_claims, person=person)


async def list_deciders(tx: Tx, property: int) -> list[Decider]:
    return await tx.all(Decider, q.list_deciders, property=property)


async def list_claims_to_decide(tx: Tx, wanted: int) -> list[ClaimToDecide]:
    return await tx.all(ClaimToDecide, q.list_claims_to_decide, wanted=wanted)
