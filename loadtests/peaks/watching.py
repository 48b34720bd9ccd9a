"""What a run costs and whether it is true: processor time by part, and the database's own count."""

import contextlib
import os
import threading
import time
from pathlib import Path

import asyncpg
import msgspec

from loadtests.processes import children, command, descendants

TICK = os.sysconf("SC_CLK_TCK")
PARTS = {"postgres": "database", "hub.cli web": "web", "hub.cli worker": "worker",
         "tourism.indexing": "index"}  # fmt: skip
HOLDING = "('held', 'paying', 'confirmed', 'in_house', 'checked_out')"


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """Processor seconds of each part since it began, at an instant of the monotonic clock, and how
    many times longer a fixed computation took than its processor time (1 on an idle machine)."""

    at: float
    cpu_s: dict[str, float]
    slowdown: float = 1.0


def cpu_by_part(supervisor: int) -> dict[str, float]:
    """Processor seconds of the parts of a served demonstration, dead children included."""
    found = dict.fromkeys(PARTS.values(), 0.0)
    for child in children(supervisor):
        part = next((part for words, part in PARTS.items() if words in command(child)), None)
        if part is not None:
            found[part] += sum(cpu_of(pid) for pid in (child, *descendants(child)))
    return found


def cpu_of(pid: int) -> float:
    """Processor seconds of a process and of its children that are gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return 0.0
    return sum(int(field) for field in text.rpartition(")")[2].split()[11:15]) / TICK


def measure_slowdown() -> float:
    """Of a few milliseconds of one thread."""
    started, used = time.perf_counter(), time.thread_time()
    sum(n * n for n in range(30_000))
    return (time.perf_counter() - started) / (time.thread_time() - used)


class Watch:
    """Samples every second, in a thread of its own."""

    def __init__(self, supervisor: int, every_s: float = 1.0) -> None:
        self.supervisor, self.every_s = supervisor, every_s
        self.samples: list[Sample] = []
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._keep)

    def __enter__(self) -> "Watch":
        self._take()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()
        self._take()

    def _keep(self) -> None:
        while not self._stopping.wait(self.every_s):
            self._take()

    def _take(self) -> None:
        with contextlib.suppress(OSError):
            sample = Sample(
                at=time.monotonic(),
                cpu_s=cpu_by_part(self.supervisor),
                slowdown=measure_slowdown(),
            )
            self.samples.append(sample)

    def used(self) -> dict[str, float]:
        """Processor seconds of each part from the first sample to the last."""
        first, last = self.samples[0].cpu_s, self.samples[-1].cpu_s
        return {part: last[part] - first[part] for part in last}


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What the database says after a run: nights sold below nothing, nights whose units are not
    explained by the bookings, bookings that a client saw confirmed and that are not there."""

    nights: int
    oversold: int
    unexplained: int
    lost: int
    confirmed: int
    cancelled: int
    in_house: int
    wal_bytes: int
    transactions: int


_BOOKED = f"""
select r.room_type, night::date as night, count(*)::int as units
  from reservation r join booking k on k.id = r.booking,
       generate_series(k.arrival, k.departure - 1, interval '1 day') night
 where k.state in {HOLDING} and r.state = 'live'
 group by 1, 2
"""

_BEFORE = f"""
drop schema if exists load cascade;
create schema load;
create table load.month as select room_type, month, units_left from public.ari_month;
create table load.booked as {_BOOKED};
create table load.state as select id, state from public.booking;
create table load.mark as select pg_current_wal_insert_lsn() as lsn,
  (select sum(xact_commit + xact_rollback) from pg_stat_database) as transactions;
"""

# One statement, so one snapshot: units and bookings of the same instant.
_AFTER = f"""
with now_booked as ({_BOOKED}),
moved as (
  select b.room_type, (b.month + (n - 1))::date as night, b.units_left[n]::int as before,
         a.units_left[n]::int as after
    from load.month b join public.ari_month a using (room_type, month),
         generate_subscripts(a.units_left, 1) n
   where a.units_left[n] <> b.units_left[n] or a.units_left[n] < 0),
sold as (
  select room_type, night, coalesce(n.units, 0) - coalesce(b.units, 0) as units
    from now_booked n full join load.booked b using (room_type, night)
   where coalesce(n.units, 0) <> coalesce(b.units, 0)),
told as (
  select coalesce(m.before - m.after, 0) as taken, coalesce(s.units, 0) as units, m.after,
    coalesce(m.before, (select x.units_left[extract(day from s.night)::int] from load.month x
      where x.room_type = s.room_type and x.month = date_trunc('month', s.night)::date)) as before
    from moved m full join sold s using (room_type, night))
select count(*)::int as nights,
       count(*) filter (where after < 0 or units > before)::int as oversold,
       count(*) filter (where taken <> units)::int as unexplained
  from told
"""

_STATES = """
select count(*) filter (where k.state = 'confirmed')::int as confirmed,
       count(*) filter (where k.state = 'cancelled')::int as cancelled,
       count(*) filter (where k.state = 'in_house')::int as in_house
  from booking k left join load.state s using (id) where s.state is distinct from k.state
"""

_LOST = """
select count(*)::int from unnest($1::text[]) named (reference)
 where not exists (select from booking k where k.reference = named.reference
                    and k.state in ('confirmed', 'in_house', 'checked_out', 'cancelled'))
"""

_MARK = """
select (pg_current_wal_insert_lsn() - lsn)::bigint as wal,
       ((select sum(xact_commit + xact_rollback) from pg_stat_database) - transactions)::bigint
         as transactions
  from load.mark
"""


async def remember(dsn: str) -> None:
    """Keep what is left and what is booked before the run."""
    admin = await asyncpg.connect(dsn)
    try:
        await admin.execute(_BEFORE)
    finally:
        await admin.close()


async def prove(dsn: str, references: list[str]) -> Proof:
    """Ask the database whether every night's units are explained by its bookings."""
    admin = await asyncpg.connect(dsn)
    try:
        mark = await admin.fetchrow(_MARK)
        nights = await admin.fetchrow(_AFTER)
        states = await admin.fetchrow(_STATES)
        lost = await admin.fetchval(_LOST, references)
        await admin.execute("drop schema load cascade")
    finally:
        await admin.close()
    assert mark is not None
    assert nights is not None
    assert states is not None
    return Proof(**dict(nights), **dict(states), lost=lost, wal_bytes=mark[0], transactions=mark[1])
