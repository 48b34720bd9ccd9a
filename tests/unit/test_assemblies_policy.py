"""Votes are counted as DOMAIN 3.9 says, exact, and statutes that the law forbids are refused."""

from datetime import UTC, date, datetime

import msgspec
import pytest

from hub.assemblies.errors import TakesEffectTooEarly
from hub.assemblies.models import BallotCount
from hub.assemblies.policy import check_effective, count_votes, first_opening, second_opening
from hub.members import College, Statute, StatuteInvalid
from hub.members.policy import check_statute

AT = datetime(2027, 2, 28, 17, tzinfo=UTC)
WEIGHTS = {"hotels": 4_000, "campsites": 2_500, "lets": 2_000, "offices": 1_500}
STATUTE = Statute(
    colleges=tuple(
        College(code=code, name=code.title(), weight_bps=bps) for code, bps in WEIGHTS.items()
    )
)


def with_weights(*weights_bps: int) -> Statute:
    return Statute(
        colleges=tuple(
            College(code=f"c{n}", name=f"C {n}", weight_bps=bps)
            for n, bps in enumerate(weights_bps)
        )
    )


def ballots(enrolled: int = 10, **votes: tuple[int, int]) -> list[BallotCount]:
    """The yes and no of each college."""
    return [
        BallotCount(college=code, enrolled=enrolled, yes=yes, no=no, abstain=0)
        for code, (yes, no) in votes.items()
    ]


GV_1 = ballots(hotels=(6, 4), campsites=(4, 6), lets=(5, 5), offices=(10, 0))


@pytest.mark.parametrize(
    ("majority", "outcome"),
    [("half", "adopted"), ("two_thirds", "refused"), ("three_fifths", "refused")],
    ids=["GV-1-half", "GV-1-two-thirds", "GV-1-three-fifths"],
)
def test_a_decision_is_the_sum_of_weights_by_shares_of_yes(majority: str, outcome: str) -> None:
    statute = msgspec.structs.replace(STATUTE, majority=majority)
    result = count_votes(statute, 1, GV_1, AT)
    assert [tally.score for tally in result.colleges] == ["6/25", "1/10", "1/10", "3/20"]
    assert (result.score, result.outcome) == ("59/100", outcome)


def test_gv_2_one_college_below_quorum_leaves_the_whole_undecided() -> None:
    below = ballots(hotels=(6, 4), campsites=(1, 1), lets=(5, 5), offices=(10, 0))
    first = count_votes(STATUTE, 1, below, AT)
    assert first.outcome == "no_quorum"
    assert [tally.quorum_met for tally in first.colleges] == [True, False, True, True]
    assert first.colleges[1].needed == 3  # a quarter of ten, rounded up
    assert count_votes(STATUTE, 2, below, AT).outcome == "adopted"


@pytest.mark.parametrize(
    ("weights", "says"),
    [
        pytest.param((5_500, 2_500, 2_000), "from 10 to 50 %", id="GV-3"),
        pytest.param((5_001, 2_999, 2_000), "from 10 to 50 %", id="just-over"),
        pytest.param((5_000, 4_001, 999), "from 10 to 50 %", id="just-under"),
        pytest.param((5_000, 5_000), "3 to 10 colleges", id="two"),
        pytest.param((4_000, 3_000, 2_999), "100 % together", id="not-whole"),
        pytest.param((4_000, 3_000, 3_001), "100 % together", id="over"),
    ],
)
def test_weights_that_the_law_forbids_are_refused(weights: tuple[int, ...], says: str) -> None:
    with pytest.raises(StatuteInvalid, match=says):
        check_statute(with_weights(*weights))


def test_weights_at_the_very_bounds_are_good() -> None:
    check_statute(with_weights(5_000, 4_000, 1_000))


