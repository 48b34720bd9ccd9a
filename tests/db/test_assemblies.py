"""From a proposal to a split that is in force: the roll, the calls, proxies, refusals."""

from datetime import date, datetime, timedelta
from uuid import UUID

import asyncpg
import msgspec
import pytest

from hub import agreements, audit, members, tenancy
from hub.agreements import NoAgreement, RuleInvalid
from hub.assemblies.actions import counting, proposing, voting
from hub.assemblies.errors import (
    BallotTaken,
    NotADraft,
    NotOnTheRoll,
    ProposalInvalid,
    ProxyInvalid,
    ProxyTooMany,
    TakesEffectTooEarly,
    VoteClosed,
)
from hub.assemblies.models import Choice, DraftProposal, State
from hub.assemblies.tasks import advance_later, announce_due_later
from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.vertical import Nothing
from hub.members import College, Statute
from hub.members.errors import AlreadyEnrolled, EnrolmentInvalid
from hub.rules import Base
from tests.db.test_agreements import FACTS

FEDERATION, PLATFORM = 1, 2
HOTELS, CAMPSITES, OFFICES = (3, 4, 5, 6), (7, 8), (9,)
EVERYBODY = (*HOTELS, *CAMPSITES, *OFFICES)
STATUTE = Statute(
    colleges=(
        College(code="hotels", name="Hôtels", weight_bps=5_000),
        College(code="campsites", name="Campings", weight_bps=3_000),
        College(code="offices", name="Offices", weight_bps=2_000),
    ),
    quorum_bps=5_000,
    proxies_max=1,
)
SOURCE = """accord « Soutenir »
règle « Hôtels »
quand le collège est « Hôtels »
  la centrale : 2 % de l'hébergement
règle « Partout »
sinon
  la centrale : 4 % de l'hébergement
le reste à l'hébergeur"""
EFFECTIVE_ON = date(2027, 3, 1)
DRAFT = DraftProposal(agreement="essai", source=SOURCE, reasons="Aider.", effective_on=EFFECTIVE_ON)


@pytest.fixture(autouse=True)
async def federation(database: Database) -> None:
    """A federation with four hotels, two campsites and an office in three colleges."""
    kinds = [
        tenancy.Kind.FEDERATION,
        tenancy.Kind.OPERATOR,
        *[tenancy.Kind.LODGING] * 6,
        tenancy.Kind.OFFICE,
        tenancy.Kind.LODGING,
    ]
    async with database.transaction() as tx:
        await tenancy.open_organisations(
            tx,
            [tenancy.OpenOrganisation(kind=k, name=f"O{n}") for n, k in enumerate(kinds, 1)],
        )
    async with database.transaction(FEDERATION, actor="person:7") as tx:
        await members.write_statute(tx, STATUTE)
        for college, theirs in (("hotels", HOTELS), ("campsites", CAMPSITES), ("offices", OFFICES)):
            for member in theirs:
                await members.enrol(tx, member=member, name=f"O{member}", college=college)


async def propose(database: Database, **changes: object) -> UUID:
    async with database.transaction(FEDERATION, actor="person:7") as tx:
        return await proposing.write_proposal(
            tx, database.reader, msgspec.structs.replace(DRAFT, **changes), "tourism"
        )


async def announce(database: Database, id: UUID) -> None:
    async with database.transaction(FEDERATION, actor="person:7") as tx:
        await proposing.announce(tx, id)


async def advance(database: Database, id: UUID) -> State | None:
    async with database.transaction(FEDERATION) as tx:
        return await counting.advance(tx, id)


async def cast(
    database: Database, id: UUID, member: int, choice: Choice = Choice.YES, by: int | None = None
) -> None:
    async def act(tx) -> None:
        await voting.cast_ballot(tx, id, member=member, by=by or member, choice=choice)

    await voting.or_log(database, FEDERATION, f"person:{by or member}", id, act)


