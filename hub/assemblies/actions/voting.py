"""Ballots and proxies: who may cast which, until the vote closes."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from hub import audit
from hub.assemblies import store
from hub.assemblies.actions.proposing import ROLL_MAX, find_proposal
from hub.assemblies.errors import (
    BallotTaken,
    NotOnTheRoll,
    ProxyInvalid,
    ProxyTooMany,
    VoteClosed,
)
from hub.assemblies.models import Choice, Proposal, State, Voter
from hub.core.db import Database, Tx
from hub.core.errors import HubError

OPEN = frozenset({State.OPEN, State.SECOND})
BEFORE_CLOSING = OPEN | {State.ANNOUNCED, State.RECALLED}


async def cast_ballot(tx: Tx, id: UUID, *, member: int, by: int, choice: Choice) -> None:
    """Vote for a member: itself, or whoever holds its proxy. The last ballot before closing counts.

    The transaction stands behind the federation's wall; `by` is the caller's organisation. Raises
    `VoteClosed`, `NotOnTheRoll`, `BallotTaken`.
    """
    proposal = await find_proposal(tx, id)
    voter = await _find_voter(tx, proposal, member)
    await _find_voter(tx, proposal, by)
    if not _is_open(tx, proposal):
        raise VoteClosed("The vote is not open now: the ballot was not counted.")
    if by not in {voter.holder, member} or (voter.holder is not None and by == member):
        raise BallotTaken("Who gave a proxy no longer votes; who holds none votes for itself only.")
    await store.cast(tx, id, proposal.call, member, choice, by)
    secret = proposal.statute is not None and proposal.statute.secret
    detail: dict[str, object] = {"member": member, "by": by, "call": proposal.call}
    if not secret:
        detail["choice"] = choice.value
    await audit.record(tx, action="vote.cast", subject=f"proposal:{id}", detail=detail)


def _is_open(tx: Tx, proposal: Proposal) -> bool:
    if proposal.state not in OPEN or proposal.opens_at is None or proposal.closes_at is None:
        return False
    return proposal.opens_at <= tx.now < proposal.closes_at


async def give_proxy(tx: Tx, id: UUID, *, giver: int, holder: int) -> None:
    """Let another member vote in one's place, before one has voted oneself.

    Raises `ProxyTooMany` beyond the statute's limit, `ProxyInvalid`, `VoteClosed`, `NotOnTheRoll`.
    """
    proposal = await store.lock_proposal(tx, id)
    if proposal is None or proposal.statute is None or proposal.state not in BEFORE_CLOSING:
        raise VoteClosed("The vote is over: no proxy can be given.")
    voter = await _find_voter(tx, proposal, giver)
    other = await _find_voter(tx, proposal, holder)
    if giver == holder or other.holder is not None or await store.count_held(tx, id, giver):
        raise ProxyInvalid("Give it to another member, who has given none.", field="holder")
    if voter.choice is not None:
        raise ProxyInvalid("This member has voted already.", field="holder")
    if await store.count_held(tx, id, holder) >= proposal.statute.proxies_max:
        raise ProxyTooMany()
    if not await store.insert_proxy(tx, id, giver, holder):
        raise ProxyInvalid("This member has given its proxy already.", field="holder")
    await audit.record(
        tx,
        action="proxy.given",
        subject=f"proposal:{id}",
        detail={"giver": giver, "holder": holder},
    )


async def take_proxy_back(tx: Tx, id: UUID, *, giver: int) -> None:
    """Vote oneself again, unless the proxy has voted."""
    proposal = await find_proposal(tx, id)
    voter = await _find_voter(tx, proposal, giver)
    if voter.choice is not None:
        raise BallotTaken("The proxy has voted already.")
    await store.delete_proxy(tx, id, giver)
    await audit.record(
        tx, action="proxy.taken_back", subject=f"proposal:{id}", detail={"giver": giver}
    )


async def _find_voter(tx: Tx, proposal: Proposal, member: int) -> Voter:
    voter = await store.find_voter(tx, proposal.id, proposal.call, member)
    if voter is None:
        raise NotOnTheRoll()
    return voter


async def find_voter(tx: Tx, proposal: Proposal, member: int) -> Voter | None:
    """A member on the roll of a vote."""
    return await store.find_voter(tx, proposal.id, proposal.call, member)


async def list_roll(tx: Tx, proposal: Proposal) -> list[Voter]:
    """Who may vote, and whether they did; under a secret vote, not how."""
    return await store.list_roll(tx, proposal.id, proposal.call, ROLL_MAX)


async def or_log(
    database: Database, scheme: int, actor: str, id: UUID, act: Callable[[Tx], Awaitable[None]]
) -> None:
    """Do an act of voting; a refusal is written to the trail, and raised again (GV-6)."""
    try:
        async with database.transaction(scheme, actor=actor) as tx:
            await act(tx)
    except HubError as error:
        async with database.transaction(scheme, actor=actor) as tx:
            await audit.record(
                tx,
                action="vote.refused",
                subject=f"proposal:{id}",
                reason=str(error)[:500],
                detail={"code": error.code},
            )
        raise
