"""Offers of the engine as results."""

from collections.abc import Mapping
from typing import TypeVar

import msgspec

from tourism.index import Found, Offer
from tourism.offers.models import OfferedRoom
from tourism.places.models import Area
from tourism.search.models import (
    Facet,
    Hit,
    Results,
    RoomsHint,
    WhyNot,
)
from tourism.search.policy.rules import pages_of

T = TypeVar("T")


def make_hit(offer: Offer) -> Hit:
    """A house with its cheapest offer, as results show it."""
    house, plan = offer.house, offer.plan
    return Hit(
        property=house.property,
        name=house.name,
        kind=house.kind,
        commune=house.commune,
        landscape=house.landscape,
        lat=house.lat,
        lng=house.lng,
        zone=house.zone,
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
        on_request=offer.on_request,
        stars=offer.stars,
        distance_km=offer.distance_km,
        free_until_at=offer.free_until_at,
        units_left=offer.units_left,
        promotion=offer.promotion,
        saved_cents=offer.saved_cents,
        total_cents=offer.total_cents,
        tourist_tax_cents=offer.tax_cents,
    )


class Sought(msgspec.Struct, frozen=True, kw_only=True):
    """What an engine found for a page, and what is told beside it."""

    found: Found
    area: Area
    page: int
    rooms_hint: RoomsHint | None
    why_not: tuple[WhyNot, ...]


def make_results(sought: Sought) -> Results:
    """A page of what was found."""
    found, facets = sought.found, sought.found.facets
    pages = pages_of(found.total)
    return Results(
        total=found.total,
        available=found.available,
        page=min(sought.page, pages),
        pages=pages,
        hits=tuple(make_hit(offer) for offer in found.offers),
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
        price_bands=found.price_bands,
        obstacles=_facets(found.obstacles),
        area=sought.area,
        lodgings_in_area=max(found.houses, found.available),
        rooms_hint=sought.rooms_hint,
        why_not=sought.why_not,
    )


def _facets(counts: Mapping[T, int]) -> tuple[Facet, ...]:
    """The most frequent choice first."""
    if not counts:
        return ()
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], str(pair[0])))
    return tuple(Facet(value=str(getattr(v, "value", v)), count=n) for v, n in ordered if n)
