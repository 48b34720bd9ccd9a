"""Whatever is proved: taking a proof away never raises a level, adding one never lowers it."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hub.trust import policy
from hub.trust.models import Proof
from hub.trust.reading import shelf

REFERENTIAL = next(one for one in shelf() if one.code == "secure-cloud")
NEEDS = sorted({need for one in REFERENTIAL.criteria for step in one.steps for need in step.needs})
NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
INSTANTS = st.sampled_from([None, NOW - timedelta(days=1), NOW, NOW + timedelta(days=1)])


@st.composite
def proofs(draw: st.DrawFn) -> list[Proof]:
    """Nearly everything is proved: levels above none are then reached often."""
    floor = draw(st.integers(0, 3))
    whole = [Proof(need=need, rank=floor) for need in NEEDS]
    gone = draw(st.sets(st.integers(0, len(NEEDS) - 1), max_size=2))
    kept = [one for place, one in enumerate(whole) if place not in gone]
    made = st.builds(
        Proof, need=st.sampled_from(NEEDS), rank=st.integers(0, 3), since=INSTANTS, until=INSTANTS
    )
    return kept + draw(st.lists(made, max_size=8))


@given(found=proofs(), which=st.integers(min_value=0), health=st.booleans())
def test_taking_a_proof_away_never_raises_a_level(
    found: list[Proof], which: int, health: bool
) -> None:
    classes = ("health",) if health else ()
    before = policy.assess(REFERENTIAL, found, classes, NOW)
    place = which % (len(found) or 1)
    after = policy.assess(REFERENTIAL, found[:place] + found[place + 1 :], classes, NOW)
    assert after.rank <= before.rank
    assert all(after.families[code] <= rank for code, rank in before.families.items())
    assert before.rank in {0, min(before.families.values())}
    assert 0 <= before.rank <= REFERENTIAL.top


@given(found=proofs(), later=st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=9)))
def test_time_alone_never_raises_the_level_of_what_counts_already(
    found: list[Proof], later: timedelta
) -> None:
    begun = [one for one in found if one.since is None or one.since <= NOW]
    before = policy.assess(REFERENTIAL, begun, (), NOW)
    assert policy.assess(REFERENTIAL, begun, (), NOW + later).rank <= before.rank