async def give(database: Database, id: UUID, giver: int, holder: int) -> None:
    async def act(tx) -> None:
        await voting.give_proxy(tx, id, giver=giver, holder=holder)

    await voting.or_log(database, FEDERATION, f"person:{giver}", id, act)


async def look(database: Database, id: UUID):
    async with database.transaction(FEDERATION) as tx:
        return await proposing.find_proposal(tx, id)


@pytest.fixture
async def open_vote(database: Database, clock: DrivenClock) -> UUID:
    """A proposal whose vote has just opened."""
    id = await propose(database)
    await announce(database, id)
    found = await look(database, id)
    assert found.opens_at is not None
    assert await advance(database, id) is None
    clock.set(found.opens_at)
    assert await advance(database, id) is State.OPEN
    return id


async def test_gv_2_a_college_below_quorum_leads_to_a_second_call_and_then_to_a_version(
    database: Database, clock: DrivenClock, open_vote: UUID, admin: asyncpg.Connection
) -> None:
    for member in (*HOTELS, *OFFICES):
        await cast(database, open_vote, member)
    closing = (await look(database, open_vote)).closes_at
    clock.set(closing - timedelta(seconds=1))
    assert await advance(database, open_vote) is None
    clock.set(closing)
    assert await advance(database, open_vote) is State.RECALLED
    first = (await look(database, open_vote)).result
    assert (first.call, first.outcome) == (1, "no_quorum")
    second = await look(database, open_vote)
    assert second.opens_at > closing + timedelta(days=STATUTE.second_notice_days)
    with pytest.raises(VoteClosed):
        await cast(database, open_vote, 3)
    clock.set(second.opens_at)
    assert await advance(database, open_vote) is State.SECOND
    await cast(database, open_vote, 3)
    await cast(database, open_vote, 4, Choice.NO)
    await cast(database, open_vote, 7)
    clock.set(second.closes_at)
    assert await advance(database, open_vote) is State.ADOPTED
    found = await look(database, open_vote)
    # 50 % x 1/2 + 30 % x 1 + a silent college, whose weight is lost: 55 %.
    assert (found.result.call, found.result.score) == (2, "11/20")
    assert len(found.minutes_hash) == 64
    with pytest.raises(NoAgreement):
        await agreements.find_version_in_force(
            database.reader, "essai", EFFECTIVE_ON - timedelta(days=1)
        )
    version = await agreements.find_version_in_force(database.reader, "essai", EFFECTIVE_ON)
    assert version.text == found.text
    async with database.transaction(FEDERATION) as tx:
        actions = [entry.action for entry in await audit.list_entries(tx, wanted=100)]
    for action in ("proposal.written", "vote.announced", "vote.opened", "vote.counted"):
        assert action in actions
    assert actions.count("vote.counted") == 2
    assert await advance(database, open_vote) is None


async def test_a_version_shares_by_the_college_that_the_register_knows(
    database: Database, clock: DrivenClock, open_vote: UUID
) -> None:
    for member in EVERYBODY:
        await cast(database, open_vote, member)
    clock.set((await look(database, open_vote)).closes_at)
    assert await advance(database, open_vote) is State.ADOPTED
    clock.set(datetime(2027, 3, 1, 12, tzinfo=clock.now().tzinfo))
    version = await agreements.find_version_in_force(database.reader, "essai", EFFECTIVE_ON)
    got: dict[int, int] = {}
    for member in (3, 7, 10):
        async with database.transaction(member) as tx:
            facts = await agreements.complete_facts(tx, version, FACTS)
            made = agreements.allocate(version, facts, {Base.LODGING_NET: 10_000})
        got[member] = made.shares[0].amount_cents
    assert got == {3: 200, 7: 400, 10: 400}


