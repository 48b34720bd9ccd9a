"""How far what was typed is from names: edits, with a name's unwritten end for nothing."""

from collections.abc import Iterable


def typing_distances(typed: str, names: Iterable[str], limit: int) -> list[int]:
    """For each name the least number of letters to add, drop, change or swap so that `typed` begins
    it; more than `limit` is answered as `limit + 1`.

    One column of the table of edits is held in the bits of a few integers, a bit for each letter
    typed (Hyyrö 2003, "A bit-vector algorithm for computing Levenshtein and Damerau edit
    distances"): the work is a name's length, bounded by that of `typed` and the limit.
    """
    places: dict[str, int] = {}
    for row, letter in enumerate(typed):
        places[letter] = places.get(letter, 0) | 1 << row
    width = len(typed) + limit
    return [min(_least(places, len(typed), name[:width]), limit + 1) for name in names]


def _least(places: dict[str, int], length: int, name: str) -> int:
    """The least distance of a text to the beginnings of `name`; `places` are the bits at which the
    text has each letter."""
    every = (1 << length) - 1
    last = every ^ every >> 1
    more, less = every, 0  # where the column rises and falls from a row to the next
    same = before = 0
    distance = least = length
    for letter in name:
        at = places.get(letter, 0)
        swapped = (~same & at) << 1 & before
        same = ((((at & more) + more) ^ more) | at | less | swapped) & every
        rise = less | every & ~(same | more)
        fall = same & more
        if rise & last:
            distance += 1
        elif fall & last:
            distance -= 1
            least = min(least, distance)
        rise = rise << 1 | 1
        more, less = (fall << 1 | ~(same | rise)) & every, rise & same
        before = at
    return least


def allowed_edits(typed: str) -> int:
    """How many edits a text of this length may be from what was meant."""
    return 0 if len(typed) < 4 else 1 if len(typed) < 7 else 2 if len(typed) < 12 else 3
