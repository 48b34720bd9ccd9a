"""The drill of overload: guests come at a pace of their own, ten times what the service sustains,
whether they are answered or not; then the crowd is gone."""

import asyncio
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import msgspec
import uvloop

from loadtests import rush
from loadtests.caller import Answer, Connection, get, p99, post, run_for
from loadtests.crowd import send
from loadtests.report import tell
from loadtests.rush_drill import allow_files

HOUSES, CLONES = 100, 600
GUESTS, CROWD = 32, 256  # the most is what either of them reaches
TIMES = int(os.environ.get("TIMES", "10"))
SEARCH_SHARE = 0.25
BLOCK_S, RUSH_S, AFTER_S = 4.0, 8.0, 14.0
RECOVERED = 0.9
NEARLY, GOODPUT, MOST_BACK_S = 0.95, 0.8, 10.0
MOST_LINES, OPENED_AT_ONCE = 8_000, 100
TICK_S = 0.005
RETRY_AFTER_S = 2


class Tally(msgspec.Struct):
    """What became of the requests of one part."""

    held: list[float] = []
    waited: list[Answer] = []
    told_to_wait: list[Answer] = []
    failed: Counter[int] = msgspec.field(default_factory=Counter)
    searched: int = 0
    searches_refused: int = 0
    sent: int = 0
    unsent: int = 0
    unanswered: int = 0
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        return len(self.held) / self.seconds

    def note_hold(self, answer: Answer) -> None:
        if answer.status == 201:
            self.held.append(time.perf_counter())
            self.waited.append(answer)
        elif answer.status in {429, 503} and b"retry-after:" in answer.head:
            self.told_to_wait.append(answer)
        else:
            self.failed[answer.status] += 1

    def note_search(self, answer: Answer) -> None:
        self.searched += answer.status == 200
        if answer.status in {429, 503} and b"retry-after:" in answer.head:
            self.searches_refused += 1
        elif answer.status != 200:
            self.failed[answer.status] += 1


def overload() -> bool:
    """Two web workers over 100 houses. First the most that is held a second, by 32 and by 256
    guests who book without a pause. Then guests arrive by the clock at ten times the rate of
    the 32, and a search for every three of them, for eight seconds. Then the 32 alone again: how
    soon they are back."""
    allow_files()
    with rush.cluster() as cluster:
        made = asyncio.run(rush.prepare(cluster, houses=HOUSES, clones=CLONES))
        links = iter(asyncio.run(rush.tokens(cluster, 1, made)))
        with rush.served(cluster) as address:
            parts = uvloop.run(Overload(address, links).run())
    alone, crowd, rush_part, after, back = parts
    most = max(alone.rate, crowd.rate)
    goodput = rush_part.rate / most
    offered = rush_part.sent / rush_part.seconds
    times = offered * (1 - SEARCH_SHARE) / alone.rate
    failed = alone.failed + crowd.failed + rush_part.failed + after.failed
    return tell(
        drill="overload",
        held_per_s_by_32=round(alone.rate),
        held_per_s_by_256=round(crowd.rate),
        offered_per_s=round(offered),
        times_the_sustainable=round(times, 1),
        unanswered=rush_part.unanswered,
        unsent_by_the_client=rush_part.unsent,
        held_per_s_in_the_rush=round(rush_part.rate),
        goodput=round(goodput, 2),
        p99_of_held_ms=round(p99(rush_part.waited)) if rush_part.waited else None,
        told_to_wait=len(rush_part.told_to_wait),
        p99_of_told_ms=round(p99(rush_part.told_to_wait)) if rush_part.told_to_wait else None,
        searches_answered=rush_part.searched,
        searches_refused=rush_part.searches_refused,
        failed={str(status): number for status, number in failed.items()},
        back_s=round(back, 1),
        ok=is_good(rush_part, times, goodput, back) and not failed,
    )


def is_good(rush_part: Tally, times: float, goodput: float, back_s: float) -> bool:
    """Whether the crowd was as large as it must be, everybody of it was answered, and as many were
    served, and soon after it again, as must be."""
    return (
        times >= NEARLY * TIMES
        and not rush_part.unanswered
        and goodput >= GOODPUT
        and back_s <= MOST_BACK_S
    )


