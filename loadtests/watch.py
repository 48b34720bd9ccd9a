"""Searches asked through HTTP all the time while things are broken: of each web worker over a
connection of its own, each answer judged by what was true then."""

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

import msgspec

from hub.core.db import Session
from loadtests.caller import Answer, Connection, get
from loadtests.judging import Epoch, Harm, Heard, Hits, Seen, judge
from loadtests.truth import Truth
from tourism import rates
from tourism.index import Ask, Order, Places

AHEAD_DAYS, NIGHTS, ADULTS = 60, 2, 2
EVERY_S, PATIENCE_S, LOOK_S = 0.05, 5.0, 0.02
DEAR_EUROS = 20_000  # more than any stay that is asked for
UNKNOWN = 0

Who = Callable[[int], int]
Tell = Callable[[], Awaitable[Hits]]


def arrival_of(now: datetime) -> date:
    return (now + timedelta(days=AHEAD_DAYS)).date()


def cheapest_of(area: Places) -> Ask:
    """The search that is asked, at this moment."""
    now = datetime.now(UTC)
    return Ask(
        area=area, arrival=arrival_of(now), nights=NIGHTS,
        parties=rates.distribute(ADULTS, (), 1), now=now, order=Order.PRICE,
    )  # fmt: skip


def address_of(place: str, arrival: date) -> str:
    """The same search, as a path of the API."""
    departure = arrival + timedelta(days=NIGHTS)
    return (
        f"/api/v1/search?place={place}&arrival={arrival}&departure={departure}"
        f"&adults={ADULTS}&sort=price"
    )


async def find_slowly(session: Session, area: Places) -> Hits:
    """The first page as the slow way finds it."""
    truth = Truth(cheapest_of(area))
    await truth.read(session)
    answers = await asyncio.to_thread(truth.answers)  # the askers have their turns meanwhile
    return tuple((a.property, a.plan, a.rooms, a.total) for a in answers[:20])


class Watch:
    """The cheapest twenty of a place, asked again and again while things happen: in turn as an
    answer that may be remembered, and with a limit that nobody gave before, so that the nights are
    looked at. `truth` tells the first page, `who` which worker holds a connection of a port."""

    def __init__(self, address: str, place: str, truth: Tell, who: Who, workers: int) -> None:
        self.place, self.truth, self.who, self.workers = place, truth, who, workers
        parts = urlsplit(address)
        self.host, self.port = parts.hostname or "", parts.port or 80
        self.arrival = arrival_of(datetime.now(UTC))
        self.epochs: list[Epoch] = []
        self.heard: list[Heard] = []
        self.harms: list[Harm] = []
        self.began = self.ended = 0.0
        self._numbers = itertools.count(DEAR_EUROS)
        self._held = [UNKNOWN] * workers
        self._stopping = asyncio.Event()

    async def begin(self) -> None:
        self.epochs.append(Epoch(0, 0, await self.truth()))
        self.began = time.monotonic()

    def stop(self) -> None:
        self._stopping.set()

    async def change(self, act: Callable[[Hits], Awaitable[None]]) -> None:
        """Change the first page by what commits one transaction."""
        asked = time.monotonic()
        await act(self.epochs[-1].hits)
        done = time.monotonic()
        hits = await self.truth()
        assert hits != self.epochs[-1].hits, "nothing changed"
        self.epochs.append(Epoch(asked, done, hits))

    async def keep_asking(self) -> None:
        """Until it is stopped."""
        await asyncio.gather(*(self._ask_worker(slot) for slot in range(self.workers)))
        self.ended = time.monotonic()

    async def until_each_is_held(self, within_s: float, besides: int = UNKNOWN) -> None:
        """Wait until each connection is another worker's, and none is of the one that is gone; what
        does not come is judged, so this ends."""
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            held = set(self._held)
            if len(held) == self.workers and not held & {UNKNOWN, besides}:
                return
            await asyncio.sleep(LOOK_S)

    async def _ask_worker(self, slot: int) -> None:
        """Ask over one connection, which is kept as soon as it is of a worker that no other one
        has."""
        line = Connection(self.host, self.port)
        while not self._stopping.is_set():
            asked = time.monotonic()
            answer = await _send(line, get(self._address()))
            given = time.monotonic()
            worker = self._find_worker(slot, line)
            self.heard.append(heard_of(answer, asked, given, worker))
            if not self._held[slot]:
                line.close()
            await asyncio.sleep(EVERY_S)
        line.close()

    def _find_worker(self, slot: int, line: Connection) -> int:
        """Whose the connection is, as long as it stands; it is then held, or another has it."""
        known = self._held[slot]
        if line.local_port is None:
            self._held[slot] = UNKNOWN
            return known
        if not known:
            known = self.who(line.local_port)
            if known not in self._held:
                self._held[slot] = known
        return known

    def _address(self) -> str:
        number = next(self._numbers)
        limit = f"&price_max={number}" if number % 2 else ""
        return address_of(self.place, self.arrival) + limit

    def judge(self, lag_s: float) -> Seen:
        return judge(self.heard, self.epochs, self.harms, (self.began, self.ended), lag_s)


def heard_of(answer: Answer, asked: float, given: float, worker: int) -> Heard:
    hits = hits_of(answer.body) if answer.status == 200 else None
    may_wait = b"\r\nretry-after:" in answer.head
    return Heard(asked, given, worker, answer.status, hits, may_wait=may_wait)


async def _send(line: Connection, request: bytes) -> Answer:
    """The answer; without a status where there was none in time."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await line.send(request)
    except (OSError, TimeoutError):
        line.close()
        return Answer(0, b"", PATIENCE_S)


def hits_of(body: bytes) -> Hits:
    """The houses of an answer."""
    return tuple(
        (
            hit["property"],
            hit["rate_plan"],
            tuple(room["room_type"] for room in hit["rooms"]),
            hit["total_cents"],
        )
        for hit in msgspec.json.decode(body)["hits"]
    )
