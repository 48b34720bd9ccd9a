"""What measured costs mean for a share of the French market: pure arithmetic, shown and tested.

The market's volumes are DOMAIN 5.4; what is assumed of machines stands in `Assumed`."""

import math
from collections.abc import Mapping

import msgspec

from loadtests.peaks import mixes
from loadtests.peaks.crowd import PEAK

SHARES = (0.01, 0.10, 1.00)
FLASH = 5
"""A flash event multiplies the peak's bookings by five (DOMAIN 5.4)."""
CANCELLED = 0.1915
"""Of all bookings (SiteMinder, 130 M bookings, 2025)."""
PUSH_WINDOW_S = 600
"""At six every house pushes its year within ten minutes (DOMAIN L7)."""
PROPERTIES = {0.01: 3_000, 0.10: 130_000, 1.00: 1_030_000}
UNIT_TYPES = {0.01: 20_000, 0.10: 400_000, 1.00: 1_500_000}
RATES, DAYS = 5, 540


class StepCost(msgspec.Struct, frozen=True, kw_only=True):
    """What a step costs (see `costs.Cost`)."""

    web_ms: float
    database_ms: float
    worker_ms: float = 0
    index_ms: float = 0
    wal_kb: float = 0
    trips: float = 0


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured: each step's cost, the index' bytes for each room type with its plans, and
    the room types of a house whose year is pushed."""

    steps: Mapping[str, StepCost]
    index_bytes: float
    types_per_house: float


class Assumed(msgspec.Struct, frozen=True, kw_only=True):
    """A machine, and how full it may be; a core is taken to be worth one of those measured."""

    cores: int = 16
    full: float = 0.6
    memory_gb: int = 64
    log_mb_per_s: float = 200.0
    hot_holds_per_s: float = 705.0
    """One house's rooms, all buyers at once: the lower of two runs (docs/write-path.md)."""


class Rates(msgspec.Struct, frozen=True, kw_only=True):
    """Of a share of the market, a second."""

    mean_bookings: float
    bookings: float
    flash_bookings: float
    mean_searches: float
    searches: float
    metasearch: float


def rates_of(share: float) -> Rates:
    """The peak is twelve times the mean (hour times season); searches at 500 to one, and at 4,500
    to one where metasearch asks."""
    mean = mixes.BOOKINGS_A_YEAR * share / mixes.YEAR_S
    peak = mean * PEAK
    return Rates(
        mean_bookings=mean,
        bookings=peak,
        flash_bookings=peak * FLASH,
        mean_searches=mean * mixes.B2B_LOOKS,
        searches=peak * mixes.B2B_LOOKS,
        metasearch=peak * 4_500,
    )


def steps_a_second(share: float) -> dict[str, float]:
    """How often each step is done in the peak second: 100 looks of people for each booking, five of
    six at results and one at a house; programs ask the rest of the 500; who books searches, asks
    for a quote, holds and pays; one of five cancels."""
    rates = rates_of(share)
    people = rates.bookings * mixes.SESSION_LOOKS
    programs = rates.searches - people
    booked = dict.fromkeys(("search", "quote", "hold", "pay"), rates.bookings)
    return {
        "result page": people * 5 / 6,
        "house page": people / 6,
        "search (program)": programs,
        **booked,
        "see refund": rates.bookings * CANCELLED,
        "cancel": rates.bookings * CANCELLED,
    }


class Need(msgspec.Struct, frozen=True, kw_only=True):
    """What the peak second of a share needs: cores busy in each part, the log's growth, and the
    machines that leave them as empty as `Assumed.full` says."""

    share: float
    web_cores: float
    database_cores: float
    worker_cores: float
    index_cores: float
    log_mb_per_s: float
    web_machines: int
    worker_machines: int
    databases: int
    push_web_cores: float
    push_database_cores: float
    push_index_cores: float
    index_gb: float


def need(share: float, measured: Measured, assumed: Assumed) -> Need:
    """Add up the steps of the peak second. Searches of the index need no database; each web machine
    keeps the whole index."""
    often, costs = steps_a_second(share), measured.steps

    def cores(part: str) -> float:
        return sum(rate * getattr(costs[name], part) for name, rate in often.items()) / 1000

    pushes = pushes_per_s(share, measured)
    push = costs["push"]
    web, database, worker = cores("web_ms"), cores("database_ms"), cores("worker_ms")
    log = sum(rate * costs[name].wal_kb for name, rate in often.items()) / 1000
    room = assumed.cores * assumed.full
    push_database = pushes * push.database_ms / 1000
    return Need(
        share=share,
        web_cores=web,
        database_cores=database,
        worker_cores=worker,
        index_cores=cores("index_ms"),
        log_mb_per_s=log,
        web_machines=math.ceil(web / room),
        worker_machines=math.ceil(worker / room),
        databases=math.ceil(max(database, push_database) / room),
        push_web_cores=pushes * push.web_ms / 1000,
        push_database_cores=push_database,
        push_index_cores=pushes * push.index_ms / 1000,
        index_gb=UNIT_TYPES[share] * measured.index_bytes / 1e9,
    )


def pushes_per_s(share: float, measured: Measured) -> float:
    """Calendars of houses as large as those measured."""
    return UNIT_TYPES[share] / measured.types_per_house / PUSH_WINDOW_S


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """The share of the market at which a part is full, and what is done then."""

    part: str
    share: float
    remedy: str


def limits(measured: Measured, assumed: Assumed) -> list[Limit]:
    """What breaks first: one database, one writer of the index, one house; the lowest share first.
    Web and worker machines are added as they are needed and break nothing."""
    whole = need(1.0, measured, assumed)
    room = assumed.cores * assumed.full
    found = [
        Limit(part=f"PostgreSQL's cores in the evening's peak ({assumed.cores} cores)",
              share=_share(room, whole.database_cores),
              remedy="a database for each group of regions: tenants share nothing"),
        Limit(part="PostgreSQL's cores when every calendar is pushed at six",
              share=_share(room, whole.push_database_cores),
              remedy="pushes wait their turn for longer than ten minutes; only changed cells"),
        Limit(part=f"PostgreSQL's log ({assumed.log_mb_per_s:.0f} MB/s of disk)",
              share=_share(assumed.log_mb_per_s * assumed.full, whole.log_mb_per_s),
              remedy="a quicker disk; several databases"),
        Limit(part="the index' one writer (a core) when every calendar is pushed",
              share=_share(assumed.full, whole.push_index_cores),
              remedy="searches ask PostgreSQL while it lags; pushes wait their turn"),
        Limit(part="the index' one writer (a core) in the evening's peak",
              share=_share(assumed.full, whole.index_cores),
              remedy="an index for each group of regions"),
        Limit(part=f"the index in memory ({assumed.memory_gb} GB a web machine)",
              share=_share(assumed.memory_gb * assumed.full, whole.index_gb),
              remedy="machines with more memory; an index for each group of regions"),
        Limit(part="one house that all of a flash event wants",
              share=_share(assumed.hot_holds_per_s, rates_of(1.0).flash_bookings),
              remedy="it is held in batches already; guests wait their turn"),
    ]  # fmt: skip
    return sorted(found, key=lambda limit: limit.share)


def _share(room: float, of_all: float) -> float:
    """The share of the market that has room; endless where nothing measurable is needed."""
    return room / of_all if of_all else math.inf
