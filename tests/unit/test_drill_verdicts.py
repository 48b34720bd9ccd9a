"""What the drills say of what they saw: a drill that can only say ok shows nothing."""

from collections import Counter

import msgspec
import pytest

from loadtests import (
    clock_drill,
    crash_drill,
    ends_drill,
    fault_drill,
    index_audit,
    mixed_drill,
    overload_drill,
    rush_drill,
    soak_drill,
)
from loadtests.caller import Answer
from loadtests.crowd import Booked, Notes, Sent
from loadtests.crowd_audit import Found
from loadtests.ends_drill import Ends
from loadtests.fault_drill import LINES, Faults, Felt
from loadtests.mixed_world import Seen
from loadtests.overload_drill import Tally
from loadtests.soak_drill import Look

NOTHING = Found(**dict.fromkeys(Found.__struct_fields__, 0))
SOLD_OUT = b'{"type": "urn:usage-hub:problem:sold-out"}'
OTHER = b'{"type": "urn:usage-hub:problem:price-changed"}'


def notes(**more: object) -> Notes:
    booked = [Booked(f"{n}@drill.example", str(n), (), 0, 0) for n in range(3)]
    return msgspec.structs.replace(Notes(booked=booked), **more)


def test_a_found_fault_is_never_good() -> None:
    assert NOTHING.good()
    for name in Found.__struct_fields__:
        assert not msgspec.structs.replace(NOTHING, **{name: 1}).good()


def test_a_killed_house_that_comes_back_in_time_is_good() -> None:
    cut = notes(unclean=Counter({"no answer": 2}), unknown=2, resolved=2)
    assert crash_drill.is_good("kill_web", cut, [1.0, 90.0, 1.0], NOTHING)
    assert crash_drill.is_good("kill_database", notes(), [1.0], NOTHING)


@pytest.mark.parametrize(
    ("name", "seen", "back"),
    [
        ("kill_web", notes(), [1.0, 90.1, 1.0]),
        ("kill_web", notes(), [30.1, 30.1, 1.0]),
        ("kill_web", notes(), []),
        ("kill_web", notes(unclean=Counter({"500: oh": 1})), [1.0]),
        ("kill_database", notes(unclean=Counter({"no answer": 1})), [1.0]),
        ("kill_worker", notes(unclean=Counter({"no answer": 1})), [1.0]),
        ("kill_web", notes(unknown=2, resolved=1), [1.0]),
        ("kill_web", notes(refused=Counter({"sold-out": 1})), [1.0]),
        ("kill_web", Notes(), [1.0]),
    ],
)
def test_a_killed_house_that_answers_badly_or_late_is_not_good(
    name: str, seen: Notes, back: list[float]
) -> None:
    assert not crash_drill.is_good(name, seen, back, NOTHING)


CALM = Felt(sent=100, unclear=0, median_s=0.05, slowest_s=0.4)
FELT = {
    "300 ms late": Felt(sent=9, unclear=0, median_s=0.6, slowest_s=1.0),
    "a tenth cut": Felt(sent=9, unclear=1, median_s=0.05, slowest_s=0.4),
    "old connections lost": Felt(sent=9, unclear=0, median_s=0.05, slowest_s=5.0),
    "nobody let in": Felt(sent=9, unclear=9, median_s=0.05, slowest_s=0.4),
    "no space": Felt(sent=9, unclear=2, median_s=0.05, slowest_s=0.4),
}


def test_each_fault_of_the_line_has_its_mark() -> None:
    assert set(LINES) < set(FELT)


@pytest.mark.parametrize("name", FELT)
def test_a_fault_that_nobody_felt_is_told(name: str) -> None:
    felt = Faults(felt_before=CALM, felt={name: FELT[name]}, proved={name: True})
    assert fault_drill.not_felt(felt) == []
    unfelt = Faults(felt_before=CALM, felt={name: CALM}, proved={name: True})
    assert fault_drill.not_felt(unfelt) == [name]


def test_a_broker_that_still_works_and_a_house_that_was_not_calm_are_told() -> None:
    name = "broker gone"
    assert fault_drill.not_felt(
        Faults(felt_before=CALM, felt={name: CALM}, proved={name: False})
    ) == [name]
    restless = msgspec.structs.replace(CALM, unclear=1)
    assert fault_drill.not_felt(
        Faults(felt_before=restless, felt={name: CALM}, proved={name: True})
    ) == ["before"]


def test_what_is_waited_for_in_a_time_is_felt_in_it() -> None:
    sent = [Sent(0, 1, True), Sent(4, 10, False), Sent(8, 1, True), Sent(30, 1, False)]
    assert fault_drill.feel(sent, 5, 10) == Felt(sent=2, unclear=1, median_s=5.5, slowest_s=10)
    assert fault_drill.feel([], 5, 10).sent == 0


def test_an_overload_needs_its_crowd_its_answers_and_its_goodput() -> None:
    times = float(overload_drill.TIMES)
    assert overload_drill.is_good(Tally(), times, 0.8, 10.0)
    assert not overload_drill.is_good(Tally(), 0.9 * times, 0.8, 10.0)
    assert not overload_drill.is_good(Tally(unanswered=1), times, 0.8, 10.0)
    assert not overload_drill.is_good(Tally(), times, 0.79, 10.0)
    assert not overload_drill.is_good(Tally(), times, 0.8, 10.1)


