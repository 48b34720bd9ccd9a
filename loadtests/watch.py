"""One search asked through HTTP all the time, each answer judged by what the database said then."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

import asyncpg
import httpx
import msgspec

from hub.core.db import Session
from loadtests.truth import Truth
from tourism import rates
from tourism.index import Ask, Order, Places

AHEAD_DAYS, NIGHTS, ADULTS = 60, 2, 2
EVERY_S = 0.05

Hits = tuple[tuple[int, int, tuple[int, ...], int], ...]


class Epoch(msgspec.Struct, frozen=True):
    """What is true from a commit on: when it was asked for, when it was done, the first page."""

    asked: float
    done: float
    hits: Hits


class Heard(msgspec.Struct, frozen=True):
    """An answer, or none, and when it was asked for and given."""

    asked: float
    given: float
    hits: Hits | None


class Seen(msgspec.Struct, kw_only=True):
    """What became of the searches, and how long everything took to come back."""

    right: int = 0
    wrong: int = 0
    failed: int = 0
    unanswered_s: float = 0
    believed: int = 0
    nights_kept: int = 0
    back_s: list[float]
    back_torn_s: list[float]
    start_s: float
    damage_s: float = 0.0


class Watch:
    """The cheapest twenty of a department, asked again and again while things happen."""

    def __init__(self, address: str, session: Session, department: str) -> None:
        self.address, self.session, self.department = address, session, department
        self.arrival = (datetime.now(UTC) + timedelta(days=AHEAD_DAYS)).date()
        self.epochs: list[Epoch] = []
        self.heard: list[Heard] = []
        self.stopping = False

    @classmethod
    async def begin(cls, address: str, session: Session, department: str) -> "Watch":
        watch = cls(address, session, department)
        watch.epochs.append(Epoch(0, 0, await watch.truth()))
        return watch

    def stop(self) -> None:
        self.stopping = True

    async def truth(self) -> Hits:
        """The first page as the slow way finds it."""
        truth = Truth(
            Ask(
                area=Places(kind="department", codes=(self.department,)),
                arrival=self.arrival,
                nights=NIGHTS,
                parties=rates.distribute(ADULTS, (), 1),
                now=datetime.now(UTC),
                order=Order.PRICE,
            )
        )
        await truth.read(self.session)
        return tuple((a.property, a.plan, a.rooms, a.total) for a in truth.answers()[:20])

    async def change(self, admin: asyncpg.Connection) -> None:
        """Make the cheapest room dearer by a euro for its first night."""
        asked = time.monotonic()
        await admin.execute(
            "update ari_month set price_cents[$3] = price_cents[$3] + 100"
            " where room_type = $1 and month = $2",
            self.epochs[-1].hits[0][2][0], self.arrival.replace(day=1), self.arrival.day,
        )  # fmt: skip
        done = time.monotonic()
        hits = await self.truth()
        assert hits != self.epochs[-1].hits, "nothing changed"
        self.epochs.append(Epoch(asked, done, hits))

    async def keep_asking(self) -> None:
        params = {
            "place": f"department:{self.department}",
            "arrival": self.arrival.isoformat(),
            "departure": (self.arrival + timedelta(days=NIGHTS)).isoformat(),
            "adults": str(ADULTS),
            "sort": "price",
        }
        # A connection each: so that both workers are asked.
        limits = httpx.Limits(max_keepalive_connections=0)
        async with httpx.AsyncClient(base_url=self.address, timeout=5, limits=limits) as client:
            while not self.stopping:
                asked = time.monotonic()
                hits = await _ask(client, params)
                self.heard.append(Heard(asked, time.monotonic(), hits))
                await asyncio.sleep(EVERY_S)

    def judge(
        self, lag_s: float, back_s: list[float], back_torn_s: list[float], start_s: float
    ) -> Seen:
        """Count the answers: right is what was true while it was asked for, or until the lag
        before."""
        seen = Seen(back_s=back_s, back_torn_s=back_torn_s, start_s=start_s)
        answered = self.heard[0].asked
        for one in self.heard:
            if one.hits is None:
                seen.failed += 1
                continue
            seen.unanswered_s = max(seen.unanswered_s, one.given - answered)
            answered = one.given
            if any(one.hits == epoch.hits for epoch in self._true(one, lag_s)):
                seen.right += 1
            else:
                seen.wrong += 1
        return seen

    def _true(self, one: Heard, lag_s: float) -> list[Epoch]:
        ends = [epoch.done + lag_s for epoch in self.epochs[1:]] + [float("inf")]
        return [
            epoch
            for epoch, end in zip(self.epochs, ends, strict=True)
            if epoch.asked <= one.given and one.asked <= end
        ]


async def _ask(client: httpx.AsyncClient, params: dict[str, str]) -> Hits | None:
    try:
        answer = await client.get("/api/v1/search", params=params)
    except httpx.HTTPError:
        return None
    if answer.status_code != 200:
        return None
    return tuple(
        (
            hit["property"],
            hit["rate_plan"],
            tuple(room["room_type"] for room in hit["rooms"]),
            hit["total_cents"],
        )
        for hit in answer.json()["hits"]
    )
