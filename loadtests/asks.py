"""Random searches, and random changes of what is sold, for the audit."""

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from msgspec.structs import replace

from tourism import rates
from tourism.index import Area, Ask, Box, CalendarAsk, Circle, Houses, Order, Places, Wants, Weights
from tourism.lodging.models import ACCESSIBILITY, AMENITIES, Kind
from tourism.rates.models import MealPlan


class Asking:
    """Searches over some houses: their ids, communes and positions are given, and the wider places
    that are asked for."""

    def __init__(
        self,
        seed: int,
        now: datetime,
        houses: Sequence[tuple[int, str, float, float]],
        places: Sequence[Places] = (),
    ) -> None:
        self.random = random.Random(seed)
        self.now, self.houses, self.places = now, houses, places

    def any(self) -> Ask | CalendarAsk:
        """A search; one of twelve for three days around an arrival, one of twelve over New Year."""
        pick, ask = self.random, self.ask()
        chance = pick.random()
        if chance < 1 / 12:
            return CalendarAsk(
                area=ask.area, first=max(ask.arrival - timedelta(days=3), self.now.date()),
                days=7, nights=ask.nights, parties=ask.parties, now=ask.now, wants=ask.wants,
            )  # fmt: skip
        if chance < 2 / 12:
            soon = self.now.date() + timedelta(days=5)
            eve = date(soon.year, 12, 31) - timedelta(days=pick.randint(0, 3))
            return replace(ask, arrival=eve, nights=max(ask.nights, 4))
        return ask

    def ask(self, limit: int = 20) -> Ask:
        """One search; most of them plain, some with everything."""
        pick, now = self.random, self.now
        rooms = pick.choice((1, 1, 1, 1, 1, 2, 3, 5))
        adults = pick.randint(rooms, rooms * pick.choice((1, 2, 2, 3)))
        ages = [pick.randint(0, 17) for _ in range(pick.choice((0, 0, 0, 1, 2, 3)))]
        nights = pick.choice((1, 2, 3, 4, 5, 7, 7, 10, 14, 21, 28))
        _, _, lat, lng = pick.choice(self.houses)
        return Ask(
            area=self.area(),
            arrival=now.date() + timedelta(days=pick.choice((1, 2, 5, 20, 60, 120, 200, 300, 365))
                                           + pick.randint(0, 20)),
            nights=nights,
            parties=rates.distribute(adults, ages, rooms),
            now=now + timedelta(minutes=pick.randint(0, 600)),
            wants=self.wants() if pick.random() < 0.5 else Wants(),
            order=pick.choice(tuple(Order)),
            weights=Weights(cents_per_km=pick.randint(0, 500), cents_per_missing_star=700),
            centre=(lat, lng),
            offset=pick.choice((0, 0, 0, 5)),
            limit=limit,
            facets=pick.random() < 0.3,
            spread=pick.random() < 0.2,
            reasons=1_000 * (pick.random() < 0.1),
        )  # fmt: skip

    def area(self) -> Area:
        pick = self.random
        id, commune, lat, lng = pick.choice(self.houses)
        kind = pick.randint(0, 5)
        if kind == 0:
            return Circle(lat=lat, lng=lng, km=pick.choice((0.5, 5.0, 15.0)))
        if kind == 1:
            width = pick.choice((0.02, 0.1, 0.3))
            return Box(south=lat - width, north=lat + width, west=lng - width, east=lng + width)
        if kind == 2:
            return Houses(properties=(id, pick.choice(self.houses)[0], 999_999_999))
        if kind == 3 and self.places:
            return pick.choice(self.places)
        return Places(kind="commune", codes=(commune, pick.choice(self.houses)[1]))

    def wants(self) -> Wants:
        pick = self.random

        def maybe(chance: float) -> bool:
            return pick.random() < chance

        return Wants(
            kinds=tuple(pick.sample(tuple(Kind), 3)) if maybe(0.3) else (),
            stars=tuple(pick.sample((1, 2, 3, 4, 5), 2)) if maybe(0.3) else (),
            amenities=tuple(pick.sample(AMENITIES, pick.choice((1, 1, 2)))) if maybe(0.15) else (),
            accessibility=(pick.choice(ACCESSIBILITY),) if maybe(0.1) else (),
            pets=maybe(0.1),
            meal_plans=tuple(pick.sample(tuple(MealPlan), 2)) if maybe(0.3) else (),
            free_cancellation=maybe(0.3),
            instant=maybe(0.2),
            price_min_cents=pick.choice((None, None, 10_000)),
            price_max_cents=pick.choice((None, None, 40_000, 90_000)),
        )