async def test_what_is_refused_or_without_quorum_twice_changes_nothing(
    database: Database, clock: DrivenClock, open_vote: UUID
) -> None:
    for member in EVERYBODY:
        await cast(database, open_vote, member, Choice.NO)
    clock.set((await look(database, open_vote)).closes_at)
    assert await advance(database, open_vote) is State.REFUSED
    with pytest.raises(NoAgreement):
        await agreements.find_version_in_force(database.reader, "essai", date(2028, 1, 1))


async def test_gv_6_one_ballot_a_member_that_may_change_until_the_vote_closes(
    database: Database, clock: DrivenClock, open_vote: UUID, admin: asyncpg.Connection
) -> None:
    await cast(database, open_vote, 3, Choice.NO)
    await cast(database, open_vote, 3, Choice.YES)
    assert await admin.fetchval("select count(*) from ballot") == 1
    async with database.transaction(FEDERATION) as tx:
        result = await counting.count_now(tx, await proposing.find_proposal(tx, open_vote))
    assert (result.colleges[0].yes, result.colleges[0].no) == (1, 0)
    clock.set((await look(database, open_vote)).closes_at)
    # The task has not counted yet, and it is over all the same.
    with pytest.raises(VoteClosed):
        await cast(database, open_vote, 4)
    with pytest.raises(asyncpg.PostgresError, match="not open"):
        await admin.execute(
            "insert into ballot select tenant, proposal, 1, 4, 'yes', 4, $1 from ballot limit 1",
            clock.now(),
        )
    assert (await refusals(database))[0] == "vote-closed"


async def refusals(database: Database) -> list[str]:
    async with database.transaction(FEDERATION) as tx:
        entries = await audit.list_entries(tx, wanted=100)
    return [str(e.detail["code"]) for e in entries if e.action == "vote.refused"]


async def test_gv_6_proxies_have_a_limit_and_refusals_are_logged(
    database: Database, open_vote: UUID
) -> None:
    await give(database, open_vote, 4, 3)
    with pytest.raises(ProxyTooMany):
        await give(database, open_vote, 5, 3)
    with pytest.raises(ProxyInvalid):
        await give(database, open_vote, 4, 5)
    with pytest.raises(ProxyInvalid):
        await give(database, open_vote, 6, 6)
    with pytest.raises(ProxyInvalid):
        await give(database, open_vote, 6, 4)  # who gave a proxy holds none
    with pytest.raises(ProxyInvalid):
        await give(database, open_vote, 3, 6)  # who holds one gives none
    with pytest.raises(BallotTaken):
        await cast(database, open_vote, 4)
    with pytest.raises(BallotTaken):
        await cast(database, open_vote, 5, by=3)
    with pytest.raises(NotOnTheRoll):
        await cast(database, open_vote, 10)
    await cast(database, open_vote, 4, by=3)
    assert sorted(await refusals(database)) == [
        "ballot-taken",
        "ballot-taken",
        "not-on-the-roll",
        "proxy-invalid",
        "proxy-invalid",
        "proxy-invalid",
        "proxy-invalid",
        "proxy-too-many",
    ]


async def test_a_proxy_is_taken_back_until_it_was_used(database: Database, open_vote: UUID) -> None:
    await give(database, open_vote, 4, 3)
    async with database.transaction(FEDERATION) as tx:
        await voting.take_proxy_back(tx, open_vote, giver=4)
    await cast(database, open_vote, 4)
    await give(database, open_vote, 5, 3)
    await cast(database, open_vote, 5, by=3)
    with pytest.raises(BallotTaken):
        async with database.transaction(FEDERATION) as tx:
            await voting.take_proxy_back(tx, open_vote, giver=5)


async def test_the_roll_is_the_register_of_the_day_of_announcement(
    database: Database, open_vote: UUID
) -> None:
    async with database.transaction(FEDERATION) as tx:
        await members.enrol(tx, member=10, name="late", college="hotels")
    with pytest.raises(NotOnTheRoll):
        await cast(database, open_vote, 10)


