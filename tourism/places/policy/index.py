"""All places and houses in memory, found by the beginning of a word, or by likeness.

Built once from some 60,000 names: sorted keys with an array of weights beside them. An answer is a
bisection, a partition of the stretch found, and for misspelt text a look at names that are like it.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import numpy as np

from tourism.places.models import Known, Suggestion
from tourism.places.policy.likeness import Likeness, build_likeness
from tourism.places.policy.names import SMALL, compact

MAX_TEXT = 80
FIRST_WORD = 2.0
WHOLE_NAME = 0.8
FORMER = 2.0
MOST_HOUSES = 3
END = "\x7f"
Numbers = np.ndarray[Any, np.dtype[np.int32]]
Weights = np.ndarray[Any, np.dtype[np.float32]]


class SuggestionIndex(msgspec.Struct, frozen=True, kw_only=True):
    """The structure. `keys` are sorted beginnings of names and of their words; `owners` and
    `weights` stand beside them."""

    known: Sequence[Suggestion]
    keys: Sequence[str]
    owners: Numbers
    weights: Weights
    postcodes: Sequence[str]
    postcode_owners: Sequence[int]
    plain: Weights
    likeness: Likeness

    def suggest(self, *keys: str, wanted: int = 8) -> list[Suggestion]:
        """The best suggestions for a folded text, or for what else it may mean
        (`hub.territory.typed_keys`), best first."""
        keys = tuple(key[:MAX_TEXT] for key in keys if key)
        if not keys or wanted < 1:
            return []
        if keys[0][0].isdecimal():
            found = self._by_code(keys[0], wanted)
            if found:
                return [self.known[owner] for owner in found]
        found = self._stretch(keys, wanted * 2)
        for search in (self._without_small_words, self.likeness.find):
            if len(found) < min(wanted, 3):
                found += [owner for owner in search(keys[0], wanted) if owner not in found]
        kept = self._with_few_houses([self.known[owner] for owner in found], wanted)
        named = self._named(keys[0])
        if named is not None and named not in kept:
            kept[-1] = named
        return kept

    def _named(self, key: str) -> Suggestion | None:
        """The best known place of exactly this name: better known ones that only begin so stand
        before it, but never in its stead."""
        first = bisect_left(self.keys, key)
        last = bisect_left(self.keys, key + " ", first)
        places = [
            (float(self.weights[at]), -owner)
            for at, owner in enumerate(self.owners[first:last].tolist(), first)
            if self.known[owner].kind != "house"
        ]
        return self.known[-max(places)[1]] if places else None

    @staticmethod
    def _with_few_houses(found: Sequence[Suggestion], wanted: int) -> list[Suggestion]:
        """Places first of all: houses take at most three lines, or those that places leave."""
        places = [suggestion for suggestion in found if suggestion.kind != "house"]
        room = max(min(MOST_HOUSES, wanted), wanted - len(places))
        houses = [suggestion for suggestion in found if suggestion.kind == "house"][:room]
        kept = [*places[: wanted - len(houses)], *houses]
        return [suggestion for suggestion in found if suggestion in kept]

    def _by_code(self, digits: str, wanted: int) -> list[int]:
        """Communes by their postcode, a department by its number (also 2A and 971)."""
        number = digits.upper()
        found = [
            owner
            for owner in self._stretch((f"#{number}",), wanted * 8)
            if self.known[owner].code == number
        ]
        first = bisect_left(self.postcodes, digits[:5])
        last = bisect_left(self.postcodes, digits[:5] + END)
        owners = dict.fromkeys(self.postcode_owners[first:last])
        found += sorted(owners, key=lambda owner: -self.plain[owner])[:wanted]
        return list(dict.fromkeys(found))[:wanted]

    def _without_small_words(self, key: str, wanted: int) -> list[int]:
        bare = compact(key)
        return self._stretch((bare,), wanted) if bare and bare != key else []

    def _stretch(self, keys: Sequence[str], wanted: int) -> list[int]:
        """What begins with one of some texts."""
        parts = [part for key in keys if (part := self._beginning(key)) is not None]
        if not parts:
            return []
        if len(parts) == 1:
            return self._best(*parts[0], wanted)
        owners, scores = zip(*parts, strict=True)
        return self._best(np.concatenate(owners), np.concatenate(scores), wanted)

    def _beginning(self, key: str) -> tuple[Numbers, Weights] | None:
        first = bisect_left(self.keys, key)
        last = bisect_left(self.keys, key + END)
        if first == last:
            return None
        scores = self.weights[first:last]
        whole = bisect_left(self.keys, key + " ", first, last) - first
        if whole > 0:
            # Keys equal to what was typed stand first in their stretch.
            scores = scores.copy()
            scores[:whole] += WHOLE_NAME
        return self.owners[first:last], scores

    def _best(self, owners: Numbers, scores: Weights, wanted: int) -> list[int]:
        some = wanted * 4
        if len(scores) > some:
            chosen = np.argpartition(-scores, some)[:some]
            owners, scores = owners[chosen], scores[chosen]
        order = np.lexsort((owners, -scores))
        return list(dict.fromkeys(owners[order].tolist()))[:wanted]


def build_index(known: Iterable[Known]) -> SuggestionIndex:
    """Put places and houses in order. About a second for all of France; run it in a thread."""
    entries = list(known)
    beginnings: list[tuple[str, int, float]] = []
    names: list[str] = []
    name_owners: list[int] = []
    postcodes: list[tuple[str, int]] = []
    for owner, entry in enumerate(entries):
        for key in (*entry.keys, *entry.former):
            weight = entry.weight if key in entry.keys else entry.weight / FORMER
            beginnings += _beginnings(key, entry.tail, owner, weight)
            if not key.startswith("#"):
                names.append(key + entry.tail)
                name_owners.append(owner)
        postcodes += [(postcode, owner) for postcode in entry.postcodes]
    beginnings.sort(key=lambda part: part[0])
    postcodes.sort()
    plain = np.array([entry.weight for entry in entries], dtype=np.float32)
    return SuggestionIndex(
        known=[entry.suggestion for entry in entries],
        keys=[key for key, _, _ in beginnings],
        owners=np.array([owner for _, owner, _ in beginnings], dtype=np.int32),
        weights=np.array([weight for _, _, weight in beginnings], dtype=np.float32),
        postcodes=[postcode for postcode, _ in postcodes],
        postcode_owners=[owner for _, owner in postcodes],
        plain=plain,
        likeness=build_likeness(names, np.array(name_owners, dtype=np.int32), plain),
    )


def _beginnings(key: str, tail: str, owner: int, weight: float) -> list[tuple[str, int, float]]:
    found = [(key + tail, owner, weight + FIRST_WORD)]
    at = key.find(" ")
    while at >= 0:
        rest = key[at + 1 :]
        if rest.partition(" ")[0] not in SMALL:
            found.append((rest + tail, owner, weight))
        at = key.find(" ", at + 1)
    return found
