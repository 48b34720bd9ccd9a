"""Which numbers of areas may be told under statistical secrecy (DOMAIN 4.1). Pure.

A number may be told when at least three enterprises and eleven searches stand behind it and no
enterprise makes more than 85 % of it. Areas lie within each other: the country, its regions, their
departments. Told numbers cut the country into *blocks*: what is left of a told area without the
told areas within it. Whatever can be worked out by adding and subtracting told numbers is made of
whole blocks, and what is made of blocks that may be told may be told as well; so where a block may
not be told, a told area within it is withheld, until every block may. The country's own number is
not shown; it counts as told where it may be, for others may tell it.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from tourism.demand.models import (
    DOMINANCE_PERCENT,
    SECRET_ENTERPRISES,
    SECRET_SEARCHES,
    DepartmentSearches,
    Level,
    Outcome,
    ToldArea,
)

Path = tuple[str, ...]  # () is the country, (region,), (region, department)
Parts = Mapping[str, int]  # searches by enterprise
_LEVELS = {1: Level.REGION, 2: Level.DEPARTMENT}


def may_be_told(parts: Parts) -> bool:
    """Whether a number that is made of these parts may be told. An enterprise without a search is
    not behind it; exactly 85 % is no dominance."""
    behind = [searches for searches in parts.values() if searches]
    whole = sum(behind)
    return (
        len(behind) >= SECRET_ENTERPRISES
        and whole >= SECRET_SEARCHES
        and max(behind) * 100 <= whole * DOMINANCE_PERCENT
    )


def choose_told(departments: Mapping[Path, Parts]) -> frozenset[Path]:
    """The areas whose number is told, of one month and one outcome."""
    wholes = _wholes(departments)
    told = {path for path, parts in wholes.items() if may_be_told(parts)}
    known: dict[frozenset[Path], bool] = {}

    def is_sound(block: Iterable[Path]) -> bool:
        block = frozenset(block)
        if block not in known:
            known[block] = not block or may_be_told(_add_up(departments[path] for path in block))
        return known[block]

    blocks = _blocks(departments, told)
    while exposed := [path for path in sorted(told) if not is_sound(blocks[path])]:
        outer = exposed[-1]
        inner = min(
            _within(outer, told),
            key=lambda path: (
                not is_sound(blocks[outer] | blocks[path]), sum(wholes[path].values()), path
            ),
        )  # fmt: skip
        told.remove(inner)
        blocks[outer] |= blocks.pop(inner)
    return frozenset(told)


def _wholes(departments: Mapping[Path, Parts]) -> dict[Path, Counter[str]]:
    """The parts of every area, by adding up what lies within it."""
    wholes: defaultdict[Path, Counter[str]] = defaultdict(Counter)
    for path, parts in departments.items():
        for depth in range(len(path) + 1):
            wholes[path[:depth]].update(parts)
    return dict(wholes)


def _add_up(many: Iterable[Parts]) -> Counter[str]:
    whole: Counter[str] = Counter()
    for parts in many:
        whole.update(parts)
    return whole


def _blocks(departments: Iterable[Path], told: set[Path]) -> dict[Path, set[Path]]:
    """The departments of each told area that are in no told area within it."""
    blocks: dict[Path, set[Path]] = {path: set() for path in told}
    for path in departments:
        around = [path[:depth] for depth in range(len(path), -1, -1) if path[:depth] in told]
        if around:
            blocks[around[0]].add(path)
    return blocks


def _within(outer: Path, told: set[Path]) -> list[Path]:
    """The told areas within one, and in no other told area within it."""
    return [
        path
        for path in told
        if len(path) > len(outer)
        and path[: len(outer)] == outer
        and not any(path[:depth] in told for depth in range(len(outer) + 1, len(path)))
    ]


def tell_areas(counted: Sequence[DepartmentSearches]) -> list[ToldArea]:
    """What is told of every area of a month in which anything was counted.

    Obstacles are told without numbers, for each search that was lost has one or several: their
    numbers and that of the lost searches would tell each other. An area tells those that by
    themselves might be told, where its lost searches are.
    """
    departments: defaultdict[str, dict[Path, Parts]] = defaultdict(dict)
    for one in counted:
        path = (one.region, one.department)
        departments[one.outcome][path] = dict(zip(one.enterprises, one.searches, strict=True))
    wholes = {outcome: _wholes(parts) for outcome, parts in departments.items()}
    found, lost = (
        _teller(wholes.get(outcome, {}), choose_told(departments[outcome]))
        for outcome in (Outcome.FOUND.value, Outcome.LOST.value)
    )
    areas = {path for parts in wholes.values() for path in parts if path}
    return [_tell(path, found(path), lost(path), wholes) for path in sorted(areas)]


def _teller(wholes: Mapping[Path, Parts], told: frozenset[Path]) -> Callable[[Path], int | None]:
    """The number of an area: 0 where nothing happened, None where it is withheld."""

    def tell(path: Path) -> int | None:
        if path not in wholes:
            return 0
        return sum(wholes[path].values()) if path in told else None

    return tell


def _tell(
    path: Path, found: int | None, lost: int | None, wholes: Mapping[str, Mapping[Path, Parts]]
) -> ToldArea:
    obstacles = [
        (sum(parts[path].values()), outcome)
        for outcome, parts in wholes.items()
        if outcome not in set(Outcome) and path in parts and may_be_told(parts[path])
    ]
    obstacles.sort(key=lambda pair: (-pair[0], pair[1]))
    if lost is None:
        obstacles = []
    return ToldArea(
        level=_LEVELS[len(path)],
        area=path[-1],
        found=found,
        lost=lost,
        obstacles=tuple(outcome for _, outcome in obstacles),
        over_half=sum(2 * many > (lost or 0) for many, _ in obstacles),
    )
