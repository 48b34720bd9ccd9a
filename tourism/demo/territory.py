"""Load the territory's shipped tables into an empty database."""

from collections import Counter
from collections.abc import Sequence

import asyncpg

from hub.territory import communes, departments, regions, search_key
from tourism.lodging.registry import Listed


async def load_territory(owner: asyncpg.Connection, listed: Sequence[Listed]) -> None:
    """Communes, departments, regions, and the places with their number of lodgings."""
    await _copy(owner, "region", [(r.code, r.name, r.lat, r.lng) for r in regions()])
    await _copy(
        owner,
        "department",
        [(d.code, d.name, d.region, d.lat, d.lng, d.zone) for d in departments()],
    )
    await _copy(
        owner,
        "commune",
        [
            (c.code, c.name, c.department, c.region, c.parent, c.lat, c.lng, c.population)
            for c in communes()
        ],
    )
    await _copy(owner, "place", _places(listed))


def _places(listed: Sequence[Listed]) -> list[tuple[object, ...]]:
    by_commune = Counter(entry.match.commune_code for entry in listed)
    by_department: Counter[str] = Counter()
    by_region: Counter[str] = Counter()
    people: Counter[str] = Counter()
    for commune in communes():
        count = by_commune[commune.code]
        by_department[commune.department] += count
        by_region[commune.region] += count
        if commune.parent:
            by_commune[commune.parent] += count
        else:
            people[commune.department] += commune.population
            people[commune.region] += commune.population
    department_names = {d.code: d.name for d in departments()}
    places: list[tuple[object, ...]] = [
        (
            "region",
            r.code,
            r.name,
            r.name,
            search_key(r.name),
            [],
            people[r.code],
            by_region[r.code],
            r.lat,
            r.lng,
        )
        for r in regions()
    ]
    places += [
        (
            "department",
            d.code,
            d.name,
            f"{d.name} ({d.code})",
            search_key(d.name),
            [],
            people[d.code],
            by_department[d.code],
            d.lat,
            d.lng,
        )
        for d in departments()
    ]
    places += [
        (
            "commune",
            c.code,
            c.name,
            f"{c.name}, {department_names.get(c.department, c.department)}",
            search_key(c.name),
            list(c.postcodes),
            c.population,
            by_commune[c.code],
            c.lat,
            c.lng,
        )
        for c in communes()
    ]
    return places


async def _copy(owner: asyncpg.Connection, table: str, rows: list[tuple[object, ...]]) -> None:
    await owner.copy_records_to_table(table, records=rows)
