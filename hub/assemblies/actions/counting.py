"""Votes open and close by the clock; a closed one is counted, and an adopted text ratified."""

import hashlib
from uuid import UUID

import msgspec

from hub import agreements, audit
from hub.agreements import RatifyVersion
from hub.assemblies import policy, store
from hub.assemblies.actions.writing import write_members
from hub.assemblies.models import Proposal, ProposalDue, ProposalKind, Result, State
from hub.core import outbox
from hub.core.db import Tx
from hub.rules import hash_text

DUE_MAX = 500


async def announce_due(tx: Tx) -> int:
    """Send each vote that shall open or close, of whatever federation, to its own task."""
    due = await store.list_due(tx, DUE_MAX)
    for one in due:
        await outbox.emit_for(tx, one.tenant, ProposalDue(proposal=one.id))
    return len(due)


async def advance(tx: Tx, id: UUID) -> State | None:
    """Do what the clock asks of a vote; nothing when it is not due. The new state."""
    proposal = await store.lock_proposal(tx, id)
    if proposal is None or proposal.opens_at is None or proposal.closes_at is None:
        return None
    opening = {State.ANNOUNCED: State.OPEN, State.RECALLED: State.SECOND}
    if proposal.state in opening and proposal.opens_at <= tx.now:
        await store.move(tx, id, opening[proposal.state])
        await audit.record(tx, action="vote.opened", subject=f"proposal:{id}")
        await write_members(tx, msgspec.structs.replace(proposal, state=opening[proposal.state]))
        return opening[proposal.state]
    if proposal.state in {State.OPEN, State.SECOND} and proposal.closes_at <= tx.now:
        return await _count(tx, proposal)
    return None


async def count_now(tx: Tx, proposal: Proposal) -> Result | None:
    """How an open vote stands, or what a closed one gave."""
    if proposal.result is not None and proposal.state is not State.SECOND:
        return proposal.result
    if proposal.statute is None:
        return None
    counts = await store.count_ballots(tx, proposal.id, proposal.call)
    return policy.count_votes(proposal.statute, proposal.call, counts, tx.now)


async def _count(tx: Tx, proposal: Proposal) -> State:
    assert proposal.statute is not None
    assert proposal.closes_at is not None
    counts = await store.count_ballots(tx, proposal.id, proposal.call)
    result = policy.count_votes(proposal.statute, proposal.call, counts, tx.now)
    state = _state_after(proposal, result)
    await store.keep_result(tx, proposal.id, state, result, hash_minutes(proposal, result))
    if state is State.RECALLED:
        opens, closes = policy.second_opening(proposal.statute, proposal.closes_at)
        await store.announce(
            tx, proposal.id, state, proposal.statute, opens, closes, proposal.effective_on
        )
    if state is State.ADOPTED:
        if proposal.kind is ProposalKind.SUSPENSION:
            proposal = await _suspend(tx, proposal, result)
        else:
            await _ratify(tx, proposal, result)
    await audit.record(
        tx,
        action="vote.counted",
        subject=f"proposal:{proposal.id}",
        detail={"call": result.call, "outcome": result.outcome, "score": result.score},
    )
    await write_members(tx, msgspec.structs.replace(proposal, state=state, result=result))
    return state


def _state_after(proposal: Proposal, result: Result) -> State:
    if result.outcome == "no_quorum":
        again = result.call == 1 and proposal.kind is ProposalKind.TEXT
        return State.RECALLED if again else State.FAILED
    return State.ADOPTED if result.outcome == "adopted" else State.REFUSED


async def _ratify(tx: Tx, proposal: Proposal, result: Result) -> None:
    """The text becomes a version, in force by itself on its day."""
    await agreements.ratify_version(
        tx,
        RatifyVersion(
            agreement=proposal.agreement,
            title=proposal.title,
            effective_on=proposal.effective_on,
            text=proposal.text,
            minutes=_minutes(proposal, result),
        ),
    )


async def _suspend(tx: Tx, proposal: Proposal, result: Result) -> Proposal:
    """From the day after the vote, or after a count that came late, the version before decides."""
    assert proposal.base is not None
    assert proposal.until_on is not None
    first = max(proposal.effective_on, policy.day_after(tx.now))
    if first < proposal.until_on:
        await agreements.suspend_version(
            tx,
            agreements.Suspension(
                version=proposal.base,
                from_on=first,
                until_on=proposal.until_on,
                reason=proposal.reasons,
                minutes=_minutes(proposal, result),
                at=tx.now,
            ),
        )
    return msgspec.structs.replace(proposal, effective_on=first)


def _minutes(proposal: Proposal, result: Result) -> str:
    return (
        f"Proposition n° {proposal.number} : adoptée, {percent(result.score)} des "
        f"voix pondérées ; procès-verbal {hash_minutes(proposal, result)[:16]}."
    )


def percent(fraction: str) -> str:
    """`59/100` as `59 %`, for people; decisions use the fraction."""
    numerator, _, denominator = fraction.partition("/")
    return f"{round(int(numerator) * 1000 / int(denominator or 1)) / 10:g} %".replace(".", ",")


def hash_minutes(proposal: Proposal, result: Result) -> str:
    """The SHA-256 of what the minutes say: the voted text, the statute and the count."""
    said: dict[str, object] = {
        "agreement": proposal.agreement,
        "number": proposal.number,
        "text": hash_text(proposal.text),
        "effective_on": proposal.effective_on,
        "statute": proposal.statute,
        "result": result,
    }
    if proposal.kind is ProposalKind.SUSPENSION:
        said |= {"suspends": proposal.base, "until_on": proposal.until_on}
    return hashlib.sha256(msgspec.json.encode(said, order="deterministic")).hexdigest()
