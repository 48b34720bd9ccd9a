"""Where the marks of a chart stand: whole units of a drawing 1000 wide and 300 high."""

from collections.abc import Sequence
from fractions import Fraction

import msgspec

from hub.core.money import round_half_up

WIDTH = 1000
HEIGHT = 300


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """A rectangle that stands on the ground."""

    x: int
    y: int
    width: int
    height: int


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """The points of a line, its zero, and its extremes."""

    points: tuple[tuple[int, int], ...]
    zero_y: int
    highest: int
    lowest: int


def draw_bars(ratios: Sequence[Fraction | None]) -> tuple[Bar, ...]:
    """A bar for each ratio; 1 reaches the top, unless one is higher. None has no height."""
    if not ratios:
        return ()
    top = max([Fraction(1), *(ratio for ratio in ratios if ratio is not None)])
    step = Fraction(WIDTH, len(ratios))
    gap = 1 if len(ratios) > 40 else 4
    bars: list[Bar] = []
    for number, ratio in enumerate(ratios):
        left, right = round_half_up(step * number), round_half_up(step * (number + 1))
        height = round_half_up((ratio or Fraction(0)) / top * HEIGHT)
        bars.append(Bar(x=left, y=HEIGHT - height, width=max(right - left - gap, 1), height=height))
    return tuple(bars)


def draw_line(values: Sequence[int]) -> Line:
    """A line through values that may be below zero; zero is always on the drawing."""
    highest, lowest = max(0, *values, 0), min(0, *values, 0)
    span = max(highest - lowest, 1)
    step = Fraction(WIDTH, max(len(values) - 1, 1))

    def height(value: int) -> int:
        return round_half_up(Fraction((highest - value) * HEIGHT, span))

    points = tuple((round_half_up(step * n), height(value)) for n, value in enumerate(values))
    return Line(points=points, zero_y=height(0), highest=highest, lowest=lowest)


class Amounts(msgspec.Struct, frozen=True, kw_only=True):
    """Several lines over one ground: each is pieces of consecutive points, `top` a round value."""

    lines: tuple[tuple[tuple[tuple[int, int], ...], ...], ...]
    top: int


def draw_amounts(*series: Sequence[Fraction | None]) -> Amounts:
    """Lines of amounts in cents; where there is no figure a line is cut, never drawn through."""
    top = round_top(max((value for one in series for value in one if value is not None), default=0))

    def pieces(values: Sequence[Fraction | None]) -> tuple[tuple[tuple[int, int], ...], ...]:
        step = Fraction(WIDTH, max(len(values) - 1, 1))
        found: list[list[tuple[int, int]]] = [[]]
        for n, value in enumerate(values):
            if value is None:
                found.append([])
            else:
                y = HEIGHT - round_half_up(Fraction(value) / top * HEIGHT)
                found[-1].append((round_half_up(step * n), y))
        return tuple(tuple(piece) for piece in found if piece)

    return Amounts(lines=tuple(pieces(one) for one in series), top=top)


def round_top(highest: Fraction | int) -> int:
    """The smallest of 1, 2 and 5 times a power of ten that is not below; at least one euro."""
    power = 100
    while True:
        for factor in (1, 2, 5):
            if factor * power >= highest:
                return factor * power
        power *= 10


def draw_lengths(values: Sequence[int]) -> tuple[int, ...]:
    """How long each of some lying bars is; the largest value goes all the way."""
    most = max([1, *values])
    return tuple(round_half_up(Fraction(value * WIDTH, most)) for value in values)
