"""Write a proposal, discuss it, announce its vote, withdraw it."""

from datetime import date, timedelta
from uuid import UUID

from hub import agreements, audit, members
from hub.agreements import NoAgreement, Version
from hub.assemblies import policy, store
from hub.assemblies.actions.writing import write_members
from hub.assemblies.errors import NotADraft, ProposalInvalid
from hub.assemblies.models import (
    Comment,
    DraftProposal,
    DraftSuspension,
    Proposal,
    ProposalKind,
    State,
)
from hub.core.clock import local_date
from hub.core.db import Reads, Tx
from hub.core.errors import NotFound
from hub.members import Statute
from hub.rules import Checked, RuleText, check

ZONE = "Europe/Paris"
REASONS_LETTERS, COMMENT_LETTERS = 5_000, 2_000
PROPOSALS_MAX, COMMENTS_MAX, ROLL_MAX = 200, 500, 20_000


async def check_source(tx: Tx, source: str, vocabulary: str) -> Checked:
    """What a text says, or what is wrong with it, under the caller's statute and today's places."""
    names = await members.college_names(tx)
    known = agreements.vocabularies()[vocabulary]
    return check(source, known, as_of=local_date(tx.now, ZONE), names=names)


async def names_of(tx: Tx) -> dict[str, dict[str, str]]:
    """The names that the caller's statute gives to a text."""
    return await members.college_names(tx)


async def find_base(tx: Tx, reads: Reads, agreement: str) -> Version | None:
    """The version in force that a proposal would replace; none for a new agreement."""
    try:
        return await agreements.find_version_in_force(reads, agreement, local_date(tx.now, ZONE))
    except NoAgreement:
        return None


async def write_proposal(
    tx: Tx, reads: Reads, command: DraftProposal, vocabulary: str, id: UUID | None = None
) -> UUID:
    """Keep a draft. Raises `RuleInvalid` with every fault, `ProposalInvalid`, `NotADraft`."""
    text = await _read(tx, command, vocabulary)
    base = await find_base(tx, reads, command.agreement)
    base_id = base.id if base else None
    if id is not None:
        if not await store.save_draft(
            tx, id, text, command.reasons.strip(), base_id, command.effective_on
        ):
            raise NotADraft()
        return id
    made = tx.uuid()
    await store.insert_proposal(
        tx, made, command.agreement, text, command.reasons.strip(), base_id, command.effective_on
    )
    await audit.record(tx, action="proposal.written", subject=f"proposal:{made}")
    return made


async def write_suspension(tx: Tx, reads: Reads, agreement: str, command: DraftSuspension) -> UUID:
    """Keep a draft that would suspend the version in force: the one before decides meanwhile.

    Raises `NothingToSuspend`, `ProposalInvalid`, `NoStatute`.
    """
    base = await find_base(tx, reads, agreement)
    if base is None:
        raise agreements.NothingToSuspend()
    agreements.find_fallback(base, await agreements.list_versions(tx, base.tenant))
    if not 1 <= len(command.reasons.strip()) <= REASONS_LETTERS:
        raise ProposalInvalid("Say why, in 5,000 letters at most.", field="reasons")
    statute = policy.emergency_statute((await members.find_statute(tx)).document)
    _, closes_at = policy.first_opening(statute, tx.now)
    first = policy.day_after(closes_at)
    policy.check_suspension(first, command.until_on)
    made = tx.uuid()
    await store.insert_proposal(
        tx, made, agreement, base.text, command.reasons.strip(), base.id, first, command.until_on
    )
    await audit.record(tx, action="suspension.written", subject=f"proposal:{made}")
    return made


async def _read(tx: Tx, command: DraftProposal, vocabulary: str) -> RuleText:
    checked = await check_source(tx, command.source, vocabulary)
    if checked.faults:
        raise agreements.refusal(checked.faults)
    if not 1 <= len(command.reasons.strip()) <= REASONS_LETTERS:
        raise ProposalInvalid("Say why, in 5,000 letters at most.", field="reasons")
    today = local_date(tx.now, ZONE)
    if not today < command.effective_on <= today + timedelta(days=730):
        raise ProposalInvalid("Choose a day after today, within two years.", field="effective_on")
    return checked.text


