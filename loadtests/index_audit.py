"""Random searches of the index, each held to what the database said: not before the lag that the
index states of itself, and not after the answer."""

import asyncio
import math
import random
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any, Protocol, TypeAlias

import msgspec

from hub.core.db import Session
from loadtests.asks import Asking
from loadtests.changes import Changer
from loadtests.mixing import mix
from loadtests.truth import Truth
from tourism.index import Ask, CalendarAsk, Found, IndexTooOld, Order, Places, View

LAG_S = 2.0  # a reader refuses an index that was not kept up for so long (`reader.MAX_AGE_S`)
LAG_P99_S = 0.2
MIXED_MOST = 0.001  # of the searches
TOLD_EVERY = 1_000
OVER_HTTP = 1 / 3
BURSTS = (0, 1, 1, 2, 5)
PAUSES_S = (0, 0.005, 0.02, 0.05)
PATIENCE_S = 120

Told: TypeAlias = tuple[Any, ...]


class Index(Protocol):
    """Who gives what can be asked now. Raises `IndexTooOld`."""

    def view(self) -> View: ...


class Moment(msgspec.Struct, eq=False):
    """A state of the database, from before the commit that made it to after the one that ended it,
    by the monotonic clock; and a transaction that still sees it."""

    since: float
    until: float
    session: Session


class Audit(msgspec.Struct, kw_only=True):
    """What became of the searches. `stale` answers were those of a moment that was over when they
    were asked for, at most `longest_s` before; of `mixed` ones no two houses need be of the same
    moment, but each is of one within the lag: what several commits changed is written one after the
    other. `stated_s` is what the index said of its lag; `found` counts by what was asked for, where
    something was found."""

    searches: int
    right: int = 0
    wrong: int = 0
    changes: int = 0
    stale: int = 0
    mixed: int = 0
    longest_s: float = 0
    stated_s: list[float] = []
    found: Counter[str] = msgspec.field(default_factory=Counter[str])

    @property
    def p99_s(self) -> float:
        return sorted(self.stated_s)[math.ceil(len(self.stated_s) * 0.99) - 1]


ASKED = (
    "commune",
    "department",
    "region",
    "country",
    "circle",
    "box",
    "houses",
    "flexible dates",
    "facets",
    "filters",
    "several rooms",
    "over New Year",
    *(f"by {order}" for order in Order),
    "reasons",
)
# What is asked through HTTP, besides.
ASKED_OVER_HTTP = ("over http", "over http again")  # fmt: skip


def is_good(seen: Audit) -> bool:
    """Whether all was asked while something changed, and answered as the database did within a lag
    that is bounded."""
    return (
        seen.wrong == 0
        and seen.right == seen.searches == len(seen.stated_s) > 0
        and seen.changes > 0
        and seen.mixed <= max(1, seen.searches * MIXED_MOST)
        and all(seen.found[name] for name in (*ASKED, *ASKED_OVER_HTTP))
        and seen.p99_s <= LAG_P99_S
        and seen.longest_s <= max(seen.stated_s) <= LAG_S
    )


def between(moments: Sequence[Moment], since: float, until: float) -> list[Moment]:
    """What was true at some time between, the newest first."""
    return [m for m in reversed(moments) if m.since <= until and m.until >= since]


class History:
    """The last states of a database that only we change."""

    def __init__(self, connect: Callable[[], Awaitable[Session]]) -> None:
        self.connect = connect
        self.moments: list[Moment] = []
        self._idle: list[Session] = []

    async def begin(self) -> None:
        self.moments.append(Moment(0, math.inf, await self._see()))

    async def change(self, act: Callable[[], Awaitable[object]]) -> None:
        asked = time.monotonic()
        await act()
        self.moments[-1].until = time.monotonic()
        self.moments.append(Moment(asked, math.inf, await self._see()))

    async def _see(self) -> Session:
        """A transaction that goes on seeing what is true now."""
        session = self._idle.pop() if self._idle else await self.connect()
        await session.execute("begin isolation level repeatable read read only")
        await session.execute("select 1")
        return session

    async def forget(self, before: float) -> None:
        """Let go what was over by then."""
        while self.moments[0].until < before:
            session = self.moments.pop(0).session
            await session.execute("rollback")
            self._idle.append(session)

    async def close(self) -> None:
        for session in (*self._idle, *(moment.session for moment in self.moments)):
            await session.close()