@pytest.mark.parametrize(
    "changes",
    [
        {"quorum_bps": 10_001},
        {"second_quorum_bps": 2_501},
        {"notice_days": 0},
        {"vote_days": 61},
        {"proxies_max": 11},
        {"colleges": (*STATUTE.colleges[:3], STATUTE.colleges[0])},
        {"colleges": (*STATUTE.colleges[:3], College(code="A b", name="x", weight_bps=1_500))},
    ],
)
def test_a_statute_without_sense_is_refused(changes: dict) -> None:
    with pytest.raises(StatuteInvalid):
        check_statute(msgspec.structs.replace(STATUTE, **changes))


def test_gv_4_the_weight_of_a_silent_college_is_lost_unless_the_statute_shares_it() -> None:
    statute = msgspec.structs.replace(STATUTE, quorum_bps=0)
    silent = ballots(hotels=(7, 3), campsites=(6, 4), lets=(0, 0), offices=(0, 0))
    lost = count_votes(statute, 1, silent, AT)
    assert (lost.score, lost.outcome) == ("43/100", "refused")
    assert lost.colleges[2].share is None
    shared = count_votes(msgspec.structs.replace(statute, empty_college="shared"), 1, silent, AT)
    assert (shared.score, shared.outcome) == ("43/65", "adopted")


def test_a_college_that_only_abstains_is_present_and_gives_no_share() -> None:
    counts = [
        *ballots(hotels=(10, 0), campsites=(10, 0), lets=(10, 0)),
        BallotCount(college="offices", enrolled=10, yes=0, no=0, abstain=10),
    ]
    result = count_votes(STATUTE, 1, counts, AT)
    assert (result.score, result.outcome) == ("17/20", "adopted")
    assert result.colleges[3].quorum_met


def test_gv_5_an_exact_tie_is_not_adopted() -> None:
    tie = ballots(hotels=(5, 5), campsites=(5, 5), lets=(5, 5), offices=(5, 5))
    result = count_votes(STATUTE, 1, tie, AT)
    assert (result.score, result.outcome) == ("1/2", "refused")


def test_exactly_two_thirds_is_enough_where_two_thirds_are_asked() -> None:
    statute = msgspec.structs.replace(STATUTE, majority="two_thirds")
    two_thirds = ballots(9, hotels=(6, 3), campsites=(6, 3), lets=(6, 3), offices=(6, 3))
    assert count_votes(statute, 1, two_thirds, AT).outcome == "adopted"


def test_a_college_may_count_whole_for_its_majority() -> None:
    statute = msgspec.structs.replace(STATUTE, by="majority")
    result = count_votes(statute, 1, GV_1, AT)
    # Hotels and offices say yes, campsites no, and lets are tied, which is no yes.
    assert (result.score, result.outcome) == ("11/20", "adopted")


def test_a_college_of_nobody_has_its_quorum_and_no_weight() -> None:
    result = count_votes(STATUTE, 1, ballots(hotels=(10, 0), campsites=(10, 0), lets=(0, 10)), AT)
    assert (result.colleges[3].enrolled, result.colleges[3].quorum_met) == (0, True)
    assert result.score == "13/20"


def test_a_vote_opens_after_whole_days_of_notice_and_closes_in_the_evening_of_paris() -> None:
    announced = datetime(2027, 3, 20, 23, 30, tzinfo=UTC)  # already the 21st in Paris
    opens, closes = first_opening(STATUTE, announced)
    assert opens == datetime(2027, 4, 5, 22, tzinfo=UTC)  # 6 April, 00:00 in summer time
    assert closes == datetime(2027, 4, 12, 16, tzinfo=UTC)
    assert second_opening(STATUTE, closes)[0] == datetime(2027, 4, 19, 22, tzinfo=UTC)


def test_a_text_never_takes_effect_before_both_calls_are_over() -> None:
    announced = datetime(2027, 1, 4, 9, tzinfo=UTC)
    _, closes = first_opening(STATUTE, announced)
    _, last = second_opening(STATUTE, closes)
    check_effective(STATUTE, announced, date(2027, 2, 10))
    assert last == datetime(2027, 2, 9, 17, tzinfo=UTC)
    with pytest.raises(TakesEffectTooEarly) as refused:
        check_effective(STATUTE, announced, date(2027, 2, 9))
    assert refused.value.extra["earliest"] == "2027-02-10"
