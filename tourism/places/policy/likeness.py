"""Names that look like what was typed: those that share most of its threes of letters, the best
dozen compared edit by edit.

A three that many names have is a row with a mark for each name, any other a list of the names that
have it: rows are added up in a few microseconds, however many names begin with "saint ".
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from operator import neg
from typing import Any

import msgspec
import numpy as np

from tourism.places.policy.spelling import allowed_edits, typing_distances

LETTERS = " abcdefghijklmnopqrstuvwxyz0123456789"
LIKELY = 12
FAME = 0.15  # what a name's weight counts beside the threes that it shares
COMMON = 32  # one name in so many has a three that is kept as a row
PART = 4_096  # names
EDIT, KNOWN = 2.0, 0.5  # what an edit costs, and what the weight gives back
Marks = np.ndarray[Any, np.dtype[np.uint8]]
Positions = np.ndarray[Any, np.dtype[np.intp]]
Owners = np.ndarray[Any, np.dtype[np.int32]]
Weights = np.ndarray[Any, np.dtype[np.float32]]


class Likeness(msgspec.Struct, frozen=True, kw_only=True):
    """The structure: `names`, the best known first, with whose they are and what these weigh, and
    the `common` and the `rare` threes."""

    names: Sequence[str]
    owners: Owners
    weights: Weights
    common: Mapping[str, Marks]
    rare: Mapping[str, Positions]

    def find(self, key: str, wanted: int) -> list[int]:
        """Owners of the names a few edits from a folded text, best first."""
        edits = allowed_edits(key)
        threes = threes_of(key)
        if not edits or len(threes) < 3:
            return []
        likely = self._likely(threes)
        names = [self.names[name] for name in likely]
        ranked: list[tuple[float, int]] = []
        for name, distance in zip(likely, typing_distances(key, names, edits), strict=True):
            if distance <= edits:
                weight = float(self.weights[name])
                ranked.append((distance * EDIT - weight * KNOWN, int(self.owners[name])))
        return list(dict.fromkeys(owner for _, owner in sorted(ranked)))[:wanted]

    def _likely(self, threes: set[str]) -> list[int]:
        """The dozen that share most, the better known before their likes: names stand in order of
        fame, so that of those that share equally many only the first are looked at."""
        shared = self._shared(threes)
        least, level = max(2, len(threes) * 2 // 5), int(shared.max(initial=0))
        best: list[tuple[float, int]] = []
        until = len(self.names)
        while level >= least and until:
            for name in _first(shared[:until], level, LIKELY):
                best.append((-level - FAME * float(self.weights[name]), name))
            best = sorted(best)[:LIKELY]
            level -= 1
            if len(best) == LIKELY:
                # Of those that share less, who is known well enough to come before the last.
                until = bisect_right(self.weights, (best[-1][0] + level) / FAME, key=neg)
        return [name for _, name in best]

    def _shared(self, threes: set[str]) -> Marks:
        """How many threes each name has of these."""
        shared = np.zeros(len(self.names), dtype=np.uint8)
        for three in threes:
            if (row := self.common.get(three)) is not None:
                shared += row
            elif (names := self.rare.get(three)) is not None:
                shared[names] += 1
        return shared


def build_likeness(names: Sequence[str], owners: Owners, plain: Weights) -> Likeness:
    """Put names in order; `plain` is what each owner weighs."""
    weights = plain[owners]
    order = np.argsort(-weights, kind="stable")
    ordered = tuple(names[int(at)] for at in order)
    common: dict[str, Marks] = {}
    rare: dict[str, Positions] = {}
    for three, found in _postings(ordered).items():
        if len(found) * COMMON > len(names):
            common[three] = np.zeros(len(names), dtype=np.uint8)
            common[three][found] = 1
        else:
            rare[three] = found.copy()  # a part would keep the whole
    return Likeness(
        names=ordered, owners=owners[order], weights=weights[order], common=common, rare=rare
    )


def threes_of(key: str) -> set[str]:
    """Every three letters of a text that begins with two spaces."""
    text = f"  {key}"
    return {text[at : at + 3] for at in range(len(text) - 2)}


def _first(shared: Marks, level: int, many: int) -> list[int]:
    """Where the first that share just so many threes stand; a part is looked at before the rest."""
    width = PART
    while True:
        found = (shared[:width] == level).nonzero()[0]
        if len(found) >= many or width >= len(shared):
            return found[:many].tolist()
        width *= 64


def _postings(names: Sequence[str]) -> dict[str, Positions]:
    """For each three letters the names that have them, in order."""
    padded = [f"  {name}" for name in names]
    if not padded:
        return {}
    size = len(LETTERS)
    values = _values_of("".join(padded))
    codes = (values[:-2] * size + values[1:-1]) * size + values[2:]
    lengths = np.array([len(text) for text in padded], dtype=np.int64)
    ends = np.cumsum(lengths)
    owner_of = np.repeat(np.arange(len(padded)), lengths)[: len(codes)]
    # Three letters that reach into the next name belong to nobody.
    inside = np.arange(len(codes)) + 2 < ends[owner_of]
    pairs = np.unique(codes[inside] * len(padded) + owner_of[inside])
    codes, owners = np.divmod(pairs, len(padded))
    present, starts = np.unique(codes, return_index=True)
    parts = np.split(owners.astype(np.intp), starts[1:])
    return {_three(int(code)): part for code, part in zip(present, parts, strict=True)}


def _values_of(text: str) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Each letter's place among `LETTERS`; 0 for any other."""
    table = np.zeros(256, dtype=np.int64)
    table[np.frombuffer(LETTERS.encode(), dtype=np.uint8)] = np.arange(len(LETTERS))
    return table[np.frombuffer(text.encode("ascii", "replace"), dtype=np.uint8)]


def _three(code: int) -> str:
    size = len(LETTERS)
    return LETTERS[code // size**2] + LETTERS[code // size % size] + LETTERS[code % size]
