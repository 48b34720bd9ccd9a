"""A run in figures: pure."""

import itertools
import math
import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from loadtests.peaks.results import Asked, Outcome
from loadtests.peaks.run import Run

LOOKS = frozenset({"result page", "house page", "search", "search (program)", "house (program)"})
WRITES = ("quote", "hold", "pay", "cancel", "push", "check in", "begin sheet", "sign sheet")
POLITE = frozenset({429, 503})
GOALS_MS = {"look": 300, "book": 800}
"""Of one deployment on its own machine (DOMAIN 5.4), shown beside what was measured."""


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """A figure of a run; `ok` is None where it only tells."""

    name: str
    value: object
    goal: str = ""
    ok: bool | None = None
    words: str = ""


class Spread(msgspec.Struct, frozen=True, kw_only=True):
    """How long requests took, milliseconds."""

    number: int
    p50: float
    p95: float
    p99: float


def spread_of(times: Sequence[float]) -> Spread:
    """Of the nearest rank; nothing took no time."""
    ordered = sorted(times)

    def at(share: float) -> float:
        return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0

    return Spread(number=len(ordered), p50=at(0.5), p95=at(0.95), p99=at(0.99))


def is_error(asked: Asked) -> bool:
    """No answer, or a failure of the service; a refusal that says why is none, nor is a wait."""
    return asked.status == 0 or (asked.status >= 500 and asked.status not in POLITE)


def spreads(run: Run) -> dict[str, Spread]:
    """By the name of the request, answered ones only, the most frequent first."""
    names = Counter(asked.name for asked in run.results.asked if answered(asked))
    return {
        name: spread_of([a.ms for a in run.results.asked if a.name == name and answered(a)])
        for name, _ in names.most_common()
    }


def answered(asked: Asked) -> bool:
    return 200 <= asked.status < 400


def errors_by_kind(run: Run) -> dict[str, int]:
    """What was not answered as wanted: `name: reason`, failures and refusals alike."""
    found = Counter(
        f"{asked.name}: {asked.problem or asked.status}"
        for asked in run.results.asked
        if asked.problem
    )
    return dict(found.most_common())


def outcomes_of(run: Run) -> dict[str, dict[str, int]]:
    """What became of each kind of act; the rest was due and never begun before the end."""
    found: dict[str, Counter[str]] = {kind: Counter() for kind in run.offered}
    for outcome in run.results.outcomes:
        found[outcome.kind][outcome.outcome] += 1
    for kind, number in run.offered.items():
        missed = number - sum(found[kind].values())
        if missed > 0:
            found[kind]["never begun"] = missed
    return {kind: dict(counts.most_common()) for kind, counts in found.items()}


def figures(run: Run, trips: Mapping[str, float]) -> list[Figure]:
    """Everything that a run is judged by, and what it tells; `trips` are the round trips to
    PostgreSQL that each request makes, counted on a wire (see `costs`)."""
    return [*_truth(run), *_speed(run), *_cost(run), *_round_trips(run, trips)]


def _truth(run: Run) -> list[Figure]:
    proof = run.proof
    failed = sum(is_error(asked) for asked in run.results.asked)
    polite = sum(asked.status in POLITE for asked in run.results.asked)
    refused = sum(400 <= asked.status < 500 and asked.status != 429 for asked in run.results.asked)
    zero = "= 0"
    return [
        Figure(name="oversold", value=proof.oversold, goal=zero, ok=proof.oversold == 0,
               words="nights of a room type sold below nothing, asked of the database"),
        Figure(name="unexplained_nights", value=proof.unexplained, goal=zero,
               ok=proof.unexplained == 0,
               words=f"of {proof.nights} nights that changed: units that no booking explains"),
        Figure(name="lost_bookings", value=proof.lost, goal=zero, ok=proof.lost == 0,
               words="confirmed to a guest, and not in the database"),
        Figure(name="errors", value=failed, goal=zero, ok=failed == 0,
               words="no answer, or a 5xx that is no polite 503"),
        Figure(name="told_to_wait", value=polite, words="503 or 429 with Retry-After"),
        Figure(name="refused", value=refused, words="4xx with a reason, such as sold-out"),
    ]  # fmt: skip


