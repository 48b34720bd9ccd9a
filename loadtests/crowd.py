"""Guests who book one stay after another while something breaks under them, and their own notes of
what became of them. What the database says of it is in `loadtests.crowd_audit`."""

import asyncio
import random
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import msgspec

from hub.core.postgres_place import choose_home, server_account
from loadtests.caller import Answer, Connection, get, post
from loadtests.serving import Served, today
from tourism.demo.house import NAME

PLENTY = 30_000
PATIENCE_S, ANSWER_S = 300, 120
DONE = {200, 201}
CONNECTIONS = (
    "select count(*) from pg_stat_activity where datname = 'hub'"
    " and backend_type = 'client backend' and pid <> pg_backend_pid()"
)


class Room(msgspec.Struct, frozen=True):
    """What everybody books: a room type of the invented house, with plenty on every night of the
    months; since when, and how many bookings the house had before."""

    property: int
    tenant: int
    room_type: int
    rate_plan: int
    months: tuple[date, ...] = ()
    since: datetime = datetime.min.replace(tzinfo=UTC)
    bookings_before: int = 0


class Booked(msgspec.Struct):
    """A stay as its guest knows it; `writes` are the requests that made it, with their answers."""

    email: str
    reference: str
    writes: tuple[tuple[bytes, bytes], ...]
    begun: float
    at: float


class Sent(msgspec.Struct, frozen=True):
    """One sending of a request: when, how long it was waited for, whether the answer was clear."""

    at: float
    seconds: float
    clear: bool


class Notes(msgspec.Struct):
    """What the guests saw. `unknown` requests got no clear answer at first; each was sent again
    with its key until it got one."""

    booked: list[Booked] = []
    sent: list[Sent] = []
    held: int = 0
    unknown: int = 0
    resolved: int = 0
    refused: Counter[str] = msgspec.field(default_factory=Counter)
    unclean: Counter[str] = msgspec.field(default_factory=Counter)
    told_to_wait: int = 0
    slowest_s: float = 0.0


def dsn_of(served: Served) -> str:
    """The administrator's address of a served demonstration's database."""
    home = choose_home(Path(served.environment["HUB_DATA"]) / "postgres", server_account())
    lines = (home / "pg" / "postmaster.pid").read_text().splitlines()
    password = (home / "password").read_text()
    return f"postgresql://postgres:{password}@/hub?host={lines[4]}&port={lines[3]}"


async def make_room(admin: asyncpg.Connection) -> Room:
    """Room for everybody in the invented house."""
    since = await admin.fetchval("select clock_timestamp()")
    row = await admin.fetchrow(
        "select p.id, p.tenant, r.id as room, (select count(*) from booking b"
        " where b.property = p.id) as before, (select min(id) from rate_plan where property = p.id"
        " and code = 'flexible') as plan from property p join room_type r on r.property = p.id"
        " where p.name = $1 order by r.rank limit 1",
        NAME,
    )
    assert row is not None
    months = await admin.fetch(
        f"update ari_month set units_left = array(select {PLENTY}::int2 from unnest(units_left))"
        " where room_type = $1 returning month",
        row["room"],
    )
    return Room(
        property=row["id"],
        tenant=row["tenant"],
        room_type=row["room"],
        rate_plan=row["plan"],
        months=tuple(one["month"] for one in months),
        since=since,
        bookings_before=row["before"],
    )


