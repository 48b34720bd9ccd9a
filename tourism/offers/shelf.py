"""Many stays of one house: its calendar, the nearest stay that works, and why one does not. Pure:
the rules are those of `tourism.rates`, the price that of `pricing.price_rooms`."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from hub.core.clock import local_date
from tourism import lodging, rates
from tourism.index import Wants
from tourism.offers import pricing
from tourism.offers.filters import at_price
from tourism.offers.models import (
    Alternative,
    Candidate,
    DayOffer,
    Priced,
    Refusal,
    RoomRow,
    Shelf,
    Stay,
)
from tourism.rates.models import Night, Obstacle, Overlay, RatePlan, RoomParty
from tourism.rates.policy.restrictions import shortest_stay

NEAR_DAYS = 7
MORE_NIGHTS = 7
FEWER_NIGHTS = 2
MAX_NIGHTS = 28
ANYTHING = Wants()


def cheapest(
    shelf: Shelf,
    stay: Stay,
    parties: Sequence[RoomParty],
    now: datetime,
    wants: Wants = ANYTHING,
    *,
    refundable: bool = False,
) -> Priced | None:
    """The cheapest combination of rooms and one plan for the party that has what is wanted of a
    plan, or None, also where that is not at a wanted price; with `refundable`, of plans that can
    still be cancelled without a fee."""
    found = [
        priced
        for priced in _sold(shelf, stay, parties, now, wants)
        if not refundable or _is_refundable(priced.plan, stay, shelf.house.zone, now)
    ]
    best = min(found, key=lambda priced: (priced.total_cents, priced.plan.rank), default=None)
    return best if best is not None and at_price(best.total_cents, wants) else None


def sells(shelf: Shelf, stay: Stay, parties: Sequence[RoomParty], now: datetime) -> bool:
    """Whether the house sells a stay to a party: as `cheapest`, but one room is not priced."""
    offer = offer_of(shelf, stay, now)
    if offer is None:
        return False
    today = local_date(now, shelf.house.zone)
    for plan in shelf.plans:
        sellable = pricing.sell(offer, plan, stay, now)
        if len(parties) == 1:
            if any(pricing.same_rooms(one, parties) for one in sellable):
                return True
        elif pricing.assign_rooms(sellable, parties, offer, plan, stay, today):
            return True
    return False


def _is_refundable(plan: RatePlan, stay: Stay, zone: str, now: datetime) -> bool:
    until = rates.free_until(plan.cancellation, stay.arrival, zone)
    return until is not None and now < until


def _sold(
    shelf: Shelf, stay: Stay, parties: Sequence[RoomParty], now: datetime, wants: Wants
) -> Iterator[Priced]:
    offer = offer_of(shelf, stay, now)
    if offer is None:
        return
    today = local_date(now, shelf.house.zone)
    for plan in shelf.plans:
        if wants.meal_plans and plan.meal_plan not in wants.meal_plans:
            continue
        if wants.free_cancellation and not pricing.is_free_now(plan, stay, shelf.house.zone, now):
            continue
        sellable = pricing.sell(offer, plan, stay, now, instant=wants.instant)
        together = pricing.assign_rooms(sellable, parties, offer, plan, stay, today)
        if together:
            yield pricing.price_rooms(together, offer, plan, stay, today)


def offer_of(shelf: Shelf, stay: Stay, now: datetime) -> pricing.HouseOffer | None:
    """The house with the room types that are free and open on every night of a stay."""
    if stay.arrival < local_date(now, shelf.house.zone) or _beyond_let_year(shelf, stay):
        return None
    free = [
        _candidate(shelf, room, slept)
        for room in shelf.rooms
        if (slept := _slept(shelf, room, stay)) and not _room_obstacles(shelf, room, stay)
    ]
    if not free:
        return None
    return pricing.HouseOffer(
        rooms=free,
        plans=shelf.plans,
        overlays=_within(shelf, stay),
        promotions=shelf.promotions,
    )


def _within(shelf: Shelf, stay: Stay) -> list[Overlay]:
    return [o for o in shelf.overlays if stay.arrival <= o.on <= stay.departure]


def _beyond_let_year(shelf: Shelf, stay: Stay) -> bool:
    """Whether a year of a stay has not so many nights left: over New Year each counts its own."""
    if not shelf.let_years:
        return False
    slept = lodging.nights_by_year(stay.arrival, stay.departure)
    return any(
        let.year in slept and let.nights + slept[let.year] > let.nights_max
        for let in shelf.let_years
    )


def _slept(shelf: Shelf, room: RoomRow, stay: Stay) -> list[Night]:
    """The nights of a stay, none when one of them is not known."""
    known = shelf.nights.get(room.room_type, {})
    days = (stay.arrival + timedelta(days=n) for n in range(stay.nights))
    slept = [night for day in days if (night := known.get(day)) is not None]
    return slept if len(slept) == stay.nights else []


def _leaving(shelf: Shelf, room: RoomRow, stay: Stay) -> Night:
    known = shelf.nights.get(room.room_type, {})
    return rates.departure_of(stay.departure, known.get(stay.departure))


def _room_obstacles(shelf: Shelf, room: RoomRow, stay: Stay) -> list[Obstacle]:
    """Those that no plan lifts: of a night without a price, a plan may have one of its own."""
    found = rates.find_obstacles(_slept(shelf, room, stay), _leaving(shelf, room, stay), 1)
    return [obstacle for obstacle in found if obstacle is not Obstacle.NO_PRICE]


def _candidate(shelf: Shelf, room: RoomRow, slept: Sequence[Night]) -> Candidate:
    house = shelf.house
    return Candidate(
        **{name: getattr(house, name) for name in house.__struct_fields__},
        room_type=room.room_type,
        code=room.code,
        room_name=room.room_name,
        occupancy_standard=room.occupancy_standard,
        occupancy_max=room.occupancy_max,
        adults_max=room.adults_max,
        children_max=room.children_max,
        on_request=room.on_request,
        units_left=min(night.units_left for night in slept),
        prices=tuple(night.price_cents for night in slept),
    )


def refusal_of(shelf: Shelf, stay: Stay, parties: Sequence[RoomParty], now: datetime) -> Refusal:
    """Why the house does not sell a stay: the reasons of the room type and plan that come
    nearest."""
    if stay.arrival < local_date(now, shelf.house.zone):
        return Refusal(obstacles=(Obstacle.TOO_LATE,))
    if _beyond_let_year(shelf, stay):
        return Refusal(obstacles=(Obstacle.NIGHTS_LIMIT,))
    tried = [
        (tuple(found), _limits(shelf, room, plan, stay))
        for room in shelf.rooms
        for plan in shelf.plans
        if (found := _plan_obstacles(shelf, room, plan, stay, parties, now))
    ]
    if not tried:
        return Refusal(obstacles=(Obstacle.SOLD_OUT,) if shelf.rooms else (Obstacle.CLOSED,))
    obstacles, (least, most) = min(tried, key=lambda pair: rates.nearness(pair[0]))
    return Refusal(obstacles=obstacles, min_stay=least, max_stay=most)


def _plan_obstacles(
    shelf: Shelf,
    room: RoomRow,
    plan: RatePlan,
    stay: Stay,
    parties: Sequence[RoomParty],
    now: datetime,
) -> list[Obstacle]:
    nights, leaving = _plan_nights(shelf, room, plan, stay)
    if len(nights) < stay.nights:
        return [Obstacle.BEYOND_HORIZON]
    found = rates.find_obstacles(nights, leaving, 1)
    found += rates.plan_obstacles(plan, stay.arrival, stay.departure, now, shelf.house.zone)
    if not all(_fits(room, party) for party in parties):
        found.append(Obstacle.TOO_MANY_PERSONS)
    return found


def _fits(room: RoomRow, party: RoomParty) -> bool:
    return rates.fits(party, room.occupancy_max, room.adults_max, room.children_max)


def _plan_nights(
    shelf: Shelf, room: RoomRow, plan: RatePlan, stay: Stay
) -> tuple[list[Night], Night]:
    both = [*_slept(shelf, room, stay), _leaving(shelf, room, stay)]
    plans = {one.id: one for one in shelf.plans}
    *sold, leaving = rates.plan_nights(plan, plans, room.room_type, both, _within(shelf, stay))
    return sold, leaving


def _limits(shelf: Shelf, room: RoomRow, plan: RatePlan, stay: Stay) -> tuple[int, int]:
    nights, _ = _plan_nights(shelf, room, plan, stay)
    most = (
        [n for n in (nights[0].max_stay, *(night.max_through for night in nights)) if n]
        if (nights)
        else []
    )
    return shortest_stay(nights) if nights else 1, min(most, default=0)


def nearest_stay(
    shelf: Shelf,
    stay: Stay,
    parties: Sequence[RoomParty],
    now: datetime,
    wants: Wants = ANYTHING,
) -> Alternative | None:
    """The nearest stay that the house sells as it is wanted: few days earlier or later, some nights
    more or less; of equally near ones the cheaper."""
    best: tuple[float, int, Alternative] | None = None
    for far, other in nearby_stays(stay, local_date(now, shelf.house.zone)):
        if best is not None and far > best[0]:
            break
        if other.arrival < shelf.first or other.departure >= shelf.last:
            continue
        offer = cheapest(shelf, other, parties, now, wants)
        if offer is not None and (best is None or offer.total_cents < best[1]):
            found = Alternative(
                arrival=other.arrival, departure=other.departure, total_cents=offer.total_cents
            )
            best = (far, offer.total_cents, found)
    return best[2] if best else None


def nearby_stays(stay: Stay, today: date) -> list[tuple[float, Stay]]:
    """Stays beside one, the nearest first, with how far they are: a day of arrival counts one, a
    night more as much, a night less one and a half. None is in the past."""
    found: list[tuple[float, Stay]] = []
    for shift in range(-NEAR_DAYS, NEAR_DAYS + 1):
        for more in range(-FEWER_NIGHTS, MORE_NIGHTS + 1):
            arrival, nights = stay.arrival + timedelta(days=shift), stay.nights + more
            if (not shift and not more) or not 1 <= nights <= MAX_NIGHTS or arrival < today:
                continue
            far = abs(shift) + (more if more > 0 else -1.5 * more)
            found.append((far, Stay(arrival=arrival, departure=arrival + timedelta(days=nights))))
    found.sort(key=lambda pair: (pair[0], abs((pair[1].arrival - stay.arrival).days)))
    return found


def cheapest_by_day(
    shelf: Shelf,
    first: date,
    days: int,
    nights: int,
    parties: Sequence[RoomParty],
    now: datetime,
) -> list[DayOffer]:
    """The cheapest total of each arrival day, or why there is none."""
    found: list[DayOffer] = []
    for on in (first + timedelta(days=n) for n in range(days)):
        stay = Stay(arrival=on, departure=on + timedelta(days=nights))
        found.append(_day(shelf, on, stay, parties, now))
    return found


def departures_of(
    shelf: Shelf, arrival: date, most: int, parties: Sequence[RoomParty], now: datetime
) -> list[DayOffer]:
    """The total of each departure after an arrival, or why there is none."""
    found: list[DayOffer] = []
    for nights in range(1, most + 1):
        departure = arrival + timedelta(days=nights)
        stay = Stay(arrival=arrival, departure=departure)
        found.append(_day(shelf, departure, stay, parties, now))
    return found


def _day(
    shelf: Shelf, on: date, stay: Stay, parties: Sequence[RoomParty], now: datetime
) -> DayOffer:
    offer = cheapest(shelf, stay, parties, now)
    if offer is not None:
        return DayOffer(on=on, total_cents=offer.total_cents)
    return DayOffer(on=on, total_cents=None, refusal=refusal_of(shelf, stay, parties, now))
