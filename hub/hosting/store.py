"""What those who move organisations ask of a zone, over an administrator's connection."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from hub.core.db import Session
from hub.core.sql import load_queries
from hub.hosting.models import Used
from hub.withdrawals import Reader

q = load_queries(__name__)

# Why a copy is held where its organisation does not live yet: nothing of it was known there, or the
# law keeps rows of a former life there.
NOT_YET, NOT_AGAIN = "not here yet", "not here again yet"


class Living(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation that somebody belongs to."""

    id: int
    kind: str
    name: str
    persons: int


class Born(msgspec.Struct, frozen=True, kw_only=True):
    """What an organisation keeps wherever it lives; its number alone may be another's elsewhere."""

    kind: str
    created_at: datetime


async def find_born(session: Session, tenant: int) -> Born | None:
    found = await session.all(Born, q.find_born, tenant=tenant)
    return found[0] if found else None


async def try_to_move(session: Session) -> bool:
    """False while another moves organisations away; held until the connection ends."""
    return bool(await session.value(bool, q.try_to_move))


async def list_living(session: Session) -> Sequence[Living]:
    return await session.all(Living, q.list_living)


async def measure(session: Session) -> Used:
    found = await session.one(Used, q.measure)
    assert found is not None
    return found


async def is_living(session: Session, tenant: int) -> bool:
    return bool(await session.value(bool, q.is_living, tenant=tenant))


async def list_deciders(session: Session, tenant: int) -> tuple[Reader, ...]:
    return tuple(await session.all(Reader, q.list_deciders, tenant=tenant))


async def hold(session: Session, tenant: int, reason: str, now: datetime) -> None:
    """Nobody changes what an organisation has here, until it is released."""
    await session.value(int, q.hold, tenant=tenant, reason=reason, now=now)


async def is_held(session: Session, tenant: int) -> bool:
    return await session.value(str, q.find_hold, tenant=tenant) is not None


async def is_held_as(session: Session, tenant: int, reason: str) -> bool:
    return await session.value(str, q.find_hold, tenant=tenant) == reason


async def release(session: Session, tenant: int) -> None:
    await session.value(int, q.release, tenant=tenant)
