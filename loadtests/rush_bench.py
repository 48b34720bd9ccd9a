"""Figures of the write path: what a booking costs PostgreSQL and the service, alone, spread over
many houses, and where everybody wants the same room."""

import asyncio
import itertools
import statistics
from collections.abc import Sequence

import msgspec

from loadtests import rush
from loadtests.caller import Answer, Connection, call_all, get, p99, post, run_for
from loadtests.report import tell

HOUSES, CLONES = 100, 1_050
BUYERS, WARM = 256, 1_000
# Serial numbers of one pgbench client: more than it uses, and no multiple of the houses, so that
# the clients do not all go from one house to the next together.
SHARE = 2_613
_NEXT = f"\\set i :i + 1\n\\set s :first + :client_id * {SHARE} + :i\n"
HOLD = _NEXT + "select bench_hold(:s);\n"
BOOK = _NEXT + "select bench_book(:s);\n"
LOOK = (
    f"\\set i (:i + 1) % 1000\n\\set s :first + :client_id * {SHARE} + :i\nselect bench_look(:s);\n"
)
BUY = _NEXT + "select bench_look(:s);\nselect bench_hold(:s);\n"
WHOLE = (
    _NEXT + "select bench_look(:s);\nselect bench_hold(:s);\nselect bench_begin(:s);\n"
    "begin;\nselect bench_bank(:s);\ncommit;\nselect bench_confirm(:s);\n"
)
GUEST = {"first_name": "Ada", "last_name": "Martin", "email": "ada@demo.example"}


class _Serials:
    """Every serial number is used once."""

    def __init__(self, most: int) -> None:
        self._most, self._next = most, 1

    def take(self, wanted: int) -> int:
        first, self._next = self._next, self._next + wanted
        assert self._next <= self._most, "not enough quotes were prepared"
        return first


def booking_function_vs_tpcb() -> bool:
    """The function that holds (key, booking, room, revision, audit record, messages, answer, units,
    terms checked again), 8 clients over 100 houses, against TPC-B of pgbench (scale 20) on the same
    cluster, three interleaved pairs; beside it the whole booking: hold, charge, confirmation with
    its ledger lines, in one transaction."""
    with rush.cluster() as cluster:
        serials = _Serials(asyncio.run(rush.prepare(cluster, houses=HOUSES, clones=CLONES)))
        tpcb = rush.make_tpcb(cluster)
        _warm(cluster, serials)
        pairs = [
            (
                rush.pgbench(cluster, None, seconds=4, dsn=tpcb),
                rush.pgbench(cluster, HOLD, seconds=4, first=serials.take(8 * SHARE)),
            )
            for _ in range(3)
        ]
        whole = rush.pgbench(cluster, BOOK, seconds=4, first=serials.take(8 * SHARE))
    theirs, ours = (statistics.median(column) for column in zip(*pairs, strict=True))
    return tell(
        figure="booking_function_vs_tpcb",
        value=round(ours / theirs, 2),
        goal=">= 0.9",
        holds_per_s=round(ours),
        tpcb_per_s=round(theirs),
        whole_bookings_per_s=round(whole),
        ok=ours / theirs >= 0.9,
    )


def _warm(cluster: rush.Cluster, serials: _Serials) -> None:
    """Plans are made on tables that are not empty."""
    rush.pgbench(cluster, BOOK, seconds=2, first=serials.take(8 * SHARE))
    asyncio.run(rush.analyze(cluster))


def rls_on_vs_off() -> bool:
    """The same holds behind the walls and by a role that no wall binds, two interleaved pairs."""
    with rush.cluster() as cluster:
        serials = _Serials(asyncio.run(rush.prepare(cluster, houses=HOUSES, clones=CLONES)))
        _warm(cluster, serials)
        pairs = [
            tuple(
                rush.pgbench(cluster, HOLD, seconds=4, first=serials.take(8 * SHARE), dsn=dsn)
                for dsn in (cluster.dsn(), cluster.settings.database_url)
            )
            for _ in range(2)
        ]
    behind, free = (statistics.mean(column) for column in zip(*pairs, strict=True))
    return tell(
        figure="rls_on_vs_off",
        value=round(behind / free, 2),
        goal=">= 0.9",
        on_per_s=round(behind),
        off_per_s=round(free),
        ok=behind / free >= 0.9,
    )


def refusals_vs_sales() -> bool:
    """Refusals of a sold-out room a second against sales a second, both as the application asks
    PostgreSQL for them (a refusal is one look, a sale a look and a hold), 8 clients, one house."""
    with rush.cluster() as cluster:
        most = asyncio.run(rush.prepare(cluster, houses=1, clones=63_000, hot=True))
        serials = _Serials(most)
        _warm(cluster, serials)
        sales = rush.pgbench(cluster, BUY, seconds=4, first=serials.take(8 * SHARE))
        asyncio.run(rush.sell_out(cluster))
        refusals = rush.pgbench(cluster, LOOK, seconds=4, first=serials.take(8 * SHARE))
    return tell(
        figure="refusals_vs_sales",
        value=round(refusals / sales, 1),
        goal=">= 10",
        refusals_per_s=round(refusals),
        sales_per_s=round(sales),
        ok=refusals / sales >= 10,
    )