def look(at: float, booked: int, *processes: int) -> Look:
    return Look(at=at, memory_kb=1, connections=1, booked=booked, processes=frozenset(processes))


def test_a_soak_is_held_to_its_rate_and_its_processes() -> None:
    looks = [look(10, 0, 1, 2), look(15, 20, 1, 2, 9), look(20, 60, 1, 2)]
    assert soak_drill.booked_per_s(looks) == 6
    assert soak_drill.booked_per_s(looks[:1]) == 0
    assert soak_drill.gone(looks) == 0
    assert soak_drill.gone([*looks, look(25, 90, 1, 3)]) == 1


def test_only_a_sold_out_house_refuses_the_last_rooms() -> None:
    answers = [
        Answer(201, b"{}", 0),
        Answer(409, SOLD_OUT, 0),
        Answer(409, OTHER, 0),
        Answer(503, b"", 0),
        Answer(0, b"", 0),
        Answer(429, b"", 0),
    ]
    became = rush_drill.sort(answers)
    assert became == {"sold": 1, "sold out": 1, "other": 2, "error": 2}


def lived(**more: object) -> Seen:
    done = {str(kind): 10 for kind in range(mixed_drill.EVERY_KIND)}
    seen = Seen(operations=600, done=done, refused={"hold: sold-out": 420}, checked=1)
    return msgspec.structs.replace(seen, **more)


def test_random_lives_are_good_when_they_were_lived() -> None:
    assert mixed_drill.is_good(lived())
    few = {str(kind): 10 for kind in range(mixed_drill.EVERY_KIND - 1)}
    assert not mixed_drill.is_good(lived(done=few))
    assert not mixed_drill.is_good(lived(operations=10_000))
    rare = dict.fromkeys(lived().done, 20_000) | {"0": 1}
    assert not mixed_drill.is_good(lived(operations=400_000, done=rare))
    assert not mixed_drill.is_good(lived(refused={"pay: busy": 7}))
    assert not mixed_drill.is_good(lived(checked=0))
    assert not mixed_drill.is_good(lived(wrong_nights=1))
    assert not mixed_drill.is_good(lived(negative_nights=1))


def test_a_clock_drill_needs_clocks_that_were_set() -> None:
    good = clock_drill.Seen(cases=1, jumps=1, holds=1)
    assert clock_drill.is_good(good)
    for fault in ("late", "early", "paid_late", "unpaid_in_time", "units_kept", "not_promised"):
        assert not clock_drill.is_good(msgspec.structs.replace(good, **{fault: 1}))
    assert not clock_drill.is_good(msgspec.structs.replace(good, jumps=0))
    assert not clock_drill.is_good(msgspec.structs.replace(good, holds=0))


EVERY_SEARCH = (*index_audit.ASKED, *index_audit.ASKED_OVER_HTTP)


def audited(**more: object) -> index_audit.Audit:
    found = Counter(dict.fromkeys(EVERY_SEARCH, 1))
    seen = index_audit.Audit(
        searches=2, right=2, changes=3, stale=1, longest_s=0.2, stated_s=[0.02, 0.2], found=found
    )
    return msgspec.structs.replace(seen, **more)


def test_an_audit_needs_every_kind_of_search_and_a_bounded_lag() -> None:
    good = audited()
    assert index_audit.is_good(good)
    for fault in (
        {"wrong": 1},
        {"right": 1},
        {"searches": 0, "right": 0, "stated_s": []},
        {"changes": 0},
        {"longest_s": 0.4},
        {"mixed": 2},
        {"stated_s": [0.02, 0.21]},
        *({"found": good.found - Counter([name])} for name in EVERY_SEARCH),
    ):
        assert not index_audit.is_good(audited(**fault)), fault
    assert not index_audit.is_good(
        audited(searches=200, right=200, stated_s=[0.02] * 199 + [2.1], longest_s=2.05)
    )


def test_what_was_true_within_a_lag_is_what_ended_after_it_and_began_before_the_answer() -> None:
    moments = [index_audit.Moment(since, until, None) for since, until in (
        (0, 10.0), (9.9, 20.0), (19.9, 30.0), (29.9, float("inf")),
    )]  # fmt: skip
    for since, until, wanted in (
        (25, 26, [2]), (20, 26, [2, 1]), (20.1, 29.9, [3, 2]), (31, 32, [3]), (5, 6, [0]),
    ):  # fmt: skip
        found = index_audit.between(moments, since, until)
        assert [moments.index(moment) for moment in found] == wanted


ENDS = Ends(
    holds=ends_drill.HOLDS,
    early=0,
    median_s=0.1,
    most_s=0.4,
    seen_most_s=0.4,
    booked_meanwhile=1,
    largest_batch=2,
)


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("calm", {"holds": 119}),
        ("busy", {"early": 1}),
        ("busy", {"booked_meanwhile": 0}),
        ("hot", {"most_s": 1.1}),
        ("hot", {"seen_most_s": 1.1}),
        ("hot", {"largest_batch": 1}),
    ],
)
def test_holds_end_in_time_beside_a_hot_batch(name: str, fault: dict[str, float]) -> None:
    parts = dict.fromkeys(("calm", "busy", "hot"), ENDS)
    assert ends_drill.is_good(parts)
    assert not ends_drill.is_good({**parts, name: msgspec.structs.replace(ENDS, **fault)})
