"""Charts as SVG, drawn by hand: lines with their scale, no script, legible in print."""

import math
from collections.abc import Sequence

from loadtests.peaks.figures import Series

WIDTH, HEIGHT = 680, 210
LEFT, RIGHT, TOP, BOTTOM = 56, 12, 12, 30
TICKS = 4


def nice_step(value: float) -> float:
    """The step of a scale of three to five steps that reaches a value: 1, 2, 2.5 or 5 times a power
    of ten."""
    if value <= 0:
        return 0.25
    power = 10 ** math.floor(math.log10(value / 4))
    return next(step * power for step in (1, 2, 2.5, 5, 10) if step * power * 5 >= value)


def number(value: float) -> str:
    """As on a scale: 0.5, 25, 1,500."""
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:.2g}"


def lines(title: str, unit: str, series: Sequence[Series], step_s: float) -> str:
    """A chart of several lines over the seconds of a run; gaps where nothing is known."""
    known = [value for one in series for value in one.values if value is not None]
    most = max(known, default=0)
    step = nice_step(most)
    top = step * max(math.ceil(most / step - 1e-9), 1)
    count = max((len(one.values) for one in series), default=1)
    seconds = count * step_s
    parts = [*_grid(top, step, seconds)]
    for place, one in enumerate(series):
        parts += _line(one, top, count, place)
    label = f"{title}, {unit}, over {seconds:.0f} seconds"
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">'
        f"{''.join(parts)}</svg>"
    )


def _grid(top: float, step: float, seconds: float) -> list[str]:
    parts: list[str] = []
    for tick in range(round(top / step) + 1):
        y = _y(step * tick, top)
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}"/>')
        parts.append(
            f'<text class="scale" x="{LEFT - 8}" y="{y + 4}" text-anchor="end">'
            f"{number(step * tick)}</text>"
        )
    for tick in range(TICKS + 1):
        x = round(LEFT + (WIDTH - LEFT - RIGHT) * tick / TICKS, 1)
        anchor = "start" if tick == 0 else "end" if tick == TICKS else "middle"
        parts.append(
            f'<text class="scale" x="{x}" y="{HEIGHT - 8}" text-anchor="{anchor}">'
            f"{number(round(seconds * tick / TICKS))} s</text>"
        )
    return parts


def _line(one: Series, top: float, count: int, place: int) -> list[str]:
    """Runs of known values; a value alone is a dot."""
    parts: list[str] = []
    points: list[str] = []
    for n, value in enumerate([*one.values, None]):
        if value is not None:
            x = LEFT + (WIDTH - LEFT - RIGHT) * (n + 0.5) / count
            points.append(f"{x:.1f},{_y(value, top)}")
            continue
        if len(points) == 1:
            x, _, y = points[0].partition(",")
            parts.append(f'<circle class="dot s{place}" cx="{x}" cy="{y}" r="2.5"/>')
        elif points:
            parts.append(f'<polyline class="line s{place}" points="{" ".join(points)}"/>')
        points = []
    return parts


def _y(value: float, top: float) -> float:
    return round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - min(value, top) / top), 1)
