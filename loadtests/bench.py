"""Measured claims: `python -m loadtests.bench [NAME …]`, one figure a line."""

import asyncio
import statistics
import sys
import time
from collections.abc import Awaitable, Callable

import httpx

from hub.agreements import allocate
from hub.rules import Base, Component, Role
from loadtests import (
    index_bench,
    index_lag,
    index_rebuild,
    letters,
    page,
    rush_bench,
    search_http,
    services_bench,
    suggest_bench,
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


if __name__ == "__main__":
    figures = {
        "search_department_ms": search_department_ms,
        "booking_ms": booking_ms,
        "allocations_per_s": allocations_per_s,
        "ari_year_push_ms": ari_year_push_ms,
        "ari_year_push_lag_ms": ari_year_push_lag_ms,
        **index_bench.FIGURES,
        **index_lag.FIGURES,
        **letters.FIGURES,
        **rush_bench.FIGURES,
        **search_http.FIGURES,
        **suggest_bench.FIGURES,
        **index_rebuild.FIGURES,
        **page.FIGURES,
        **services_bench.FIGURES,
    }
    try:
        code = run_named(figures)
    finally:
        index_bench.tidy()
    sys.exit(code)