class Times(msgspec.Struct, frozen=True):
    """Since when what the index says was true by its own word, when it was asked, and when it had
    answered; by the monotonic clock."""

    since: float
    asked: float
    given: float


class Site(Protocol):
    """Who asks through HTTP."""

    async def ask(self) -> tuple[Ask, Told, bool]:
        """What was asked, what was told of it, and whether it was asked before."""
        ...


class Auditor:
    """Asks, changes, and judges every answer while nothing changes. With a `site` one of three is
    asked through HTTP."""

    def __init__(
        self,
        index: Index,
        history: History,
        changer: Changer,
        asking: Asking,
        searches: int,
        site: Site | None = None,
    ) -> None:
        self.index, self.history, self.changer, self.asking = index, history, changer, asking
        self.random, self.site = random.Random(searches), site
        self.seen = Audit(searches=searches, stated_s=[])

    async def run(self) -> Audit:
        await self.history.begin()
        for number in range(self.seen.searches):
            if number % TOLD_EVERY == 0:
                sys.stderr.write(f"index_audit: {number} searches, {self.seen.wrong} wrong\n")
            for _ in range(self.random.choice(BURSTS)):
                await self.history.change(self.changer.change)
                self.seen.changes += 1
            await asyncio.sleep(self.random.choice(PAUSES_S))
            if self.site is not None and self.random.random() < OVER_HTTP:
                await self.check_site(self.site)
            else:
                await self.check(self.asking.any())
            await self.history.forget(time.monotonic() - LAG_S)
        return self.seen

    async def check(self, ask: Ask | CalendarAsk) -> None:
        view, since = await self._view()
        asked = time.monotonic()
        told = tell(view, ask)
        await self._judge(ask, told, Times(since, asked, time.monotonic()), names_of(ask))

    async def check_site(self, site: Site) -> None:
        """The web worker reads the same file: it states no more than what is stated here before it
        is asked."""
        _, since = await self._view()
        asked = time.monotonic()
        ask, told, again = await site.ask()
        times = Times(since, asked, time.monotonic())
        names = ["over http", *(["over http again"] if again else [])]
        await self._judge(ask, told, times, names)

    async def _judge(
        self, ask: Ask | CalendarAsk, told: Told, times: Times, names: Sequence[str]
    ) -> None:
        self.seen.stated_s.append(times.asked - times.since)
        read_ones = list[list[Truth]]()
        for moment in between(self.history.moments, times.since, times.given):
            read_ones.append(await read(moment.session, ask))
            if told == expect(read_ones[-1], ask):
                self.seen.right += 1
                self.seen.stale += moment.until < times.asked
                self.seen.longest_s = max(self.seen.longest_s, times.asked - moment.until)
                self.seen.found.update(names if told[0] else ())
                self.seen.found["reasons"] += bool(told[-1] if isinstance(ask, Ask) else None)
                return
        if is_mixed(told, ask, read_ones):
            self.seen.right += 1
            self.seen.mixed += 1
            return
        self.seen.wrong += 1
        apart = [
            f"{mine} for {right}"
            for mine, right in zip(told, expect(read_ones[0], ask), strict=True)
            if mine != right
        ]
        was = await self._when(told, ask, times)
        sys.stderr.write(
            f"index_audit: wrong ({', '.join([*names, was])}): {ask}: {'; '.join(apart)}\n"
        )

    async def _when(self, told: Told, ask: Ask | CalendarAsk, times: Times) -> str:
        """When a wrong answer was right, of what is still remembered."""
        for moment in self.history.moments:
            if moment.until < times.since and told == expect(await read(moment.session, ask), ask):
                late, lag = times.since - moment.until, times.asked - times.since
                return f"right until {late:.3f} s before a lag of {lag:.3f} s"
        return "never right"

    async def _view(self) -> tuple[View, float]:
        """What the index answers from, and since when that was true by its own word; one that is
        not kept up says so, and PostgreSQL would be asked."""
        began = time.monotonic()
        while (looked := time.monotonic()) - began < PATIENCE_S:
            try:
                view = self.index.view()
                # By the clock before the look: after it, this process may have stood still.
                return view, looked - view.age_s
            except IndexTooOld:
                await asyncio.sleep(0.02)
        raise AssertionError("the index does not come")


