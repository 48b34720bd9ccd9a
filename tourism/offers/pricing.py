"""The best rooms of a house for a party, and their all-in price under each plan: pure.

Prices come from `tourism.rates.price_stay` and taxes from `tourism.taxes` alone, as in a quote:
the price of a hit is the price of the quote.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import combinations, product

import msgspec

from tourism import rates, taxes
from tourism.lodging import stars_shown
from tourism.offers.models import Candidate, HouseRow, OfferedRoom, Priced, Stay
from tourism.rates.models import (
    Night,
    Overlay,
    Promotion,
    RatePlan,
    RoomParty,
    SupplementPrice,
)

ADULT_AGE = 30
MOST_TRIED = 3  # rooms whose every combination is tried


class Sellable(msgspec.Struct, frozen=True):
    """A free room type and its price of each night under one plan."""

    room: Candidate
    base_cents: Sequence[int]


Assigned = Sequence[tuple[Sellable, RoomParty]]


class HouseOffer(msgspec.Struct, frozen=True, kw_only=True):
    """The free room types of a house with everything that prices them."""

    rooms: Sequence[Candidate]
    plans: Sequence[RatePlan]
    overlays: Sequence[Overlay] = ()
    promotions: Sequence[Promotion] = ()


def sell(
    house: HouseOffer, plan: RatePlan, stay: Stay, now: datetime, *, instant: bool = False
) -> list[Sellable]:
    """What can be sold under a plan, with its prices. The room types' own restrictions have been
    looked at already; those of the house and the plan are looked at here. With `instant`, nothing
    that is asked of the house first."""
    zone = house.rooms[0].zone
    if (instant and plan.details.on_request) or rates.plan_obstacles(
        plan, stay.arrival, stay.departure, now, zone
    ):
        return []
    found: list[Sellable] = []
    for room in house.rooms:
        if instant and room.on_request:
            continue
        if not house.overlays and plan.parent is None:
            prices = [rates.derive(cents, plan) for cents in room.prices]
            if min(*room.prices, *prices) > 0:
                found.append(Sellable(room, prices))
            continue
        terms = _terms(house, room, stay)
        slept, leaving = terms.sold_nights(room.room_type, plan)
        if not rates.find_obstacles(slept, leaving, 1):
            found.append(Sellable(room, [night.price_cents for night in slept]))
    return found


def _terms(house: HouseOffer, room: Candidate, stay: Stay) -> rates.HouseRates:
    nights = [
        Night(on=stay.arrival + timedelta(days=n), units_left=room.units_left, price_cents=cents)
        for n, cents in enumerate((*room.prices, 0))
    ]
    return rates.HouseRates(
        arrival=stay.arrival,
        departure=stay.departure,
        plans=tuple(house.plans),
        nights={room.room_type: tuple(nights)},
        overlays=tuple(house.overlays),
    )


def assign_rooms(
    rooms: Sequence[Sellable],
    parties: Sequence[RoomParty],
    house: HouseOffer,
    plan: RatePlan,
    stay: Stay,
    today: date,
) -> Assigned | None:
    """The rooms of a party (`rates.distribute`) under a plan; None when somebody has no room.

    The rule, which `tourism.index` follows too: the party is spread evenly where these rooms can
    house it so, else in the way nearest to even in which they can (`rates.divisions`). Up to three
    rooms are the combination whose all-in total (with everything that the plan adds and takes off,
    and the tourist tax) is the least; of equals, the one that gives the room of the most persons
    the first type in the house's own order, then the next room. Of more rooms that of the most
    persons chooses first; each takes, of the types that fit it and are left, the one of the least
    total.
    """
    for division in _ways(rooms, tuple(parties)):
        assigned = _assign(rooms, division, house, plan, stay, today)
        if assigned is not None:
            return assigned
    return None


def _ways(
    rooms: Sequence[Sellable], parties: tuple[RoomParty, ...]
) -> Sequence[tuple[RoomParty, ...]]:
    """The ways to spread a party for which there may be rooms."""
    if len(parties) == 1:
        return (parties,)
    kinds = tuple(
        (
            one.room.occupancy_max,
            one.room.adults_max,
            one.room.children_max,
            min(one.room.units_left, len(parties)),
        )
        for one in rooms
    )
    return _housed(parties, kinds)


@lru_cache(maxsize=4_096)
def _housed(
    parties: tuple[RoomParty, ...], kinds: tuple[tuple[int, int, int, int], ...]
) -> tuple[tuple[RoomParty, ...], ...]:
    """The ways that rooms can house (persons, adults and children of a type, and the units that are
    left of it): the same for the many stays of a house that are tried one after the other."""
    if sum(left for *_, left in kinds) < len(parties):
        return ()
    return tuple(way for way in rates.divisions(parties) if _can_house(kinds, way))


def _can_house(kinds: Sequence[tuple[int, int, int, int]], parties: Sequence[RoomParty]) -> bool:
    """Whether for each few of up to three rooms there are as many units that fit some of them
    (Hall's condition)."""
    if len(parties) > MOST_TRIED:
        return True
    fitting = [
        {n for n, (*limits, _) in enumerate(kinds) if rates.fits(party, *limits)}
        for party in parties
    ]
    return all(
        sum(kinds[n][-1] for n in set().union(*some)) >= len(some)
        for many in range(1, len(parties) + 1)
        for some in combinations(fitting, many)
    )


def _assign(
    rooms: Sequence[Sellable],
    parties: Sequence[RoomParty],
    house: HouseOffer,
    plan: RatePlan,
    stay: Stay,
    today: date,
) -> Assigned | None:
    order = sorted(range(len(parties)), key=lambda i: -parties[i].persons)
    if 1 < len(parties) <= MOST_TRIED:
        return _best_of_all(rooms, parties, order, house, plan, stay, today)
    left = {sellable.room.room_type: sellable.room.units_left for sellable in rooms}
    assigned: list[tuple[Sellable, RoomParty] | None] = [None] * len(parties)
    for index in order:
        party = parties[index]
        fitting = [
            sellable
            for sellable in rooms
            if left[sellable.room.room_type] > 0 and _fits(sellable.room, party)
        ]
        if not fitting:
            return None
        chosen = _cheapest(fitting, party, house, plan, stay, today)
        left[chosen.room.room_type] -= 1
        assigned[index] = (chosen, party)
    return [pair for pair in assigned if pair is not None]


def _best_of_all(
    rooms: Sequence[Sellable],
    parties: Sequence[RoomParty],
    order: Sequence[int],
    house: HouseOffer,
    plan: RatePlan,
    stay: Stay,
    today: date,
) -> Assigned | None:
    """The cheapest combination. The other rooms can take away at most as many types as they are,
    so each room need only look at as many of its cheapest as there are rooms."""
    costs = {
        party: sorted(
            (price_rooms([(one, party)], house, plan, stay, today).total_cents, n)
            for n, one in enumerate(rooms)
            if _fits(one.room, party)
        )[: len(parties)]
        for party in set(parties)
    }
    possible = [
        (sum(cents for cents, _ in chosen), tuple(n for _, n in chosen))
        for chosen in product(*(costs[parties[index]] for index in order))
        if all(
            many <= rooms[n].room.units_left for n, many in Counter(n for _, n in chosen).items()
        )
    ]
    if not possible:
        return None
    taken = dict(zip(order, min(possible)[1], strict=True))
    return [(rooms[taken[index]], party) for index, party in enumerate(parties)]


def _fits(room: Candidate, party: RoomParty) -> bool:
    return rates.fits(party, room.occupancy_max, room.adults_max, room.children_max)


def _cheapest(
    rooms: Sequence[Sellable],
    party: RoomParty,
    house: HouseOffer,
    plan: RatePlan,
    stay: Stay,
    today: date,
) -> Sellable:
    if len(rooms) == 1:
        return rooms[0]
    return min(
        rooms,
        key=lambda room: price_rooms([(room, party)], house, plan, stay, today).total_cents,
    )


def same_rooms(sellable: Sellable, parties: Sequence[RoomParty]) -> Assigned | None:
    """All rooms of one type, or None when they do not fit or are not left."""
    room = sellable.room
    if not all(_fits(room, party) for party in parties) or room.units_left < len(parties):
        return None
    return [(sellable, party) for party in parties]


def price_rooms(
    assigned: Assigned, house: HouseOffer, plan: RatePlan, stay: Stay, today: date
) -> Priced:
    """What these rooms cost under a plan, tourist tax beside."""
    nights = [0] * stay.nights
    tax = saved = 0
    beside: dict[str, int] = {}
    promotion = None
    for sellable, party in assigned:
        room = sellable.room
        price = rates.price_stay(
            sellable.base_cents,
            stay.arrival,
            plan,
            party,
            room.occupancy_standard,
            house.promotions,
            today,
            room_type=room.room_type,
        )
        for n, cents in enumerate(price.night_cents):
            nights[n] += cents
        tax += _tax(room, party, price.lodging_cents, stay, today)
        saved += price.saved_cents
        for extra in price.supplements:
            beside[extra.name] = beside.get(extra.name, 0) + extra.cents
        promotion = promotion or price.promotion
    return Priced(
        rooms=tuple(
            OfferedRoom(
                room_type=s.room.room_type, code=s.room.code, name=s.room.room_name, party=party
            )
            for s, party in assigned
        ),
        plan=plan,
        on_request=plan.details.on_request or any(s.room.on_request for s, _ in assigned),
        units_left=min(s.room.units_left for s, _ in assigned),
        gross_cents=sum(nights) + sum(beside.values()),
        tourist_tax_cents=tax,
        night_cents=tuple(nights),
        promotion=promotion,
        saved_cents=saved,
        supplements=tuple(SupplementPrice(name=name, cents=c) for name, c in beside.items()),
    )


def _tax(
    room: Candidate, party: RoomParty, lodging_cents: Sequence[int], stay: Stay, today: date
) -> int:
    category = taxes.category_of(room.kind.value, stars_of(room, today))
    net = (
        taxes.net_prices(lodging_cents, room.vat_regime, stay.arrival)
        if category is taxes.Category.NC
        else [taxes.NOTHING] * stay.nights
    )
    return taxes.quick_total_cents(
        commune=room.commune_code,
        department=room.department_code,
        category=category,
        arrival=stay.arrival,
        price_net=net,
        ages=[ADULT_AGE] * party.adults + list(party.child_ages),
    )


def stars_of(house: HouseRow, today: date) -> int | None:
    """The stars that may be shown today."""
    return stars_shown(
        house.stars,
        house.classified_on,
        extended=house.classification_extended,
        export_on=house.registry_export_on,
        today=today,
    ).stars


def is_free_now(plan: RatePlan, stay: Stay, zone: str, now: datetime) -> bool:
    """Whether the plan can still be cancelled for nothing, booked at this instant."""
    until = rates.free_until(plan.cancellation, stay.arrival, zone)
    return until is not None and now <= until
