"""What a house sells for some nights: its plans, nights, overlays and promotions together, and the
two questions that every surface asks of them: can it be sold, and for how much."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from tourism.rates.models import (
    Night,
    Obstacle,
    Overlay,
    Promotion,
    RatePlan,
    RoomParty,
    StayPrice,
    Terms,
)
from tourism.rates.policy.pricing import plan_nights, price_stay
from tourism.rates.policy.restrictions import departure_of, find_obstacles, plan_obstacles


class HouseRates(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that decides about the nights [`arrival`, `departure`) of a house.

    `nights` are by room type and reach to the departure day, for the departure's own rules. Room
    types `on_request` can be sold, once the house has said yes; plans say so themselves.
    """

    arrival: date
    departure: date
    plans: tuple[RatePlan, ...]
    nights: dict[int, tuple[Night, ...]]
    overlays: tuple[Overlay, ...] = ()
    promotions: tuple[Promotion, ...] = ()
    on_request: tuple[int, ...] = ()

    def asks_first(self, room_type: int, plan: RatePlan) -> bool:
        """Whether the house answers before a stay is booked."""
        return plan.details.on_request or room_type in self.on_request

    def find_plan(self, id: int) -> RatePlan | None:
        return next((plan for plan in self.plans if plan.id == id), None)

    def sold_nights(self, room_type: int, plan: RatePlan) -> tuple[list[Night], Night]:
        """The slept nights as the plan sells them, and the departure day's."""
        by_id = {known.id: known for known in self.plans}
        known = self.nights.get(room_type, ())
        slept = [night for night in known if night.on < self.departure]
        leaving = next((night for night in known if night.on == self.departure), None)
        both = [*slept, departure_of(self.departure, leaving)]
        *sold, parting = plan_nights(plan, by_id, room_type, both, self.overlays)
        return sold, parting

    def obstacles(
        self, room_type: int, plan: RatePlan, units: int, now: datetime, zone: str
    ) -> list[Obstacle]:
        """Every reason why so many units cannot be sold under the plan, booked at `now`; to be
        asked first is none (`asks_first`)."""
        slept, leaving = self.sold_nights(room_type, plan)
        if len(slept) < (self.departure - self.arrival).days:
            return [Obstacle.BEYOND_HORIZON]
        return find_obstacles(slept, leaving, units) + plan_obstacles(
            plan, self.arrival, self.departure, now, zone
        )

    def lacks_price(self, room_type: int, plan: RatePlan) -> bool:
        """Whether nobody has set a price for one of the nights."""
        slept, _ = self.sold_nights(room_type, plan)
        return any(night.price_cents <= 0 for night in slept)

    def price(
        self, room_type: int, plan: RatePlan, party: RoomParty, standard: int, booked_on: date
    ) -> StayPrice:
        """What one unit costs for the stay under the plan."""
        slept, _ = self.sold_nights(room_type, plan)
        bases = [night.price_cents for night in slept]
        return price_stay(
            bases,
            self.arrival,
            plan,
            party,
            standard,
            self.promotions,
            booked_on,
            room_type=room_type,
        )


def rates_of(terms: Terms, arrival: date, departure: date) -> HouseRates:
    """What can be asked of the terms of a stay: whether it can be sold, not for how much."""
    nights: dict[int, list[Night]] = {}
    for night in terms.nights:
        nights.setdefault(night.room_type, []).append(night)
    return HouseRates(
        arrival=arrival,
        departure=departure,
        plans=terms.plans,
        nights={room_type: tuple(found) for room_type, found in nights.items()},
        overlays=terms.overlays,
        on_request=terms.on_request,
    )


def with_descendants(plans: Sequence[RatePlan], id: int) -> set[int]:
    """A plan and every plan that follows it, however far."""
    found = {id}
    while more := {plan.id for plan in plans if plan.parent in found} - found:
        found |= more
    return found
