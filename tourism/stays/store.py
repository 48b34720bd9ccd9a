"""The statements of a person's stays."""

from datetime import datetime
from uuid import UUID

from hub.core.db import Tx
from hub.core.sql import load_queries
from tourism.stays.models import OwnStay, StayEmail

q = load_queries(__name__)


async def ask_proof(
    tx: Tx, person: int, email: str, *, before: datetime, yesterday: datetime, most: int
) -> StayEmail | None:
    """None too soon or too often."""
    return await tx.one(
        StayEmail,
        q.ask_proof,
        id=tx.uuid(),
        person=person,
        email=email,
        now=tx.now,
        before=before,
        yesterday=yesterday,
        most=most,
    )


async def find_email(tx: Tx, person: int, email: str) -> StayEmail | None:
    return await tx.one(StayEmail, q.find_email, person=person, email=email)


async def prove_email(tx: Tx, id: UUID, person: int, since: datetime) -> bool:
    """False for another person's, an old one, or one that is proven already."""
    return await tx.run(q.prove_email, id=id, person=person, now=tx.now, since=since) == 1


async def list_stays(tx: Tx, person: int, most: int) -> list[OwnStay]:
    return await tx.all(OwnStay, q.list_stays, person=person, most=most)


async def find_operator(tx: Tx) -> int | None:
    return await tx.value(int, q.find_operator)