def _speed(run: Run) -> list[Figure]:
    asked, outcomes = run.results.asked, run.results.outcomes
    looks = [a.ms for a in asked if a.name in LOOKS and answered(a)]
    took = [o.seconds * 1000 for o in outcomes if o.outcome in {"booked", "cancelled"}]
    found = [
        Figure(name="requests_per_s", value=_rate(len(asked), run)),
        Figure(name="looks_per_s", value=_rate(len(looks), run),
               words="answered availability requests"),
        Figure(name="bookings_per_s", value=_rate(done(run, "booked"), run)),
        *_times("look", looks),
        *_times("book", took, "from the search to the confirmation, or the whole cancellation"),
        Figure(name="late_p95_ms", value=round(late(outcomes).p95),
               words="how late people's acts began, their connections being busy"),
    ]  # fmt: skip
    for outcome, name in NAMED.items():
        if number := done(run, outcome):
            found.append(Figure(name=f"{name}_per_s", value=_rate(number, run)))
    return found


NAMED = {"checked in": "check_ins", "signed in": "check_ins_with_sheet",
         "cancelled": "cancellations", "pushed": "pushes"}  # fmt: skip


def late(outcomes: Iterable[Outcome]) -> Spread:
    """Programs and pushes ask as fast as they are answered: only people are late."""
    return spread_of([o.late * 1000 for o in outcomes if o.kind not in {"sweep", "push"}])


def _times(name: str, times: Sequence[float], words: str = "") -> list[Figure]:
    spread, goal = spread_of(times), GOALS_MS[name]
    return [
        Figure(name=f"{name}_p50_ms", value=round(spread.p50), words=words),
        Figure(name=f"{name}_p95_ms", value=round(spread.p95), goal=f"< {goal}"),
        Figure(name=f"{name}_p99_ms", value=round(spread.p99)),
    ]


def _cost(run: Run) -> list[Figure]:
    total, booked = sum(run.cpu_s.values()), done(run, "booked")
    span = run.samples[-1].at - run.samples[0].at
    found = [
        Figure(name="cores_used", value=round(total / span, 2),
               words="by the service in all its processes, while it was watched"),
        Figure(name="driver_cores", value=round(run.results.cpu_s / run.results.seconds, 2),
               words="by locust, on the same machine"),
        Figure(name="slowdown", value=round(statistics.median(s.slowdown for s in run.samples), 1),
               words="how many times longer a fixed computation took than its processor time: "
                     "everything else that this machine did"),
    ]  # fmt: skip
    if booked:
        found += [
            Figure(name="cpu_ms_per_booking", value=round(total * 1000 / booked),
                   words="of everything that was asked, looks included, for each booking"),
            Figure(name="looks_per_booking", value=round(_looks(run) / booked, 1)),
            Figure(name="transactions_per_booking",
                   value=round(run.proof.transactions / booked, 1),
                   words="of the database, background work included"),
            Figure(name="wal_kb_per_booking", value=round(run.proof.wal_bytes / booked / 1000, 1)),
        ]  # fmt: skip
    return found


def _round_trips(run: Run, trips: Mapping[str, float]) -> list[Figure]:
    booked, counts = done(run, "booked"), Counter(asked.name for asked in run.results.asked)
    if not booked or not trips:
        return []
    all_of_them = sum(trips.get(name, 0) * number for name, number in counts.items())
    alone = sum(trips.get(name, 0) for name in ("search", "quote", "hold", "pay"))
    return [
        Figure(name="round_trips_per_booking", value=round(all_of_them / booked, 1),
               words="to PostgreSQL, of everything that was asked, for each booking"),
        Figure(name="round_trips_of_a_booking", value=alone,
               words="of its own search, quote, hold and payment"),
    ]  # fmt: skip


