"""A search answered slowly and plainly: every house of an area read from PostgreSQL, every plan and
room type priced by `tourism.rates` and taxed by `tourism.taxes`. What the index must equal."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import product
from typing import Any, TypeAlias, TypeVar

import msgspec
from msgspec.structs import replace

from hub.core.clock import local_date
from hub.core.db import Reads
from hub.core.sql import parse_query
from hub.territory import distance_km
from loadtests.truth_rows import (
    BY_ID,
    EVERY,
    HOUSES,
    LETS,
    PLACES,
    PLANS,
    ROOMS,
    House,
    Let,
    Plan,
    Room,
)
from loadtests.truth_ways import ways_of
from tourism import rates, taxes
from tourism.index import (
    FAR_KM,
    Ask,
    Box,
    Circle,
    Houses,
    Order,
    Places,
    PriceBand,
    Wants,
    bands_of,
)
from tourism.lodging.models import ACCESSIBILITY, AMENITIES, Kind, Pets
from tourism.rates.models import MealPlan, Night, Obstacle, Overlay, Promotion, RatePlan, RoomParty

ADULT = 30
T = TypeVar("T")
Grouped: TypeAlias = dict[int, list[T]]
Priced: TypeAlias = list[tuple[int, int, int]]  # type, gross and tax of each, in cents
Rooms: TypeAlias = Priced | None


def _by_house(rows: Iterable[Any]) -> Grouped[Any]:
    """Rows of many houses by their `property`, in order."""
    found: Grouped[Any] = {}
    for row in rows:
        found.setdefault(row.property, []).append(row)
    return found


def _fits(room: Room, party: RoomParty) -> bool:
    return rates.fits(party, room.occupancy_max, room.adults_max, room.children_max)


class Answer(msgspec.Struct, frozen=True):
    """A house of the truth: what its best offer is."""

    property: int
    plan: int
    rooms: tuple[int, ...]
    gross: int
    tax: int
    key: tuple[float, int, int]

    @property
    def total(self) -> int:
        return self.gross + self.tax


class Truth:
    """Everything of some houses that decides about an ask, and the ask."""

    def __init__(self, ask: Ask) -> None:
        self.ask = ask
        self.departure = ask.arrival + timedelta(days=ask.nights)
        self.houses: list[House] = []
        self.rooms: Grouped[Room] = {}
        self.plans: Grouped[Plan] = {}
        self.lets: Grouped[Let] = {}
        self.nights: dict[int, list[Night]] = {}
        self.overlays: Grouped[Overlay] = {}
        self.promotions: Grouped[Promotion] = {}
        self._known: dict[tuple[int, int, bool], Rooms] = {}

    async def read(self, reads: Reads) -> None:
        """Read the area's houses, and all their nights, plans, overlays and promotions."""
        self.houses = [h for h in await self._houses(reads) if self._inside(h)]
        ids = [house.id for house in self.houses]
        every = await reads.all(Room, ROOMS, ids=ids)
        self.rooms = _by_house(every)
        self.plans = _by_house(await reads.all(Plan, PLANS, ids=ids))
        self.lets = _by_house(await reads.all(Let, LETS, ids=ids))
        last = self.departure + timedelta(days=1)
        rooms = [room.id for room in every]
        for night in await rates.list_nights(reads, rooms, self.ask.arrival, last):
            self.nights.setdefault(night.room_type, []).append(night)
        self.overlays = _by_house(await rates.list_overlays(reads, ids, self.ask.arrival, last))
        self.promotions = _by_house(await rates.list_promotions(reads, ids))

    def record(self, id: int) -> tuple[Any, ...] | None:
        """A house with what stands beside it; None when it is not on sale or not in the area."""
        house = next((house for house in self.houses if house.id == id), None)
        parts = (self.rooms, self.plans, self.lets, self.promotions)
        return None if house is None else (house, *(part.get(id, []) for part in parts))

    async def _houses(self, reads: Reads) -> list[House]:
        area = self.ask.area
        if isinstance(area, Houses):
            return await reads.all(House, BY_ID, ids=list(area.properties))
        if isinstance(area, Places):
            query = parse_query("places", HOUSES.format(where=PLACES[area.kind]))
            return await reads.all(House, query, codes=list(area.codes))
        return await reads.all(House, EVERY)

    def _inside(self, house: House) -> bool:
        area, lat, lng = self.ask.area, house.lat, house.lng
        if isinstance(area, Houses | Places):
            return True
        if lat is None or lng is None:
            return False
        if isinstance(area, Circle):
            return distance_km(lat, lng, area.lat, area.lng) <= area.km
        assert isinstance(area, Box)
        return area.south <= lat <= area.north and area.west <= lng <= area.east

    def answers(self) -> list[Answer]:
        """The houses that have what is wanted, in the ask's order."""
        return self._answers(self.ask.wants)

    def _answers(self, wants: Wants) -> list[Answer]:
        found = [answer for house in self.houses if (answer := self._best(house, wants))]
        low, high = wants.price_min_cents, wants.price_max_cents
        kept = [
            answer
            for answer in found
            if (low is None or answer.total >= low) and (high is None or answer.total <= high)
        ]
        return sorted(kept, key=lambda answer: answer.key)

    def available(self) -> int:
        """How many houses can be sold, whatever is wanted of them."""
        return len(self._answers(Wants()))

    def spread(self) -> tuple[int | None, int | None, tuple[PriceBand, ...]]:
        """The cheapest and the dearest of what is wanted but for the price, and how many are of
        each."""
        any_price = replace(self.ask.wants, price_min_cents=None, price_max_cents=None)
        totals = [answer.total for answer in self._answers(any_price)]
        return min(totals, default=None), max(totals, default=None), bands_of(totals)

    def obstacles(self) -> dict[Obstacle, int]:
        """What stands in the way of each house that cannot be sold, at its nearest."""
        sold = {answer.property for answer in self._answers(Wants())}
        return dict(
            Counter(
                obstacle
                for house in self.houses
                if house.id not in sold and self.rooms.get(house.id) and self.plans.get(house.id)
                for obstacle in self._refusal(house)
            )
        )

    def _refusal(self, house: House) -> Sequence[Obstacle]:
        """The reasons of the room type and plan that come nearest to being sold."""
        ask = self.ask
        if ask.arrival < local_date(ask.now, house.zone):
            return (Obstacle.TOO_LATE,)
        if self._let_out(house):
            return (Obstacle.NIGHTS_LIMIT,)
        terms = self._terms(house, self.plans[house.id])
        tried: list[Sequence[Obstacle]] = []
        for room, plan in product(self.rooms[house.id], self.plans[house.id]):
            found = terms.obstacles(room.id, plan, 1, ask.now, house.zone)
            fits = all(_fits(room, party) for party in ask.parties)
            if not fits and found != [Obstacle.BEYOND_HORIZON]:
                found = [*found, Obstacle.TOO_MANY_PERSONS]
            if found:
                tried.append(found)
        return min(tried, key=rates.nearness, default=(Obstacle.SOLD_OUT,))

    def facets(self) -> dict[str, dict[Any, int]]:
        """How many houses each choice would leave: of kinds, stars and meals each instead of those
        that are made, of everything else each beside those that are made."""
        wants = self.ask.wants

        def each(name: str, values: Iterable[Any], made: tuple[Any, ...] = ()) -> dict[Any, int]:
            asked = {v: replace(wants, **{name: tuple({*made, v})}) for v in values}
            return {v: many for v, one in asked.items() if (many := len(self._answers(one)))}

        return {
            "kinds": each("kinds", Kind),
            "stars": each("stars", range(1, 6)),
            "amenities": each("amenities", AMENITIES, wants.amenities),
            "accessibility": each("accessibility", ACCESSIBILITY, wants.accessibility),
            "meal_plans": each("meal_plans", MealPlan),
            "alone": {
                name: len(self._answers(replace(wants, **{name: True})))
                for name in ("pets", "free_cancellation", "instant")
            },
        }

    def _wanted(self, house: House, wants: Wants, today: date) -> bool:
        facts = house.facts
        return (
            (not wants.kinds or house.kind in wants.kinds)
            and (not wants.stars or house.stars_on(today) in wants.stars)
            and set(wants.amenities) <= set(facts.amenities)
            and set(wants.accessibility) <= set(facts.accessibility)
            and (not wants.pets or facts.pets is not Pets.NO)
        )

    def _best(self, house: House, wants: Wants) -> Answer | None:
        ask, today = self.ask, local_date(self.ask.now, house.zone)
        past = ask.arrival < today
        if past or not self._wanted(house, wants, today) or self._let_out(house):
            return None
        best: Answer | None = None
        for plan in self.plans.get(house.id, []):
            if not self._plan_wanted(plan, house, wants):
                continue
            rooms = self._rooms_of(house, plan, instant=wants.instant)
            if rooms is None:
                continue
            gross, tax = sum(room[1] for room in rooms), sum(room[2] for room in rooms)
            if best is None or gross + tax < best.total:
                key = self._key(house, gross + tax, today)
                best = Answer(house.id, plan.id, tuple(room[0] for room in rooms), gross, tax, key)
        return best

    def _rooms_of(self, house: House, plan: Plan, *, instant: bool) -> Rooms:
        """The rooms of the party under a plan, worked out once for all that is wanted."""
        key = (house.id, plan.id, instant)
        if key not in self._known:
            terms = self._terms(house, self.plans[house.id])
            today = local_date(self.ask.now, house.zone)
            self._known[key] = self._assign(house, plan, terms, today, instant=instant)
        return self._known[key]

    def _let_out(self, house: House) -> bool:
        slept = Counter((self.ask.arrival + timedelta(days=n)).year for n in range(self.ask.nights))
        return any(
            slept[let.year] and let.nights + slept[let.year] > let.nights_max
            for let in self.lets.get(house.id, ())
        )

    def _plan_wanted(self, plan: RatePlan, house: House, wants: Wants) -> bool:
        until = rates.free_until(plan.cancellation, self.ask.arrival, house.zone)
        free = until is not None and self.ask.now <= until
        return (
            (not wants.meal_plans or plan.meal_plan in wants.meal_plans)
            and (free or not wants.free_cancellation)
            and not (wants.instant and plan.details.on_request)
        )

    def _terms(self, house: House, plans: Sequence[Plan]) -> rates.HouseRates:
        return rates.HouseRates(
            arrival=self.ask.arrival,
            departure=self.departure,
            plans=tuple(plans),
            nights={
                room.id: tuple(self.nights.get(room.id, ()))
                for room in self.rooms.get(house.id, ())
            },
            overlays=tuple(self.overlays.get(house.id, ())),
            promotions=tuple(self.promotions.get(house.id, ())),
        )

    def _assign(
        self, house: House, plan: RatePlan, terms: rates.HouseRates, today: date, *, instant: bool
    ) -> Rooms:
        """The rooms of the first way to spread the party that finds any."""
        rooms = [
            room
            for room in self.rooms.get(house.id, ())
            if not terms.obstacles(room.id, plan, 1, self.ask.now, house.zone)
            and not (instant and room.on_request)
        ]
        left = {r.id: min(n.units_left for n in terms.sold_nights(r.id, plan)[0]) for r in rooms}
        for parties in ways_of(self.ask.parties):
            fitting = [[room for room in rooms if _fits(room, party)] for party in parties]
            if not all(fitting) or sum(left.values()) < len(parties):
                continue
            priced = [
                [(room.id, *self._price(house, room, plan, terms, party, today)) for room in some]
                for party, some in zip(parties, fitting, strict=True)
            ]
            order = sorted(range(len(parties)), key=lambda n: -parties[n].persons)
            give = self._cheapest if len(parties) <= 3 else self._one_by_one
            if (chosen := give(priced, dict(left), order)) is not None:
                return chosen
        return None

    def _one_by_one(
        self, priced: Sequence[Priced], left: dict[int, int], order: Sequence[int]
    ) -> Rooms:
        """For each room, the largest persons first, the cheapest that is left."""
        chosen: Priced = [(0, 0, 0)] * len(order)
        for number in order:
            free = [one for one in priced[number] if left[one[0]] > 0]
            if not free:
                return None
            chosen[number] = min(free, key=lambda one: one[1] + one[2])
            left[chosen[number][0]] -= 1
        return chosen

    def _cheapest(
        self, priced: Sequence[Priced], left: dict[int, int], order: Sequence[int]
    ) -> Rooms:
        """Every combination, the first of the cheapest."""
        ways = [priced[number] for number in order]
        possible = [
            way
            for way in product(*ways)
            if all(many <= left[id] for id, many in Counter(one[0] for one in way).items())
        ]
        if not possible:
            return None
        best = min(possible, key=lambda way: sum(one[1] + one[2] for one in way))
        return [one for _, one in sorted(zip(order, best, strict=True))]

    def _price(
        self,
        house: House,
        room: Room,
        plan: RatePlan,
        terms: rates.HouseRates,
        party: RoomParty,
        today: date,
    ) -> tuple[int, int]:
        price = terms.price(room.id, plan, party, room.occupancy_standard, today)
        tax = taxes.tax_of_stay(
            commune=house.commune_code,
            department=house.department_code,
            category=taxes.category_of(house.kind.value, house.stars_on(today)),
            arrival=self.ask.arrival,
            price_net=taxes.net_prices(price.lodging_cents, house.vat_regime, self.ask.arrival),
            ages=[ADULT] * party.adults + list(party.child_ages),
        )
        return price.total_cents, tax.total_cents

    def _key(self, house: House, total: int, today: date) -> tuple[float, int, int]:
        ask = self.ask
        km: float = 0
        if ask.centre is not None:
            km = FAR_KM
            if house.lat is not None and house.lng is not None:
                km = round(distance_km(house.lat, house.lng, *ask.centre))
        missing = 5 - (house.stars_on(today) or 0)
        first: float = {
            Order.PRICE: 0,
            Order.DISTANCE: km,
            Order.STARS: missing,
            Order.BALANCED: total
            + km * ask.weights.cents_per_km
            + missing * ask.weights.cents_per_missing_star,
        }[ask.order]
        return first, total, house.id
