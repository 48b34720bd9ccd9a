"""Which step leads where, how long a trial may be, and what each state allows."""

from collections.abc import Mapping
from datetime import date, timedelta

from hub.core.sentences import say
from hub.gates.models import State
from hub.services.errors import ServiceInvalid, StepNotPossible
from hub.services.models import Quota, Service, Step

DECIDERS = frozenset({"owner", "manager"})
LAUNCHERS = ("region", "federation", "office")
BY_CLOCK = frozenset({Step.LAPSE, Step.CLOSE})
NAME_LETTERS, LEGAL_LETTERS = 80, 8_000
TRIAL_DAYS = 90  # at once; a trial that goes on may be twice as long in all
TRIAL_DAYS_IN_ALL = 180
RETRIEVAL_DAYS = 30  # DOMAIN ACC-07: data can be taken out for thirty days at least
MOST_SERVICES = 100
QUOTAS: Mapping[State, Quota] = {
    State.SANDBOX: Quota(acts=200, people=5, days=None),
    State.TRIAL: Quota(acts=2_000, people=50, days=TRIAL_DAYS),
    State.PRODUCTION: Quota(acts=None, people=None, days=None),
    State.WINDING_DOWN: Quota(acts=0, people=None, days=RETRIEVAL_DAYS),
    State.RETIRED: Quota(acts=0, people=0, days=None),
}

# What is not here is refused. None: nothing was launched yet.
STEPS: Mapping[State | None, Mapping[Step, State]] = {
    None: {Step.TRY: State.SANDBOX, Step.OPEN_TRIAL: State.TRIAL},
    State.SANDBOX: {Step.OPEN_TRIAL: State.TRIAL, Step.RETIRE: State.RETIRED},
    State.TRIAL: {
        Step.EXTEND: State.TRIAL,
        Step.GO_LIVE: State.PRODUCTION,
        Step.WIND_DOWN: State.WINDING_DOWN,
        Step.LAPSE: State.WINDING_DOWN,
    },
    State.PRODUCTION: {Step.WIND_DOWN: State.WINDING_DOWN},
    State.WINDING_DOWN: {
        Step.RESUME: State.TRIAL,
        Step.RETIRE: State.RETIRED,
        Step.CLOSE: State.RETIRED,
    },
    State.RETIRED: {},
}


def next_state(state: State | None, step: Step) -> State:
    """Where a step leads. Raises `StepNotPossible`."""
    found = STEPS[state].get(step)
    if found is None:
        raise StepNotPossible("Look at where the service stands now.")
    return found


def steps_for_people(state: State) -> list[Step]:
    """The steps that somebody can make now."""
    return [step for step in STEPS[state] if step not in BY_CLOCK]


def gate_for(step: Step) -> State | None:
    """The state that the hosting must allow for a step."""
    return {
        Step.TRY: State.SANDBOX,
        Step.OPEN_TRIAL: State.TRIAL,
        Step.EXTEND: State.TRIAL,
        Step.RESUME: State.TRIAL,
        Step.GO_LIVE: State.PRODUCTION,
    }.get(step)


def check_name(name: str) -> str:
    """The name, trimmed. Raises `ServiceInvalid`."""
    if not 1 <= len(name.strip()) <= NAME_LETTERS:
        raise ServiceInvalid(
            say("Give a name of 1 to %(most)s letters.", most=NAME_LETTERS), field="name"
        )
    return name.strip()


def check_trial(until: date | None, began: date, today: date) -> date:
    """The last day of a trial. Raises `ServiceInvalid`."""
    most = min(today + timedelta(days=TRIAL_DAYS), began + timedelta(days=TRIAL_DAYS_IN_ALL))
    if until is None or not today < until <= most:
        raise ServiceInvalid(say("Choose a day until %(most)s.", most=most), field="until")
    return until


def last_trial_day(service: Service | None, today: date) -> date:
    """The latest day that `check_trial` takes."""
    began = service.began_on if service and service.state is not State.SANDBOX else today
    return min(today + timedelta(days=TRIAL_DAYS), began + timedelta(days=TRIAL_DAYS_IN_ALL))


def due_step(service: Service, today: date) -> Step | None:
    """What the clock makes happen. Nobody's data are closed away before they were taken out."""
    if service.ends_on is None or today <= service.ends_on:
        return None
    if service.state is State.TRIAL:
        return Step.LAPSE
    if service.state is State.WINDING_DOWN and service.exported_at is not None:
        return Step.CLOSE
    return None
