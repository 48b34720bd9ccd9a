"""Offers of the engine as results."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import msgspec

from tourism.index import Deal, Found, Offer
from tourism.offers.models import OfferedRoom
from tourism.places.models import Area
from tourism.search.models import (
    Facet,
    Hit,
    Listed,
    Pin,
    Results,
    RoomsHint,
    Stated,
    WhyNot,
)
from tourism.search.policy.rules import PAGE_SIZE, pages_of

T = TypeVar("T")
Known = dict[Deal, bytes]
MOST_KNOWN = 50_000
NO_HITS = b'"hits":[]'
_encoder = msgspec.json.Encoder()
_encode = _encoder.encode
COMMA = ord(",")


def make_hit(offer: Offer) -> Hit:
    """A house with its cheapest offer, as results show it."""
    return Hit(**_fields(_listed(offer.deal)), **_fields(_stated(offer)))


def encode_hits(offers: Iterable[Offer], known: Known, into: bytearray) -> None:
    """The same as JSON, by commas. What does not depend on the stay is encoded once a deal; the
    brace that begins what does becomes the comma between them."""
    first = len(into)
    for offer in offers:
        deal = offer.deal
        listed = known.get(deal)
        if listed is None:
            if len(known) >= MOST_KNOWN:
                known.clear()
            listed = known[deal] = b"," + _encode(_listed(deal))[:-1]
        into += listed
        brace = len(into)
        _encoder.encode_into(_stated(offer), into, brace)
        into[brace] = COMMA
    del into[first : first + 1]


def encode_results(results: Results, offers: Iterable[Offer], known: Known) -> bytes:
    """Results without hits, and the hits, as the JSON of results with these hits."""
    before, after = _encode(results).split(NO_HITS, 1)
    answer = bytearray(before)
    answer += NO_HITS[:-1]
    encode_hits(offers, known, answer)
    answer += b"]"
    answer += after
    return bytes(answer)


def _fields(part: msgspec.Struct) -> dict[str, Any]:
    return {name: getattr(part, name) for name in part.__struct_fields__}


def _listed(deal: Deal) -> Listed:
    house, plan = deal.house, deal.plan
    return Listed(
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
            for taken in deal.rooms
        ),
        rate_plan=plan.id,
        plan_code=plan.code,
        plan_name=plan.name,
        meal_plan=plan.meal_plan,
        cancellation=plan.cancellation,
        on_request=deal.on_request,
    )


def _stated(offer: Offer) -> Stated:
    return Stated(
        stars=offer.stars,
        distance_km=offer.distance_km,
        free_until_at=offer.free_until_at,
        units_left=offer.units_left,
        promotion=offer.promotion,
        saved_cents=offer.saved_cents,
        total_cents=offer.gross_cents + offer.tax_cents,
        tourist_tax_cents=offer.tax_cents,
    )


class Sought(msgspec.Struct, frozen=True, kw_only=True):
    """What an engine found for a page, and what is told beside it; its offers begin at `offset` in
    the order."""

    found: Found
    area: Area
    page: int
    offset: int
    rooms_hint: RoomsHint | None
    why_not: tuple[WhyNot, ...]

    @property
    def shown(self) -> tuple[Offer, ...]:
        """The offers of the page."""
        first = (min(self.page, pages_of(self.found.total)) - 1) * PAGE_SIZE - self.offset
        return self.found.offers[first : first + PAGE_SIZE]


def make_results(sought: Sought, hits: tuple[Hit, ...]) -> Results:
    """A page of what was found, with these hits."""
    found, facets = sought.found, sought.found.facets
    pages = pages_of(found.total)
    return Results(
        total=found.total,
        available=found.available,
        page=min(sought.page, pages),
        pages=pages,
        hits=hits,
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
        area=sought.area,
        lodgings_in_area=max(found.houses, found.available),
        rooms_hint=sought.rooms_hint,
        why_not=sought.why_not,
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
    if not counts:
        return ()
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], str(pair[0])))
    return tuple(Facet(value=str(getattr(v, "value", v)), count=n) for v, n in ordered if n)