def tell(view: View, ask: Ask | CalendarAsk) -> Told:
    """What the index answers: how many houses, then the rest."""
    if isinstance(ask, CalendarAsk):
        days = view.calendar(ask)
        return sum(day.houses for day in days), [(d.on, d.houses, d.total_cents) for d in days]
    found = view.search(ask)
    return (
        found.total,
        found.available,
        [
            (o.house.property, o.plan.id, tuple(taken.room.id for taken in o.rooms), o.gross_cents,
             o.tax_cents)
            for o in found.offers
        ],
        (found.low_cents, found.high_cents, found.price_bands) if ask.spread else None,
        counts_of(found) if ask.facets else None,
        dict(found.obstacles) if found.total < ask.reasons else None,
    )  # fmt: skip


def counts_of(found: Found) -> tuple[int, dict[str, dict[str, int]]]:
    """The houses of the area, and what each choice would leave."""
    facets = msgspec.structs.asdict(found.facets)
    alone = {name: many for name, many in facets.items() if isinstance(many, int)}
    groups = {name: dict(counts) for name, counts in facets.items() if name not in alone}
    return found.houses, by_value({**groups, "alone": alone})


def by_value(facets: dict[str, dict[Any, int]]) -> dict[str, dict[str, int]]:
    """Counts by what stands in an address for each choice."""
    return {
        name: {str(getattr(choice, "value", choice)): many for choice, many in counts.items()}
        for name, counts in facets.items()
    }


async def read(session: Session, ask: Ask | CalendarAsk) -> list[Truth]:
    """What decides about each day that is asked for, at the moment that a transaction sees."""
    truths = [Truth(day) for day in days_of(ask)]
    for truth in truths:
        await truth.read(session)
    return truths


def days_of(ask: Ask | CalendarAsk) -> list[Ask]:
    if isinstance(ask, Ask):
        return [ask]
    return [
        Ask(area=ask.area, arrival=ask.first + timedelta(days=n), nights=ask.nights,
            parties=ask.parties, now=ask.now, wants=ask.wants)
        for n in range(ask.days)
    ]  # fmt: skip


def expect(truths: Sequence[Truth], ask: Ask | CalendarAsk) -> Told:
    """What the slow way tells of them, as `tell` does."""
    if isinstance(ask, CalendarAsk):
        days = [_expect_day(truth) for truth in truths]
        return sum(houses for _, houses, _ in days), days
    (truth,) = truths
    answers = truth.answers()
    page = answers[ask.offset : ask.offset + ask.limit]
    return (
        len(answers),
        truth.available(),
        [(a.property, a.plan, a.rooms, a.gross, a.tax) for a in page],
        truth.spread() if ask.spread else None,
        (len(truth.houses), by_value(truth.facets())) if ask.facets else None,
        truth.obstacles() if len(answers) < ask.reasons else None,
    )


def _expect_day(truth: Truth) -> tuple[Any, int, Any]:
    answers = truth.answers()
    return truth.ask.arrival, len(answers), answers[0].total if answers else None


def is_mixed(told: Told, ask: Ask | CalendarAsk, moments: Sequence[Sequence[Truth]]) -> bool:
    """Whether an answer is that of houses (their overlays, and the nights of their room types) of
    which each is as it was at one of the moments, though not all at the same."""
    if isinstance(ask, Ask):
        ways = mix([truth for (truth,) in moments])
        return any(told == expect([way], ask) for way in ways)
    days = [mix(list(same)) for same in zip(*moments, strict=True)]
    return all(
        any(day == _expect_day(way) for way in ways)
        for day, ways in zip(told[1], days, strict=True)
    )


def names_of(ask: Ask | CalendarAsk) -> list[str]:
    """What was asked for, of `ASKED`."""
    area = ask.area
    names = [area.kind if isinstance(area, Places) else type(area).__name__.lower()]
    if ask.wants != type(ask.wants)():
        names.append("filters")
    if len(ask.parties) > 1:
        names.append("several rooms")
    if isinstance(ask, CalendarAsk):
        return [*names, "flexible dates"]
    last = ask.arrival + timedelta(days=ask.nights - 1)
    names += ["over New Year"] * (last.year > ask.arrival.year) + ["facets"] * ask.facets
    return [*names, f"by {ask.order}"]