async def test_a_secret_vote_leaves_no_choice_in_the_trail(
    database: Database, clock: DrivenClock
) -> None:
    async with database.transaction(FEDERATION) as tx:
        await members.write_statute(tx, msgspec.structs.replace(STATUTE, secret=True))
    id = await propose(database)
    await announce(database, id)
    clock.set((await look(database, id)).opens_at)
    await advance(database, id)
    await cast(database, id, 3)
    async with database.transaction(FEDERATION) as tx:
        entries = await audit.list_entries(tx, wanted=100)
    (entry,) = [entry for entry in entries if entry.action == "vote.cast"]
    assert entry.detail == {"member": 3, "by": 3, "call": 1}


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"source": SOURCE.replace("2 %", "102 %")}, RuleInvalid),
        ({"source": SOURCE.replace("« Hôtels »\n  la", "« Marins »\n  la")}, RuleInvalid),
        ({"reasons": "  "}, ProposalInvalid),
        ({"effective_on": date(2026, 12, 1)}, ProposalInvalid),
        ({"effective_on": date(2026, 1, 1)}, ProposalInvalid),
        ({"effective_on": date(2029, 1, 1)}, ProposalInvalid),
    ],
)
async def test_a_proposal_that_cannot_be_voted_is_refused_with_words(
    database: Database, changes: dict, error: type[Exception]
) -> None:
    with pytest.raises(error) as refused:
        await propose(database, **changes)
    assert str(refused.value)
    if error is RuleInvalid:
        assert refused.value.extra["faults"][0]["line"] in {3, 4}


async def test_a_text_that_would_lower_a_vested_share_is_refused(database: Database) -> None:
    id = await propose(database, effective_on=date(2027, 1, 3))
    with pytest.raises(TakesEffectTooEarly) as refused:
        await announce(database, id)
    assert refused.value.extra["earliest"] == "2027-01-07"
    assert (await look(database, id)).state is State.DRAFT


async def test_an_announced_text_is_no_draft_any_more(database: Database) -> None:
    id = await propose(database)
    await announce(database, id)
    with pytest.raises(NotADraft):
        await announce(database, id)
    with pytest.raises(NotADraft):
        async with database.transaction(FEDERATION) as tx:
            await proposing.write_proposal(tx, database.reader, DRAFT, "tourism", id)


async def test_a_vote_keeps_the_statute_of_its_announcement(
    database: Database, open_vote: UUID
) -> None:
    async with database.transaction(FEDERATION) as tx:
        await members.write_statute(tx, msgspec.structs.replace(STATUTE, quorum_bps=10_000))
    assert (await look(database, open_vote)).statute == STATUTE


async def test_the_clock_alone_opens_and_closes_every_vote(
    database: Database, clock: DrivenClock, admin: asyncpg.Connection
) -> None:
    id = await propose(database)
    await announce(database, id)
    clock.set((await look(database, id)).opens_at)
    await announce_due_later.run(database, None, Nothing())
    queued = await admin.fetchval("select count(*) from pgmq.q_celery")
    assert queued >= 1
    from hub.assemblies.models import ProposalDue  # noqa: PLC0415

    await advance_later.run(database, FEDERATION, ProposalDue(proposal=id))
    assert (await look(database, id)).state is State.OPEN


async def test_a_register_refuses_what_makes_no_sense(database: Database) -> None:
    async with database.transaction(FEDERATION) as tx:
        with pytest.raises(EnrolmentInvalid):
            await members.enrol(tx, member=10, name="x", college="sailors")
        with pytest.raises(EnrolmentInvalid):
            await members.enrol(tx, member=10, name="x", college="hotels", since=date(2099, 1, 1))
        with pytest.raises(AlreadyEnrolled):
            await members.enrol(tx, member=3, name="x", college="offices")
        assert {one.college: one.members for one in await members.count_enrolments(tx)} == {
            "hotels": 4,
            "campsites": 2,
            "offices": 1,
        }
