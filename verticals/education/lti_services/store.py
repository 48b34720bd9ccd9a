"""The statements."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from hub.core.db import Tx
from hub.core.sql import load_queries
from verticals.education.lti_launch import NewLine
from verticals.education.lti_services.models import MemberRow

q = load_queries(__name__)

MOST_SEATS = 1_000


async def find_member(tx: Tx, tool: UUID, sub: UUID) -> UUID | None:
    return await tx.value(UUID, q.find_member, tool=tool, sub=sub)


async def list_unnamed(tx: Tx, tool: UUID, classroom: UUID, today: date) -> list[UUID]:
    asked = {"tool": tool, "classroom": classroom, "today": today, "wanted": MOST_SEATS}
    return [one.id for one in await tx.all(_Id, q.list_unnamed, **asked)]


async def list_members(
    tx: Tx,
    tool: UUID,
    classroom: UUID,
    today: date,
    *,
    role: str | None = None,
    sub: UUID | None = None,
    after: UUID | None = None,
    wanted: int = 1,
) -> list[MemberRow]:
    asked = {"tool": tool, "classroom": classroom, "today": today, "role": role, "sub": sub}
    return await tx.all(MemberRow, q.list_members, **asked, after=after, wanted=wanted)


async def list_subs(tx: Tx, tool: UUID, members: Sequence[UUID]) -> Mapping[UUID, UUID]:
    found = await tx.all(_Sub, q.list_subs, tool=tool, members=list(members))
    return {one.member: one.sub for one in found}


async def count_lines(tx: Tx, tool: UUID, classroom: UUID) -> int:
    return await tx.value(int, q.count_lines, tool=tool, classroom=classroom) or 0


async def find_same(
    tx: Tx, tool: UUID, classroom: UUID, new: NewLine, since: datetime
) -> UUID | None:
    """A column that says the same, was made since an instant, and has no mark."""
    asked = {"tool": tool, "classroom": classroom, "since": since}
    return await tx.value(UUID, q.find_same, **asked, **msgspec.structs.asdict(new))


class _Id(msgspec.Struct, frozen=True):
    id: UUID


class _Sub(msgspec.Struct, frozen=True):
    member: UUID
    sub: UUID
