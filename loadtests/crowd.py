"""Guests who book one stay after another while something breaks under them, and the count of what
became of them: in their own notes, and in the database."""

import asyncio
import random
import time
from collections import Counter
from datetime import timedelta
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
    """What everybody books: a room type of the invented house, with plenty on every night."""

    property: int
    tenant: int
    room_type: int
    rate_plan: int


class Booked(msgspec.Struct):
    """A stay as its guest knows it."""

    email: str
    reference: str
    payment: bytes
    answer: bytes
    begun: float
    at: float


class Notes(msgspec.Struct):
    """What the guests saw. `unknown` requests got no clear answer at first; each was sent again
    with its key until it got one."""

    booked: list[Booked] = []
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
    row = await admin.fetchrow(
        "select p.id, p.tenant, r.id as room, (select min(id) from rate_plan where property = p.id"
        " and code = 'flexible') as plan from property p join room_type r on r.property = p.id"
        " where p.name = $1 order by r.rank limit 1",
        NAME,
    )
    assert row is not None
    await admin.execute(
        f"update ari_month set units_left = array(select {PLENTY}::int2 from unnest(units_left))"
        " where room_type = $1",
        row["room"],
    )
    return Room(row["id"], row["tenant"], row["room"], row["plan"])


class Crowd:
    """So many guests at once; each books a stay, and then the next one under another name."""

    def __init__(self, address: tuple[str, int], room: Room, seed: int) -> None:
        self.address, self.room, self.seed = address, room, seed
        self.pace_s, self._next_at = 0.0, 0.0
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
        arrival = today() + timedelta(days=draw.randint(20, 300))
        quote = await self._ask(line, "/api/v1/quotes", self._wish(arrival), key)
        if quote is None:
            return
        held = await self._ask(line, f"/api/v1/quotes/{quote['token']}/hold", {}, key)
        if held is None:
            return
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
        self.notes.booked.append(
            Booked(email, paid["reference"], request, answer.body, begun, time.monotonic())
        )

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
            answer = await send(line, request)
            self.notes.slowest_s = max(self.notes.slowest_s, answer.seconds)
            if 0 < answer.status < 500 and answer.status != 429:
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


class Found(msgspec.Struct, kw_only=True):
    """What the database says of the stays that guests think they have, and of those nobody knows.

    `unpaid` charges moved money at the bank without a booking that is paid by it; the ledger is
    `unbalanced` for a stay whose deposits are not its price, or whose postings do not add up to
    nothing."""

    lost: int
    duplicated: int
    strange: int
    answers_changed: int
    moved_without_booking: int
    ledger_unbalanced: int
    letters_missing: int
    letters_twice: int
    nights_wrong: int
    failed_tasks: int

    def good(self) -> bool:
        return not any(getattr(self, name) for name in self.__struct_fields__)


REPEATED = 300
LETTERS_S = 180
_LETTERS = (
    "select w.email, count(m.id) as letters from unnest($1::text[]) w (email)"
    " left join mail m on m.recipient = w.email group by 1"
)
# Each posted transfer of a stay takes from one account what it gives to another.
_UNBALANCED = """
with stay as (select id, total_cents from booking where reference = any($1)),
whose as (
  select t.*, coalesce(c.subject, t.reference) as subject from ledger_transfer t
    left join charge c on t.reference = 'charge:' || c.id where t.kind in ('posted', 'post')),
sums as (
  select split_part(t.subject, ':', 2) as id, sum(s.cents) as all_cents,
         sum(s.cents) filter (where a.code = 'guest.deposits') as deposits
    from whose t
    cross join lateral (values (t.debit_account, -t.amount_cents),
                               (t.credit_account, t.amount_cents)) s (account, cents)
    join ledger_account a on a.id = s.account
   where t.subject like 'booking:%' group by 1)
select count(*) from stay left join sums on sums.id = stay.id::text
 where sums.id is null or all_cents <> 0 or deposits is distinct from -total_cents
"""


