"""The drill of the lost machine: guests book while every change is backed up; everything is killed
at a random instant and its files are thrown away; the backups are brought back elsewhere."""

import asyncio
import json
import math
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import msgspec

from hub.app import compose, open_database
from hub.backups import list_copies
from hub.core import postgres
from hub.core.postgres_place import choose_home, server_account
from hub.core.settings import read_settings
from hub.probes import store as probes
from hub.probes.looking.records import judge_restore
from loadtests.crowd import Crowd, count, dsn_of, make_room, until_ready
from loadtests.crowd_audit import Found, look_after
from loadtests.photograph import Photo, photograph
from loadtests.report import tell
from loadtests.serving import ROOT, Served, served_demo

AREA = os.environ.get("AREA", "74")
POINTS = int(os.environ.get("POINTS", "3"))
GUESTS, SEED = 8, 2026
BETWEEN_S = (3.0, 9.0)
COPY_S = 900
MOST_RPO_S, MOST_RTO_S = 5.0, 600.0


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What the loss cost, and what is there afterwards."""

    photos: list[Photo]
    key: str
    restored: dict[str, object]
    confirmed: int
    confirmed_lost: int
    rpo_s: float
    rto_s: float
    found: Found
    nights_below_nothing: int
    ledger_sum_cents: int
    probe_rank: int


def restore() -> bool:
    """Guests book while `hub up` keeps its backups; at random instants all tables are photographed;
    at another everything gets kill -9 and the machine's files are gone. On an empty machine the
    service is brought back as late as it goes, and the same guests, who ask on, book again; and on
    others as it was at each photograph, equal table by table."""
    started = time.monotonic()
    place = Path(tempfile.mkdtemp(prefix="hub-restore-"))
    folder = place / "backups"
    try:
        seen = asyncio.run(_lose_and_come_back(folder, place))
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        differing = [
            _compare(folder, place / f"then-{number}", seen.key, photo)
            for number, photo in enumerate(seen.photos)
        ]
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return tell(
        drill="restore",
        area=AREA,
        confirmed=seen.confirmed,
        confirmed_lost=seen.confirmed_lost,
        rpo_s=round(seen.rpo_s, 2),
        rto_s=round(seen.rto_s, 1),
        restored=seen.restored,
        backups_mb=round(size / 1e6),
        photographs=len(seen.photos),
        tables_compared=len(seen.photos[0].tables),
        rows_compared=sum(one.rows for one in seen.photos[0].tables.values()),
        tables_differing=differing,
        nights_below_nothing=seen.nights_below_nothing,
        ledger_sum_cents=seen.ledger_sum_cents,
        probe_rank=seen.probe_rank,
        **{field: getattr(seen.found, field) for field in seen.found.__struct_fields__},
        seconds=round(time.monotonic() - started),
        ok=seen.rpo_s <= MOST_RPO_S
        and seen.rto_s <= MOST_RTO_S
        and not seen.restored["faults"]
        and seen.found.good()
        and not seen.nights_below_nothing
        and not seen.ledger_sum_cents
        and seen.probe_rank > 0
        and len(seen.photos) == POINTS
        and not any(differing),
    )


async def _lose_and_come_back(folder: Path, place: Path) -> Seen:
    with served_demo(AREA, workers=2, more={"HUB_BACKUPS": str(folder)}) as served:
        crowd, photos = await _be_photographed(served, folder)
        key = (served.home / "data" / "secret.key").read_text()
        at, lost = datetime.now(UTC), time.monotonic()
        served.lose()
    data = place / "again"
    restored = await asyncio.to_thread(_restore, folder, data, key)
    rpo_s = max(0.0, (at - datetime.fromisoformat(str(restored["last_act_at"]))).total_seconds())
    more = {"HUB_SECRET_KEY": key, "HUB_PORT": served.environment["HUB_PORT"]}
    with served_demo(AREA, workers=2, more=more, home=place / "home", data=data) as again:
        await until_ready(crowd.address)
        await crowd.until_booked(lost)
        rto_s = time.monotonic() - lost
        await crowd.stop()
        confirmed = len(crowd.notes.booked)
        found, below, ledger_sum = await _look(again, crowd)
        figures = [str(math.ceil(rpo_s)), str(math.ceil(rto_s)), "1"]
        await asyncio.to_thread(_hub, ["restored", *figures], again.environment)
        return Seen(
            photos=photos,
            key=key,
            restored=restored,
            confirmed=confirmed,
            confirmed_lost=confirmed - len(crowd.notes.booked),
            rpo_s=rpo_s,
            rto_s=rto_s,
            found=found,
            nights_below_nothing=below,
            ledger_sum_cents=ledger_sum,
            probe_rank=await _probe(again),
        )


async def _be_photographed(served: Served, folder: Path) -> tuple[Crowd, list[Photo]]:
    """Guests book, and all tables are photographed at random instants; then one more passes."""
    draw = random.Random()  # other instants each time
    place = urlsplit(served.address)
    admin = await asyncpg.connect(dsn_of(served))
    room = await make_room(admin)
    crowd = Crowd((str(place.hostname), int(place.port or 0)), room, SEED)
    crowd.start(GUESTS)
    until = time.monotonic() + COPY_S
    while not list_copies(folder):
        assert time.monotonic() < until, served.tail()
        await asyncio.sleep(0.2)
    photos: list[Photo] = []
    for _ in range(POINTS):
        await asyncio.sleep(draw.uniform(*BETWEEN_S))
        photos.append(await photograph(admin, held=True))
        await crowd.until_booked(time.monotonic())
    await admin.close()
    await asyncio.sleep(draw.uniform(*BETWEEN_S))
    return crowd, photos


async def _look(again: Served, crowd: Crowd) -> tuple[Found, int, int]:
    """What the guests of before find; stays that are gone are taken from their notes."""
    admin = await asyncpg.connect(dsn_of(again))
    try:
        rows = await admin.fetch("select reference from booking where state = 'confirmed'")
        known = {row["reference"] for row in rows}
        crowd.notes.booked = [one for one in crowd.notes.booked if one.reference in known]
        found = await look_after(crowd, admin)
        below = "select count(*) from ari_month where 0 > any (units_left)"
        moved = "select sum(debit_cents - credit_cents) from ledger_balance"
        return found, await count(admin, below), await count(admin, moved)
    finally:
        await admin.close()


async def _probe(served: Served) -> int:
    """What the probe of restores makes of this one."""
    settings = msgspec.structs.replace(
        read_settings(served.environment), database_url=dsn_of(served)
    )
    database = await open_database(settings, compose())
    try:
        async with database.transaction() as tx:
            last = await probes.find_restored(tx)
            return judge_restore(last, 0).rank if last else 0
    finally:
        await database.close()


def _compare(folder: Path, data: Path, key: str, then: Photo) -> list[str]:
    """As it was at a photograph: the tables that differ."""
    _restore(folder, data, key, until=then.at)
    server = postgres.start(data / "postgres")
    try:
        now = asyncio.run(_photograph(server))
    finally:
        server.stop()
        shutil.rmtree(choose_home(data / "postgres", server_account()))
    return sorted(
        name
        for name in then.tables.keys() | now.tables.keys()
        if then.tables.get(name) != now.tables.get(name)
    )


async def _photograph(server: postgres.Server) -> Photo:
    admin = await asyncpg.connect(server.dsn(database="hub"))
    try:
        return await photograph(admin, held=False)
    finally:
        await admin.close()


def _restore(
    folder: Path, data: Path, key: str, *, until: datetime | None = None
) -> dict[str, object]:
    environment = {**os.environ, "HUB_DATA": str(data), "HUB_SECRET_KEY": key}
    environment.pop("DATABASE_URL", None)
    words = ["restore", str(folder), *(["--until", until.isoformat()] if until else [])]
    return json.loads(_hub(words, environment))


def _hub(words: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "hub.cli", *words],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


DRILLS = {"restore": restore}
