"""Which step leads where, when the clock acts, and which colours can be read."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import msgspec
import pytest

from hub.core import colours
from hub.gates.models import State
from hub.services.errors import ServiceInvalid, StepNotPossible
from hub.services.models import Service, Step
from hub.services.policy import steps
from hub.services.policy.colours import check_colour

TODAY = date(2026, 12, 1)
NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
SERVICE = Service(
    id=UUID(int=1),
    tenant=1,
    vertical="seniors",
    name="Aînés",
    state=State.TRIAL,
    version=1,
    colour="",
    legal="",
    ends_on=date(2026, 11, 30),
    began_on=date(2026, 11, 1),
    fault="",
    faults_left=0,
    exported_at=None,
    exported_rows=None,
    exported_sha=None,
    launched_at=NOW,
    changed_at=NOW,
    space=2,
    acts=0,
)
LEADS = {
    (None, Step.TRY): State.SANDBOX,
    (None, Step.OPEN_TRIAL): State.TRIAL,
    (State.SANDBOX, Step.OPEN_TRIAL): State.TRIAL,
    (State.SANDBOX, Step.RETIRE): State.RETIRED,
    (State.TRIAL, Step.EXTEND): State.TRIAL,
    (State.TRIAL, Step.GO_LIVE): State.PRODUCTION,
    (State.TRIAL, Step.WIND_DOWN): State.WINDING_DOWN,
    (State.TRIAL, Step.LAPSE): State.WINDING_DOWN,
    (State.PRODUCTION, Step.WIND_DOWN): State.WINDING_DOWN,
    (State.WINDING_DOWN, Step.RESUME): State.TRIAL,
    (State.WINDING_DOWN, Step.RETIRE): State.RETIRED,
    (State.WINDING_DOWN, Step.CLOSE): State.RETIRED,
}


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("state", [None, *State])
def test_every_state_and_step(state: State | None, step: Step) -> None:
    wanted = LEADS.get((state, step))
    if wanted is None:
        with pytest.raises(StepNotPossible):
            steps.next_state(state, step)
    else:
        assert steps.next_state(state, step) is wanted


@pytest.mark.parametrize(
    ("state", "ends_on", "exported", "due"),
    [
        (State.TRIAL, date(2026, 11, 30), False, Step.LAPSE),
        (State.TRIAL, TODAY, False, None),  # its last day is not over
        (State.PRODUCTION, None, False, None),
        (State.WINDING_DOWN, date(2026, 11, 30), True, Step.CLOSE),
        (State.WINDING_DOWN, date(2026, 11, 30), False, None),  # nobody took the data out
        (State.WINDING_DOWN, TODAY, True, None),
    ],
)
def test_what_the_clock_does(
    state: State, ends_on: date | None, exported: bool, due: Step | None
) -> None:
    service = msgspec.structs.replace(
        SERVICE, state=state, ends_on=ends_on, exported_at=NOW if exported else None
    )
    assert steps.due_step(service, TODAY) is due


@pytest.mark.parametrize(
    ("days", "since", "good"),
    [(1, 0, True), (90, 0, True), (91, 0, False), (0, 0, False), (60, 120, True), (61, 120, False)],
)
def test_how_long_a_trial_may_be(days: int, since: int, good: bool) -> None:
    until, began = TODAY + timedelta(days=days), TODAY - timedelta(days=since)
    if good:
        assert steps.check_trial(until, began, TODAY) == until
    else:
        with pytest.raises(ServiceInvalid):
            steps.check_trial(until, began, TODAY)


@pytest.mark.parametrize("colour", ["#0f5450", "#7a1f4b", "#000000", "#1B3A6B", "#5b3a00"])
def test_a_colour_is_read_in_both_themes(colour: str) -> None:
    kept = check_colour(colour)
    theme = colours.theme_of(kept)
    dark = theme.split("--action:")[2][:7]
    assert min(
        colours.contrast(colours.rgb(dark), ground)
        for ground in (colours.DARK_PAPER, colours.DARK_CARD)
    ) >= 4.5  # fmt: skip


@pytest.mark.parametrize("colour", ["#ffee88", "red", "#12345", "#8aa29f", "url(x)", "#0f5450;}"])
def test_other_colours_are_refused(colour: str) -> None:
    with pytest.raises(ServiceInvalid):
        check_colour(colour)
