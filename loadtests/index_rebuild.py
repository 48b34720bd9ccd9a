"""How long an index of 66 million nights takes to be built from the database:
`python -m loadtests.bench index_rebuild_s`. With `HUB_BENCH_FOLDER` the database is kept there and
used again, so that the measurement can be made at a quiet moment."""

import asyncio
import contextlib
import os
from collections.abc import Callable, Generator
from datetime import UTC, datetime
from pathlib import Path

import asyncpg

from hub.app import compose
from hub.core import postgres
from hub.core.db import open_session
from hub.core.migrate import migrate, role_dsn
from hub.territory import communes
from loadtests import national
from loadtests.report import tell
from tourism.indexing.build import Built, build
from tourism.nights.layout import DAYS

SECRET = b"bench" * 10
HOUSES, ROOMS_A_HOUSE, MONTHS = 40_000, 3, 20
SETTINGS = {
    "fsync": "off", "full_page_writes": "off", "shared_buffers": "2GB", "max_wal_size": "8GB",
    "jit": "off",
}  # fmt: skip
# Houses go round the communes; nights are one of forty patterns for each length of month.
STATEMENTS = (
    """
    insert into organisation (kind, name, created_at)
    select 'lodging', 'Maison ' || n, now() from generate_series(1, {houses}) n""",
    """
    create temp table place_of as
    select row_number() over (order by code) - 1 as n, count(*) over () as many, *
      from commune where parent is null""",
    """
    insert into property (id, tenant, kind, name, search_key, listing, commune_code,
                          department_code, region_code, units, capacity, lat, lng,
                          position_source, landscape)
    select o.id, o.id, 'hotel', o.name, lower(o.name), 'demo', c.code, c.department, c.region,
           10, 30, c.lat, c.lng, 'commune', 'country'
      from organisation o join place_of c on c.n = o.id * 7 % c.many""",
    """
    insert into room_type (id, tenant, property, code, rank, units, occupancy_standard,
                           occupancy_max, adults_max)
    select (p.id - 1) * {rooms} + k + 1, p.tenant, p.id, 'type' || k, k, 9, 2, 2 + k, 2
      from property p cross join generate_series(0, {rooms} - 1) k""",
    """
    insert into rate_plan (tenant, property, code, rank, meal_plan, adjust_bps,
                           supplement_adult_cents, supplement_child_cents, cancellation)
    select p.tenant, p.id, 'plan' || k, k, 14, -1000 * k, 0, 0,
           '{{"free_days": 2, "penalty": "first_night"}}'
      from property p cross join generate_series(0, 1) k""",
    """
    create temp table pattern as
    select d as days, n, array_agg(((i * 7 + n * 3) % 9)::int2 order by i) as units_left,
           array_agg((5000 + n * 250 + (i * 13 + n) % 40 * 100)::int4 order by i) as price_cents,
           array_agg((1 + ((i + n) % 5 = 0)::int)::int2 order by i) as min_stay,
           array_agg(((i * n) % 31 = 30)::int::int2 order by i) as flags
      from generate_series(28, 31) d, generate_series(0, 39) n, generate_series(1, d) i
     group by 1, 2""",
    """
    insert into ari_month (room_type, tenant, month, units_left, price_cents, min_stay, flags)
    select r.id, r.tenant, m.month, p.units_left, p.price_cents, p.min_stay, p.flags
      from generate_series(date_trunc('month', current_date - 2),
                           date_trunc('month', current_date) + interval '{months} months',
                           interval '1 month') as m (month)
      join room_type r on true
      join pattern p on p.n = r.id % 40
       and p.days = extract(day from m.month + interval '1 month' - interval '1 day')""",
    "vacuum analyze",
)


@contextlib.contextmanager
def national_database() -> Generator[str]:
    """The address of a migrated database with the national offer, made once where it is kept."""
    kept = os.environ.get("HUB_BENCH_FOLDER")
    if kept is None:
        with national.scratch_database() as dsn:
            asyncio.run(_fill(dsn))
            yield dsn
        return
    folder = Path(kept) / "national-postgres"
    server = postgres.start(folder, settings=SETTINGS)
    try:
        if not (Path(kept) / "filled").exists():
            asyncio.run(_fill(server.dsn()))
            (Path(kept) / "filled").touch()
        yield server.dsn()
    finally:
        server.stop()


async def _fill(dsn: str) -> None:
    await migrate(dsn, SECRET, compose().packages)
    con = await asyncpg.connect(dsn)
    # No triggers, no foreign keys: the rows follow from one another.
    await con.execute("set session_replication_role = replica; set synchronous_commit = off")
    await con.copy_records_to_table(
        "commune",
        records=[
            (c.code, c.name, c.parent, c.department, c.region, c.lat, c.lng, c.population)
            for c in communes()
        ],
        columns=("code", "name", "parent", "department", "region", "lat", "lng", "population"),
    )
    for statement in STATEMENTS:
        await con.execute(statement.format(houses=HOUSES, rooms=ROOMS_A_HOUSE, months=MONTHS))
    await con.close()


def index_rebuild_s() -> bool:
    """From the database to a file that answers: every house, plan and night, in one process."""
    with national_database() as dsn, national.memory_folder() as folder:
        built = asyncio.run(_build(dsn, folder))
    return tell(
        figure="index_rebuild_s", value=round(built.seconds, 1), goal="<= 45",
        nights=built.columns * DAYS, houses=built.houses,
        ok=built.seconds <= 45 and built.columns * DAYS >= 66_000_000,
    )  # fmt: skip


async def _build(dsn: str, folder: Path) -> Built:
    session = await open_session(role_dsn(dsn, "hub_index", SECRET))
    try:
        return await build(session, lambda _: folder, datetime.now(UTC).date())
    finally:
        await session.close()


FIGURES: dict[str, Callable[[], bool]] = {"index_rebuild_s": index_rebuild_s}