class Crowd:
    """So many guests at once; each books a stay, and then the next one under another name."""

    def __init__(self, address: tuple[str, int], room: Room, seed: int) -> None:
        self.address, self.room, self.seed = address, room, seed
        self.pace_s, self._next_at = 0.0, 0.0
        self.days_ahead = (20, 300)
        self.notes = Notes()
        self.stopping = asyncio.Event()
        self._numbers = iter(range(1_000_000))
        self._tasks: list[asyncio.Task[None]] = []

    def start(self, guests: int) -> None:
        self._tasks = [asyncio.create_task(self._guest(n)) for n in range(guests)]

    async def stop(self) -> None:
        """Let everybody finish the stay that they are at."""
        self.stopping.set()
        await asyncio.gather(*self._tasks)

    def booked_since(self, moment: float) -> int:
        return sum(one.at >= moment for one in self.notes.booked)

    async def until_booked(self, moment: float, within_s: float = PATIENCE_S) -> float:
        """Seconds from a moment until somebody has booked again who began after it."""
        while time.monotonic() - moment < within_s:
            since = [one.at for one in self.notes.booked if one.begun > moment]
            if since:
                return min(since) - moment
            await asyncio.sleep(0.02)
        raise AssertionError("nobody could book again")

    async def _guest(self, number: int) -> None:
        draw = random.Random(self.seed * 1_000 + number)
        line = Connection(*self.address)
        while not self.stopping.is_set():
            await self._turn()
            await self._book(line, draw)
        line.close()

    async def _turn(self) -> None:
        """With a pace, one stay begins every so many seconds, whoever books it."""
        now = time.monotonic()
        at = max(now, self._next_at)
        self._next_at = at + self.pace_s
        if at > now:
            await asyncio.sleep(at - now)

    async def _book(self, line: Connection, draw: random.Random) -> None:
        key, begun = f"crowd-{self.seed}-{next(self._numbers)}", time.monotonic()
        arrival = today() + timedelta(days=draw.randint(*self.days_ahead))
        quote = await self._ask(line, "/api/v1/quotes", self._wish(arrival), key)
        if quote is None:
            return
        taking = post(f"/api/v1/quotes/{quote['token']}/hold", {}, key)
        taken = await self.send(line, taking)
        held = self._read(taken)
        if taken is None or held is None:
            return
        self.notes.held += 1
        email = f"{key}@drill.example"
        body = {
            "guest": {"first_name": "Ada", "last_name": "Martin", "email": email},
            "payment_method": "pm_card_visa",
            "total_cents": held["total_cents"],
        }
        path = f"/api/v1/bookings/{held['token']}/payment"
        request = post(path, body, key)
        answer = await self.send(line, request)
        paid = self._read(answer)
        if answer is None or paid is None:
            return
        if paid["state"] != "confirmed":
            self.notes.refused[f"paid, {paid['state']}"] += 1
            return
        writes = ((taking, taken.body), (request, answer.body))
        self.notes.booked.append(Booked(email, paid["reference"], writes, begun, time.monotonic()))

    async def _ask(
        self, line: Connection, path: str, body: object, key: str
    ) -> dict[str, Any] | None:
        return self._read(await self.send(line, post(path, body, key)))

    def _read(self, answer: Answer | None) -> dict[str, Any] | None:
        if answer is None:
            return None
        if answer.status in DONE:
            return msgspec.json.decode(answer.body)
        self.notes.refused[str(msgspec.json.decode(answer.body).get("type"))] += 1
        return None

    async def send(self, line: Connection, request: bytes) -> Answer | None:
        """The clear answer to a request; what is not clear is asked again with the same key."""
        until, doubtful = time.monotonic() + PATIENCE_S, False
        while time.monotonic() < until:
            at = time.monotonic()
            answer = await send(line, request)
            clear = 0 < answer.status < 500 and answer.status != 429
            self.notes.slowest_s = max(self.notes.slowest_s, answer.seconds)
            self.notes.sent.append(Sent(at, answer.seconds, clear))
            if clear:
                self.notes.resolved += doubtful
                return answer
            self.notes.unknown += not doubtful
            doubtful = True
            self._judge(answer)
            await asyncio.sleep(0.2)
        return None

    def _judge(self, answer: Answer) -> None:
        """A service that cannot answer now says so: a problem, and when to come again."""
        if answer.status == 0:
            self.notes.unclean["no answer"] += 1
        elif b"application/problem+json" not in answer.head or b"retry-after:" not in answer.head:
            self.notes.unclean[f"{answer.status}: {answer.body[:80].decode()}"] += 1
        else:
            self.notes.told_to_wait += 1

    def _wish(self, arrival: Any) -> dict[str, Any]:
        return {
            "property": self.room.property,
            "arrival": str(arrival),
            "departure": str(arrival + timedelta(days=2)),
            "rate_plan": self.room.rate_plan,
            "rooms": [{"room_type": self.room.room_type, "adults": 1}],
        }


async def send(line: Connection, request: bytes) -> Answer:
    """The answer to a request; status 0 when none came."""
    started = time.perf_counter()
    try:
        async with asyncio.timeout(ANSWER_S):
            return await line.send(request)
    except (OSError, StopIteration, RuntimeError, ValueError):
        line.close()
        return Answer(0, b"", time.perf_counter() - started)


async def is_ready(address: tuple[str, int]) -> bool:
    line = Connection(*address)
    answer = await send(line, get("/health/ready"))
    line.close()
    return answer.status == 200


async def until_ready(address: tuple[str, int]) -> None:
    until = time.monotonic() + PATIENCE_S
    while not await is_ready(address):
        assert time.monotonic() < until, "the house is not ready again"
        await asyncio.sleep(0.05)


async def count(admin: asyncpg.Connection, sql: str, *values: object) -> int:
    """One number."""
    return int(await admin.fetchval(sql, *values) or 0)
