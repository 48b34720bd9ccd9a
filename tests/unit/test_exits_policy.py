"""What may happen on the way out of an organisation that gives notice, and when (DOMAIN 6)."""

from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from hub.exits import policy, showing
from hub.exits.errors import (
    ArchiveNotReady,
    DutiesOpen,
    ExitChanged,
    ExitInvalid,
    ExitStepNotPossible,
    OnlyOwnersLeave,
)
from hub.exits.models import Duty, Exit, HaltCode, State, Step

GIVEN = datetime(2026, 12, 1, 9, tzinfo=UTC)
NOTICE, TRANSITION = policy.dates_of(GIVEN, 30)
HELD = TRANSITION
OVER = HELD + policy.RETRIEVAL
STAYS = Duty(says="Séjours réservés : %(many)s", many=2, cents=100, until=date(2027, 3, 1))
MONEY = Duty(says="Versements : %(many)s", many=1, cents=100, until=None)
LEADS = {
    (None, Step.GIVE): State.NOTICED,
    (State.NOTICED, Step.HOLD): State.RETRIEVAL,
    (State.NOTICED, Step.END): State.RETRIEVAL,
    (State.NOTICED, Step.TAKE_BACK): State.STAYED,
    (State.NOTICED, Step.LET_GO): State.NOTICED,
    (State.RETRIEVAL, Step.LET_GO): State.RETRIEVAL,
    (State.RETRIEVAL, Step.ERASE): State.ERASING,
    (State.RETRIEVAL, Step.LAPSE): State.ERASING,
    (State.RETRIEVAL, Step.TAKE_BACK): State.STAYED,
    (State.ERASING, Step.TURN_BACK): State.RETRIEVAL,
    (State.ERASING, Step.TAKE_BACK): State.STAYED,
    (State.ERASING, Step.FINISH): State.ERASED,
    (State.NOTICED, Step.MOVE): State.MOVED,
    (State.RETRIEVAL, Step.MOVE): State.MOVED,
    (State.ERASING, Step.MOVE): State.MOVED,
}


def leaving(state: State = State.NOTICED, **changed: object) -> Exit:
    made = Exit(
        tenant=1, id=UUID(int=2), organisation=7, kind="lodging", name="Gîte du  lac", state=state,
        version=4, given_at=GIVEN, notice_until=NOTICE, transition_until=TRANSITION,
        sale_ended_at=None, held_at=None, retrieve_until=None, archive_at=None, archive_bytes=None,
        archive_sha256=None, rows=None, done=0, parts=0, fetched_at=None, certificate=None,
        erase_from=None, let_go_at=None, fault="", changed_at=GIVEN,
    )  # fmt: skip
    return msgspec.structs.replace(made, **changed)


def fetching(**changed: object) -> Exit:
    whole = {"held_at": HELD, "retrieve_until": OVER, "archive_at": HELD, **changed}
    return msgspec.structs.replace(leaving(State.RETRIEVAL), **whole)


@pytest.mark.parametrize(("state", "step"), list(product((None, *State), Step)), ids=str)
def test_every_step_leads_where_the_table_says_or_is_refused(
    state: State | None, step: Step
) -> None:
    if (state, step) in LEADS:
        assert policy.next_state(state, step) is LEADS[state, step]
    else:
        with pytest.raises(ExitStepNotPossible):
            policy.next_state(state, step)


@pytest.mark.parametrize("days", [0, 30, 60])
def test_the_clock_is_the_data_acts(days: int) -> None:
    policy.check_days(days)
    notice, transition = policy.dates_of(GIVEN, days)
    assert notice - GIVEN == timedelta(days=days) <= timedelta(days=61)
    assert transition - notice == timedelta(days=30)
    assert timedelta(days=30) == policy.RETRIEVAL


@pytest.mark.parametrize("days", [-1, 1, 61, 90])
def test_no_other_notice_is_given(days: int) -> None:
    with pytest.raises(ExitInvalid) as refused:
        policy.check_days(days)
    assert refused.value.extra["field"] == "notice_days"


def test_only_an_owner_decides_and_who_runs_the_hub_stays() -> None:
    policy.check_owner("owner", "lodging")
    for role in ("manager", "member", "treasurer", None):
        with pytest.raises(OnlyOwnersLeave):
            policy.check_owner(role, "lodging")
    with pytest.raises(ExitStepNotPossible):
        policy.check_owner("owner", "operator")


def test_the_name_is_typed_as_it_stands() -> None:
    policy.check_name(" gîte du lac ", "Gîte du  lac")
    for typed in ("", "Gite du lac", "Gîte"):
        with pytest.raises(ExitInvalid):
            policy.check_name(typed, "Gîte du lac")


def test_of_two_who_decide_the_second_looks_again() -> None:
    policy.check_seen(leaving(), 4)
    with pytest.raises(ExitChanged):
        policy.check_seen(leaving(), 3)


def test_duties_are_over_first() -> None:
    policy.check_duties(())
    with pytest.raises(DutiesOpen, match="2027-03-01"):
        policy.check_duties((MONEY, STAYS))
    with pytest.raises(DutiesOpen):
        policy.check_duties((MONEY,))


