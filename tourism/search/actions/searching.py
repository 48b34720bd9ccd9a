"""Search stays at a place: results, the map's houses, and reasons when there are few."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import msgspec

from hub.core.clock import local_date
from hub.core.db import Reads
from hub.territory import earliest_today
from tourism import offers, places, rates
from tourism.index import Area as Stretch
from tourism.index import Ask, AskInvalid, Found, Houses, Spots
from tourism.offers.models import HouseRow
from tourism.offers.pricing import stars_of
from tourism.rates.models import Obstacle
from tourism.search.actions.engines import Engine, centre_of, stretch_of
from tourism.search.models import Results, RoomsHint, Search, Stay, WhyNot
from tourism.search.policy import ranking, rules, showing

PARIS = "Europe/Paris"
FEW = 6
OTHERS = 8
TOLD = 4
NEAR = 3  # how far a stay may be that is asked of all houses (`offers.nearby_stays`)


async def search_stays(
    engine: Engine, reads: Reads, search: Search, now: datetime, *, whole: bool = True
) -> tuple[Results, Spots]:
    """Every house of the place that can be sold for the stay and the party: a page of them; and
    with the `whole` of it the cheapest and the dearest, and where all stand, for a map.

    Raises `SearchInvalid`, `PlaceInvalid` or `PlaceUnknown`.
    """
    check_search(search, now)
    area = await places.find_area(reads, search.place, search.radius_km)
    sought = await seek_stays(engine, reads, search, area, now, whole=whole)
    return showing.make_results(sought), sought.found.spots


def check_search(search: Search, now: datetime) -> None:
    """Raise `SearchInvalid` for dates or a party that cannot be searched."""
    check_dates(search.stay, now)
    rules.check_party(search.party)


def check_dates(stay: Stay, now: datetime) -> None:
    """Raise `SearchInvalid` for dates that cannot be searched: houses lie in many zones, so a stay
    may begin as long as it is its day somewhere. A house where that day is past is not found."""
    today = local_date(now, PARIS)
    rules.check_stay(stay, today, today if stay.arrival >= today else earliest_today(now))


async def seek_stays(
    engine: Engine,
    reads: Reads,
    search: Search,
    area: places.Area,
    now: datetime,
    *,
    whole: bool,
) -> showing.Sought:
    """What `search_stays` shows of an area, for a search that was checked."""
    page = rules.page_of(search.page)
    ask = make_ask(search, area, now, page, whole=whole)
    found = await engine.search(ask)
    if not found.offers and found.total:
        # Beyond the last page the last one is shown.
        page = rules.pages_of(found.total)
        ask = make_ask(search, area, now, page, whole=whole)
        found = await engine.search(ask)
    why_not: list[WhyNot] = []
    if found.total < FEW:
        why_not = await _why_not(engine, reads, area, search, ask, found)
    return showing.Sought(
        found=found,
        area=area,
        page=page,
        rooms_hint=await _try_rooms(engine, search, ask, found),
        why_not=tuple(why_not[:TOLD]),
    )


def make_ask(search: Search, area: places.Area, now: datetime, page: int, *, whole: bool) -> Ask:
    """The search as the engines are asked: for a page, or with what tells of all."""
    party, centre = search.party, centre_of(area)
    return Ask(
        area=stretch_of(area),
        arrival=search.stay.arrival,
        nights=search.stay.nights,
        parties=rates.distribute(party.adults, party.child_ages, party.rooms),
        now=now,
        wants=search.wants,
        order=ranking.order_for(search.sort, centred=centre is not None),
        weights=ranking.weights_for(search.sort, search.stay.nights, party.rooms),
        centre=centre,
        offset=(page - 1) * rules.PAGE_SIZE,
        limit=rules.PAGE_SIZE,
        spread=whole,
        reasons=FEW,
    )


async def _try_rooms(engine: Engine, search: Search, ask: Ask, found: Found) -> RoomsHint | None:
    """What the party would find in one room more, where that may be better."""
    party = search.party
    rooms = rules.rooms_to_try(party, found.total)
    if rooms is None:
        return None
    other = msgspec.structs.replace(
        ask,
        parties=rates.distribute(party.adults, party.child_ages, rooms),
        order=ranking.Order.PRICE,
        offset=0,
        limit=1,
        facets=False,
        spread=False,
        reasons=0,
    )
    more = await engine.search(other)
    if not more.offers:
        return None
    return RoomsHint(rooms=rooms, total=more.total, low_cents=more.offers[0].total_cents)


async def _why_not(
    engine: Engine, reads: Reads, area: places.Area, search: Search, ask: Ask, found: Found
) -> list[WhyNot]:
    """Houses with what is wanted of a house that do not sell this stay: why, and the nearest stay
    that they sell as it is wanted. First those of the whole area that sell one of the nearest
    stays, as the index knows them, then the nearest houses; those that have no other stay come
    last, and those that are only too small say nothing new."""
    known = [offer.house.property for offer in found.offers]
    near: list[int] = []
    told: list[WhyNot] = []
    if engine.asks_much:
        near = await _sell_nearby(engine, search.stay, ask, known)
        houses = await _list_others(reads, ask, area, Houses(properties=tuple(near)), [], OTHERS)
        houses.sort(key=lambda house: near.index(house.property))
        told = await _tell(reads, houses, search, ask)
    if len(told) < OTHERS:
        # A house that sells the stay dearer than is wanted may sell another within it.
        seen, wanted = [*known, *near], OTHERS - len(told)
        houses = await _list_others(reads, ask, area, ask.area, seen, wanted)
        told += await _tell(reads, houses, search, ask)
    return sorted(told, key=lambda why: why.alternative is None)


async def _list_others(
    reads: Reads,
    ask: Ask,
    area: places.Area,
    of: Stretch,
    found: Sequence[int],
    wanted: int,
) -> list[HouseRow]:
    """Houses of an area, or of a part of it, that have what is wanted of a house, the nearest to
    its middle first."""
    centre = ask.centre or _middle(area)
    return await offers.list_others(
        reads, of, centre, wants=ask.wants, now=ask.now, found=found, wanted=wanted
    )


async def _tell(reads: Reads, houses: Sequence[HouseRow], search: Search, ask: Ask) -> list[WhyNot]:
    """Why each of some houses does not sell the stay. One that does sell it lacks something else
    that is wanted, and is not told of."""
    first, last = window_of(search.stay)
    told = [
        why_not_of(shelf, search.stay, ask)
        for shelf in await offers.load_shelves(reads, houses, first, last)
        if offers.cheapest(shelf, search.stay, ask.parties, ask.now) is None
    ]
    return [why for why in told if why.refusal.obstacles != (Obstacle.TOO_MANY_PERSONS,)]


async def _sell_nearby(engine: Engine, stay: Stay, ask: Ask, known: Sequence[int]) -> list[int]:
    """Houses of the area that sell one of the nearest stays as it is wanted, those of the nearest
    first. Between two stays whatever else waits has its turn."""
    houses: list[int] = []
    for far, other in offers.nearby_stays(stay, earliest_today(ask.now)):
        if far > NEAR or len(houses) >= OTHERS:
            break
        asked = msgspec.structs.replace(
            ask,
            arrival=other.arrival,
            nights=other.nights,
            order=ranking.Order.PRICE if ask.centre is None else ranking.Order.DISTANCE,
            offset=0,
            limit=OTHERS + len(known) + len(houses),
            facets=False,
            spread=False,
            reasons=0,
        )
        try:
            sold = await engine.search(asked)
        except AskInvalid:  # beyond the days that the index holds
            continue
        sellers = [offer.house.property for offer in sold.offers]
        houses += [house for house in sellers if house not in known and house not in houses]
        await asyncio.sleep(0)
    return houses[:OTHERS]


def _middle(area: places.Area) -> tuple[float, float]:
    if area.box is not None:
        return (area.box.south + area.box.north) / 2, (area.box.west + area.box.east) / 2
    return area.lat or 46.6, area.lng or 2.5


def window_of(stay: Stay) -> tuple[date, date]:
    """The days around a stay in which another is looked for."""
    margin = timedelta(days=offers.NEAR_DAYS + 1)
    more = timedelta(days=offers.MORE_NIGHTS)
    return stay.arrival - margin, stay.departure + margin + more


def why_not_of(shelf: offers.Shelf, stay: Stay, ask: Ask) -> WhyNot:
    """Why a house does not sell a stay, and the nearest that it does."""
    house = shelf.house
    return WhyNot(
        property=house.property,
        name=house.name,
        kind=house.kind,
        stars=stars_of(house, local_date(ask.now, house.zone)),
        commune=house.commune,
        landscape=house.landscape,
        refusal=offers.refusal_of(shelf, stay, ask.parties, ask.now),
        alternative=offers.nearest_stay(shelf, stay, ask.parties, ask.now, ask.wants),
    )