class Overload:
    def __init__(self, address: tuple[str, int], links: Iterator[str]) -> None:
        self.address, self.links = address, links
        self.free: list[Line] = []
        self.lines: list[Line] = []
        arrival = datetime.now(UTC).date() + timedelta(days=rush.DAYS_AHEAD)
        self.search = get(
            f"/api/v1/search?place=department:48&arrival={arrival}"
            f"&departure={arrival + timedelta(days=2)}&adults=2"
        )

    async def run(self) -> tuple[Tally, Tally, Tally, Tally, float]:
        await self._guests(GUESTS, 2.0)
        alone = await self._guests(GUESTS, BLOCK_S)
        crowd = await self._guests(CROWD, BLOCK_S)
        await self._open()
        rush_part = await self._arrive(TIMES * alone.rate / (1 - SEARCH_SHARE))
        gone = time.perf_counter()
        after = await self._guests(GUESTS, AFTER_S)
        # Whoever came in the rush has waited for all of the calm after it by then.
        rush_part.unanswered = sum(line.note is not None for line in self.lines)
        return alone, crowd, rush_part, after, _back(after, gone, RECOVERED * alone.rate)

    async def _guests(self, guests: int, seconds: float) -> Tally:
        """Guests who book one stay after the other, and wait where they are told to."""
        tally = Tally()

        async def hold(line: Connection) -> None:
            answer = await send(line, self._hold())
            tally.note_hold(answer)
            if answer.status != 201:
                await asyncio.sleep(RETRY_AFTER_S)

        tally.seconds = await run_for(self.address, guests, seconds, hold)
        return tally

    def _hold(self) -> bytes:
        link = next(self.links, None)
        assert link is not None, "not enough quotes were prepared"
        return post(f"/api/v1/quotes/{link}/hold", {}, "hold")

    async def _arrive(self, rate: float) -> Tally:
        """So many arrivals a second by the clock, each on a connection that is free. What is held
        after the last arrival does not count."""
        tally = Tally()
        started, come = time.perf_counter(), 0
        while (passed := time.perf_counter() - started) < RUSH_S:
            due = int(rate * passed)
            for number in range(come, due):
                if not self.free:
                    tally.unsent += 1
                    continue
                tally.sent += 1
                if number % round(1 / SEARCH_SHARE) == 0:
                    self.free.pop().send(self.search, tally.note_search)
                else:
                    self.free.pop().send(self._hold(), tally.note_hold)
            come = due
            await asyncio.sleep(TICK_S)
        tally.seconds = time.perf_counter() - started
        return msgspec.structs.replace(tally, held=list(tally.held))

    async def _open(self) -> None:
        """Everybody is connected before the rush: it is the service that is looked at."""
        loop = asyncio.get_running_loop()
        for _ in range(MOST_LINES // OPENED_AT_ONCE):
            made = [
                loop.create_connection(lambda: Line(self.free), *self.address)
                for _ in range(OPENED_AT_ONCE)
            ]
            self.free += [line for _, line in await asyncio.gather(*made)]
        self.lines = list(self.free)


class Line(asyncio.Protocol):
    """A guest's connection that costs little: no task, no stream; the answer is noted, and the
    connection is free again."""

    def __init__(self, free: "list[Line]") -> None:
        self.free = free
        self.note: Callable[[Answer], None] | None = None
        self.got = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def send(self, request: bytes, note: Callable[[Answer], None]) -> None:
        self.note, self.got, self.started = note, b"", time.perf_counter()
        self.transport.write(request)  # pyright: ignore[reportAttributeAccessIssue]  a socket's

    def data_received(self, data: bytes) -> None:
        self.got += data
        head, found, body = self.got.partition(b"\r\n\r\n")
        if not found:
            return
        head = head.lower()
        length = int(head.partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        if len(body) >= length:
            self._answered(Answer(int(head[9:12]), b"", self._seconds(), head))
            self.free.append(self)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        if self.note is not None:
            self._answered(Answer(0, b"", self._seconds()))

    def _answered(self, answer: Answer) -> None:
        note, self.note = self.note, None
        if note is not None:
            note(answer)

    def _seconds(self) -> float:
        return time.perf_counter() - self.started


def _back(after: Tally, gone: float, wanted: float) -> float:
    """Seconds until the first second in which as many are held as wanted."""
    for number, moment in enumerate(after.held):
        ahead = number + int(wanted)
        if ahead < len(after.held) and after.held[ahead] < moment + 1:
            return moment - gone
    return 99.0


DRILLS = {"overload": overload}