def test_nobody_is_erased_early_who_has_not_fetched_everything() -> None:
    with pytest.raises(ArchiveNotReady):
        policy.check_fetched(fetching(archive_at=None))
    with pytest.raises(ExitStepNotPossible):
        policy.check_fetched(fetching())
    policy.check_fetched(fetching(fetched_at=HELD))


SECOND = timedelta(seconds=1)
DUE = [
    (leaving(), (), TRANSITION - SECOND, None),
    (leaving(), (), TRANSITION, Step.HOLD),
    (leaving(), (STAYS,), TRANSITION, None),
    (leaving(let_go_at=GIVEN, let_go_why="x"), (STAYS,), TRANSITION, Step.HOLD),
    (fetching(), (), OVER - SECOND, None),
    (fetching(), (), OVER, Step.LAPSE),
    (fetching(), (MONEY,), OVER, None),
    (fetching(archive_at=None), (), OVER, None),
    (fetching(state=State.ERASING), (), OVER, None),
    (leaving(State.STAYED), (), OVER, None),
]


@pytest.mark.parametrize(("exit", "duties", "now", "due"), DUE)
def test_the_clock_ends_a_service_and_erases_only_when_nothing_is_open(
    exit: Exit, duties: tuple[Duty, ...], now: datetime, due: Step | None
) -> None:
    assert policy.due_step(exit, duties, now) is due


def test_sales_end_once_with_the_notice() -> None:
    assert not policy.ends_sale(leaving(), NOTICE - SECOND)
    assert policy.ends_sale(leaving(), NOTICE)
    assert not policy.ends_sale(leaving(sale_ended_at=NOTICE), NOTICE)
    assert not policy.ends_sale(leaving(State.STAYED), NOTICE)


def test_the_archive_is_made_daily_until_the_service_ends_then_once() -> None:
    assert policy.wants_archive(leaving(), GIVEN)
    assert not policy.wants_archive(leaving(archive_at=GIVEN), GIVEN + timedelta(hours=23))
    assert policy.wants_archive(leaving(archive_at=GIVEN), GIVEN + timedelta(days=1))
    assert policy.wants_archive(fetching(archive_at=None), HELD)
    assert not policy.wants_archive(fetching(), OVER)
    assert not policy.wants_archive(leaving(State.ERASING, archive_at=None), OVER)


def test_an_early_wish_is_known_and_folders_are_apart() -> None:
    assert policy.is_early(fetching(), OVER - SECOND)
    assert not policy.is_early(fetching(), OVER)
    assert policy.folder_of(Path("d"), UUID(int=1)) != policy.folder_of(Path("d"), UUID(int=2))


def test_the_other_owners_have_three_days_and_one_alone_has_none_to_wait_for() -> None:
    assert policy.erase_from(OVER, 1) is None
    until = policy.erase_from(OVER, 2)
    assert until == OVER + timedelta(days=3)
    asked = fetching(state=State.ERASING, erase_from=until)
    assert policy.is_waiting(asked, until - SECOND)
    assert not policy.is_waiting(asked, until)
    assert not policy.is_waiting(fetching(state=State.ERASING), OVER)


def test_duties_keep_nobody_for_ever_and_who_lets_go_says_why() -> None:
    bound = policy.held_until(leaving())
    assert bound == TRANSITION + timedelta(days=180)
    assert not policy.may_let_go(leaving(), bound - SECOND)
    assert policy.may_let_go(leaving(), bound)
    assert not policy.may_let_go(leaving(let_go_at=bound), bound)
    assert not policy.may_let_go(leaving(State.STAYED), bound)
    assert policy.check_let_go(leaving(), "  paid by  hand ", bound) == "paid by hand"
    with pytest.raises(ExitStepNotPossible):
        policy.check_let_go(leaving(), "paid by hand", bound - SECOND)
    with pytest.raises(ExitStepNotPossible, match="already"):
        policy.check_let_go(leaving(let_go_at=bound), "paid by hand", bound + SECOND)
    for why in ("", "   short  ", "x" * 501):
        with pytest.raises(ExitInvalid) as refused:
            policy.check_let_go(leaving(), why, bound)
        assert refused.value.extra["field"] == "why"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, None),
        ({"stalled": "x"}, HaltCode.STALLED),
        ({"fault": "x"}, HaltCode.ARCHIVE_FAILED),
        ({"fault": "x", "stalled": "x"}, HaltCode.ARCHIVE_FAILED),
        ({"fault": "x", "state": State.ERASING}, HaltCode.ERASURE_FAILED),
    ],
)
def test_what_does_not_go_on_has_its_code(
    changes: dict[str, object], code: HaltCode | None
) -> None:
    assert policy.halt_of(leaving(**changes)) == code
    assert set(showing.HALTS) == set(HaltCode)


@pytest.mark.parametrize(
    ("after", "rests"), [(None, False), (0, True), (3_599, True), (3_600, False), (9_999, False)]
)
def test_one_that_failed_rests_for_an_hour(after: int | None, rests: bool) -> None:
    failed = None if after is None else GIVEN - timedelta(seconds=after)
    assert policy.is_resting(failed, GIVEN) is rests
