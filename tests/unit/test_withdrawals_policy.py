"""What may happen on the way out of a withdrawn provider, and when (DOMAIN 6.5)."""

from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import UUID

import msgspec
import pytest

from hub.withdrawals import policy
from hub.withdrawals.errors import ChangedMeanwhile, ChoiceInvalid, StepNotPossible
from hub.withdrawals.lifetable import PAGE, describe_life
from hub.withdrawals.models import (
    TAKE_AWAY,
    Choice,
    Departure,
    Proof,
    Silence,
    State,
    Step,
    Withdrawal,
)

BEGAN = datetime(2026, 12, 1, 9, tzinfo=UTC)
CHOOSE_BY, RETRIEVE_UNTIL = policy.deadlines(BEGAN)
LYON = Choice(zone="lyon", title="Lyon", country="FR", operator="Rhône SAS", level="silver")
FAR = msgspec.structs.replace(LYON, zone="far", refused=("US is outside",))
WITHDRAWAL = Withdrawal(
    tenant=1, id=UUID(int=1), service="cloud", title="Nuage", reason="", began_at=BEGAN,
    choose_by=CHOOSE_BY, retrieve_until=RETRIEVE_UNTIL, looked_at=None, closed_at=None,
)  # fmt: skip
PROOF = Proof(rows=1, tables=1, source_sha256="a", target_sha256="a", made_at=BEGAN)
LEADS = {
    (None, Step.TELL): State.TOLD,
    (State.TOLD, Step.CHOOSE): State.CHOSEN,
    (State.TOLD, Step.HOLD): State.HELD,
    (State.CHOSEN, Step.CHOOSE): State.CHOSEN,
    (State.CHOSEN, Step.COPY): State.COPIED,
    (State.CHOSEN, Step.TURN_BACK): State.TOLD,
    (State.COPIED, Step.CHOOSE): State.CHOSEN,
    (State.COPIED, Step.COPY): State.COPIED,
    (State.COPIED, Step.ACCEPT): State.ACCEPTED,
    (State.ACCEPTED, Step.COPY): State.ACCEPTED,
    (State.ACCEPTED, Step.TURN_BACK): State.TOLD,
    (State.ACCEPTED, Step.FINISH): State.GONE,
    (State.HELD, Step.CHOOSE): State.CHOSEN,
    (State.TOLD, Step.LEAVE): State.GONE,
    (State.CHOSEN, Step.LEAVE): State.GONE,
    (State.COPIED, Step.LEAVE): State.GONE,
    (State.ACCEPTED, Step.LEAVE): State.GONE,
    (State.HELD, Step.LEAVE): State.GONE,
}


def departure(state: State = State.TOLD, **changed: object) -> Departure:
    made = Departure(
        tenant=1, withdrawal=UUID(int=1), id=UUID(int=2), zone="home", organisation=7, at_home=True,
        kind="association", name="Les Amis", persons=3, state=state, version=4,
        choices=(LYON, FAR), choice=None, chosen_at=None, chosen_by=None, copy_in=None, proof=None,
        accepted_at=None, accepted_by=None, certificate=None, reminders=0, fault="", faults=0,
        kept_at=BEGAN, told_at=BEGAN, changed_at=BEGAN,
    )  # fmt: skip
    return msgspec.structs.replace(made, **changed)


@pytest.mark.parametrize(("state", "step"), list(product((None, *State), Step)), ids=str)
def test_every_step_leads_where_the_table_says_or_is_refused(
    state: State | None, step: Step
) -> None:
    if (state, step) in LEADS:
        assert policy.next_state(state, step) is LEADS[state, step]
    else:
        with pytest.raises(StepNotPossible):
            policy.next_state(state, step)


def test_nobody_is_gone_who_did_not_choose_look_and_accept() -> None:
    """Every path to the end goes by a choice, then a copy, then an acceptance; but for who was
    erased by its own notice."""

    def paths(state: State | None, seen: tuple[Step, ...]) -> None:
        if state is State.GONE and Step.LEAVE not in seen:
            order = [seen.index(one) for one in (Step.CHOOSE, Step.COPY, Step.ACCEPT)]
            assert order == sorted(order), seen
            return
        for step, after in policy.STEPS[state].items():
            if step not in seen:
                paths(after, (*seen, step))

    paths(None, ())


def test_the_page_of_states_is_the_code() -> None:
    assert PAGE.read_text(encoding="utf-8") == describe_life()


def test_thirty_days_to_choose_and_thirty_to_fetch() -> None:
    assert BEGAN + timedelta(days=30) == CHOOSE_BY
    assert BEGAN + timedelta(days=60) == RETRIEVE_UNTIL


