"""What a run is told as: figures, charts, one page; by runs that are written by hand."""

import re
from datetime import date

import msgspec
import pytest

from loadtests.load import find, read_numbers
from loadtests.peaks import charts, figures, pages
from loadtests.peaks.figures import Series
from loadtests.peaks.results import Asked, Outcome, Results
from loadtests.peaks.run import Run
from loadtests.peaks.watching import Proof, Sample

PROOF = Proof(
    nights=4, oversold=0, unexplained=0, lost=0, confirmed=2, cancelled=0, in_house=0,
    wal_bytes=40_000, transactions=30,
)  # fmt: skip
TRIPS = {"search": 1.0, "quote": 3.0, "hold": 2.0, "pay": 3.0, "result page": 1.0}


def asked(at: float, name: str, ms: float, status: int = 200, problem: str = "") -> Asked:
    return Asked(at=at, name=name, ms=ms, status=status, problem=problem, bytes=10)


def booking(at: float) -> list[Asked]:
    return [asked(at, name, 20) for name in ("search", "quote", "hold", "pay")]


def run_of(*more: Asked, proof: Proof = PROOF) -> Run:
    looks = [asked(n / 10, "result page", float(n + 1)) for n in range(100)]
    return Run(
        code="L5", name="event", title="A flash event", words="One town, <b>one</b> night.",
        today=date(2026, 11, 26), scale=0.5, seed=1, seconds=10, offered={"book": 3, "look": 100},
        results=Results(
            began=100.0, seconds=10.0, cpu_s=1.0,
            asked=[*looks, *booking(1), *booking(2), *more],
            outcomes=[
                Outcome(at=1, late=0.05, seconds=0.2, kind="book", outcome="booked", reference="A"),
                Outcome(at=2, late=0, seconds=0.4, kind="book", outcome="booked", reference="B"),
            ],
        ),
        samples=[
            Sample(at=100.0, cpu_s={"web": 1.0, "database": 2.0}),
            Sample(at=105.0, cpu_s={"web": 3.5, "database": 2.0}),
            Sample(at=110.0, cpu_s={"web": 4.0, "database": 3.0}),
        ],
        cpu_s={"web": 3.0, "database": 1.0}, proof=proof, prepared=0,
    )  # fmt: skip


def told(run: Run) -> dict[str, object]:
    return {figure.name: figure.value for figure in figures.figures(run, TRIPS)}


def judged(run: Run) -> dict[str, bool]:
    return {f.name: f.ok for f in figures.figures(run, TRIPS) if f.ok is not None}


def test_a_clean_run_in_figures() -> None:
    found = told(run_of())
    assert found["bookings_per_s"] == 0.2
    assert found["look_p50_ms"] == 49  # of 100 pages of 1 to 100 ms, and two searches of 20
    assert found["look_p99_ms"] == 99
    assert found["book_p95_ms"] == 400
    assert found["cpu_ms_per_booking"] == 2_000
    assert found["cores_used"] == 0.4
    assert found["looks_per_booking"] == 51
    assert found["round_trips_of_a_booking"] == 9
    assert found["round_trips_per_booking"] == (2 * 9 + 100) / 2
    assert all(judged(run_of()).values())


@pytest.mark.parametrize(
    ("wrong", "figure"),
    [({"oversold": 1}, "oversold"), ({"unexplained": 2}, "unexplained_nights"),
     ({"lost": 1}, "lost_bookings")],
)  # fmt: skip
def test_what_the_database_says_is_judged(wrong: dict[str, int], figure: str) -> None:
    run = run_of(proof=msgspec.structs.replace(PROOF, **wrong))
    assert [name for name, good in judged(run).items() if not good] == [figure]


@pytest.mark.parametrize(
    ("status", "errors", "waits", "refused"),
    [(500, 1, 0, 0), (502, 1, 0, 0), (0, 1, 0, 0), (503, 0, 1, 0), (429, 0, 1, 0),
     (409, 0, 0, 1), (404, 0, 0, 1)],
)  # fmt: skip
def test_failures_waits_and_refusals_are_three_things(
    status: int, errors: int, waits: int, refused: int
) -> None:
    run = run_of(asked(3, "hold", 5, status, "reason"))
    found = told(run)
    assert (found["errors"], found["told_to_wait"], found["refused"]) == (errors, waits, refused)
    assert judged(run)["errors"] is (errors == 0)
    assert figures.errors_by_kind(run) == {"hold: reason": 1}


def test_what_never_began_is_told() -> None:
    assert figures.outcomes_of(run_of())["book"] == {"booked": 2, "never begun": 1}


def test_cores_lie_between_the_samples() -> None:
    web, database = figures.cores(run_of())
    assert web.values == pytest.approx([0.5] * 5 + [0.1] * 5)
    assert database.values == pytest.approx([0.0] * 5 + [0.2] * 5)


def test_throughput_and_percentiles_over_time() -> None:
    looks, writes = figures.throughput(run_of())
    assert looks.values[0] == 10
    assert writes.values[:4] == [0, 3, 3, 0]
    p99, _, p50 = figures.percentiles(run_of(), {"hold"})
    assert p50.values[:3] == [None, 20, 20]
    assert p99.values[3] is None


@pytest.mark.parametrize(
    ("most", "step"),
    [(0, 0.25), (1, 0.2), (3, 1), (25, 5), (31, 10), (99, 20), (101, 25), (1_500, 500), (5, 1)],
)
def test_a_scale_has_three_to_five_round_steps(most: float, step: float) -> None:
    assert charts.nice_step(most) == step
    if most:
        assert 2 < most / step <= 5


def test_a_line_breaks_where_nothing_is_known_and_stays_inside() -> None:
    drawn = charts.lines("Writes", "ms", [Series(name="p50", values=[1, 2, None, 9, None])], 1)
    assert drawn.count("<polyline") == 1
    assert drawn.count("<circle") == 1
    heights = [float(y) for _, y in re.findall(r"([\d.]+),([\d.]+)", drawn)]
    assert all(0 <= y <= charts.HEIGHT for y in heights)


def test_the_page_is_whole_asks_nobody_and_shows_text_as_text() -> None:
    page = pages.render([run_of()], TRIPS)
    assert "&lt;b&gt;one&lt;/b&gt;" in page
    assert "Nothing oversold, nothing lost, no failure" in page
    assert page.count("<svg viewBox") >= 5
    assert not re.findall(r"""(?:src|href)=["'](?!#)|url\(|@import|<script""", page)
    bad = pages.render([run_of(proof=msgspec.structs.replace(PROOF, oversold=3))], TRIPS)
    assert "Not as it must be: oversold 3" in bad
    assert "At a glance" in pages.render([run_of(), run_of()], TRIPS)


def test_scenarios_are_named_by_code_or_name() -> None:
    assert find("l5") is find("event")
    with pytest.raises(ValueError, match="L1 tuesday"):
        find("L9")
    assert read_numbers(["scale=0.5", "seed=3"]) == {"scale": 0.5, "seed": 3}
    for word in ("speed=3", "scale=0", "scale=fast"):
        with pytest.raises(ValueError, match=r"unknown|above 0|convert"):
            read_numbers([word])
