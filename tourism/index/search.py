"""Two questions to the index: a page of offers, and a calendar of prices."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

import numpy as np

from tourism.index.bands import bands_of
from tourism.index.engine import Inquiry
from tourism.index.errors import AskInvalid
from tourism.index.facets import facets_of
from tourism.index.generation import Generation
from tourism.index.models import Ask, CalendarAsk, DayPrice, Facets, Found, Rows, Spots
from tourism.index.offers import offers_of
from tourism.nights.codes import OBSTACLES
from tourism.rates.models import Obstacle
from tourism.reckoning.judging import FREE_AT, INSTANT_AT, PLANES_AT, STARS_AT
from tourism.reckoning.question import Wanted, Where
from tourism.reckoning.rooms import find_standing
from tourism.reckoning.seeking import GROSS, TAX, Answer, count_reasons, seek

T = TypeVar("T")
MAX_CALENDAR = 370
MAX_PAGE = 1_000
MAX_KNOWN = 10_000
# A writer that another process takes the processor from while it moves a house is back by then.
TRIES, MOVED_S = 25, 0.002


def search(generation: Generation, ask: Ask) -> Found:
    """A page of offers. Raises `AskInvalid`."""
    if not 0 <= ask.limit <= MAX_PAGE or ask.offset < 0:
        raise AskInvalid(f"A page has at most {MAX_PAGE} houses.", field="page")
    where, inquiry = generation.atlas.find(ask.area), Inquiry(generation, ask)
    answer = _seek(generation, where, inquiry)
    totals = answer.totals[0]
    return Found(
        total=answer.total,
        available=answer.available,
        houses=_houses(generation, where, ask) if ask.facets else 0,
        offers=offers_of(generation, ask, answer.page),
        facets=facets_of(answer.counts) if ask.facets else Facets(),
        low_cents=int(totals.min()) if len(totals) else None,
        high_cents=int(totals.max()) if len(totals) else None,
        price_bands=bands_of(totals),
        spots=_spots(generation, inquiry.wanted, totals, answer.totals[1]),
        obstacles=_reasons(generation, where, inquiry, answer)
        if answer.total < ask.reasons
        else {},
    )


def list_rows(generation: Generation, ask: Ask) -> Rows | None:
    """The same page as numbers, without the spread; None where there is more to tell than it: no
    row, or so few houses that reasons are wanted. Raises `AskInvalid`."""
    where, inquiry = generation.atlas.find(ask.area), Inquiry(generation, ask)
    answer = _seek(generation, where, inquiry)
    if not len(answer.page) or answer.total < ask.reasons:
        return None
    counts: list[int] = answer.counts.tolist()
    return Rows(
        total=answer.total,
        available=answer.available,
        houses=_houses(generation, where, ask),
        page=answer.page,
        card=generation.read_card,
        source=generation,
        stars=counts[STARS_AT:PLANES_AT],
        planes=counts[PLANES_AT:FREE_AT],
        free_cancellation=counts[FREE_AT],
        instant=counts[INSTANT_AT],
    )


def _seek(generation: Generation, where: Where, inquiry: Inquiry) -> Answer:
    """What is found. A house that is written after it was counted cannot be shown, and one that is
    put elsewhere meanwhile is found nowhere: then all is counted again, a few times at most."""
    sorting = inquiry.sorting

    def look() -> tuple[Answer, bool]:
        answer = seek(
            generation.book, where, inquiry.stay, inquiry.guests, inquiry.instant, inquiry.taxes,
            inquiry.wanted, sorting,
        )  # fmt: skip
        due = min(sorting.limit, max(0, answer.total - sorting.offset))
        return answer, len(answer.page) >= due

    return _steadily(generation, look)


def _steadily(generation: Generation, look: Callable[[], tuple[T, bool]]) -> T:
    """What is seen while no house is put elsewhere, and is whole; after a few tries whatever is."""
    header, tries = generation.tables.header, 0
    while True:
        before = int(header["moving"])
        seen, is_whole = look()
        is_steady = before % 2 == 0 and header["moving"] == before
        tries += 1
        if tries == TRIES or (is_steady and is_whole):
            return seen
        if not is_steady:
            time.sleep(MOVED_S)


def _spots(generation: Generation, wanted: Wanted, totals: Any, numbers: Any) -> Spots:
    """Where those stand whose total is wanted."""
    kept = (totals >= wanted.low) & (totals <= wanted.high)
    totals, numbers = totals[kept], numbers[kept]
    houses = generation.tables.houses
    lats, lngs = houses["lat"][numbers], houses["lng"][numbers]
    placed = ~(np.isnan(lats) | np.isnan(lngs))
    cards = houses["card"][numbers][placed]
    return Spots(
        lats=lats[placed],
        lngs=lngs[placed],
        totals=totals[placed],
        properties=houses["property"][numbers][placed],
        name_of=lambda place: generation.read_card(int(cards[place])).name,
    )


def _houses(generation: Generation, where: Where, ask: Ask) -> int:
    """How many houses stand for sale in the area; counted again when a house was written."""
    written = generation.tables["houses_written"]
    known = generation.standing.get(ask.area)
    if known is None or known[0] != written:
        if len(generation.standing) > MAX_KNOWN:
            generation.standing.clear()
        many = _steadily(generation, lambda: (_count(generation, where), True))
        if generation.tables.header["moving"] % 2:
            return many  # not to be remembered
        known = generation.standing[ask.area] = (written, many)
    return known[1]


def _count(generation: Generation, where: Where) -> int:
    numbers = generation.tables.house.take(find_standing(generation.book, where))
    return int(np.count_nonzero(np.diff(numbers))) + bool(len(numbers))


def _reasons(
    generation: Generation, where: Where, inquiry: Inquiry, answer: Answer
) -> dict[Obstacle, int]:
    """What stands in the way of each house that cannot be sold, where it comes nearest."""
    counts = count_reasons(
        generation.book, where, inquiry.stay, inquiry.guests, inquiry.instant, answer.sold
    )
    return {o: n for o, n in zip(OBSTACLES, counts.tolist(), strict=True) if n}


def calendar(generation: Generation, ask: CalendarAsk) -> tuple[DayPrice, ...]:
    """The cheapest total of each arrival day. Raises `AskInvalid`."""
    if not 1 <= ask.days <= MAX_CALENDAR:
        raise AskInvalid(f"A calendar has at most {MAX_CALENDAR} days.", field="days")
    where = generation.atlas.find(ask.area)
    days: list[DayPrice] = []
    for on in (ask.first + timedelta(days=n) for n in range(ask.days)):
        one = Ask(
            area=ask.area, arrival=on, nights=ask.nights, parties=ask.parties, now=ask.now,
            wants=ask.wants, limit=1, facets=False,
        )  # fmt: skip
        answer = _seek(generation, where, Inquiry(generation, one))
        cheapest = sum(answer.page[0, [GROSS, TAX]].tolist()) if len(answer.page) else None
        days.append(DayPrice(on=on, houses=answer.total, total_cents=cheapest))
    return tuple(days)
