"""The statements of assemblies."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal
from uuid import UUID

import asyncpg
import msgspec

from hub.assemblies.errors import VoteClosed
from hub.assemblies.models import (
    BallotCount,
    Choice,
    Comment,
    Proposal,
    ProposalKind,
    Result,
    State,
    Voter,
)
from hub.core.db import Tx
from hub.core.problems import sqlstate_of
from hub.core.sql import load_queries
from hub.members import Enrolment, Statute
from hub.rules import RuleText

q = load_queries(__name__)


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """A vote of some federation that shall open or close."""

    tenant: int
    id: UUID


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """Something of some federation begins or ends by its date."""

    tenant: int
    kind: Literal["version", "suspended", "resumed", "derogation"]
    subject: str
    day: date


async def insert_proposal(
    tx: Tx,
    id: UUID,
    agreement: str,
    text: RuleText,
    reasons: str,
    base: int | None,
    on: date,
    until_on: date | None = None,
) -> None:
    """With `until_on`, a suspension of the base."""
    await tx.run(
        q.insert_proposal,
        tenant=tx.tenant,
        id=id,
        kind=ProposalKind.SUSPENSION if until_on else ProposalKind.TEXT,
        until_on=until_on,
        agreement=agreement,
        title=text.title,
        reasons=reasons,
        text=text,
        base=base,
        effective_on=on,
        now=tx.now,
    )


async def save_draft(
    tx: Tx, id: UUID, text: RuleText, reasons: str, base: int | None, on: date
) -> bool:
    """False when it is no draft any more."""
    saved = await tx.run(
        q.save_draft,
        id=id,
        title=text.title,
        reasons=reasons,
        text=text,
        base=base,
        effective_on=on,
    )
    return saved == 1


async def find_proposal(tx: Tx, id: UUID) -> Proposal | None:
    return await tx.one(Proposal, q.find_proposal, id=id)


async def lock_proposal(tx: Tx, id: UUID) -> Proposal | None:
    return await tx.one(Proposal, q.lock_proposal, id=id)


async def list_proposals(tx: Tx, wanted: int) -> list[Proposal]:
    return await tx.all(Proposal, q.list_proposals, wanted=wanted)


async def announce(
    tx: Tx,
    id: UUID,
    state: State,
    statute: Statute,
    opens_at: datetime,
    closes_at: datetime,
    effective_on: date,
) -> None:
    await tx.run(
        q.announce,
        id=id,
        state=state,
        statute=statute,
        opens_at=opens_at,
        closes_at=closes_at,
        effective_on=effective_on,
    )


async def move(tx: Tx, id: UUID, state: State) -> None:
    await tx.run(q.move, id=id, state=state)


async def keep_result(tx: Tx, id: UUID, state: State, result: Result, minutes_hash: str) -> None:
    await tx.run(
        q.keep_result,
        id=id,
        state=state,
        result=result,
        call=result.call,
        minutes_hash=minutes_hash,
    )


async def list_due(tx: Tx, wanted: int) -> list[Due]:
    return await tx.all(Due, q.list_due, now=tx.now, wanted=wanted)


async def list_turns(tx: Tx, today: date, wanted: int) -> list[Turn]:
    return await tx.all(Turn, q.list_turns, today=today, wanted=wanted)


async def tell_once(tx: Tx, what: str) -> bool:
    """Whether it was not told before."""
    return await tx.run(q.tell_once, tenant=tx.tenant, what=what, now=tx.now) == 1


async def insert_comment(tx: Tx, id: UUID, proposal: UUID, author: str, body: str) -> None:
    await tx.run(
        q.insert_comment,
        tenant=tx.tenant,
        id=id,
        proposal=proposal,
        author=author,
        body=body,
        now=tx.now,
    )


async def list_comments(tx: Tx, proposal: UUID, wanted: int) -> list[Comment]:
    return await tx.all(Comment, q.list_comments, proposal=proposal, wanted=wanted)


async def call_roll(tx: Tx, proposal: UUID, members: Sequence[Enrolment]) -> None:
    await tx.run(
        q.call_roll,
        tenant=tx.tenant,
        proposal=proposal,
        members=[one.member for one in members],
        names=[one.name for one in members],
        colleges=[one.college for one in members],
    )


async def list_roll(tx: Tx, proposal: UUID, call: int, wanted: int) -> list[Voter]:
    return await tx.all(Voter, q.list_roll, proposal=proposal, call=call, wanted=wanted)


async def find_voter(tx: Tx, proposal: UUID, call: int, member: int) -> Voter | None:
    return await tx.one(Voter, q.find_voter, proposal=proposal, call=call, member=member)


async def count_held(tx: Tx, proposal: UUID, holder: int) -> int:
    return await tx.value(int, q.count_held, proposal=proposal, holder=holder) or 0


async def insert_proxy(tx: Tx, proposal: UUID, giver: int, holder: int) -> bool:
    inserted = await tx.run(
        q.insert_proxy,
        tenant=tx.tenant,
        proposal=proposal,
        giver=giver,
        holder=holder,
        now=tx.now,
    )
    return inserted == 1


async def delete_proxy(tx: Tx, proposal: UUID, giver: int) -> None:
    await tx.run(q.delete_proxy, proposal=proposal, giver=giver)


async def cast(
    tx: Tx, proposal: UUID, call: int, member: int, choice: Choice, cast_by: int
) -> None:
    """Raises `VoteClosed`, which the database itself decides."""
    try:
        await tx.run(
            q.cast,
            tenant=tx.tenant,
            proposal=proposal,
            call=call,
            member=member,
            choice=choice,
            cast_by=cast_by,
            now=tx.now,
        )
    except asyncpg.PostgresError as error:
        if sqlstate_of(error) != "P0A01":
            raise
        raise VoteClosed() from None


async def count_ballots(tx: Tx, proposal: UUID, call: int) -> list[BallotCount]:
    return await tx.all(BallotCount, q.count_ballots, proposal=proposal, call=call)
