"""A generated national index in the place of a served demonstration's: its own supervisor, workers
and writer go on with a file of the country's size."""

import asyncio
import random
import shutil
import time
import urllib.request
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec

from loadtests import national
from loadtests.index_drill import Backdoor
from loadtests.judging import Hits
from loadtests.serving import today
from loadtests.torn import HOLDER, tear
from loadtests.watch import NIGHTS, address_of, arrival_of, cheapest_of, hits_of
from tourism.index import Places
from tourism.index.generation import Generation
from tourism.index.search import search
from tourism.indexing import snapshots, store
from tourism.indexing.catalogue import Catalogue
from tourism.nights import folders
from tourism.nights.layout import Tables

ROOMS = 120_000
FIRST_CENTS, DEARER_CENTS = 1_000, 100  # below every price of the set, which begins at 30 euros
SERVED_S = 60
# Houses of nobody, each with a room type, so many that PostgreSQL leaves a search of all of France
# to the index. Neither the index is told of them nor anything else.
CROWD = """
set session_replication_role = replica;
insert into property (id, tenant, kind, name, search_key, listing, commune_code, department_code,
                      region_code, units, capacity, lat, lng, position_source, landscape)
select 1000000 + n, 1000000 + n, p.kind, p.name, p.search_key, 'demo', p.commune_code,
       p.department_code, p.region_code, p.units, p.capacity, p.lat, p.lng, 'commune', p.landscape
  from generate_series(1, 6001) n, (select * from property order by id limit 1) p;
insert into room_type (id, tenant, property, code, rank, units, occupancy_standard, occupancy_max,
                       adults_max)
select 1000000 + n, 1000000 + n, 1000000 + n, 'one', 0, 1, 2, 2, 2 from generate_series(1, 6001) n;
set session_replication_role = origin
"""
SELL_CHEAPLY = """
update ari_month
   set units_left = array_fill(1::int2, array[cardinality(flags)]),
       price_cents = array_fill($2::int4, array[cardinality(flags)]),
       min_stay = array_fill(1::int2, array[cardinality(flags)]),
       flags = array_fill(0::int2, array[cardinality(flags)]),
       min_through = null, max_stay = null, max_through = null
 where room_type = $1 and month = any ($3::date[])
"""


class Nation(msgspec.Struct, kw_only=True):
    """The national set and a copy of it that only we have, by which answers are judged: what is
    changed in the database is written into both. `room` is a room type of the database, and of the
    set that of another house: the cheapest of the country as soon as its price is changed."""

    back: Backdoor
    data: Path
    live: Path
    tables: Tables
    catalogue: Catalogue
    generation: Generation
    room: int
    cents: int = FIRST_CENTS
    place: str = "country:FR"

    @classmethod
    async def make(cls, back: Backdoor, data: Path, folder: Path) -> "Nation":
        tables = await asyncio.to_thread(national.generate, folder, ROOMS, today())
        await back.admin.execute(CROWD)
        feed = await store.open_feed(back.session)
        # In this name nothing of the feed is forgotten that the set has not followed.
        await store.keep_writer(back.session, HOLDER, feed.horizon, asleep=False)
        tables.note("feed", feed.id.encode())
        tables.note("watermark", feed.horizon)
        live = folders.live_folder(data, tables.capacity.size) / f"index-{time.time_ns()}"
        await asyncio.to_thread(shutil.copyfile, tables.path, live)
        room = await back.admin.fetchval("select min(id) from room_type where not retired")
        return cls(
            back=back, data=data, live=live, tables=tables, catalogue=Catalogue(tables),
            generation=Generation(tables), room=int(room),
        )  # fmt: skip

    def point(self) -> None:
        """Make it what a writer that starts takes up."""
        folders.point(self.data, self.live)

    async def find(self) -> Hits:
        """The first page of all of France, from our copy."""
        found = await asyncio.to_thread(
            search, self.generation, cheapest_of(Places(kind="country"))
        )
        return tuple(
            (
                offer.deal.house.property,
                offer.deal.plan.id,
                tuple(taken.room.id for taken in offer.deal.rooms),
                offer.total_cents,
            )
            for offer in found.offers
        )

    async def until_served(self, address: str) -> None:
        """Wait until the workers answer from it, several times in a row."""
        right, path = 0, address_of(self.place, arrival_of(datetime.now(UTC)))
        deadline = time.monotonic() + SERVED_S
        while right < 10:
            assert time.monotonic() < deadline, "the national set is not served"
            body = await asyncio.to_thread(_read, address + path)
            right = right + 1 if body and hits_of(body) == await self.find() else 0
            await asyncio.sleep(0.1)

    async def make_dearer(self, arrival: date) -> None:
        """The cheapest room of the country by a euro, in the months of a stay."""
        self.cents += DEARER_CENTS
        days = (arrival, arrival + timedelta(days=NIGHTS - 1))
        months = sorted({day.replace(day=1) for day in days})
        await self.back.admin.execute(SELL_CHEAPLY, self.room, self.cents, months)
        found = await store.list_months(self.back.session, [self.room] * len(months), months)
        self.catalogue.write_months(found)

    async def leave_snapshot(self, pick: random.Random, *, torn: bool) -> None:
        """A snapshot of it as it is; when it is torn, no start can be from it."""
        path = folders.snapshot(self.data)
        assert await asyncio.to_thread(snapshots.write, self.tables, path)
        if torn:
            await asyncio.to_thread(_tear, path, pick)

    def lose_live(self) -> None:
        live = folders.pointed(self.data)
        assert live is not None
        live.unlink()

    async def give_back(self) -> None:
        """Nothing of the feed is kept for us any more."""
        await self.back.admin.execute("delete from index_writer where name = $1", HOLDER)


def _tear(path: Path, pick: random.Random) -> None:
    path.write_bytes(tear(path.read_bytes(), pick))


def _read(address: str) -> bytes:
    """An answer; nothing where it is refused."""
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310
            return answer.read()
    except OSError:
        return b""
