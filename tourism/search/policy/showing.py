"""Offers of the engine as results."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from tourism.index import Found, Offer
from tourism.offers.models import OfferedRoom
from tourism.places.models import Area
from tourism.search.models import Facet, Hit, Pin, Results, RoomsHint, WhyNot
from tourism.search.policy.rules import PAGE_SIZE, pages_of

T = TypeVar("T")


def make_hit(offer: Offer) -> Hit:
    """A house with its cheapest offer, as results show it."""
    house, plan = offer.house, offer.plan
    return Hit(
        property=house.property,
        name=house.name,
        kind=house.kind,
        stars=offer.stars,
        commune=house.commune,
        landscape=house.landscape,
        lat=house.lat,
        lng=house.lng,
        distance_km=offer.distance_km,
        rooms=tuple(
            OfferedRoom(
                room_type=taken.room.id,
                code=taken.room.code,
                name=taken.room.name,
                party=taken.party,
            )
            for taken in offer.rooms
        ),
        rate_plan=plan.id,
        plan_code=plan.code,
        plan_name=plan.name,
        meal_plan=plan.meal_plan,
        cancellation=plan.cancellation,
        free_until_at=offer.free_until_at,
        zone=house.zone,
        on_request=plan.on_request,
        units_left=offer.units_left,
        promotion=offer.promotion,
        saved_cents=offer.saved_cents,
        total_cents=offer.total_cents,
        tourist_tax_cents=offer.tax_cents,
    )


def make_results(
    found: Found,
    area: Area,
    page: int,
    offset: int,
    *,
    rooms_hint: RoomsHint | None,
    why_not: Sequence[WhyNot],
) -> Results:
    """A page of what was found; its offers begin at a place in the order."""
    pages = pages_of(found.total)
    page = min(max(page, 1), pages)
    facets = found.facets
    first = (page - 1) * PAGE_SIZE - offset
    shown = found.offers[first : first + PAGE_SIZE]
    return Results(
        total=found.total,
        available=found.available,
        page=page,
        pages=pages,
        hits=tuple(make_hit(offer) for offer in shown),
        kinds=_facets(facets.kinds),
        stars=tuple(
            Facet(value=str(n), count=facets.stars[n]) for n in sorted(facets.stars, reverse=True)
        ),
        amenities=_facets(facets.amenities),
        accessibility=_facets(facets.accessibility),
        meal_plans=_facets(facets.meal_plans),
        pets=facets.pets,
        free_cancellation=facets.free_cancellation,
        instant=facets.instant,
        price_low_cents=found.low_cents,
        price_high_cents=found.high_cents,
        obstacles=_facets(found.obstacles),
        area=area,
        lodgings_in_area=max(found.houses, found.available),
        rooms_hint=rooms_hint,
        why_not=tuple(why_not),
    )


def make_pins(offers: Iterable[Offer]) -> list[Pin]:
    """Houses for the map; those without a position are in the list only."""
    return [
        Pin(
            property=offer.house.property,
            name=offer.house.name,
            lat=offer.house.lat,
            lng=offer.house.lng,
            total_cents=offer.total_cents,
        )
        for offer in offers
        if offer.house.lat is not None and offer.house.lng is not None
    ]


def _facets(counts: Mapping[T, int]) -> tuple[Facet, ...]:
    """The most frequent choice first."""
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], str(pair[0])))
    return tuple(Facet(value=str(getattr(v, "value", v)), count=n) for v, n in ordered if n)
