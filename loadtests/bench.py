"""Measured claims: `python -m loadtests.bench [NAME …]`, one figure a line."""

import asyncio
import random
import statistics
import sys
import time
from collections.abc import Awaitable, Callable

import httpx

from hub.agreements import allocate
from hub.rules import Base, Component, Role
from hub.territory import communes
from loadtests import (
    index_bench,
    index_drill,
    index_rebuild,
    letters,
    page,
    rush_bench,
    search_http,
    services_bench,
)
from loadtests.allocations import version_of
from loadtests.ari import ari_year_push_lag_ms, ari_year_push_ms
from loadtests.journeys import Guest, stay
from loadtests.report import run_named, tell
from loadtests.serving import Served, served_demo

ROUNDS = 15


async def _median_ms(call: Callable[[], Awaitable[httpx.Response]]) -> float:
    await call()
    times: list[float] = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        (await call()).raise_for_status()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def search_department_ms() -> bool:
    """The time of a search over one department (about 430 sellable houses, three nights, a family
    of three), through HTTP on loopback, one client; the spread of the machine is beside it in
    `empty_ms`, the same server's empty reply."""
    with served_demo("74", workers=1) as served:
        search, empty = asyncio.run(_search(served))
    return tell(
        figure="search_department_ms",
        value=round(search, 1),
        goal="<= 400",
        empty_ms=round(empty, 1),
        ok=search <= 400,
    )


async def _search(served: Served) -> tuple[float, float]:
    arrival, departure = stay(160)
    async with httpx.AsyncClient(base_url=served.address, timeout=30) as client:
        asked = {
            "place": "department:74",
            "arrival": str(arrival),
            "departure": str(departure),
            "adults": "2",
            "child_ages": "7",
        }
        search = await _median_ms(lambda: client.get("/api/v1/search", params=asked))
        empty = await _median_ms(lambda: client.get("/health/live"))
    return search, empty


def booking_ms() -> bool:
    """The time of a whole booking (quote, hold, pay) of one guest through HTTP, flushed to disk."""
    with served_demo("74", workers=1) as served:
        value = asyncio.run(_bookings(served))
    return tell(figure="booking_ms", value=round(value, 1), goal="<= 500", ok=value <= 500)


async def _bookings(served: Served) -> float:
    times: list[float] = []
    async with httpx.AsyncClient(base_url=served.address, timeout=30) as client:
        guest = Guest(client)
        house = await guest.find_house(200)
        for number in range(10):
            started = time.perf_counter()
            booking = await guest.hold(await guest.quote(house, 200 + number))
            await guest.pay_until_settled(booking, f"bench-{number}")
            times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def allocations_per_s() -> bool:
    """Allocations of one process a second: a rule of four shares with a floor, a cap and VAT, as
    a booking makes them (facts checked, rule found, cents rounded, shares named). The median of
    nine runs; the machine's own spread is beside it in `runs`."""
    parts = (
        Component(beneficiary=Role.PLATFORM, percent_bps=300, floor_cents=50, cap_cents=4_000),
        Component(beneficiary=Role.FEDERATION, percent_bps=50, vat_bps=2_000),
        Component(beneficiary=Role.OFFICE, percent_bps=150, vat_bps=2_000),
        Component(beneficiary=Role.RESERVE, percent_bps=100),
    )
    version = version_of(parts)
    runs: list[float] = []
    for _ in range(9):
        started = time.perf_counter()
        for cents in range(10_000, 15_000):
            allocate(version, {"nights": 3}, {Base.LODGING_NET: cents})
        runs.append(5_000 / (time.perf_counter() - started))
    value = statistics.median(runs)
    return tell(
        figure="allocations_per_s",
        value=round(value),
        goal=">= 10000",
        runs=[round(run) for run in sorted(runs)],
        ok=value >= 10_000,
    )


WARM_S = 60
PAIRS = 1_500


def suggest_p99_ms_over_empty_json_p99_ms() -> bool:
    """The p99 of suggestions while somebody types (every beginning of French names, a third of them
    misspelt; all communes of France in memory) over that of the same server's empty JSON, one
    request of each in turn, through HTTP on loopback."""
    with served_demo("48", workers=1) as served:
        suggest, empty = asyncio.run(_suggestions(served))
    ratio = suggest / empty
    return tell(
        figure="suggest_p99_ms_over_empty_json_p99_ms",
        value=round(ratio, 2),
        goal="<= 2",
        suggest_p99_ms=round(suggest, 2),
        empty_json_p99_ms=round(empty, 2),
        ok=ratio <= 2,
    )


def _typed() -> list[str]:
    """What people type: beginnings of names, some with a letter lost or two changed about."""
    chance = random.Random(7)
    names = [commune.name for commune in communes()]
    typed: list[str] = []
    for name in chance.sample(names, PAIRS):
        text = name[: chance.randint(2, max(2, len(name)))]
        place = chance.randrange(1, max(2, len(text) - 1))
        if len(text) > 4 and chance.random() < 1 / 3:
            swapped = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
            text = chance.choice((text[:place] + text[place + 1 :], swapped))
        typed.append(text)
    return typed


async def _suggestions(served: Served) -> tuple[float, float]:
    suggest: list[float] = []
    empty: list[float] = []
    async with httpx.AsyncClient(base_url=served.address, timeout=30) as client:
        await _until_in_memory(client)
        for text in _typed():
            suggest.append(await _timed(client, "/api/v1/places", text=text))
            empty.append(await _timed(client, "/health/live"))
    return sorted(suggest)[len(suggest) * 99 // 100], sorted(empty)[len(empty) * 99 // 100]


async def _until_in_memory(client: httpx.AsyncClient) -> None:
    """Well-known places are suggested from memory only."""
    deadline = time.monotonic() + WARM_S
    while time.monotonic() < deadline:
        found = (await client.get("/api/v1/places", params={"text": "mont blanc"})).json()
        if any(place["kind"] == "landmark" for place in found):
            return
        await asyncio.sleep(0.2)
    raise AssertionError("the suggestions never stood in memory")


async def _timed(client: httpx.AsyncClient, path: str, **params: str) -> float:
    started = time.perf_counter()
    (await client.get(path, params=params)).raise_for_status()
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    figures = {
        "search_department_ms": search_department_ms,
        "booking_ms": booking_ms,
        "suggest_p99_ms": suggest_p99_ms_over_empty_json_p99_ms,
        "allocations_per_s": allocations_per_s,
        "ari_year_push_ms": ari_year_push_ms,
        "ari_year_push_lag_ms": ari_year_push_lag_ms,
        **index_bench.FIGURES,
        **index_drill.FIGURES,
        **letters.FIGURES,
        **rush_bench.FIGURES,
        **search_http.FIGURES,
        **index_rebuild.FIGURES,
        **page.FIGURES,
        **services_bench.FIGURES,
    }
    try:
        code = run_named(figures)
    finally:
        index_bench.tidy()
    sys.exit(code)