def booking_http_vs_pgbench() -> bool:
    """Whole bookings (hold, pay, confirmed) through HTTP with two web workers, 16 guests over 100
    houses, against pgbench running the same statements one by one, the sandbox bank's too."""
    with rush.cluster() as cluster:
        serials = _Serials(asyncio.run(rush.prepare(cluster, houses=HOUSES, clones=CLONES)))
        _warm(cluster, serials)
        with rush.served(cluster) as address:
            links = asyncio.run(rush.tokens(cluster, *_span(serials, 8_000)))
            booked, seconds = asyncio.run(_book_for(address, links, guests=16, seconds=6))
            http = booked / seconds
        plain = rush.pgbench(cluster, WHOLE, seconds=5, first=serials.take(8 * SHARE))
    return tell(
        figure="booking_http_vs_pgbench",
        value=round(http / plain, 2),
        goal=">= 0.35",
        http_per_s=round(http),
        pgbench_per_s=round(plain),
        ok=http / plain >= 0.35,
    )


def _span(serials: _Serials, wanted: int) -> tuple[int, int]:
    first = serials.take(wanted)
    return first, first + wanted - 1


async def _book_for(
    address: tuple[str, int], links: Sequence[str], *, guests: int, seconds: float
) -> tuple[int, float]:
    waiting, done = iter(links), itertools.count()

    async def book(line: Connection) -> None:
        link = next(waiting)
        held = await line.send(post(f"/api/v1/quotes/{link}/hold", {}, "hold"))
        assert held.status == 201, held.body
        booking = msgspec.json.decode(held.body)
        paid = await line.send(
            post(
                f"/api/v1/bookings/{booking['token']}/payment",
                {
                    "guest": GUEST,
                    "payment_method": "pm_card_visa",
                    "total_cents": booking["total_cents"],
                },
                "pay",
            )
        )
        assert paid.status == 200, paid.body
        next(done)

    taken = await run_for(address, guests, seconds, book)
    return next(done), taken


def hot_batch_vs_single() -> bool:
    """256 buyers of one room type through HTTP with two web workers: held in batches, against the
    same service, the same buyers and connections with every hold by itself (`HUB_HOLD_BATCH=1`, no
    gate), two interleaved pairs. Beside it what the same connections are answered a second when
    nothing is held: a batch that cost nothing at all would be no more than that (`ceiling`)."""
    alone = {"HUB_HOLD_BATCH": "1", "HUB_HOLD_WRITERS": "10000"}
    rates: dict[str, list[float]] = {"batch": [], "single": [], "empty": []}
    with rush.cluster() as cluster:
        serials = _Serials(asyncio.run(rush.prepare(cluster, houses=1, clones=40_000, hot=True)))
        _warm(cluster, serials)
        for name, more, wanted in (("single", alone, 1_500), ("batch", {}, 4_000)) * 2:
            with rush.served(cluster, **more) as address:
                answers, seconds = _holds(cluster, serials, address, wanted)
                rates[name].append(len(answers) / seconds)
                if name == "batch":
                    rates["empty"].append(_empty_per_s(address))
    batch, single, empty = (statistics.mean(rates[name]) for name in ("batch", "single", "empty"))
    return tell(
        figure="hot_batch_vs_single",
        value=round(batch / single, 1),
        goal=">= 8",
        batch_per_s=round(batch),
        single_per_s=round(single),
        empty_per_s=round(empty),
        ceiling=round(empty / single, 1),
        ok=batch / single >= 8,
    )


def _empty_per_s(address: tuple[str, int]) -> float:
    answers, seconds = asyncio.run(call_all(address, [get("/health/live")] * 6_000, BUYERS))
    return len(answers) / seconds


def _holds(
    cluster: rush.Cluster, serials: _Serials, address: tuple[str, int], wanted: int
) -> tuple[list[Answer], float]:
    """The answers to so many holds of 256 buyers, and the seconds that they took; before, some that
    are not counted: each connection to PostgreSQL makes its plans with its first batches."""
    links = asyncio.run(rush.tokens(cluster, *_span(serials, WARM + wanted)))
    requests = [post(f"/api/v1/quotes/{link}/hold", {}, "hold") for link in links]
    asyncio.run(call_all(address, requests[:WARM], BUYERS))
    answers, seconds = asyncio.run(call_all(address, requests[WARM:], BUYERS))
    bad = {answer.status for answer in answers} - {201}
    assert not bad, bad
    return answers, seconds


def hot_p99_vs_uniform_p99() -> bool:
    """The p99 of holds of 256 buyers of one room type over that of 256 buyers spread over 100
    houses, through HTTP with two web workers."""
    figures: list[float] = []
    for houses, clones, hot in ((1, 30_000, True), (HOUSES, 300, False)):
        with rush.cluster() as cluster:
            most = asyncio.run(rush.prepare(cluster, houses=houses, clones=clones, hot=hot))
            serials = _Serials(most)
            _warm(cluster, serials)
            with rush.served(cluster) as address:
                answers, _ = _holds(cluster, serials, address, 4_000)
            figures.append(p99(answers))
    hot_ms, uniform_ms = figures
    return tell(
        figure="hot_p99_vs_uniform_p99",
        value=round(hot_ms / uniform_ms, 2),
        goal="<= 5",
        hot_p99_ms=round(hot_ms, 1),
        uniform_p99_ms=round(uniform_ms, 1),
        ok=hot_ms / uniform_ms <= 5,
    )


FIGURES = {
    "booking_function_vs_tpcb": booking_function_vs_tpcb,
    "booking_http_vs_pgbench": booking_http_vs_pgbench,
    "hot_batch_vs_single": hot_batch_vs_single,
    "hot_p99_vs_uniform_p99": hot_p99_vs_uniform_p99,
    "rls_on_vs_off": rls_on_vs_off,
    "refusals_vs_sales": refusals_vs_sales,
}
