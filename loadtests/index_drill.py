"""What the index promises while everything changes: the audit."""

import asyncio
import contextlib
import os
import time
from datetime import UTC, datetime

import asyncpg
import msgspec

from hub.core import postgres
from hub.core.db import Session, open_session
from hub.core.migrate import role_dsn
from hub.core.settings import read_settings
from loadtests.asks import Asking
from loadtests.changes import Changer
from loadtests.index_audit import Audit, Auditor, History, is_good
from loadtests.report import tell
from loadtests.serving import Served, served_demo
from loadtests.site_audit import PublicSite
from tourism.index import IndexTooOld, NationalIndex, Places, open_index

SEARCHES = int(os.environ.get("AUDIT_SEARCHES", "10000"))
AREA = "48"


class Backdoor(msgspec.Struct):
    """The served demonstration's index, its database as the index' role and as administrator (and
    its addresses)."""

    index: NationalIndex
    session: Session
    dsn: str
    admin: asyncpg.Connection
    admin_dsn: str

    async def close(self) -> None:
        await self.session.close()
        await self.admin.close()


async def enter(served: Served) -> Backdoor:
    settings = read_settings(served.environment)
    dsn = postgres.start(settings.data / "postgres").dsn(database="hub")  # attached, not owned
    own = role_dsn(dsn, "hub_index", settings.secret_key)
    admin = await asyncpg.connect(dsn)
    back = Backdoor(open_index(settings.data), await open_session(own), own, admin, dsn)
    await until_fresh(back.index, 120)
    return back


async def until_fresh(index: NationalIndex, seconds: float) -> float:
    """How long it takes until the index answers (again)."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        try:
            index.view()
        except IndexTooOld:
            await asyncio.sleep(0.02)
        else:
            return time.monotonic() - began
    raise AssertionError("the index does not come")


async def kept_again(index: NationalIndex, killed: float) -> float:
    """How long after its writer's death the index is kept up by another."""
    while time.monotonic() - killed < 60:
        with contextlib.suppress(IndexTooOld):
            view = index.view()
            if time.monotonic() - view.age_s > killed + 0.02:
                return time.monotonic() - killed
        await asyncio.sleep(0.01)
    raise AssertionError("nobody keeps the index")


def index_audit() -> bool:
    """Random searches against the slow way between random changes: each answer must be, with its
    totals, its counts and its order, what the database said: not before the lag that the index
    stated (which a reader bounds by two seconds), not after the answer. `mixed` are those of which
    each house was true at a moment of this, but not all at the same."""
    with served_demo(AREA, workers=1) as served:
        seen = asyncio.run(_audit(served))
    return tell(
        drill="index_audit", searches=seen.searches, right=seen.right, wrong=seen.wrong,
        changes=seen.changes, within_the_lag=seen.stale, mixed=seen.mixed,
        longest_lag_s=round(seen.longest_s, 2), stated_lag_p99_s=round(seen.p99_s, 2),
        stated_lag_most_s=round(max(seen.stated_s), 2), found=dict(sorted(seen.found.items())),
        ok=is_good(seen),
    )  # fmt: skip


async def _audit(served: Served) -> Audit:
    back = await enter(served)
    now = datetime.now(UTC)
    rows = await back.admin.fetch(
        "select id, commune_code, region_code, lat, lng from property where lat is not null"
        " and department_code = $1 order by id", AREA,
    )  # fmt: skip
    houses = [(r["id"], r["commune_code"], r["lat"], r["lng"]) for r in rows]
    wide = (
        Places(kind="department", codes=(AREA,)),
        Places(kind="region", codes=(rows[0]["region_code"],)),
        Places(kind="country"),
    )
    changer = Changer(back.admin, 1, now.date(), [id for id, *_ in houses])
    for _ in range(200):
        await changer.change()
    history = History(lambda: open_session(back.dsn))
    asking, reads = Asking(2, now, houses, wide), await open_session(back.admin_dsn)
    site = PublicSite(port_of(served), reads, Asking(3, now, houses), AREA, 4)
    auditor = Auditor(back.index, history, changer, asking, SEARCHES, site)
    try:
        return await auditor.run()
    finally:
        site.close()
        await reads.close()
        await history.close()
        await back.close()


def port_of(served: Served) -> int:
    return int(served.address.rpartition(":")[2])


DRILLS = {"index_audit": index_audit}
