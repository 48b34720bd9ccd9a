"""The best rooms of a house for a party, and their all-in price under each plan: pure.

Prices come from `tourism.rates.price_night` and taxes from `tourism.taxes` alone, as in a quote:
the price of a hit is the price of the quote.
"""

from collections.abc import Sequence
from datetime import date, datetime

from tourism import rates, taxes
from tourism.lodging import stars_shown
from tourism.rates.models import RatePlan, RoomParty
from tourism.search.models import Candidate, Hit, OfferedRoom, Party, Priced, Stay

ADULT_AGE = 30
Assigned = Sequence[tuple[Candidate, RoomParty]]


def assign_rooms(candidates: Sequence[Candidate], parties: Sequence[RoomParty]) -> Assigned | None:
    """The cheapest free type that fits each room's persons, the largest parties first; None when
    somebody has no room."""
    cheapest = sorted(candidates, key=lambda c: (sum(c.prices), c.room_type))
    used: dict[int, int] = {}
    assigned: list[tuple[Candidate, RoomParty] | None] = [None] * len(parties)
    order = sorted(range(len(parties)), key=lambda i: -parties[i].persons)
    for index in order:
        party = parties[index]
        for candidate in cheapest:
            free = candidate.units_left - used.get(candidate.room_type, 0)
            if free > 0 and rates.fits(party, candidate.occupancy_max, candidate.adults_max):
                used[candidate.room_type] = used.get(candidate.room_type, 0) + 1
                assigned[index] = (candidate, party)
                break
        else:
            return None
    return [pair for pair in assigned if pair is not None]


def same_rooms(candidate: Candidate, parties: Sequence[RoomParty]) -> Assigned | None:
    """All rooms of one type, or None when they do not fit or are not left."""
    fit = all(rates.fits(p, candidate.occupancy_max, candidate.adults_max) for p in parties)
    if not fit or candidate.units_left < len(parties):
        return None
    return [(candidate, party) for party in parties]


def price_rooms(assigned: Assigned, plan: RatePlan, stay: Stay, today: date) -> Priced:
    """What these rooms cost under a plan, tourist tax beside."""
    nights = [0] * stay.nights
    tax = 0
    for candidate, party in assigned:
        for n, base in enumerate(candidate.prices):
            nights[n] += rates.price_night(base, plan, party)
        tax += _tax(candidate, party, plan, stay, today)
    used = {candidate.room_type for candidate, _ in assigned}
    return Priced(
        rooms=tuple(
            OfferedRoom(room_type=c.room_type, code=c.code, name=c.room_name, party=party)
            for c, party in assigned
        ),
        plan=plan,
        units_left=min(c.units_left for c, _ in assigned if c.room_type in used),
        gross_cents=sum(nights),
        tourist_tax_cents=tax,
        night_cents=tuple(nights),
    )


def _tax(candidate: Candidate, party: RoomParty, plan: RatePlan, stay: Stay, today: date) -> int:
    category = taxes.category_of(candidate.kind.value, stars_of(candidate, today))
    net = (
        rates.lodging_net_prices(candidate.prices, plan, candidate.vat_regime, stay.arrival)
        if category is taxes.Category.NC
        else [taxes.NOTHING] * stay.nights
    )
    return taxes.quick_total_cents(
        commune=candidate.commune_code,
        department=candidate.department_code,
        category=category,
        arrival=stay.arrival,
        price_net=net,
        ages=[ADULT_AGE] * party.adults + list(party.child_ages),
    )


def stars_of(candidate: Candidate, today: date) -> int | None:
    """The stars that may be shown today."""
    return stars_shown(
        candidate.stars,
        candidate.classified_on,
        extended=candidate.classification_extended,
        export_on=candidate.registry_export_on,
        today=today,
    ).stars


def is_free_now(plan: RatePlan, stay: Stay, zone: str, now: datetime) -> bool:
    """Whether the plan can still be cancelled for nothing, booked at this instant."""
    until = rates.free_until(plan.cancellation, stay.arrival, zone)
    return until is not None and now <= until


def make_hit(
    candidates: Sequence[Candidate],
    plans: Sequence[RatePlan],
    party: Party,
    stay: Stay,
    now: datetime,
    today: date,
    distance_km: float | None,
) -> Hit | None:
    """A house with its cheapest offer among the plans, or None when the party cannot stay."""
    parties = rates.distribute(party.adults, party.child_ages, party.rooms)
    assigned = assign_rooms(candidates, parties)
    if assigned is None or not plans:
        return None
    best = min(
        (price_rooms(assigned, plan, stay, today) for plan in plans),
        key=lambda priced: (priced.total_cents, priced.plan.rank),
    )
    house = candidates[0]
    free = is_free_now(best.plan, stay, house.zone, now)
    return Hit(
        property=house.property,
        name=house.name,
        kind=house.kind,
        stars=stars_of(house, today),
        commune=house.commune,
        landscape=house.landscape,
        distance_km=distance_km,
        rooms=best.rooms,
        rate_plan=best.plan.id,
        plan_code=best.plan.code,
        meal_plan=best.plan.meal_plan,
        cancellation=best.plan.cancellation,
        free_until_at=rates.free_until(best.plan.cancellation, stay.arrival, house.zone)
        if free
        else None,
        units_left=best.units_left,
        total_cents=best.total_cents,
        tourist_tax_cents=best.tourist_tax_cents,
    )