@pytest.mark.parametrize("wanted", ["far", "home", "", "LYON"])
def test_a_zone_that_is_refused_or_unknown_is_not_chosen(wanted: str) -> None:
    with pytest.raises(ChoiceInvalid) as caught:
        policy.check_choice((LYON, FAR), wanted)
    assert caught.value.extra["field"] == "choice"


@pytest.mark.parametrize("wanted", ["lyon", TAKE_AWAY])
def test_an_open_zone_or_everything_taken_away_is_chosen(wanted: str) -> None:
    policy.check_choice((LYON, FAR), wanted)


@pytest.mark.parametrize(
    ("at_home", "state", "organisation", "role", "wanted"),
    [
        (True, State.TOLD, 7, "owner", True), (True, State.TOLD, 7, "manager", True),
        (True, State.TOLD, 7, "member", False), (True, State.TOLD, 8, "owner", False),
        (True, State.TOLD, None, None, False), (True, State.HELD, None, None, False),
        (True, State.GONE, None, None, True), (False, State.TOLD, None, None, True),
    ],
)  # fmt: skip
def test_the_link_alone_decides_only_for_who_cannot_sign_in_here(
    at_home: bool, state: State, organisation: int | None, role: str | None, wanted: bool
) -> None:
    one = departure(state, at_home=at_home)
    assert policy.may_decide(one, organisation, role) is wanted


def test_of_two_who_decide_at_once_the_second_looks_again() -> None:
    policy.check_seen(departure(), 4)
    with pytest.raises(ChangedMeanwhile):
        policy.check_seen(departure(), 3)


def test_what_differs_is_never_accepted() -> None:
    policy.check_proof(departure(State.COPIED, proof=PROOF))
    other = msgspec.structs.replace(PROOF, target_sha256="b")
    for proof in (None, other):
        with pytest.raises(StepNotPossible):
            policy.check_proof(departure(State.COPIED, proof=proof))


@pytest.mark.parametrize(
    ("tries", "hours", "wanted"),
    [(1, 0, False), (1, 48, False), (100, 5.9, False), (2, 6, False), (3, 6, True), (9, 48, True)],
)
def test_a_provider_is_away_after_some_tries_over_some_time(
    tries: int, hours: float, wanted: bool
) -> None:
    silence = Silence(since=BEGAN, tries=tries)
    assert policy.is_away(silence, BEGAN + timedelta(hours=hours)) is wanted


def test_who_is_told_late_has_as_long() -> None:
    late = departure(told_at=BEGAN + timedelta(days=20))
    assert policy.choose_by(late, WITHDRAWAL) == BEGAN + timedelta(days=50)
    assert policy.retrieve_until(late, WITHDRAWAL) == BEGAN + timedelta(days=80)
    assert policy.due_step(late, WITHDRAWAL, CHOOSE_BY) is None
    assert policy.due_reminders(late, WITHDRAWAL, BEGAN + timedelta(days=34)) == 0
    assert policy.due_reminders(late, WITHDRAWAL, BEGAN + timedelta(days=35)) == 1
    assert not policy.is_late(late, WITHDRAWAL, RETRIEVE_UNTIL)


@pytest.mark.parametrize("state", State)
def test_only_who_has_not_chosen_in_time_is_held(state: State) -> None:
    early, late = CHOOSE_BY - timedelta(seconds=1), CHOOSE_BY
    assert policy.due_step(departure(state), WITHDRAWAL, early) is None
    wanted = Step.HOLD if state is State.TOLD else None
    assert policy.due_step(departure(state), WITHDRAWAL, late) is wanted


@pytest.mark.parametrize(
    ("state", "days", "wanted"),
    [
        (State.TOLD, 14, 0), (State.TOLD, 15, 1), (State.TOLD, 26, 1), (State.TOLD, 27, 2),
        (State.COPIED, 27, 2), (State.CHOSEN, 27, 0), (State.HELD, 40, 0), (State.GONE, 40, 0),
    ],
)  # fmt: skip
def test_who_has_something_to_decide_is_reminded(state: State, days: int, wanted: int) -> None:
    at = BEGAN + timedelta(days=days)
    assert policy.due_reminders(departure(state), WITHDRAWAL, at) == wanted


@pytest.mark.parametrize("state", State)
def test_everybody_who_is_not_gone_is_on_the_residual_list(state: State) -> None:
    one = departure(state)
    assert policy.is_residual(one) is (state is not State.GONE)
    assert not policy.is_late(one, WITHDRAWAL, RETRIEVE_UNTIL - timedelta(seconds=1))
    assert policy.is_late(one, WITHDRAWAL, RETRIEVE_UNTIL) is (state is not State.GONE)


def test_what_is_put_by_is_a_day_old_at_most() -> None:
    assert policy.is_kept_fresh(departure(), BEGAN + timedelta(hours=23))
    assert not policy.is_kept_fresh(departure(), BEGAN + timedelta(hours=24))