async def find_proposal(tx: Tx, id: UUID) -> Proposal:
    """Raises `NotFound`."""
    found = await store.find_proposal(tx, id)
    if found is None:
        raise NotFound("There is no such proposal.")
    return found


async def find_texts(tx: Tx, proposal: Proposal) -> tuple[RuleText | None, RuleText]:
    """The text in force when it was proposed (none for a first agreement), and the one that would
    decide instead: the proposed one, or the version before the suspended one."""
    versions = await agreements.list_versions(tx, tx.tenant or 0)
    base = next((one for one in versions if one.id == proposal.base), None)
    if proposal.kind is ProposalKind.SUSPENSION and base is not None:
        return base.text, agreements.find_fallback(base, versions).text
    return (base.text if base else None), proposal.text


async def list_proposals(tx: Tx) -> list[Proposal]:
    """The newest first."""
    return await store.list_proposals(tx, PROPOSALS_MAX)


async def say(tx: Tx, id: UUID, author: str, body: str) -> None:
    """Add to the discussion. Raises `ProposalInvalid`."""
    if not 1 <= len(body.strip()) <= COMMENT_LETTERS:
        raise ProposalInvalid("Write something, in 2,000 letters at most.", field="body")
    await find_proposal(tx, id)
    await store.insert_comment(tx, tx.uuid(), id, author, body.strip())


async def list_comments(tx: Tx, id: UUID) -> list[Comment]:
    return await store.list_comments(tx, id, COMMENTS_MAX)


async def announce(tx: Tx, id: UUID) -> Proposal:
    """Call the members to vote: the register becomes the roll, the statute is kept as it is.

    Raises `NotADraft`, `TakesEffectTooEarly`, `ProposalInvalid` where a college has no member.
    """
    proposal = await _lock_draft(tx, id)
    statute, effective_on = await _check_announced(tx, proposal)
    roll = await members.list_enrolments(tx, wanted=ROLL_MAX)
    missing = {one.code for one in statute.colleges} - {one.college for one in roll}
    if missing:
        raise ProposalInvalid("Each college needs a member before a vote.", field="roll")
    await store.call_roll(tx, id, [one for one in roll if statute.college(one.college)])
    opens_at, closes_at = policy.first_opening(statute, tx.now)
    await store.announce(tx, id, State.ANNOUNCED, statute, opens_at, closes_at, effective_on)
    await audit.record(
        tx,
        action="vote.announced",
        subject=f"proposal:{id}",
        detail={"opens_at": opens_at.isoformat(), "closes_at": closes_at.isoformat()},
    )
    announced = await find_proposal(tx, id)
    await write_members(tx, announced)
    return announced


async def _check_announced(tx: Tx, proposal: Proposal) -> tuple[Statute, date]:
    """The statute that the vote keeps, and the day from which its decision would count."""
    statute = (await members.find_statute(tx)).document
    if proposal.kind is ProposalKind.SUSPENSION:
        statute = policy.emergency_statute(statute)
        first = policy.day_after(policy.first_opening(statute, tx.now)[1])
        policy.check_suspension(first, proposal.until_on)
        return statute, first
    policy.check_effective(statute, tx.now, proposal.effective_on)
    agreements.validate(
        proposal.text, as_of=proposal.effective_on, names=await members.college_names(tx)
    )
    return statute, proposal.effective_on


async def withdraw(tx: Tx, id: UUID) -> None:
    """Take a draft or an announced vote back."""
    proposal = await store.lock_proposal(tx, id)
    if proposal is None:
        raise NotFound("There is no such proposal.")
    if proposal.state not in {State.DRAFT, State.ANNOUNCED}:
        raise NotADraft()
    await store.move(tx, id, State.WITHDRAWN)
    await audit.record(tx, action="proposal.withdrawn", subject=f"proposal:{id}")


async def _lock_draft(tx: Tx, id: UUID) -> Proposal:
    proposal = await store.lock_proposal(tx, id)
    if proposal is None:
        raise NotFound("There is no such proposal.")
    if proposal.state is not State.DRAFT:
        raise NotADraft()
    return proposal
