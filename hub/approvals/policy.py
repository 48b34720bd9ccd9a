"""What may happen in which state, who may do it, and which level everybody sees."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hub.approvals.errors import (
    DecisionInvalid,
    LevelTooHigh,
    NotDecidedYet,
    SecondPersonMissing,
    StepNotPossible,
)
from hub.approvals.models import Approval, State, Step
from hub.core.sentences import say

REVIEW_TIME = timedelta(days=30)
ESCALATED_AGAIN = timedelta(days=7)
LONGEST_GRANT = timedelta(days=3 * 366)
REASON_LETTERS = range(10, 2_001)
ACTIVE = frozenset({State.GRANTED, State.RENEWED, State.WARNED})
HALTED = frozenset({State.SUSPENDED, State.WITHDRAWN})
OVER = frozenset({State.WITHDRAWN, State.EXPIRED, State.REFUSED})
BY_CLOCK = frozenset({Step.ESCALATE, Step.EXPIRE})
WITH_REASON = frozenset(Step) - {Step.SUBMIT, Step.OPEN_REVIEW, *BY_CLOCK}
DECIDERS = frozenset({"owner", "manager"})
_PARIS = ZoneInfo("Europe/Paris")

# Which step leads where. What is not here is refused. None: no request stands.
STEPS: Mapping[State | None, Mapping[Step, State]] = {
    None: {Step.SUBMIT: State.SUBMITTED},
    State.SUBMITTED: {
        Step.OPEN_REVIEW: State.UNDER_REVIEW,
        Step.ESCALATE: State.SUBMITTED,
    },
    State.UNDER_REVIEW: {
        Step.PROPOSE: State.UNDER_REVIEW,
        Step.CONFIRM: State.GRANTED,
        Step.REFUSE: State.REFUSED,
        Step.ESCALATE: State.UNDER_REVIEW,
    },
    State.GRANTED: {
        Step.PROPOSE: State.GRANTED,
        Step.CONFIRM: State.RENEWED,
        Step.WARN: State.WARNED,
        Step.SUSPEND: State.SUSPENDED,
        Step.EXPIRE: State.EXPIRED,
    },
    State.RENEWED: {
        Step.PROPOSE: State.RENEWED,
        Step.CONFIRM: State.RENEWED,
        Step.WARN: State.WARNED,
        Step.SUSPEND: State.SUSPENDED,
        Step.EXPIRE: State.EXPIRED,
    },
    State.WARNED: {
        Step.LIFT: State.GRANTED,
        Step.SUSPEND: State.SUSPENDED,
        Step.EXPIRE: State.EXPIRED,
    },
    State.SUSPENDED: {
        Step.RESUME: State.WARNED,
        Step.WITHDRAW: State.WITHDRAWN,
        Step.EXPIRE: State.EXPIRED,
    },
    State.WITHDRAWN: {Step.SUBMIT: State.SUBMITTED},
    State.EXPIRED: {Step.SUBMIT: State.SUBMITTED},
    State.REFUSED: {Step.SUBMIT: State.SUBMITTED},
}


def next_state(state: State | None, step: Step) -> State:
    """Where a step leads. Raises `StepNotPossible`."""
    found = STEPS[state].get(step)
    if found is None:
        raise StepNotPossible("Look at where the approval stands now.")
    return found


def check_reason(step: Step, reason: str) -> None:
    """Reasons are published: there must be some. Raises `DecisionInvalid`."""
    if step in WITH_REASON and len(reason.strip()) not in REASON_LETTERS:
        raise DecisionInvalid("Give the reason in a sentence: it is published.", field="reason")


def check_proposal(rank: int, until: date, computed: int, now: datetime) -> None:
    """Raises `LevelTooHigh` above what the proofs make, `DecisionInvalid` for a wrong day."""
    if rank < 1:
        raise DecisionInvalid("Choose a level.", field="level")
    if rank > computed:
        raise LevelTooHigh("The proofs do not make this level.", field="level")
    today = now.astimezone(_PARIS).date()
    if not today < until <= today + LONGEST_GRANT:
        raise DecisionInvalid("A grant ends within three years.", field="expires_on")


def check_confirmation(approval: Approval, actor: str, computed: int, now: datetime) -> None:
    """The second person is somebody else, and what was proposed is still true.

    Raises `NotDecidedYet`, `SecondPersonMissing`, and as `check_proposal`."""
    if approval.proposed_by is None or approval.proposed_rank is None:
        raise NotDecidedYet("A first person proposes the grant.")
    if approval.proposed_by == actor or not actor.startswith("person:"):
        raise SecondPersonMissing("Somebody else confirms what you have proposed.")
    assert approval.proposed_until is not None
    check_proposal(approval.proposed_rank, approval.proposed_until, computed, now)


def check_withdrawal(suspended_by: str | None, actor: str) -> None:
    """Who withdraws is not who suspended. Raises `SecondPersonMissing`."""
    if actor == suspended_by or not actor.startswith("person:"):
        raise SecondPersonMissing("Somebody else withdraws what you have suspended.")


def ends_at(approval: Approval) -> datetime | None:
    """The end of the last day of a grant, in Paris."""
    if approval.expires_on is None:
        return None
    day = approval.expires_on + timedelta(days=1)
    return datetime(day.year, day.month, day.day, tzinfo=_PARIS)


def due_step(approval: Approval, computed: int, now: datetime) -> Step | None:
    """What the clock or the proofs make happen now."""
    end = ends_at(approval)
    possible = STEPS[approval.state]
    if Step.EXPIRE in possible and end is not None and now >= end:
        return Step.EXPIRE
    if Step.WARN in possible and computed < approval.rank:
        return Step.WARN
    if Step.ESCALATE in possible and now >= approval.decide_by:
        last = approval.escalated_at
        if last is None or now >= last + ESCALATED_AGAIN:
            return Step.ESCALATE
    return None


def shown_rank(approval: Approval | None, computed: int, now: datetime) -> int:
    """The level that everybody sees: at once, whether or not any task has run since."""
    if approval is None or approval.state not in ACTIVE:
        return 0
    end = ends_at(approval)
    if end is not None and now >= end:
        return 0
    return min(approval.rank, computed)


def check_level_known(rank: int, code: str) -> int:
    """Raises `DecisionInvalid` for a level that the referential does not have."""
    if rank < 1:
        raise DecisionInvalid(say("There is no level %(name)s.", name=code), field="level")
    return rank
