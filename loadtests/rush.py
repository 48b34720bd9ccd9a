"""Many holds at once: a cluster of its own that flushes to disk, quotes by the thousand, and the
very statements that a booking runs, for pgbench and for HTTP alike."""

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import msgspec

from hub import ledger, payments
from hub.app import compose, open_database
from hub.core import outbox, postgres
from hub.core.db import Database
from hub.core.migrate import migrate, role_dsn
from hub.core.settings import Settings, read_settings
from hub.core.sql import parse_query
from hub.core.tokens import sign_reference
from loadtests.processes import until_idle
from loadtests.serving import ROOT, free_port
from tourism import quoting
from tourism.booking import store
from tourism.booking.actions import holding
from tourism.booking.models import StayBooked
from tourism.booking.views import view_booking
from tourism.demo.house import NAME
from tourism.demo.seed import seed
from tourism.paying.actions import sharing
from tourism.paying.models import PaymentBegun
from tourism.quoting.models import MakeQuote, Quote, RoomWanted
from tourism.quoting.views import QUOTE

SECRET = b"a bench's secret key, long enough to be one"
PLENTY = 30_000
NIGHTS = 3
DAYS_AHEAD = 40
GUEST = {"first_name": "Ada", "last_name": "Martin", "email": "ada@demo.example"}


class Cluster(msgspec.Struct, kw_only=True):
    """A PostgreSQL with the demonstration of one department."""

    server: Any
    home: Path
    settings: Settings

    @property
    def pgbench(self) -> Path:
        found = sorted(Path(sys.prefix).glob("lib/python*/site-packages/**/bin/pgbench"))
        return found[0]

    def dsn(self, role: str = "hub_app") -> str:
        assert self.settings.database_url is not None
        return role_dsn(self.settings.database_url, role, SECRET)


@contextlib.contextmanager
def cluster(department: str = "48") -> Iterator[Cluster]:
    """Its own cluster on the machine's disk, with the settings of `hub up`."""
    home = Path(tempfile.mkdtemp(prefix="hub-rush-"))
    server = postgres.start(home / "postgres")
    try:
        url = server.dsn(database="hub")
        settings = read_settings(
            {
                "DATABASE_URL": url,
                "HUB_DATA": str(home),
                "HUB_SECRET_KEY": SECRET.decode(),
                "HUB_DEMO": "1",
            }
        )
        asyncio.run(_fill(server.dsn(), url, settings, department))
        yield Cluster(server=server, home=home, settings=settings)
    finally:
        server.stop()
        shutil.rmtree(server.home, ignore_errors=True)  # elsewhere when root runs this
        shutil.rmtree(home, ignore_errors=True)


async def _fill(admin_dsn: str, url: str, settings: Settings, department: str) -> None:
    admin = await asyncpg.connect(admin_dsn)
    await admin.execute("create database hub")
    await admin.close()
    await migrate(url, SECRET, compose().packages)
    with contextlib.redirect_stderr(sys.stdout), contextlib.redirect_stdout(None):
        await seed(settings, (department,))


@contextlib.contextmanager
def served(cluster: Cluster, *, workers: int = 2, **more: str) -> Iterator[tuple[str, int]]:
    """The web application alone on that cluster, once it has made everything ready; its address."""
    port = free_port()
    environment = {
        **os.environ,
        "DATABASE_URL": cluster.dsn(),
        "HUB_SECRET_KEY": SECRET.decode(),
        "HUB_DATA": str(cluster.home / "web"),
        "HUB_PORT": str(port),
        "HUB_WORKERS": str(workers),
        "HUB_DEMO": "1",
        **more,
    }
    with (cluster.home / "web.log").open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "hub.cli", "web"],
            env=environment,
            stdout=out,
            stderr=out,
            cwd=ROOT,
            start_new_session=True,
        )
    try:
        _wait(port, process)
        until_idle(process.pid)
        yield "127.0.0.1", port
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None
        with (
            contextlib.suppress(OSError),
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=2) as answer,
        ):
            if answer.status == 200:
                return
        time.sleep(0.1)
    raise AssertionError("the web application does not answer")


_OFFERS = parse_query(
    "offers",
    "select p.id, p.tenant, (select min(r.id) from room_type r where r.property = p.id) as room,"
    " (select min(a.id) from rate_plan a where a.property = p.id and a.adjust_bps = 0) as plan"
    " from property p where p.listing in ('published', 'demo') order by p.name = :name desc, p.id",
)


class _Offer(msgspec.Struct):
    id: int
    tenant: int
    room: int | None
    plan: int | None


