"""What each step costs alone: round trips to PostgreSQL, counted on a wire, and processor time by
part, on a web process of its own beside the demonstration."""

import asyncio
import contextlib
import http.client
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import msgspec

from loadtests.caller import key_of
from loadtests.peaks.setting import Calendar
from loadtests.peaks.stage import GUEST, Standing, make_calendars
from loadtests.peaks.watching import cpu_by_part, cpu_of
from loadtests.processes import descendants
from loadtests.serving import ROOT, free_port, today
from tests.wire import Wire, counted

READY_S, SETTLE_S = 240, 6


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """A step: round trips (the median), milliseconds as its client waits (the median), processor
    milliseconds of the web process, of PostgreSQL, of the worker and of the index' writer behind
    them, and what PostgreSQL's log grew by."""

    number: int
    trips: float
    wait_ms: float
    web_ms: float
    database_ms: float
    worker_ms: float
    index_ms: float
    wal_kb: float


class Wired:
    """A web process of one worker whose way to PostgreSQL is counted."""

    place = "country:FR"

    def __init__(self, stand: Standing, port: int, process: int, wire: Wire) -> None:
        self.stand, self.process, self.wire = stand, process, wire
        self.client = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(
        self, method: str, path: str, body: object = None, key: str = "", cookie: str = ""
    ) -> Any:
        """The answer, decoded when it is JSON; None for a refusal."""
        named = key_of(key) if key else ""
        headers = {"content-type": "application/json", "idempotency-key": named, "cookie": cookie}
        content = None if body is None else msgspec.json.encode(body)
        sent = {name: value for name, value in headers.items() if value}
        try:
            self.client.request(method, path, content, sent)
            answer = self.client.getresponse()
        except ConnectionError:  # the server let go of a line that was idle; writes have keys
            self.client.close()
            self.client.request(method, path, content, sent)
            answer = self.client.getresponse()
        said = answer.read()
        if not 200 <= answer.status < 300:
            return None
        kind = answer.headers.get("content-type", "")
        return msgspec.json.decode(said) if "json" in kind else said

    def spent(self) -> "Spent":
        """Processor seconds so far, and bytes of PostgreSQL's log."""
        own = sum(cpu_of(pid) for pid in (self.process, *descendants(self.process)))
        parts = cpu_by_part(self.stand.served.process.pid)
        return Spent(
            web=own,
            database=parts["database"],
            worker=parts["worker"],
            index=parts["index"],
            wal=asyncio.run(_wal(self.stand.dsn)),
        )


class Spent(msgspec.Struct, frozen=True):
    """Since the beginning of everything; differences tell."""

    web: float
    database: float
    worker: float
    index: float
    wal: float

    def less(self, other: "Spent", times: float = 1.0) -> "Spent":
        pairs = zip(msgspec.structs.astuple(self), msgspec.structs.astuple(other), strict=True)
        return Spent(*(mine - theirs * times for mine, theirs in pairs))


async def _wal(dsn: str) -> float:
    admin = await asyncpg.connect(dsn)
    try:
        return float(await admin.fetchval("select pg_current_wal_lsn() - '0/0'::pg_lsn"))
    finally:
        await admin.close()


@contextlib.contextmanager
def wired(stand: Standing) -> Generator[Wired]:
    """Beside the demonstration, on its database and its index."""
    port = free_port()
    with (
        tempfile.TemporaryDirectory(prefix="hub-wire-") as folder,
        counted(stand.app_dsn, Path(folder)) as (dsn, wire),
        _web(stand, dsn, port) as process,
    ):
        yield Wired(stand, port, process, wire)


