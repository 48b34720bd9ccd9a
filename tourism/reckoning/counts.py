"""How many houses have what is counted: the bits of 64 houses are one number, so that a plane of a
country is a few hundred of them."""

from typing import Any

import numpy as np

from tourism.nights.codes import PLANES
from tourism.nights.layout import MONTHS, WORD
from tourism.reckoning import sections as of
from tourism.reckoning.compiled import compiled, entered, making, whole
from tourism.reckoning.sections import Book

ONE = np.uint64(1)
PAIRS, FOURS, EIGHTS = (
    np.uint64(0x5555555555555555),
    np.uint64(0x3333333333333333),
    np.uint64(0x0F0F0F0F0F0F0F0F),
)
BYTES, TWO, FOUR, TOP = np.uint64(0x0101010101010101), np.uint64(2), np.uint64(4), np.uint64(56)


@compiled
def ones(word: Any) -> int:
    """How many bits are set (machines have an instruction for it, which this becomes)."""
    word = word - ((word >> ONE) & PAIRS)
    word = (word & FOURS) + ((word >> TWO) & FOURS)
    word = (word + (word >> FOUR)) & EIGHTS
    return whole((word * BYTES) >> TOP)


@entered
def count_written(book: Book, communes: Any, first: int, months: int) -> int:
    """How often something was written in some communes, of all their days or of the nights of some
    months (from one on, in their rows)."""
    count = 0
    for place in range(len(communes)):
        commune = communes[place]
        count += whole(of.touched(book)[commune])
        for month in range(first, first + months):
            count += whole(of.touched_months(book)[month % MONTHS, commune])
    return count


@making
def count_planes(book: Book, numbers: Any, chosen: Any) -> Any:
    """How many of the chosen houses have the bit of each plane."""
    counts = np.zeros(PLANES, np.int64)
    if not len(numbers):
        return counts
    low = high = numbers[0] // WORD
    for place in range(1, len(numbers)):
        low, high = min(low, numbers[place] // WORD), max(high, numbers[place] // WORD)
    words = np.zeros(high + 1 - low, np.uint64)
    for place in range(len(numbers)):
        if chosen[place]:
            bit = np.uint64(numbers[place] % WORD)
            words[numbers[place] // WORD - low] |= ONE << bit
    for place in range(len(words)):
        if words[place]:
            for plane in range(PLANES):
                counts[plane] += ones(words[place] & of.planes(book)[low + place, plane])
    return counts