async def prepare(
    cluster: Cluster, *, houses: int, clones: int, hot: bool = False, left: int = PLENTY
) -> int:
    """Room for everybody (`left` units a night), quotes of some houses (or of the invented one
    alone), cloned to so many for each house that was asked for, and the arguments of their
    bookings; how many quotes there are."""
    admin = await asyncpg.connect(cluster.settings.database_url)
    await admin.execute(
        "set app.index_bulk = 'on'; update ari_month set units_left ="
        f" array(select {left}::int2 from unnest(units_left))"
    )
    database = await open_database(cluster.settings, compose())
    try:
        quotes = await _quotes(database, houses, hot=hot)
        await admin.execute(_TABLES)
        for n, quote in enumerate(quotes):
            await _keep(admin, database, cluster.settings, n, quote)
        await admin.execute(_FUNCTIONS.replace("HOUSES", str(len(quotes))))
        # As in life, a quote's page has been written since the last checkpoint when it is held.
        await admin.execute("checkpoint")
        await admin.execute(
            "insert into quote select md5('q' || s)::uuid, q.tenant, q.property, q.arrival,"
            " q.departure, q.total_cents, jsonb_set(q.document, '{id}',"
            " to_jsonb(md5('q' || s)::uuid)), q.made_at, q.expires_at"
            f" from generate_series(1, {houses * clones}) s"
            f" join bench_item i on i.house = s % {len(quotes)} join quote q on q.id = i.quote"
        )
        await admin.execute("vacuum analyze")
    finally:
        await database.close()
        await admin.close()
    return houses * clones


async def _quotes(database: Database, houses: int, *, hot: bool) -> list[Quote]:
    found: list[Quote] = []
    offers = await database.reader.all(_Offer, _OFFERS, name=NAME)
    arrival = datetime.now(UTC).date() + timedelta(days=DAYS_AHEAD)
    if hot:
        house = await database.reader.value(
            int, parse_query("house", "select id from property where name = :name"), name=NAME
        )
        offers = [offer for offer in offers if offer.id == house]
    for offer in offers:
        if offer.room is None or offer.plan is None or len(found) == houses:
            continue
        wish = MakeQuote(
            property=offer.id,
            arrival=arrival,
            departure=arrival + timedelta(days=NIGHTS),
            rate_plan=offer.plan,
            rooms=(RoomWanted(room_type=offer.room, adults=1),),
        )
        with contextlib.suppress(Exception):
            async with database.transaction(actor="guest") as tx:
                entered = await quoting.enter_house(tx, database.reader, wish)
                found.append(await quoting.make_quote(tx, database.reader, entered, wish))
    assert found
    return found


_TABLES = """
drop table if exists bench_item cascade;
create table bench_item (
  house int primary key, tenant int, quote uuid, booking uuid, charge uuid, cents int, mark bigint,
  fingerprint bytea, body bytea, need_types int[], need_units int[], room_types int[],
  room_plans int[], room_adults int[], room_ages text[], room_cents int[],
  delays interval[], begun jsonb[], booked jsonb[], pending jsonb, scheme int, shares jsonb,
  drafts jsonb);
grant select on bench_item to hub_app;
drop sequence if exists bench_serial;
create sequence bench_serial;
grant usage on sequence bench_serial to hub_app;
"""

# What the application sends for a booking, with fresh ids for each serial number.
_FUNCTIONS = """
create or replace function bench_look(s int) returns int language plpgsql as $$
declare i bench_item;
begin
  select * into i from bench_item where house = s % HOUSES;
  return length(look_at_quotes(i.tenant, array[md5('q' || s)::uuid], array['guest:' || s],
                               array['key'])::text);
end $$;
create or replace function bench_hold(s int) returns text language plpgsql as $$
declare i bench_item;
begin
  select * into i from bench_item where house = s % HOUSES;
  return hold_quote(i.tenant, now(), md5('q' || s)::uuid, md5('b' || s)::uuid, 'BENCH-' || s,
    now() + interval '15 minutes', 'guest', 'guest:' || s, 'key', i.fingerprint, i.body, i.mark,
    i.need_types, i.need_units, i.room_types, i.room_plans, i.room_adults, i.room_ages,
    i.room_cents, '{}', '{}');
end $$;
create or replace function bench_begin(s int) returns int language plpgsql as $$
declare i bench_item;
begin
  select * into i from bench_item where house = s % HOUSES;
  return length(begin_payment(i.tenant, md5('b' || s)::uuid, md5('c' || s)::uuid,
    'booking:' || md5('b' || s)::uuid, i.cents, 'pm_card_visa', null,
    '{"first_name": "Ada", "last_name": "Martin", "email": "ada@demo.example", "language": "fr"}',
    'guest', now(), now() + interval '30 minutes',
    i.pending || jsonb_build_object('reference', 'charge:' || md5('c' || s)::uuid),
    i.delays, i.begun)::text);
end $$;
create or replace function bench_confirm(s int) returns int language plpgsql as $$
declare i bench_item;
begin
  select * into i from bench_item where house = s % HOUSES;
  return length(confirm_paid(i.tenant, md5('b' || s)::uuid, 2, md5('c' || s)::uuid, 'bench',
    'guest', now(), i.scheme, 'booking:' || md5('b' || s)::uuid, md5('a' || s)::uuid, i.shares,
    replace(replace(i.drafts::text, i.booking::text, md5('b' || s)::uuid::text), i.charge::text,
            md5('c' || s)::uuid::text)::jsonb,
    '{"reason": "paid"}', i.booked)::text);
end $$;
create or replace function bench_bank(s int) returns text language plpgsql as $$
begin
  insert into sandbox_movement (key, kind, amount_cents, decline_code, reference, at)
  values (md5('c' || s)::uuid, 'charge', 1, null, 'bench', now()) on conflict do nothing;
  return (select reference from sandbox_movement
           where kind = 'charge' and key = md5('c' || s)::uuid);
end $$;
create or replace function bench_book(s int) returns int language plpgsql as $$
begin
  perform bench_hold(s);
  perform bench_begin(s);
  return bench_confirm(s);
end $$;
"""