@contextlib.contextmanager
def _web(stand: Standing, dsn: str, port: int) -> Generator[int]:
    environment = os.environ | stand.served.environment | {
        "DATABASE_URL": dsn,
        "HUB_SECRET_KEY": stand.settings.secret_key.decode(),
        "HUB_PORT": str(port),
        "HUB_WORKERS": "1",
        "HUB_DEMO": "1",
    }  # fmt: skip
    with (stand.served.home / "wired.log").open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "hub.cli", "web"],
            env=environment, stdout=out, stderr=out, cwd=ROOT, start_new_session=True,
        )  # fmt: skip
    try:
        _wait(port, process)
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _wait(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline:
        assert process.poll() is None
        with contextlib.suppress(OSError):
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            line.request("GET", "/health/ready")
            if line.getresponse().status == 200:
                return
        time.sleep(0.2)
    raise AssertionError("the counted web process does not answer")


def measure(
    wire: Wired, number: int, act: Callable[[int], Any], *, warm: int = 2, settle_s: float = 0.0
) -> tuple[Cost, list[Any]]:
    """Do something so often; what each cost, and what each answered. Work behind the answer is
    waited for `settle_s`; what the parts use when nothing is asked is taken off."""
    answers = [act(n) for n in range(warm)]
    idle = _idle(wire) if settle_s else Spent(0, 0, 0, 0, 0)
    before, began = wire.spent(), time.monotonic()
    waits: list[float] = []
    trips: list[int] = []
    for n in range(warm, warm + number):
        wire.wire.taken()
        started = time.perf_counter()
        answers.append(act(n))
        waits.append((time.perf_counter() - started) * 1000)
        trips.append(wire.wire.taken())
    time.sleep(settle_s)
    span = time.monotonic() - began
    used = wire.spent().less(before).less(idle, span)

    def each(total: float, unit: float = 1000) -> float:
        return round(max(total, 0) * unit / number, 2)

    cost = Cost(
        number=number,
        trips=statistics.median(trips),
        wait_ms=round(statistics.median(waits), 1),
        web_ms=each(used.web),
        database_ms=each(used.database),
        worker_ms=each(used.worker),
        index_ms=each(used.index),
        wal_kb=each(used.wal, 1 / 1000),
    )
    return cost, answers


IDLE_S = 3.0


def _idle(wire: Wired) -> Spent:
    """What a second costs when nothing is asked."""
    before = wire.spent()
    time.sleep(IDLE_S)
    used = wire.spent().less(before)
    return Spent(*(value / IDLE_S for value in msgspec.structs.astuple(used)))


def steps(
    stand: Standing, departments: str, number: int = 12, *, pushes: float = 0
) -> dict[str, Cost]:
    """The steps of looking, booking and cancelling, so often each, in the first department; with
    `pushes`, of that share of the houses' calendars too."""
    arrivals = [today() + timedelta(days=30 + n % 200) for n in range(6 * number + 30)]
    found: dict[str, Cost] = {}
    with wired(stand) as wire:
        wire.place = f"department:{departments.partition(',')[0]}"
        _look(wire, number, arrivals, found)
        _book(wire, number, arrivals, found, SETTLE_S if pushes else 0)
        if pushes:
            calendars = asyncio.run(make_calendars(stand, today(), pushes))
            found["push"] = _push(wire, calendars[: number + 2])
    return found


def _push(wire: Wired, calendars: Sequence[Calendar]) -> Cost:
    mark = f"cost-{time.monotonic_ns()}"

    def push(n: int) -> Any:
        calendar = calendars[n]
        return wire.ask(
            "PUT",
            "/api/v1/house/calendar",
            msgspec.Raw(calendar.body.encode()),
            f"{mark}-push-{n}",
            f"session={calendar.cookie}",
        )

    cost, answers = measure(wire, len(calendars) - 2, push, settle_s=SETTLE_S / 2)
    assert all(answers)
    return cost


def _look(wire: Wired, number: int, arrivals: list[date], found: dict[str, Cost]) -> None:
    def query(n: int, nights: int) -> str:
        arrival = arrivals[n]
        departure = arrival + timedelta(days=nights)
        return f"place={wire.place}&arrival={arrival}&departure={departure}&adults=2"

    def house(n: int) -> str:
        return f"arrival={arrivals[n]}&departure={arrivals[n] + timedelta(days=2)}&adults=2"

    first = wire.ask("GET", f"/api/v1/search?{query(0, 2)}")
    ids = [hit["property"] for hit in first["hits"]]
    paths: dict[str, Callable[[int], str]] = {
        "result page": lambda n: f"/recherche?{query(n, 3)}",
        "house page": lambda n: f"/hebergements/{ids[n % len(ids)]}?{house(n)}",
        "search": lambda n: f"/api/v1/search?{query(n, 4)}",
        "search again": lambda _: f"/api/v1/search?{query(1, 4)}",
        "house (program)": lambda n: f"/api/v1/properties/{ids[n % len(ids)]}?{house(n)}",
    }
    for name, path in paths.items():
        found[name], _ = measure(wire, number, lambda n, path=path: wire.ask("GET", path(n)))
    found["search (program)"] = found["search"]


def _book(
    wire: Wired, number: int, arrivals: list[date], found: dict[str, Cost], settle_s: float
) -> None:
    mark = f"cost-{time.monotonic_ns()}"
    wishes = _wishes(wire, number + 2, arrivals)

    def quote(n: int) -> Any:
        return wire.ask("POST", "/api/v1/quotes", wishes[n], f"{mark}-quote-{n}")

    found["quote"], quotes = measure(wire, len(wishes) - 2, quote)

    def hold(n: int) -> Any:
        path = f"/api/v1/quotes/{quotes[n]['token']}/hold"
        return wire.ask("POST", path, {}, f"{mark}-hold-{n}")

    found["hold"], held = measure(wire, len(quotes) - 2, hold)

    def pay(n: int) -> Any:
        card = {"guest": GUEST, "payment_method": "pm_card_visa",
                "total_cents": held[n]["total_cents"]}  # fmt: skip
        path = f"/api/v1/bookings/{held[n]['token']}/payment"
        return wire.ask("POST", path, card, f"{mark}-pay-{n}")

    found["pay"], paid = measure(wire, len(held) - 2, pay, settle_s=settle_s)
    assert all(booking["state"] == "confirmed" for booking in paid)

    def refund(n: int) -> Any:
        return wire.ask("GET", f"/api/v1/bookings/{held[n]['token']}/refund")

    found["see refund"], refunds = measure(wire, len(held) - 2, refund)

    def cancel(n: int) -> Any:
        path = f"/api/v1/bookings/{held[n]['token']}/cancellation"
        body = {"refund_cents": refunds[n]["refund_cents"]}
        return wire.ask("POST", path, body, f"{mark}-cancel-{n}")

    found["cancel"], gone = measure(wire, len(held) - 2, cancel, settle_s=settle_s)
    assert all(booking["state"] == "cancelled" for booking in gone)


def _wishes(wire: Wired, number: int, arrivals: list[date]) -> list[dict[str, Any]]:
    """Stays of one room in as many houses as there are."""
    found: list[dict[str, Any]] = []
    for arrival in arrivals:
        departure = arrival + timedelta(days=2)
        path = f"place={wire.place}&arrival={arrival}&departure={departure}&adults=2"
        for hit in wire.ask("GET", f"/api/v1/search?{path}")["hits"]:
            rooms = [{"room_type": room["room_type"], **room["party"]} for room in hit["rooms"]]
            found.append(
                {"property": hit["property"], "arrival": str(arrival),
                 "departure": str(departure), "rate_plan": hit["rate_plan"], "rooms": rooms}
            )  # fmt: skip
        if len(found) >= number:
            return found[:number]
    raise AssertionError("the demonstration has not enough to sell")
