"""What may happen on the way out of an organisation that gives notice, and when. Pure.

Data Act (EU) 2023/2854, article 25: two months of notice at most, thirty days of transition, thirty
days at least to fetch what is left, then everything is erased; article 29: free of charge."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from hub.core.sentences import say
from hub.exits.errors import (
    ArchiveNotReady,
    DutiesOpen,
    ExitChanged,
    ExitInvalid,
    ExitStepNotPossible,
    OnlyOwnersLeave,
)
from hub.exits.models import Duty, Exit, Fetched, HaltCode, State, Step
from hub.portability.models import Ended

NOTICE_DAYS = (0, 30, 60)
TRANSITION, RETRIEVAL = timedelta(days=30), timedelta(days=30)
DUTIES_HOLD = timedelta(days=180)  # after the transition; then who runs the hub decides
WHY_LEAST, WHY_MOST = 10, 500
CO_OWNERS = timedelta(days=3)  # for the other owners to stop what one of them wished
ANOTHER_DAY, ANOTHER_YEAR = timedelta(days=1), timedelta(days=365)
RETRY = timedelta(hours=1)  # how long one rests that did not go on
FRESH_FOR = timedelta(days=1)  # how old the archive may become while the organisation still works
OWNER = "owner"
STAYS_HERE = "operator"  # who runs the hub does not leave it by a page

# Which step leads where. What is not here is refused. None: no notice stands.
STEPS: Mapping[State | None, Mapping[Step, State]] = {
    None: {Step.GIVE: State.NOTICED},
    State.NOTICED: {
        Step.HOLD: State.RETRIEVAL,
        Step.END: State.RETRIEVAL,
        Step.TAKE_BACK: State.STAYED,
        Step.LET_GO: State.NOTICED,
        Step.MOVE: State.MOVED,
    },
    State.RETRIEVAL: {
        Step.ERASE: State.ERASING,
        Step.LAPSE: State.ERASING,
        Step.TAKE_BACK: State.STAYED,
        Step.LET_GO: State.RETRIEVAL,
        Step.MOVE: State.MOVED,
    },
    State.ERASING: {
        Step.TURN_BACK: State.RETRIEVAL,
        Step.TAKE_BACK: State.STAYED,
        Step.FINISH: State.ERASED,
        Step.MOVE: State.MOVED,
    },
    State.ERASED: {},
    State.STAYED: {},
    State.MOVED: {},
}


def next_state(state: State | None, step: Step) -> State:
    """Where a step leads. Raises `ExitStepNotPossible`."""
    found = STEPS[state].get(step)
    if found is None:
        raise ExitStepNotPossible("Look at where it stands now.")
    return found


def check_owner(role: str | None, kind: str | None) -> None:
    """Raises `OnlyOwnersLeave`, `ExitStepNotPossible`."""
    if role != OWNER:
        raise OnlyOwnersLeave("Ask an owner of your organisation.")
    if kind == STAYS_HERE:
        raise ExitStepNotPossible("Who runs this service does not leave it by a page.")


def check_name(typed: str, name: str) -> None:
    """Raises `ExitInvalid`."""
    if " ".join(typed.split()).casefold() != " ".join(name.split()).casefold():
        raise ExitInvalid("Write the name of your organisation as it stands above.", field="name")


def check_days(days: int) -> None:
    """Raises `ExitInvalid`."""
    if days not in NOTICE_DAYS:
        raise ExitInvalid("Choose no notice, one month or two.", field="notice_days")


def check_seen(exit: Exit, version: int) -> None:
    """Of two who decide at once the second looks again. Raises `ExitChanged`."""
    if exit.version != version:
        raise ExitChanged("Look at it again, then decide.")


def check_duties(duties: Sequence[Duty]) -> None:
    """Nobody who waits for the organisation is left standing. Raises `DutiesOpen`."""
    last = max((one.until for one in duties if one.until), default=None)
    if duties and last is not None:
        raise DutiesOpen(
            say("Nothing is erased before it is over: on %(day)s at the earliest.", day=last)
        )
    if duties:
        raise DutiesOpen("Nothing is erased before it is over.")


def holding(exit: Exit, duties: Sequence[Duty]) -> tuple[Duty, ...]:
    """The duties that keep an organisation: none when it was let go in spite of them."""
    return () if exit.let_go_at is not None else tuple(duties)


def held_until(exit: Exit) -> datetime:
    """Until when duties keep an organisation without anybody's decision."""
    return exit.transition_until + DUTIES_HOLD