_ROOMS = ("need_types", "need_units", "room_types", "room_plans", "room_adults", "room_ages",
          "room_cents")  # fmt: skip


async def _keep(
    admin: asyncpg.Connection, database: Database, settings: Settings, n: int, quote: Quote
) -> None:
    look = await store.look_at_quotes(database.at_once, quote.tenant, [(quote.id, None)])
    draft = holding.decide_hold(database, look, look.offers[0], database.clock.now(), "guest")
    booking = draft.booking
    charge = payments.Charge(
        id=database.ids.uuid(), tenant=quote.tenant, subject="", amount_cents=booking.total_cents,
        currency="EUR", method="pm_card_visa", page=None, page_url=None, fee_cents=0,
        state=payments.State.PROCESSING, reference=None,
        decline_code=None, created_at=database.clock.now(), settled_at=None,
    )  # fmt: skip
    encode = lambda value: msgspec.json.encode(value).decode()  # noqa: E731
    columns = store._columns([draft])
    assert not draft.messages
    begun = outbox.pack(
        database, quote.tenant,
        (timedelta(seconds=40), PaymentBegun(booking=booking.id, charge=charge.id)),
    )  # fmt: skip
    booked = outbox.pack(database, quote.tenant, (timedelta(), StayBooked(booking=booking.id)))
    await admin.execute(
        "insert into bench_item values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,"
        " $14, $15, $16, $17, $18::text[]::jsonb[], $19::text[]::jsonb[], $20, $21, $22, $23)",
        n, quote.tenant, quote.id, booking.id, charge.id, booking.total_cents, draft.mark,
        b"\0" * 32, msgspec.json.encode(view_booking(settings, booking)),
        *(columns[name] for name in _ROOMS), [one.delay for one in begun],
        [encode(one.envelope) for one in begun], [encode(one.envelope) for one in booked],
        encode(sharing.pending_charge(charge)), quote.split.scheme, encode(quote.split.allocation),
        encode(ledger.ready(sharing.paid_drafts(booking, charge))),
    )  # fmt: skip


async def analyze(cluster: Cluster) -> None:
    await _as_admin(cluster, "vacuum analyze")


async def sell_out(cluster: Cluster) -> None:
    """Nothing is left in any house."""
    await _as_admin(
        cluster,
        "set app.index_bulk = 'on'",
        "update ari_month set units_left = array_fill(0::int2, array[cardinality(units_left)])",
        "vacuum analyze ari_month",
    )


async def _as_admin(cluster: Cluster, *commands: str) -> None:
    admin = await asyncpg.connect(cluster.settings.database_url)
    for command in commands:
        await admin.execute(command)
    await admin.close()


async def tokens(cluster: Cluster, first: int, last: int) -> list[str]:
    """The signed links of the cloned quotes first to last."""
    admin = await asyncpg.connect(cluster.settings.database_url)
    rows = await admin.fetch(
        "select q.id, q.tenant from generate_series($1::int, $2::int) s"
        " join quote q on q.id = md5('q' || s)::uuid order by s",
        first, last,
    )  # fmt: skip
    await admin.close()
    return [sign_reference(SECRET, QUOTE, row["tenant"], row["id"]) for row in rows]


def pgbench(
    cluster: Cluster,
    script: str | None,
    *,
    seconds: int,
    clients: int = 8,
    first: int = 0,
    dsn: str | None = None,
) -> float:
    """Transactions a second of a script, or of TPC-B (scale 20, made by `make_tpcb`)."""
    command = [str(cluster.pgbench), "-n", "-M", "prepared", "-c", str(clients), "-j", "2",
               "-T", str(seconds)]  # fmt: skip
    if script is not None:
        path = cluster.home / "script.sql"
        path.write_text(script)
        command += ["-D", "i=0", "-D", f"first={first}", "-f", str(path)]
    done = subprocess.run(
        [*command, dsn or cluster.dsn()], check=True, capture_output=True, text=True
    )
    line = next(line for line in done.stdout.splitlines() if line.startswith("tps"))
    return float(line.split()[2])


def make_tpcb(cluster: Cluster, scale: int = 20) -> str:
    """A database with the tables of TPC-B; its address."""
    dsn = cluster.server.dsn(database="tpcb")

    async def create() -> None:
        admin = await asyncpg.connect(cluster.server.dsn())
        await admin.execute("create database tpcb")
        await admin.close()

    asyncio.run(create())
    subprocess.run(
        [str(cluster.pgbench), "-i", "-q", "-s", str(scale), dsn], check=True, capture_output=True
    )
    return dsn
