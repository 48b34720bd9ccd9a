"""The published table of truths is what the code does, and what FEATURES 2.3 asks for."""

from pathlib import Path

import pytest

from tourism.rates.models import Obstacle
from tourism.rates.truths import (
    LEVELS,
    PLACES,
    RULES,
    WINDOWS,
    Placed,
    ask,
    instant,
    write,
)

DOCUMENT = Path(__file__).parents[2] / "docs/restrictions.md"
O = Obstacle  # noqa: E741
# By hand, from the words of the rules: where each binds a stay of three nights, and what is said.
# b: the day before; a: arrival; m: middle; l: last night; d: departure day.
EXPECTED = {
    "stop-sell": ("aml", O.CLOSED),
    "no price": ("aml", O.NO_PRICE),
    "no unit left": ("aml", O.SOLD_OUT),
    "closed to arrival": ("a", O.CLOSED_TO_ARRIVAL),
    "closed to departure": ("d", O.CLOSED_TO_DEPARTURE),
    "minimum 3 on arrival": ("", None),
    "minimum 4 on arrival": ("a", O.MIN_STAY),
    "minimum 3 through": ("", None),
    "minimum 4 through": ("aml", O.MIN_STAY_THROUGH),
    "maximum 3 on arrival": ("", None),
    "maximum 2 on arrival": ("a", O.MAX_STAY),
    "maximum 3 through": ("", None),
    "maximum 2 through": ("aml", O.MAX_STAY),
}
BOOKED = (None, O.TOO_LATE, None, None, O.TOO_EARLY, None, *[O.OUTSIDE_WINDOW] * 2, None)
BOOKED = (*BOOKED, O.OUTSIDE_WINDOW)
BINDING = [rule for rule in RULES if EXPECTED[rule.name][0]]


def day_of(name: str) -> int:
    return "bamld".index(EXPECTED[name][0][0])


def test_the_document_is_as_the_code_is() -> None:
    assert DOCUMENT.read_text() == "\n".join(write())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_restriction_binds_on_its_days_alone(rule) -> None:
    days, obstacle = EXPECTED[rule.name]
    for place, letter in zip(range(len(PLACES)), "bamld", strict=True):
        assert ask(Placed(rule, place)) == ([obstacle] if letter in days else [])


@pytest.mark.parametrize(
    "rule", [r for r in BINDING if not r.elsewhere], ids=lambda rule: rule.name
)
def test_every_level_binds_and_other_plans_and_rooms_do_not(rule) -> None:
    for name, level in LEVELS.items():
        found = ask(Placed(rule, day_of(rule.name), level))
        assert found == ([] if "another" in name else [EXPECTED[rule.name][1]]), name


@pytest.mark.parametrize(
    "rule", [r for r in BINDING if not r.elsewhere], ids=lambda rule: rule.name
)
def test_no_restriction_hides_or_lifts_another(rule) -> None:
    for other in BINDING:
        if not other.elsewhere:
            found = ask(Placed(rule, day_of(rule.name)), Placed(other, day_of(other.name), (0, 0)))
            assert set(found) == {EXPECTED[rule.name][1], EXPECTED[other.name][1]}


@pytest.mark.parametrize(
    ("window", "expected"),
    list(zip(WINDOWS, BOOKED, strict=True)),
    ids=[name for name, _, _ in WINDOWS],
)
def test_a_plan_is_booked_in_its_windows_by_the_houses_clock(window, expected) -> None:
    _, rule, now = window
    found = ask(windows=rule, now=instant(*now))
    assert found == ([expected] if expected else [])