def may_let_go(exit: Exit, now: datetime) -> bool:
    """Whether who runs the hub may decide that duties keep it no longer."""
    open = Step.LET_GO in STEPS[exit.state] and exit.let_go_at is None
    return open and now >= held_until(exit)


def check_let_go(exit: Exit, why: str, now: datetime) -> str:
    """Why an organisation is let go, as it is kept. Raises `ExitInvalid`, `ExitStepNotPossible`."""
    if exit.let_go_at is not None:
        raise ExitStepNotPossible("It was let go already.")
    if now < held_until(exit):
        day = held_until(exit).date()
        raise ExitStepNotPossible(say("Its duties keep it until %(day)s.", day=day))
    said = " ".join(why.split())
    if not WHY_LEAST <= len(said) <= WHY_MOST:
        raise ExitInvalid("Say why in 10 to 500 characters.", field="why")
    return said


def check_fetched(exit: Exit) -> None:
    """Nobody erases what they have not fetched. Raises `ArchiveNotReady`, `ExitStepNotPossible`."""
    check_ready(exit)
    if exit.fetched_at is None:
        raise ExitStepNotPossible("Fetch the archive first.")


def check_ready(exit: Exit) -> None:
    """Raises `ArchiveNotReady`."""
    if exit.archive_at is None:
        raise ArchiveNotReady("Look again in a minute: its page shows how far it is.")


def dates_of(given_at: datetime, days: int) -> tuple[datetime, datetime]:
    """When the notice is over, and the transition after it."""
    notice_until = given_at + timedelta(days=days)
    return notice_until, notice_until + TRANSITION


def due_step(exit: Exit, duties: Sequence[Duty], now: datetime) -> Step | None:
    """What the clock makes happen. Nobody is held, and nothing erased, while there are duties; what
    was never put by is not erased either."""
    if holding(exit, duties):
        return None
    if exit.state is State.NOTICED and now >= exit.transition_until:
        return Step.HOLD
    over = exit.retrieve_until is not None and now >= exit.retrieve_until
    if exit.state is State.RETRIEVAL and over and exit.archive_at is not None:
        return Step.LAPSE
    return None


def ends_sale(exit: Exit, now: datetime) -> bool:
    """Whether the organisation should sell nothing any more, and nobody was told."""
    open = exit.state in {State.NOTICED, State.RETRIEVAL}
    return open and exit.sale_ended_at is None and now >= exit.notice_until


def is_resting(failed_at: datetime | None, now: datetime) -> bool:
    """Whether one that failed then is left alone for a while: the others have their days."""
    return failed_at is not None and now - failed_at < RETRY


def halt_of(exit: Exit) -> HaltCode | None:
    """What does not go on with it; none when all does."""
    if exit.fault:
        erasing = exit.state is State.ERASING
        return HaltCode.ERASURE_FAILED if erasing else HaltCode.ARCHIVE_FAILED
    return HaltCode.STALLED if exit.stalled else None


def wants_archive(exit: Exit, now: datetime) -> bool:
    """Whether the archive is to be made, or made again while the organisation still works."""
    if exit.state is State.NOTICED:
        return exit.archive_at is None or now - exit.archive_at >= FRESH_FOR
    return exit.state is State.RETRIEVAL and exit.archive_at is None


def erase_from(now: datetime, owners: int) -> datetime | None:
    """Before when nothing is erased that one of so many owners wishes; None where there is one."""
    return now + CO_OWNERS if owners > 1 else None


def is_waiting(exit: Exit, now: datetime) -> bool:
    """Whether the other owners still have time to stop the erasure."""
    return exit.erase_from is not None and now < exit.erase_from


def is_early(exit: Exit, now: datetime) -> bool:
    """Whether the organisation itself wished to be erased before its time."""
    return exit.retrieve_until is not None and now < exit.retrieve_until


def archive_of(exit: Exit) -> Fetched | None:
    """What the certificate says of the archive: which it was, and when it was first fetched."""
    if exit.archive_at is None or exit.archive_sha256 is None:
        return None
    return Fetched(at=exit.archive_at, sha256=exit.archive_sha256, fetched_at=exit.fetched_at)


def next_ending(done: Ended, today: date) -> date | None:
    """From which day on kept rows are looked at again: at once where some went and others are left,
    in a year where others' rows name all that is left; None when all has ended."""
    if done.stays:
        return today if done.gone else today + ANOTHER_YEAR
    return done.next_on


def archive_name(exit: UUID) -> str:
    """The file of the zone that is its archive."""
    return f"exits/{exit}/export.zip"


def folder_of(data: Path, exit: UUID) -> Path:
    """Where what an organisation has is put by until it is erased."""
    return (data / archive_name(exit)).parent