def _looks(run: Run) -> int:
    return sum(a.name in LOOKS for a in run.results.asked)


def done(run: Run, outcome: str) -> int:
    return sum(o.outcome == outcome for o in run.results.outcomes)


def _rate(number: int, run: Run) -> float:
    return round(number / run.results.seconds, 2)


class Series(msgspec.Struct, frozen=True, kw_only=True):
    """Values at equal steps of time; None where there is nothing to tell."""

    name: str
    values: list[float | None]


def step_of(run: Run) -> float:
    """Seconds: about thirty steps."""
    return max(1.0, run.seconds / 30)


def _steps(run: Run) -> int:
    """Whole ones: a last piece of a step would look like a fall."""
    return max(1, int(run.seconds / step_of(run)))


def _by_step(run: Run, wanted: Callable[[Asked], bool]) -> list[list[float]]:
    """The times of requests by the step in which they were sent."""
    found: list[list[float]] = [[] for _ in range(_steps(run))]
    for asked in run.results.asked:
        step = int(asked.at / step_of(run))
        if 0 <= step < len(found) and wanted(asked):
            found[step].append(asked.ms)
    return found


def throughput(run: Run) -> list[Series]:
    """Requests a second: availability, writes of guests and houses, and what was told to wait."""
    kinds: dict[str, Callable[[Asked], bool]] = {
        "looks answered": lambda a: a.name in LOOKS and answered(a),
        "writes answered": lambda a: a.name in WRITES and answered(a),
        "told to wait": lambda a: a.status in POLITE,
    }
    return [
        Series(name=name, values=[len(times) / step_of(run) for times in _by_step(run, wanted)])
        for name, wanted in kinds.items()
        if any(wanted(asked) for asked in run.results.asked)
    ]


def percentiles(run: Run, names: Iterable[str]) -> list[Series]:
    """p50, p95 and p99 of answered requests over time, milliseconds."""
    chosen = set(names)
    steps = [
        spread_of(times) if times else None
        for times in _by_step(run, lambda a: a.name in chosen and answered(a))
    ]
    return [
        Series(name=name, values=[getattr(step, name) if step else None for step in steps])
        for name in ("p99", "p95", "p50")
    ]


def cores(run: Run) -> list[Series]:
    """Cores that each part uses: in each step, between the samples around it."""
    parts = list(run.samples[0].cpu_s)
    began, step = run.results.began, step_of(run)
    spans = [(began + n * step, began + (n + 1) * step) for n in range(_steps(run))]
    return [
        Series(
            name=part,
            values=[(_cpu_at(run, part, last) - _cpu_at(run, part, first)) / step
                    for first, last in spans],
        )
        for part in parts
    ]  # fmt: skip


def _cpu_at(run: Run, part: str, at: float) -> float:
    """Processor seconds of a part at an instant, on the line between two samples."""
    samples = run.samples
    for before, after in itertools.pairwise(samples):
        if before.at <= at <= after.at:
            share = (at - before.at) / (after.at - before.at)
            return before.cpu_s[part] + share * (after.cpu_s[part] - before.cpu_s[part])
    return samples[0 if at < samples[0].at else -1].cpu_s[part]


def sold(run: Run) -> list[Series]:
    """Bookings and cancellations so far."""
    wanted = {
        "booked": "bookings",
        "cancelled": "cancellations",
        "nothing left": "nothing left",
        "gone": "gone to others",
        "pushed": "calendars",
        "checked in": "check-ins",
    }
    found: list[Series] = []
    for outcome, name in wanted.items():
        ends = sorted(
            o.at + o.late + o.seconds for o in run.results.outcomes if o.outcome == outcome
        )
        if ends:
            whole = math.ceil(max(run.results.seconds, run.seconds) / step_of(run))
            marks = [(n + 1) * step_of(run) for n in range(whole)]
            found.append(
                Series(name=name, values=[sum(end <= mark for end in ends) for mark in marks])
            )
    return found
