"""What may happen on a way out, and when. Everything here is pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from hub.core.sentences import say
from hub.withdrawals.errors import ChangedMeanwhile, ChoiceInvalid, StepNotPossible
from hub.withdrawals.models import (
    TAKE_AWAY,
    Choice,
    Departure,
    Silence,
    State,
    Step,
    Withdrawal,
)

# Data Act art. 25: thirty days of transition, then thirty days at least to fetch what is left
# (the referential's ACC-07).
TRANSITION, RETRIEVAL = timedelta(days=30), timedelta(days=30)
REMINDED = (timedelta(days=15), timedelta(days=3))  # before the last day to choose
KEPT_EVERY = timedelta(days=1)  # how old what is put by may become
AWAY_AFTER, AWAY_TRIES = timedelta(hours=6), 3  # a provider that is not waited for any more
DECIDERS = frozenset({"owner", "manager"})
BY_LINK = "link"
ARCHIVE = "export.zip"

# Which step leads where. What is not here is refused. None: nobody was told.
STEPS: Mapping[State | None, Mapping[Step, State]] = {
    None: {Step.TELL: State.TOLD},
    State.TOLD: {Step.CHOOSE: State.CHOSEN, Step.HOLD: State.HELD, Step.LEAVE: State.GONE},
    State.CHOSEN: {
        Step.CHOOSE: State.CHOSEN,
        Step.COPY: State.COPIED,
        Step.TURN_BACK: State.TOLD,
        Step.LEAVE: State.GONE,
    },
    State.COPIED: {
        Step.CHOOSE: State.CHOSEN,
        Step.COPY: State.COPIED,
        Step.ACCEPT: State.ACCEPTED,
        Step.LEAVE: State.GONE,
    },
    State.ACCEPTED: {
        Step.COPY: State.ACCEPTED,
        Step.TURN_BACK: State.TOLD,
        Step.FINISH: State.GONE,
        Step.LEAVE: State.GONE,
    },
    State.HELD: {Step.CHOOSE: State.CHOSEN, Step.LEAVE: State.GONE},
    State.GONE: {},
}


def next_state(state: State | None, step: Step) -> State:
    """Where a step leads. Raises `StepNotPossible`."""
    found = STEPS[state].get(step)
    if found is None:
        raise StepNotPossible("Look at where it stands now.")
    return found


def can(departure: Departure, step: Step) -> bool:
    """Whether a step is possible now."""
    return step in STEPS[departure.state]


def deadlines(began_at: datetime) -> tuple[datetime, datetime]:
    """The last instant to choose, and until when everything can be fetched at least."""
    return began_at + TRANSITION, began_at + TRANSITION + RETRIEVAL


def choose_by(departure: Departure, withdrawal: Withdrawal) -> datetime:
    """The last instant to choose: as long after an organisation was told as the withdrawal gives to
    whoever is told as it begins."""
    return departure.told_at + (withdrawal.choose_by - withdrawal.began_at)


def retrieve_until(departure: Departure, withdrawal: Withdrawal) -> datetime:
    """Until when an organisation can fetch everything at least."""
    return departure.told_at + (withdrawal.retrieve_until - withdrawal.began_at)


def is_away(silence: Silence, now: datetime) -> bool:
    """Whether a provider was asked so often, for so long, that it is not waited for: one failed
    connection is no answer to anything."""
    return silence.tries >= AWAY_TRIES and now - silence.since >= AWAY_AFTER


def check_seen(departure: Departure, version: int) -> None:
    """Of two who decide at once the second looks again. Raises `ChangedMeanwhile`."""
    if departure.version != version:
        raise ChangedMeanwhile("Look at it again, then decide.")


def may_decide(departure: Departure, organisation: int | None, role: str | None) -> bool:
    """Whether somebody who holds the link may decide, and take the archive: while the organisation
    lives in this hub only who signs in and decides for it; elsewhere, or once it is gone, the link
    of the letter is all there is."""
    if not departure.at_home or departure.state is State.GONE:
        return True
    return organisation == departure.organisation and role in DECIDERS


def check_choice(choices: Sequence[Choice], wanted: str) -> None:
    """Raises `ChoiceInvalid` for a zone that is not offered, or refuses them."""
    if wanted == TAKE_AWAY:
        return
    found = next((one for one in choices if one.zone == wanted), None)
    if found is None:
        raise ChoiceInvalid("Choose one of these.", field="choice")
    if found.refused:
        reasons = "; ".join(found.refused)
        raise ChoiceInvalid(
            say("It cannot be there: %(reasons)s.", reasons=reasons), field="choice"
        )


def check_proof(departure: Departure) -> None:
    """Nothing is accepted that is not equal. Raises `StepNotPossible`."""
    if departure.proof is None or not departure.proof.equal:
        raise StepNotPossible("Look at where it stands now.")


def due_step(departure: Departure, withdrawal: Withdrawal, now: datetime) -> Step | None:
    """What the clock makes happen: who has not chosen in time is held, never moved."""
    if departure.state is State.TOLD and now >= choose_by(departure, withdrawal):
        return Step.HOLD
    return None


def due_reminders(departure: Departure, withdrawal: Withdrawal, now: datetime) -> int:
    """How many reminders whoever still has something to decide should have had by now."""
    if departure.state not in {State.TOLD, State.COPIED}:
        return departure.reminders
    last = choose_by(departure, withdrawal)
    due = sum(now >= last - before for before in REMINDED)
    return max(due, departure.reminders)


def archive_name(withdrawal: UUID, zone: str, organisation: int) -> str:
    """The file of the zone that everything of an organisation can be taken away as."""
    return f"withdrawals/{withdrawal}/{zone}-{organisation}/{ARCHIVE}"


def folder_of(data: Path, withdrawal: UUID, zone: str, organisation: int) -> Path:
    """Where what an organisation has is put by, and its exports while it is moved."""
    return (data / archive_name(withdrawal, zone, organisation)).parent


def is_residual(departure: Departure) -> bool:
    """Whether the old provider still holds it."""
    return departure.state is not State.GONE


def is_late(departure: Departure, withdrawal: Withdrawal, now: datetime) -> bool:
    """Whether everything should be over."""
    return is_residual(departure) and now >= retrieve_until(departure, withdrawal)


def is_kept_fresh(departure: Departure, now: datetime) -> bool:
    """Whether what was put by is young enough."""
    return now - departure.kept_at < KEPT_EVERY
