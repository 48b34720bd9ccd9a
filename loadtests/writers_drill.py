"""Two machines keep an index each from one feed; one of them stands still, then goes on."""

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from hub.core import postgres
from hub.core.db import open_session
from hub.core.settings import read_settings
from loadtests.asks import Asking
from loadtests.changes import Changer
from loadtests.index_audit import Audit, Auditor, History
from loadtests.index_drill import AREA, Backdoor, enter, kept_again, until_fresh
from loadtests.report import tell
from loadtests.serving import ROOT, Served, served_demo
from tourism.index import IndexTooOld, NationalIndex, Places, open_index
from tourism.indexing import store
from tourism.nights import folders

RETENTION_S = 15  # in place of ten minutes
SEARCHES = int(os.environ.get("WRITERS_SEARCHES", "300"))
STARTED_S, FORGOTTEN_S, ENDED_S = 120, 120, 60
OLD_S = 3.0  # a reader refuses an index that nobody has kept up for two seconds
BACK_S = 30.0  # until a department is built anew beside other work


class Second(msgspec.Struct, frozen=True):
    """The other machine: its writer, and its files."""

    process: subprocess.Popen[bytes]
    data: Path

    @property
    def live(self) -> Path:
        live = folders.pointed(self.data)
        assert live is not None
        return live


class Seen(msgspec.Struct, kw_only=True):
    """The audits by when they were made, and what became of the writer that stood still."""

    audits: dict[str, Audit]
    refused: bool
    changes: int
    stood_s: float
    back_s: float
    built: bool
    equal_nights: bool


def index_suspended() -> bool:
    """A second `hub index` keeps an index of the same database in another folder. It is stopped
    (SIGSTOP) until the feed has forgotten what it has not read (the retention is 15 s here), while
    everything changes; then it goes on, its connection alive. Its index must be refused while it
    stands, and afterwards built anew, and every answer of both indexes, before, while and after, be
    the database's (`index_audit` tells how they are judged)."""
    more = {"HUB_INDEX_RETENTION_S": str(RETENTION_S)}
    with served_demo(AREA, workers=1, more=more) as served, second_machine(served) as second:
        seen = asyncio.run(_suspend(served, second))
    wrong = {when: audit.wrong for when, audit in seen.audits.items()}
    return tell(
        drill="index_suspended", searches=sum(one.searches for one in seen.audits.values()),
        wrong=wrong, changes_while_it_stood=seen.changes, stood_s=round(seen.stood_s, 1),
        refused_while_it_stood=seen.refused, built_anew=seen.built, back_s=round(seen.back_s, 2),
        equal_nights=seen.equal_nights,
        ok=not any(wrong.values()) and seen.refused and seen.built and seen.changes > 0
        and all(one.right == one.searches > 0 for one in seen.audits.values())
        and seen.equal_nights and seen.back_s <= BACK_S,
    )  # fmt: skip


@contextlib.contextmanager
def second_machine(served: Served) -> Generator[Second]:
    """`hub index` as on another machine: only the database and the secret key are the same."""
    settings = read_settings(served.environment)
    data = Path(tempfile.mkdtemp(prefix="hub-second-"))
    dsn = postgres.start(settings.data / "postgres").dsn(database="hub")  # attached, not owned
    environment = served.environment | {
        "DATABASE_URL": dsn,
        "HUB_DATA": str(data),
        "HUB_SECRET_KEY": settings.secret_key.decode(),
    }
    with (served.home / "second.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tourism.indexing"],
            env=environment, cwd=ROOT, stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        yield Second(process, data)
    finally:
        process.send_signal(signal.SIGCONT)
        process.terminate()
        process.wait(ENDED_S)
        for folder in (folders.memory_folder(data), data):
            shutil.rmtree(folder, ignore_errors=True)


async def _suspend(served: Served, second: Second) -> Seen:
    back, other = await enter(served), open_index(second.data)
    await until_fresh(other, STARTED_S)
    now = datetime.now(UTC)
    rows = await back.admin.fetch(
        "select id, commune_code, lat, lng from property where lat is not null"
        " and department_code = $1 order by id", AREA,
    )  # fmt: skip
    houses = [tuple(row) for row in rows]
    changer = Changer(back.admin, 6, now.date(), [id for id, *_ in houses])
    wide = (Places(kind="department", codes=(AREA,)), Places(kind="country"))

    async def audit(index: NationalIndex, seed: int) -> Audit:
        history = History(lambda: open_session(back.dsn))
        try:
            asking = Asking(seed, now, houses, wide)
            return await Auditor(index, history, changer, asking, SEARCHES).run()
        finally:
            await history.close()

    audits = {"before": await audit(other, 7)}
    built, began = second.live, time.monotonic()
    second.process.send_signal(signal.SIGSTOP)
    applied = (await store.open_feed(back.session)).horizon  # at most
    audits["first, while the second stood"] = seen = await audit(back.index, 8)
    changes = seen.changes + await _change_until_forgotten(back, changer, applied)
    refused, goes_on = await _is_refused(other, began), time.monotonic()
    second.process.send_signal(signal.SIGCONT)
    back_s, audits["second, from then on"] = await asyncio.gather(
        kept_again(other, goes_on), audit(other, 9)
    )
    audits["first, afterwards"] = await audit(back.index, 10)
    found = Seen(
        audits=audits, refused=refused, changes=changes, stood_s=goes_on - began, back_s=back_s,
        built=second.live != built, equal_nights=await _are_equal(back, other),
    )  # fmt: skip
    await back.close()
    return found


async def _change_until_forgotten(back: Backdoor, changer: Changer, applied: int) -> int:
    """Change everything until the feed begins behind where the one that stands has come to; how
    many changes that took."""
    changes, began = 0, time.monotonic()
    while (await store.open_feed(back.session)).pruned <= applied:
        assert time.monotonic() - began < FORGOTTEN_S, "the feed waits for who stands still"
        await changer.change()
        changes += 1
        await asyncio.sleep(0.02)
    return changes


async def _is_refused(index: NationalIndex, stopped: float) -> bool:
    await asyncio.sleep(max(0.0, stopped + OLD_S - time.monotonic()))
    try:
        index.view()
    except IndexTooOld:
        return True
    return False


async def _are_equal(back: Backdoor, other: NationalIndex) -> bool:
    """Whether both indexes, once nothing changes, say the same of every night on sale."""
    await asyncio.sleep(1)
    found = list[dict[int, bytes]]()
    for index in (back.index, other):
        await until_fresh(index, STARTED_S)
        tables = index.view().generation.tables
        seated = (tables.occupancy_max[: tables["columns"]] > 0).nonzero()[0]
        found.append({
            int(tables.room_type[n]): b"".join(
                grid[:, n].tobytes()
                for grid in (tables.left, tables.price, tables.min_stay, tables.flags)
            )
            for n in seated
        })  # fmt: skip
    return found[0] == found[1]


DRILLS = {"index_suspended": index_suspended}
