"""An approval's life: every state against every step, two persons, the clock (DOMAIN 6.5)."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta

import asyncpg
import msgspec
import pytest

from hub import approvals, audit, tenancy, trust
from hub.approvals import store
from hub.approvals.errors import (
    ChangedMeanwhile,
    DecisionInvalid,
    DecisionNotYours,
    LevelTooHigh,
    NotDecidedYet,
    SecondPersonMissing,
    StepNotPossible,
)
from hub.approvals.models import Decision, Label, ProposeGrant, State, Step, Submit
from hub.core.clock import DrivenClock
from hub.core.db import Database, Tx
from hub.tenancy.errors import NobodyNew
from hub.trust.models import Found
from tests.trusted import SERVICE, measure_all, prove_all

ANNE, BRUNO, SYSTEM = "person:1", "person:2", "system"
OPERATOR = 1
UNTIL = date(2027, 1, 15)
REASON = "Vu toutes les pièces du dossier."
OWNER = "owner"
Act = Callable[[Tx, int], Awaitable[Label]]


def said(version: int) -> Decision:
    return Decision(reason=REASON, version=version)


def propose(level: str = "silver", until: date = UNTIL, reason: str = REASON) -> ProposeGrant:
    return ProposeGrant(level=level, expires_on=until, reason=reason)


ACTS: dict[Step, Act] = {
    Step.SUBMIT: lambda tx, _: approvals.submit(tx, "tourism", Submit(level="silver"), role=OWNER),
    Step.OPEN_REVIEW: lambda tx, _: approvals.open_review(tx, "tourism", role=OWNER),
    Step.PROPOSE: lambda tx, _: approvals.propose_grant(tx, "tourism", propose(), role=OWNER),
    Step.CONFIRM: lambda tx, v: approvals.confirm_grant(tx, "tourism", said(v), role=OWNER),
    Step.REFUSE: lambda tx, v: approvals.refuse(tx, "tourism", said(v), role=OWNER),
    Step.WARN: lambda tx, v: approvals.warn(tx, "tourism", said(v), role=OWNER),
    Step.LIFT: lambda tx, v: approvals.lift_warning(tx, "tourism", said(v), role=OWNER),
    Step.SUSPEND: lambda tx, v: approvals.suspend(tx, "tourism", said(v), role=OWNER),
    Step.RESUME: lambda tx, v: approvals.resume(tx, "tourism", said(v), role=OWNER),
    Step.WITHDRAW: lambda tx, v: approvals.withdraw(tx, "tourism", said(v), role=OWNER),
}
SECOND = frozenset({Step.CONFIRM, Step.WITHDRAW})
# How each state is reached, and where each step leads from it; every other step is refused.
GRANT = (Step.SUBMIT, Step.OPEN_REVIEW, Step.PROPOSE, Step.CONFIRM)
LIVES: dict[State | None, tuple[tuple[Step, ...], dict[Step, State]]] = {
    None: ((), {Step.SUBMIT: State.SUBMITTED}),
    State.SUBMITTED: ((Step.SUBMIT,), {Step.OPEN_REVIEW: State.UNDER_REVIEW}),
    State.UNDER_REVIEW: (
        (Step.SUBMIT, Step.OPEN_REVIEW, Step.PROPOSE),
        {
            Step.PROPOSE: State.UNDER_REVIEW,
            Step.CONFIRM: State.GRANTED,
            Step.REFUSE: State.REFUSED,
        },
    ),
    State.GRANTED: (
        (*GRANT, Step.PROPOSE),
        {
            Step.PROPOSE: State.GRANTED,
            Step.CONFIRM: State.RENEWED,
            Step.WARN: State.WARNED,
            Step.SUSPEND: State.SUSPENDED,
        },
    ),
    State.RENEWED: (
        (*GRANT, Step.PROPOSE, Step.CONFIRM, Step.PROPOSE),
        {
            Step.PROPOSE: State.RENEWED,
            Step.CONFIRM: State.RENEWED,
            Step.WARN: State.WARNED,
            Step.SUSPEND: State.SUSPENDED,
        },
    ),
    State.WARNED: (
        (*GRANT, Step.WARN),
        {Step.LIFT: State.GRANTED, Step.SUSPEND: State.SUSPENDED},
    ),
    State.SUSPENDED: (
        (*GRANT, Step.SUSPEND),
        {Step.RESUME: State.WARNED, Step.WITHDRAW: State.WITHDRAWN},
    ),
    State.WITHDRAWN: ((*GRANT, Step.SUSPEND, Step.WITHDRAW), {Step.SUBMIT: State.SUBMITTED}),
    State.EXPIRED: ((*GRANT, Step.EXPIRE), {Step.SUBMIT: State.SUBMITTED}),
    State.REFUSED: ((Step.SUBMIT, Step.OPEN_REVIEW, Step.REFUSE), {Step.SUBMIT: State.SUBMITTED}),
}


@pytest.fixture
async def service(database: Database) -> trust.Service:
    async with database.transaction(OPERATOR, actor=ANNE) as tx:
        found = await trust.register_service(tx, SERVICE)
        await prove_all(tx, found)
    return found


async def label(database: Database) -> Label:
    async with database.transaction() as tx:
        return await approvals.find_label(tx, "tourism")


async def act(database: Database, step: Step, actor: str | None = None) -> Label:
    """Make a step; a confirmation or a withdrawal comes from the other person."""
    now = await label(database)
    version = now.approval.version if now.approval else 0
    who = actor or (BRUNO if step in SECOND else ANNE)
    async with database.transaction(OPERATOR, actor=who) as tx:
        return await ACTS[step](tx, version)


async def live(database: Database, clock: DrivenClock, *steps: Step) -> Label:
    for step in steps:
        clock.forward(timedelta(seconds=1))
        if step is Step.EXPIRE:
            clock.set(clock.now().replace(year=2027, month=1, day=15, hour=23))
            assert await approvals.advance(database) == 1
        else:
            await act(database, step)
    return await label(database)


@pytest.mark.parametrize("state", LIVES, ids=str)
async def test_every_step_leads_where_the_table_says_or_is_refused(
    database: Database, service: trust.Service, clock: DrivenClock, state: State | None
) -> None:
    steps, leads = LIVES[state]
    reached = await live(database, clock, *steps)
    assert (reached.approval.state if reached.approval else None) == state
    version = reached.approval.version if reached.approval else 0
    events = len(steps)
    for step, make in ACTS.items():
        tx = Tx(database, OPERATOR, BRUNO if step in SECOND else ANNE)
        try:
            if step in leads:
                found = await make(tx, version)
                assert found.approval is not None
                assert found.approval.state == leads[step], step
                assert len(await approvals.list_events(tx, "tourism")) == events + 1
            else:
                with pytest.raises(StepNotPossible):
                    await make(tx, version)
                assert len(await approvals.list_events(tx, "tourism")) == events, step
        finally:
            await tx.close(keep=False)


@pytest.mark.parametrize("state", LIVES, ids=str)
async def test_a_level_is_shown_only_while_it_is_granted(
    database: Database, service: trust.Service, clock: DrivenClock, state: State | None
) -> None:
    found = await live(database, clock, *LIVES[state][0])
    active = state in {State.GRANTED, State.RENEWED, State.WARNED}
    assert found.rank == (2 if active else 0)


async def test_a_grant_takes_two_persons(
    database: Database, service: trust.Service, admin: asyncpg.Connection
) -> None:
    await act(database, Step.SUBMIT)
    await act(database, Step.OPEN_REVIEW)
    with pytest.raises(NotDecidedYet):
        await act(database, Step.CONFIRM)
    await act(database, Step.PROPOSE)
    for alone in (ANNE, SYSTEM):
        with pytest.raises(SecondPersonMissing):
            await act(database, Step.CONFIRM, alone)
    event = await admin.fetchrow("select approval from approval_event limit 1")
    assert event is not None
    with pytest.raises(asyncpg.CheckViolationError):
        await admin.execute(
            "insert into approval_event (approval, service, step, state, rank, at, actor)"
            " values ($1, 'tourism', 'confirm', 'granted', 2, now(), $2)",
            event["approval"],
            ANNE,
        )
    found = await act(database, Step.CONFIRM, BRUNO)
    assert found.approval is not None
    assert (found.approval.state, found.rank) == (State.GRANTED, 2)


async def test_a_withdrawal_takes_two_persons(
    database: Database, service: trust.Service, clock: DrivenClock, admin: asyncpg.Connection
) -> None:
    found = await live(database, clock, *GRANT, Step.SUSPEND)
    for alone in (ANNE, SYSTEM):
        with pytest.raises(SecondPersonMissing):
            await act(database, Step.WITHDRAW, alone)
    assert found.approval is not None
    with pytest.raises(asyncpg.CheckViolationError):
        await admin.execute(
            "insert into approval_event (approval, service, step, state, rank, at, actor)"
            " values ($1, 'tourism', 'withdraw', 'withdrawn', 2, now(), $2)",
            found.approval.id,
            ANNE,
        )
    # Who suspended the last time counts: Bruno did, after Anne's suspension was lifted.
    await act(database, Step.RESUME)
    await act(database, Step.SUSPEND, BRUNO)
    with pytest.raises(SecondPersonMissing):
        await act(database, Step.WITHDRAW, BRUNO)
    gone = await act(database, Step.WITHDRAW, ANNE)
    assert gone.approval is not None
    assert (gone.approval.state, gone.rank) == (State.WITHDRAWN, 0)


async def test_nobody_new_begins_where_everything_is_suspended_or_withdrawn(
    database: Database, service: trust.Service, clock: DrivenClock, admin: asyncpg.Connection
) -> None:
    async def opens(name: str) -> int:
        async with database.transaction(None, actor="person:7") as tx:
            wish = tenancy.OpenOrganisation(kind=tenancy.Kind.ASSOCIATION, name=name)
            return await tenancy.open_organisation(tx, wish, owner=7)

    await admin.execute(
        "insert into person (id, name, email, created_at) overriding system value"
        " values (7, 'Zoé', 'zoe@example.org', now()), (8, 'Yann', 'yann@example.org', now())"
    )
    await live(database, clock, *GRANT)
    before = await opens("Les Amis")
    for step in (Step.SUSPEND, Step.WITHDRAW):
        await act(database, step)
        with pytest.raises(NobodyNew):
            await opens("Trop tard")
        # A house of the register takes no owner either; who is here goes on deciding.
        async with database.transaction(before, actor="person:7") as tx:
            [house] = await tenancy.open_organisations(
                tx, [tenancy.OpenOrganisation(kind=tenancy.Kind.LODGING, name="Gîte du lac")]
            )
        with pytest.raises(NobodyNew):
            async with database.transaction(house, actor="person:7") as tx:
                await tenancy.admit_first_owner(tx, person=7)
        async with database.transaction(before, actor="person:7") as tx:
            await tenancy.hand_over(tx, person=8, reason="Jugé ainsi.")
        async with database.transaction(before, actor="person:8") as tx:
            await tenancy.hand_over(tx, person=7, reason="Et ainsi.")
    assert await admin.fetchval("select count(*) from organisation where name = 'Trop tard'") == 0
    # Another hosting that is approved takes them.
    async with database.transaction(OPERATOR, actor=ANNE) as tx:
        other = msgspec.structs.replace(SERVICE, code="other", title="L'autre")
        await trust.register_service(tx, other)
    await opens("Ailleurs")


async def test_only_what_was_looked_at_is_decided(
    database: Database, service: trust.Service
) -> None:
    for step in (Step.SUBMIT, Step.OPEN_REVIEW, Step.PROPOSE):
        shown = await act(database, step)
    assert shown.approval is not None
    await act(database, Step.PROPOSE)
    async with database.transaction(OPERATOR, actor=BRUNO) as tx:
        with pytest.raises(ChangedMeanwhile):
            await approvals.confirm_grant(tx, "tourism", said(shown.approval.version), role=OWNER)


async def test_no_level_above_the_proofs_is_granted(
    database: Database, service: trust.Service
) -> None:
    await act(database, Step.SUBMIT)
    await act(database, Step.OPEN_REVIEW)
    async with database.transaction(OPERATOR, actor=ANNE) as tx:
        await trust.record_finding(tx, service, "tls", Found(rank=1, says="Mesuré."))
        for level, error in (("gold", LevelTooHigh), ("tin", DecisionInvalid)):
            with pytest.raises(error):
                await approvals.propose_grant(tx, "tourism", propose(level), role=OWNER)
        for wrong in (propose("bronze", date(2026, 12, 1)), propose("bronze", date(2030, 1, 1))):
            with pytest.raises(DecisionInvalid) as caught:
                await approvals.propose_grant(tx, "tourism", wrong, role=OWNER)
            assert caught.value.extra["field"] == "expires_on"
        await approvals.propose_grant(tx, "tourism", propose("bronze"), role=OWNER)
    async with database.transaction(OPERATOR, actor=ANNE) as tx:
        await trust.record_finding(tx, service, "tls", Found(rank=0, says="Mesuré."))
    with pytest.raises(LevelTooHigh):
        await act(database, Step.CONFIRM)


async def test_decisions_have_a_reason_and_a_decider(
    database: Database, service: trust.Service, clock: DrivenClock
) -> None:
    found = await live(database, clock, *GRANT)
    assert found.approval is not None
    async with database.transaction(OPERATOR, actor=ANNE) as tx:
        for reason in ("", "  court  ", "x" * 2_001):
            decision = Decision(reason=reason, version=found.approval.version)
            with pytest.raises(DecisionInvalid) as caught:
                await approvals.suspend(tx, "tourism", decision, role=OWNER)
            assert caught.value.extra["field"] == "reason"
        for role in (None, "member", "treasurer"):
            with pytest.raises(DecisionNotYours):
                await approvals.suspend(tx, "tourism", said(found.approval.version), role=role)
    await act(database, Step.SUSPEND)
    async with database.transaction(OPERATOR) as tx:
        events = await approvals.list_events(tx, "tourism")
        acts = {entry.action: entry for entry in await audit.list_entries(tx, wanted=20)}
    assert (events[0].step, events[0].reason, events[0].actor) == (Step.SUSPEND, REASON, ANNE)
    assert acts["approval.suspend"].reason == REASON
    assert acts["approval.confirm"].actor == BRUNO


async def test_thirty_days_of_silence_escalate_and_never_grant(
    demo: Database, clock: DrivenClock
) -> None:
    async with demo.transaction() as tx:
        con = await tx.connection()
        operator = await con.fetchval(
            "select tenant from memberships_of((select id from person where email = $1))",
            "exploitant@demo.example",
        )
    async with demo.transaction(operator, actor=ANNE) as tx:
        found = await trust.register_service(tx, SERVICE)
        await prove_all(tx, found)
        await approvals.submit(tx, "tourism", Submit(level="gold"), role=OWNER)
    steps: list[tuple[timedelta, int]] = [
        (timedelta(days=30) - timedelta(seconds=1), 0),
        (timedelta(seconds=1), 1),
        (timedelta(days=6), 0),
        (timedelta(days=1), 1),
    ]
    for forward, moved in steps:
        clock.forward(forward)
        assert await approvals.advance(demo) == moved
    async with demo.transaction(operator) as tx:
        await measure_all(tx, found)
        events = await approvals.list_events(tx, "tourism")
        now = await approvals.find_label(tx, "tourism")
        members = await tenancy.list_members(tx)
        con = await tx.connection()
        letters = await con.fetch("select recipient, subject from mail order by created_at")
    assert [event.step for event in events] == [Step.ESCALATE, Step.ESCALATE, Step.SUBMIT]
    assert now.approval is not None
    assert (now.approval.state, now.rank) == (State.SUBMITTED, 0)
    told = [row["recipient"] for row in letters if "Décision en retard" in row["subject"]]
    assert told == [members[0].email] * 2


async def test_proofs_that_fall_away_lower_the_shown_level_at_once_and_then_warn(
    database: Database, service: trust.Service, clock: DrivenClock
) -> None:
    await live(database, clock, *GRANT)
    async with database.transaction(OPERATOR) as tx:
        await trust.record_finding(tx, service, "tls", Found(rank=1, says="Mesuré."))
    assert (await label(database)).rank == 1
    assert await approvals.advance(database) == 1
    assert await approvals.advance(database) == 0
    found = await label(database)
    assert found.approval is not None
    assert found.approval.state is State.WARNED
    async with database.transaction() as tx:
        newest = (await approvals.list_events(tx, "tourism"))[0]
    assert (newest.step, newest.actor, newest.reason) == (Step.WARN, SYSTEM, "SEC-01")


async def test_a_grant_ends_with_its_last_day_whether_or_not_a_task_runs(
    database: Database, service: trust.Service, clock: DrivenClock
) -> None:
    await live(database, clock, *GRANT)
    clock.set(clock.now().replace(year=2027, month=1, day=15, hour=22, minute=59, second=59))
    async with database.transaction(OPERATOR) as tx:
        await measure_all(tx, service)
    assert (await label(database)).rank == 2
    clock.forward(timedelta(seconds=1))
    assert (await label(database)).rank == 0
    assert await approvals.advance(database) == 1
    found = await label(database)
    assert found.approval is not None
    assert found.approval.state is State.EXPIRED


async def test_every_open_approval_is_looked_at_however_many_there_are(
    database: Database, service: trust.Service, clock: DrivenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "OPEN_AT_ONCE", 1)
    await live(database, clock, Step.SUBMIT)
    async with database.transaction(OPERATOR, actor="person:1") as tx:
        another = msgspec.structs.replace(SERVICE, code="another", title="Autre")
        await prove_all(tx, await trust.register_service(tx, another))
        await approvals.submit(tx, "another", Submit(level="silver"), role=OWNER)
    clock.forward(timedelta(days=60))
    assert await approvals.advance(database) == 2