async def count(admin: asyncpg.Connection, sql: str, *values: object) -> int:
    """One number."""
    return int(await admin.fetchval(sql, *values) or 0)


async def look_after(crowd: Crowd, admin: asyncpg.Connection) -> Found:
    """Compare the guests' notes with the database, once the letters are out."""
    booked = crowd.notes.booked
    references, emails = [one.reference for one in booked], [one.email for one in booked]
    letters = await _wait_for_letters(admin, emails)
    like = f"crowd-{crowd.seed}-%@drill.example"
    kept = await count(
        admin,
        "select count(*) from booking where reference = any($1) and state = 'confirmed'",
        references,
    )
    doubled = await count(
        admin,
        "select count(*) from (select from booking where guest ->> 'email' like $1"
        " and state = 'confirmed' group by guest ->> 'email' having count(*) > 1) d",
        like,
    )
    known = await count(
        admin,
        "select count(*) from booking where guest ->> 'email' like $1 and state = 'confirmed'",
        like,
    )
    moved = await count(
        admin,
        "select count(*) from sandbox_movement m join charge c on c.id = m.key"
        " left join booking b on 'booking:' || b.id = c.subject"
        " where m.kind = 'charge' and m.decline_code is null"
        "   and (c.state <> 'succeeded' or b.state is distinct from 'confirmed')"
        "   and b.guest ->> 'email' like $1",
        like,
    )
    return Found(
        lost=len(references) - kept,
        duplicated=doubled + len(references) - len(set(references)),
        strange=known - kept,
        answers_changed=await _answers_changed(crowd),
        moved_without_booking=moved,
        ledger_unbalanced=await count(admin, _UNBALANCED, references),
        letters_missing=sum(not count for count in letters.values()),
        letters_twice=sum(count > 1 for count in letters.values()),
        nights_wrong=await _nights_wrong(admin, crowd.room),
        failed_tasks=await count(admin, "select count(*) from failed_task"),
    )


async def _wait_for_letters(admin: asyncpg.Connection, emails: list[str]) -> dict[str, int]:
    """Until all are there, or none has come for some time: a message in the hands of the dead comes
    again after its visibility timeout."""
    until, known = time.monotonic() + LETTERS_S, 0
    while True:
        rows = await admin.fetch(_LETTERS, emails)
        found = {row["email"]: row["letters"] for row in rows}
        if all(found.values()) or time.monotonic() > until:
            return found
        if (written := sum(map(bool, found.values()))) > known:
            until, known = time.monotonic() + LETTERS_S, written
        await asyncio.sleep(1)


async def _answers_changed(crowd: Crowd) -> int:
    """Some payments are sent once more: the first answer must come back word for word."""
    booked = crowd.notes.booked
    line, changed = Connection(*crowd.address), 0
    for one in random.Random(crowd.seed).sample(booked, min(REPEATED, len(booked))):
        answer = await crowd.send(line, one.payment)
        changed += answer is None or answer.body != one.answer
    line.close()
    return changed


async def _nights_wrong(admin: asyncpg.Connection, room: Room) -> int:
    """Nights on which more or less is taken than the live stays say."""
    return await count(
        admin,
        "with taken as (select d::date as night, count(*) as units from booking b"
        "   join reservation r on r.booking = b.id"
        "   cross join generate_series(b.arrival, b.departure - 1, interval '1 day') d"
        "   where r.room_type = $1 and b.state in ('held', 'paying', 'confirmed')"
        "     and (b.guest is null or b.guest ->> 'email' like '%@drill.example') group by 1)"
        " select count(*) from taken t join ari_month a on a.room_type = $1"
        "   and a.month = date_trunc('month', t.night)::date"
        "  where a.units_left[extract(day from t.night)::int] <> $2 - t.units",
        room.room_type, PLENTY,
    )  # fmt: skip
