"""Look at one house: its rooms and prices, or why it does not sell a stay; its price calendar."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

import msgspec

from hub.core.clock import local_date
from hub.core.db import Reads
from tourism import lodging, offers, rates, reviews
from tourism.rates.models import Obstacle, RoomParty
from tourism.search.actions.searching import window_of
from tourism.search.errors import PropertyUnknown
from tourism.search.models import (
    Party,
    Priced,
    PropertyView,
    RoomOption,
    RoomsHint,
    Stay,
)
from tourism.search.policy import rules


async def show_property(
    reader: Reads, id: int, stay: Stay | None, party: Party, now: datetime
) -> PropertyView:
    """A house, its rooms, and with a stay every offer or the reason why there is none.

    Raises `PropertyUnknown` or `SearchInvalid`.
    """
    house = await lodging.find_property(reader, id)
    if house is None or house.listing is lodging.Listing.DRAFT:
        raise PropertyUnknown("It may have left the registry.")
    today = local_date(now, house.zone)
    types = await lodging.list_room_types(reader, id)
    plans = await rates.list_rate_plans(reader, id)
    options: tuple[RoomOption, ...] = tuple(
        RoomOption(room_type=type, offers=(), obstacles=(), min_stay=1) for type in types
    )
    mixed: tuple[Priced, ...] = ()
    if stay is not None:
        rules.check_stay(stay, today)
        rules.check_party(party)
        parties = rates.distribute(party.adults, party.child_ages, party.rooms)
        offer = await offers.find_offer(reader, id, stay, now)
        options = await _options(reader, house, types, offer, parties, stay, now)
        mixed = tuple(_mixed(offer, parties, stay, now, today)) if offer else ()
    view = PropertyView(
        property=_as_shown(house),
        stars=lodging.stars_today(house, today),
        options=options,
        mixed=mixed,
        plans=tuple(plans),
        tax_is_demonstration=house.listing is not lodging.Listing.REGISTRY,
        reviews=await reviews.summarise(reader, id, now),
    )
    if stay is None or mixed or any(option.offers for option in options):
        return view
    return await _explain(reader, view, stay, party, now)


def _as_shown(house: lodging.Property) -> lodging.Property:
    """The house without the name that was typed under the statement on honour, which L324-2-1 asks
    for the platform and not for the public."""
    facts = msgspec.structs.replace(house.facts, sworn_name=None, sworn_at=None)
    return msgspec.structs.replace(house, facts=facts)


async def _explain(
    reader: Reads, view: PropertyView, stay: Stay, party: Party, now: datetime
) -> PropertyView:
    """The view of a house that does not sell the stay: why, the nearest stay that it sells, and
    whether one room more would do."""
    first, last = window_of(stay)
    shelf = await offers.load_shelf(reader, view.property.id, first, last)
    if shelf is None:
        return view
    parties = rates.distribute(party.adults, party.child_ages, party.rooms)
    return msgspec.structs.replace(
        view,
        refusal=offers.refusal_of(shelf, stay, parties, now),
        alternative=offers.nearest_stay(shelf, stay, parties, now),
        rooms_hint=_more_rooms(shelf, stay, party, now),
    )


def _more_rooms(shelf: offers.Shelf, stay: Stay, party: Party, now: datetime) -> RoomsHint | None:
    """The fewest rooms that lodge the party in this house, when it asked for fewer."""
    for rooms in range(party.rooms + 1, min(party.adults, rules.MAX_ROOMS) + 1):
        parties = rates.distribute(party.adults, party.child_ages, rooms)
        offer = offers.cheapest(shelf, stay, parties, now)
        if offer is not None:
            return RoomsHint(rooms=rooms, total=1, low_cents=offer.total_cents)
    return None


def _mixed(
    house: offers.HouseOffer,
    parties: Sequence[RoomParty],
    stay: Stay,
    now: datetime,
    today: date,
) -> Iterator[Priced]:
    """Rooms of different types together, where the party needs them, under each plan."""
    for plan in house.plans:
        sellable = offers.sell(house, plan, stay, now)
        together = offers.assign_rooms(sellable, parties, house, plan, stay, today)
        if together and len({sellable.room.room_type for sellable, _ in together}) > 1:
            yield offers.price_rooms(together, house, plan, stay, today)


async def _options(
    reader: Reads,
    house: lodging.Property,
    types: Sequence[lodging.RoomType],
    offer: offers.HouseOffer | None,
    parties: Sequence[RoomParty],
    stay: Stay,
    now: datetime,
) -> tuple[RoomOption, ...]:
    terms = await rates.load_rates(
        reader, house.id, [type.id for type in types], stay.arrival, stay.departure
    )
    return tuple(_option(type, terms, offer, parties, stay, now, house.zone) for type in types)


def _option(
    type: lodging.RoomType,
    terms: rates.HouseRates,
    offer: offers.HouseOffer | None,
    parties: Sequence[RoomParty],
    stay: Stay,
    now: datetime,
    zone: str,
) -> RoomOption:
    today = local_date(now, zone)
    offered = tuple(_same_type(type.id, offer, parties, stay, now, today)) if offer else ()
    too_small = not all(
        rates.fits(party, type.occupancy_max, type.adults_max, type.children_max)
        for party in parties
    )
    obstacles, min_stay = _nearest(type, terms, len(parties), now, zone)
    if too_small:
        obstacles = (*obstacles, Obstacle.TOO_MANY_PERSONS)
    return RoomOption(
        room_type=type,
        offers=offered,
        obstacles=() if offered else obstacles,
        min_stay=min_stay,
    )


def _same_type(
    room_type: int,
    house: offers.HouseOffer,
    parties: Sequence[RoomParty],
    stay: Stay,
    now: datetime,
    today: date,
) -> Iterator[Priced]:
    """All rooms of the party of one type, under each plan that sells them."""
    for plan in house.plans:
        for sellable in offers.sell(house, plan, stay, now):
            rooms = offers.same_rooms(sellable, parties)
            if sellable.room.room_type == room_type and rooms:
                yield offers.price_rooms(rooms, house, plan, stay, today)


def _nearest(
    type: lodging.RoomType, terms: rates.HouseRates, units: int, now: datetime, zone: str
) -> tuple[tuple[Obstacle, ...], int]:
    """What the plan that comes nearest still lacks, and the nights that it asks for; of equally
    near ones, that of the fewest nights."""
    by_plan = [
        (
            tuple(terms.obstacles(type.id, plan, units, now, zone)),
            rates.shortest_stay(terms.sold_nights(type.id, plan)[0]),
        )
        for plan in terms.plans
    ]
    return min(
        by_plan,
        key=lambda told: (rates.nearness(told[0]), told[1]),
        default=((Obstacle.CLOSED,), 1),
    )
