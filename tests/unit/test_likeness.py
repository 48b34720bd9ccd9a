"""What looks like a misspelt text, held to the slow and obvious way of finding it."""

import random

import numpy as np
import pytest

from hub.territory import communes
from hub.territory.names import search_key
from tourism.places.policy.likeness import FAME, LIKELY, Likeness, build_likeness, threes_of
from tourism.places.policy.spelling import typing_distances

NAMES = 6_000


@pytest.fixture(scope="module")
def likeness() -> Likeness:
    pick = random.Random(4)
    names = pick.sample([search_key(commune.name) for commune in communes()], NAMES)
    plain = np.array([pick.choice((-0.5, 0, 3, 3.2, 5, 12.6)) for _ in names], dtype=np.float32)
    return build_likeness(names, np.arange(NAMES, dtype=np.int32), plain)


def misspelt(pick: random.Random, text: str, edits: int) -> str:
    """A text with letters lost, added, changed and swapped."""
    letters = list(text)
    for _ in range(edits):
        at = pick.randrange(len(letters) + 1)
        match pick.randrange(4):
            case 0:
                letters.insert(at, pick.choice("aeinst "))
            case 1:
                del letters[at : at + 1]
            case 2:
                letters[at : at + 1] = pick.choice("aeinst ")
            case _:
                letters[at : at + 2] = reversed(letters[at : at + 2])
    return "".join(letters)


def test_the_dozen_looked_at_is_that_of_an_obvious_count(likeness: Likeness) -> None:
    """What shares most threes, with what fame adds, of all that share two fifths of them."""
    pick = random.Random(5)
    threes = [threes_of(name) for name in likeness.names]
    scattered = 0
    for name in pick.sample([name for name in likeness.names if len(name) > 4], 120):
        typed = threes_of(misspelt(pick, name[: pick.randint(4, len(name))], 2))
        shared = [len(typed & of) for of in threes]
        scores = [
            (shared[at] + FAME * float(likeness.weights[at]), -at)
            for at in range(NAMES)
            if shared[at] >= max(2, len(typed) * 2 // 5)
        ]
        best = [-at for _, at in sorted(scores, reverse=True)[:LIKELY]]
        assert [round(_score(likeness, shared, at), 5) for at in likeness._likely(typed)] == [
            round(_score(likeness, shared, at), 5) for at in best
        ]
        scattered += len({shared[at] for at in best}) > 1
    # Names that share less come in for their fame, so that the order of looking matters.
    assert scattered > 60


def _score(likeness: Likeness, shared: list[int], at: int) -> float:
    return shared[at] + FAME * float(likeness.weights[at])


def test_common_and_rare_threes_are_counted_alike(likeness: Likeness) -> None:
    assert " sa" in likeness.common
    assert "ngy" in likeness.rare
    for three in ("ain", " sa", "ngy", "xie"):
        counted = likeness._shared({three})
        assert counted.tolist() == [three in f"  {name}" for name in likeness.names]


def test_edits_are_those_of_the_whole_table() -> None:
    pick = random.Random(6)
    for _ in range(4_000):
        name = "".join(pick.choice("abc ") for _ in range(pick.randint(1, 16)))
        typed = misspelt(pick, name[: pick.randint(1, len(name))], pick.randint(0, 4)) or "a"
        limit = pick.randint(1, 3)
        edits = min(_edits(typed, name), limit + 1)
        assert typing_distances(typed, [name], limit) == [edits], (typed, name)


def test_a_text_longer_than_a_machine_word_is_compared_whole() -> None:
    name = "saint remy en bouzemont saint genest et isson " * 2
    assert typing_distances(name[:79].replace("isson", "isosn"), [name, "annecy"], 3) == [1, 4]


def _edits(typed: str, name: str) -> int:
    """The table of all beginnings of both, with neighbours swapped: its last row's least."""
    table = [[row + column for column in range(len(name) + 1)] for row in range(len(typed) + 1)]
    for row in range(1, len(typed) + 1):
        for column in range(1, len(name) + 1):
            changed = table[row - 1][column - 1] + (typed[row - 1] != name[column - 1])
            best = min(table[row - 1][column] + 1, table[row][column - 1] + 1, changed)
            if typed[row - 2 : row] == name[column - 2 : column][::-1] and min(row, column) > 1:
                best = min(best, table[row - 2][column - 2] + 1)
            table[row][column] = best
    return min(table[-1])
