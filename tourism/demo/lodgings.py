"""Load the registry's lodgings with their computed offer: houses, rooms, plans, nights."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date

import asyncpg
import msgspec
import numpy as np

from hub.territory import Commune, communes, search_key, zone_of
from tourism.demo import copybinary, season
from tourism.demo.landscape import landscapes
from tourism.demo.plans import PlanSpec, rate_plans
from tourism.demo.rooms import TypeSpec, room_types
from tourism.lodging.registry import SHIPPED_ON, Listed

NIGHTS = 400
Progress = Callable[[str], None]


class House(msgspec.Struct, frozen=True, kw_only=True):
    """A lodging to load, with the ids it shall have."""

    listed: Listed
    id: int
    tenant: int
    landscape: str
    types: list[TypeSpec]
    plans: list[PlanSpec]


class WithoutWalls:
    """COPY does not work under row-level security: it is lifted for one transaction of the
    schema's owner, on an empty database that nobody else uses yet."""

    TABLES = ("property", "room_type", "rate_plan", "ari_month")

    def __init__(self, owner: asyncpg.Connection) -> None:
        self._owner = owner

    async def __aenter__(self) -> None:
        for table in self.TABLES:
            await self._owner.execute(f"alter table {table} disable row level security")

    async def __aexit__(self, *_: object) -> None:
        for table in self.TABLES:
            await self._owner.execute(f"alter table {table} enable row level security")


async def load_lodgings(
    owner: asyncpg.Connection,
    listed: Sequence[Listed],
    open_organisations: Callable[[Sequence[str]], Awaitable[list[int]]],
    today: date,
    progress: Progress,
) -> int:
    """Every lodging as a tenant with its computed offer from today on; how many."""
    tenants = await open_organisations([entry.row.name for entry in listed])
    places = landscapes(listed)
    houses = [
        House(
            listed=entry,
            id=number,
            tenant=tenant,
            landscape=places[entry.match.commune_code],
            types=room_types(entry.row),
            plans=rate_plans(entry.row),
        )
        for number, (entry, tenant) in enumerate(zip(listed, tenants, strict=True), start=1)
    ]
    async with WithoutWalls(owner):
        await _load_houses(owner, houses)
        progress(f"{len(houses)} lodgings, {sum(len(h.types) for h in houses)} room types")
        await _load_nights(owner, houses, today, progress)
        await owner.execute(
            "select setval(pg_get_serial_sequence('property', 'id'), max(id)) from property;"
            "select setval(pg_get_serial_sequence('room_type', 'id'), max(id)) from room_type;"
        )
    return len(houses)


async def _load_houses(owner: asyncpg.Connection, houses: Sequence[House]) -> None:
    by_code = {commune.code: commune for commune in communes()}
    await owner.copy_records_to_table(
        "property",
        records=[_property(house, by_code[house.listed.match.commune_code]) for house in houses],
        columns=PROPERTY_COLUMNS,
    )
    types = [(house, rank, spec) for house in houses for rank, spec in enumerate(house.types)]
    await owner.copy_records_to_table(
        "room_type",
        records=[
            (
                number,
                house.tenant,
                house.id,
                spec.code,
                rank,
                min(spec.units, 32_767),
                spec.occupancy_standard,
                spec.occupancy_max,
                spec.adults_max,
                spec.children_max,
            )
            for number, (house, rank, spec) in enumerate(types, start=1)
        ],
        columns=(
            "id",
            "tenant",
            "property",
            "code",
            "rank",
            "units",
            "occupancy_standard",
            "occupancy_max",
            "adults_max",
            "children_max",
        ),
    )
    await owner.copy_records_to_table(
        "rate_plan",
        records=[
            (
                house.tenant,
                house.id,
                plan.code,
                rank,
                int(plan.meal_plan),
                plan.adjust_bps,
                plan.adult_cents,
                plan.child_cents,
                msgspec.json.encode(plan.cancellation).decode(),
            )
            for house in houses
            for rank, plan in enumerate(house.plans)
        ],
        columns=(
            "tenant",
            "property",
            "code",
            "rank",
            "meal_plan",
            "adjust_bps",
            "supplement_adult_cents",
            "supplement_child_cents",
            "cancellation",
        ),
    )


PROPERTY_COLUMNS = (
    "id", "tenant", "registry_key", "kind", "name", "search_key", "listing", "address",
    "postcode", "commune_code", "department_code", "region_code", "site", "stars",
    "classified_on", "classification_extended", "registry_export_on", "units", "capacity",
    "lat", "lng", "position_source", "position_radius_m", "landscape", "zone",
)  # fmt: skip


def _property(house: House, commune: Commune) -> tuple[object, ...]:
    listed, row = house.listed, house.listed.row
    return (
        house.id, house.tenant, listed.key, row.kind.value, row.name, search_key(row.name), "demo",
        row.address, row.postcode, commune.code, commune.department, commune.region, row.site,
        row.stars, row.classified_on, row.extended, SHIPPED_ON, row.units, row.capacity,
        listed.lat, listed.lng, "commune", listed.position_radius_m, house.landscape,
        zone_of(commune.code),
    )  # fmt: skip


async def _load_nights(
    owner: asyncpg.Connection, houses: Sequence[House], today: date, progress: Progress
) -> None:
    lodgings = season.gather(
        [house.listed.row for house in houses],
        [house.landscape for house in houses],
        [house.types for house in houses],
    )
    ids = np.arange(1, len(lodgings.type_lodging) + 1)
    tenants = np.array([house.tenant for house in houses])[lodgings.type_lodging]

    async def chunks():
        yield copybinary.HEADER
        for month, days in months(today, NIGHTS):
            nights = season.whole_month(season.compute(lodgings, days, today), month, days)
            for chunk in copybinary.encode(ids, tenants, month, nights):
                yield chunk
            progress(f"nights of {month:%Y-%m}")
        yield copybinary.TRAILER

    await owner.copy_to_table(
        "ari_month", source=chunks(), columns=copybinary.COLUMNS, format="binary"
    )


def months(first: date, nights: int) -> list[tuple[date, list[season.Day]]]:
    """The nights from `first`, cut by month."""
    days = season.calendar(first, nights)
    cut: dict[date, list[season.Day]] = {}
    for day in days:
        cut.setdefault(day.on.replace(day=1), []).append(day)
    return sorted(cut.items())
