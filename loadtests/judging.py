"""What is said of answers that were heard while a service was broken on purpose."""

from collections.abc import Iterable, Sequence

import msgspec

BACK_S = 2.0
ANEW_S = BACK_S + 0.5  # then what was is not said any more; and until it is asked and answered
WORKER_BACK_S = 30.0  # until a process that was killed is loaded, made ready and asked again
WRITER, WORKER, DAMAGE = "writer", "worker", "damage"

Hits = tuple[tuple[int, int, tuple[int, ...], int], ...]


class Epoch(msgspec.Struct, frozen=True):
    """What is true from a commit on: when it was asked for, when it was done, the first page."""

    asked: float
    done: float
    hits: Hits


class Heard(msgspec.Struct, frozen=True):
    """When something was asked for and given, by which worker (0: nobody knows), and what: a status
    (0: none), the hits of an answer, whether it names a time to ask again."""

    asked: float
    given: float
    worker: int
    status: int
    hits: Hits | None
    may_wait: bool = False


class Harm(msgspec.Struct):
    """What was done to the service, and when: a writer or a worker (which) killed; bytes damaged
    under who reads them, which may be told until then."""

    kind: str
    at: float
    until: float = 0.0
    worker: int = 0


class Seen(msgspec.Struct, kw_only=True):
    """What became of the searches. `unanswered_s` is the longest time in which nobody gave an
    answer, the one before the end included; `silent_s` the same of one worker that lives;
    `slowest_s` the longest that one search waited for whatever came; `anew_s` the longest from the
    death of a writer until each worker gave what was committed after it. `damaged` are answers
    given while bytes were damaged on purpose, `damaged_s` how long after that the last one."""

    right: int = 0
    wrong: int = 0
    refused: int = 0
    cut: int = 0
    failed: int = 0
    damaged: int = 0
    damaged_s: float = 0.0
    unanswered_s: float = 0.0
    silent_s: float = 0.0
    slowest_s: float = 0.0
    anew_s: float = 0.0
    workers: int = 0
    workers_lost: int = 0
    workers_back_s: float = 0.0

    def is_good(self) -> bool:
        return (
            self.right > 0
            and self.wrong == self.failed == self.workers_lost == 0
            and max(self.unanswered_s, self.silent_s, self.slowest_s) <= BACK_S
            and self.anew_s <= ANEW_S
            and self.workers_back_s <= WORKER_BACK_S
        )


def judge(
    heard: Sequence[Heard],
    epochs: Sequence[Epoch],
    harms: Sequence[Harm],
    asking: tuple[float, float],
    lag_s: float,
) -> Seen:
    """Count what was heard from a moment to another (`asking`). Right is what was true while it was
    asked for, or until the lag before. No more than a time to ask again may be said of a harm, and
    no connection but of a killed worker be cut, and only within two seconds."""
    seen = Seen()
    for one in heard:
        seen.slowest_s = max(seen.slowest_s, one.given - one.asked)
        if one.hits is None:
            _count_failure(seen, one, harms)
        elif any(one.hits == epoch.hits for epoch in _true(one, epochs, lag_s)):
            seen.right += 1
        else:
            _count_wrong(seen, one, harms)
    answers = [one for one in heard if one.hits is not None]
    seen.unanswered_s = _longest((one.given for one in answers), *asking)
    _look_at_workers(seen, answers, harms, asking[1])
    seen.anew_s = max(
        (_anew(harm, answers, epochs, asking[1]) for harm in harms if harm.kind == WRITER),
        default=0.0,
    )
    return seen


def _count_failure(seen: Seen, one: Heard, harms: Sequence[Harm]) -> None:
    lately = {h.kind for h in harms if h.at <= one.given and one.asked <= h.at + BACK_S}
    if one.status == 503 and one.may_wait and lately:
        seen.refused += 1
    elif one.status == 0 and WORKER in lately and one.given - one.asked < BACK_S:
        seen.cut += 1
    else:
        seen.failed += 1


def _count_wrong(seen: Seen, one: Heard, harms: Sequence[Harm]) -> None:
    begun = [h.at for h in harms if h.kind == DAMAGE and h.at <= one.given and one.asked <= h.until]
    if begun:
        seen.damaged += 1
        seen.damaged_s = max(seen.damaged_s, one.given - max(begun))
    else:
        seen.wrong += 1


def _true(one: Heard, epochs: Sequence[Epoch], lag_s: float) -> list[Epoch]:
    ends = [epoch.done + lag_s for epoch in epochs[1:]] + [float("inf")]
    return [
        epoch
        for epoch, end in zip(epochs, ends, strict=True)
        if epoch.asked <= one.given and one.asked <= end
    ]


def _longest(moments: Iterable[float], began: float, ended: float) -> float:
    """The longest time between two of some moments in order, from a beginning to an end."""
    longest, last = 0.0, began
    for moment in (*moments, ended):
        longest, last = max(longest, moment - last), max(last, moment)
    return longest


def _look_at_workers(
    seen: Seen, answers: Sequence[Heard], harms: Sequence[Harm], ended: float
) -> None:
    """How long each worker said nothing while it lived, and how long until one that was killed has
    a successor that answers."""
    of = {pid: [one.given for one in answers if one.worker == pid] for pid in _pids(answers)}
    seen.workers = len(of)
    deaths = {harm.worker: harm.at for harm in harms if harm.kind == WORKER}
    for death in deaths.values():
        after = [given[0] for given in of.values() if given[0] > death]
        seen.workers_lost += not after
        seen.workers_back_s = max(seen.workers_back_s, min(after, default=ended) - death)
    for pid, given in of.items():
        last = max(deaths.get(pid, ended), given[-1])
        seen.silent_s = max(seen.silent_s, _longest(given, given[0], last))


def _pids(answers: Iterable[Heard]) -> list[int]:
    return sorted({one.worker for one in answers if one.worker})


def _anew(harm: Harm, answers: Sequence[Heard], epochs: Sequence[Epoch], ended: float) -> float:
    """How long after a death each worker that had answered before and goes on to gave what was
    committed first after it."""
    later = [epoch for epoch in epochs if epoch.asked >= harm.at]
    if not later:
        return ended - harm.at
    until = later[1].asked if len(later) > 1 else ended
    within = [one for one in answers if later[0].asked <= one.given <= until]
    known = _pids(one for one in answers if one.given <= harm.at)
    first = [
        next((o.given for o in within if o.worker == pid and o.hits == later[0].hits), until)
        for pid in _pids(within)
        if pid in known
    ]
    return max(first, default=until) - harm.at
