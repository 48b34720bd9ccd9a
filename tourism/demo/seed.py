"""Fill an empty database with the national demonstration, once, with progress."""

import sys
import time
from collections.abc import Sequence

import asyncpg

from hub import tenancy
from hub.app import compose, open_database
from hub.core.clock import Clock, local_date
from hub.core.db import Database
from hub.core.migrate import role_dsn
from hub.core.settings import Settings
from hub.core.vertical import Account
from tourism.demo import assembly, confidence, house, identities, people
from tourism.demo.lodgings import load_lodgings
from tourism.demo.territory import load_territory
from tourism.indexing.process import build_first
from tourism.lodging.registry import Listed, list_rows, read_shipped

_TERRITORY_ONCE = "select exists (select from commune)"
# So many nights need no row of the feed each: the index is built anew.
_INDEX_ANEW = "select tell_index_everything()"


def accounts(settings: Settings) -> tuple[Account, ...]:
    """One sign-in for each role, all invented."""
    del settings
    email, _, start = people.NEWCOMER
    newcomer = Account(
        role="lodging",
        organisation="(pas encore de maison : à revendiquer)",
        email=email,
        password=people.PASSWORD,
        start=start,
    )
    return (
        *(
            Account(
                role=role,
                organisation=people.ORGANISATIONS[role].name,
                email=email,
                password=people.PASSWORD,
                start=start,
            )
            for role, email, _, start in people.ROLES
        ),
        newcomer,
    )


async def seed_all(
    settings: Settings, areas: tuple[str, ...] = (), *, clock: Clock | None = None
) -> None:
    """The demonstration as `hub demo` shows it: everything, identities for invoices, an assembly in
    mid-vote, and the search index, so that the first search is as quick as the next."""
    await seed(settings, areas, clock=clock)
    await identities.seed_identities(settings, clock=clock)
    await assembly.seed_assembly(settings, clock=clock)
    await confidence.seed_confidence(settings, clock=clock)
    await build_first(settings)


async def seed(
    settings: Settings, areas: tuple[str, ...] = (), *, clock: Clock | None = None
) -> None:
    """The registry's lodgings (of the given departments, or all) with a computed offer from today
    on, the invented cast, the agreement, a few bookings. Does nothing on a filled database."""
    assert settings.database_url is not None
    owner = await asyncpg.connect(role_dsn(settings.database_url, "hub_owner", settings.secret_key))
    database = await open_database(settings, compose(), clock=clock)
    try:
        if await owner.fetchval("select exists (select from demonstration)"):
            return
        await _seed(settings, owner, database, areas, _Progress())
    finally:
        await database.close()
        await owner.close()


class _Progress:
    """Says how far the seed is, on standard error."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    def __call__(self, text: str) -> None:
        seconds = time.monotonic() - self._started
        sys.stderr.write(f"  {seconds:5.1f} s  {text}\n")
        sys.stderr.flush()


async def _seed(
    settings: Settings,
    owner: asyncpg.Connection,
    database: Database,
    areas: tuple[str, ...],
    progress: _Progress,
) -> None:
    today = local_date(database.clock.now(), "Europe/Paris")
    listed, report = list_rows(read_shipped())
    progress(f"registry read: {report.rows} lodgings, {len(report.unmatched)} without a commune")
    sys.stderr.write(report.as_table() + "\n")
    chosen = [entry for entry in listed if not areas or _department(entry) in areas]
    cast = await people.open_cast(database)
    async with owner.transaction():
        await owner.execute(_INDEX_ANEW)
        if not await owner.fetchval(_TERRITORY_ONCE):
            await load_territory(owner, listed)
            progress("communes, departments, regions")

        async def open_organisations(names: Sequence[str]) -> list[int]:
            return await _open_lodgings(owner, names)

        count = await load_lodgings(owner, chosen, open_organisations, today, progress)
        opened = await house.open_house(owner, cast.lodging, today)
        await owner.execute(
            "insert into demonstration (seeded_on, areas, lodgings) values ($1, $2, $3)",
            today, list(areas), count,
        )  # fmt: skip
    await owner.execute("analyze")
    progress("statistics")
    await people.ratify_agreement(database, cast)
    await house.publish_house(database, settings, cast.lodging)
    await house.book_first_stays(database, cast.lodging, opened)
    progress("agreement, first bookings")


def _department(entry: Listed) -> str:
    code = entry.match.commune_code
    return code[:3] if code.startswith(("97", "98")) else code[:2]


async def _open_lodgings(owner: asyncpg.Connection, names: Sequence[str]) -> list[int]:
    await owner.execute("set local role hub_definer")
    rows = await owner.fetch(
        "select open_organisations($1::text[], $2::text[], $3::text[], $4::text[], now()) as id",
        list(names),
        [tenancy.Kind.LODGING.value] * len(names),
        [None] * len(names),
        [None] * len(names),
    )
    await owner.execute("reset role")
    return [row["id"] for row in rows]
