"""What is paid beside the nights: linen, cleaning, a dinner on New Year's Eve."""

from datetime import date, timedelta

from tourism.rates.models import (
    RatePlan,
    RoomParty,
    Supplement,
    SupplementChoice,
    SupplementDetails,
    SupplementEach,
    SupplementPer,
    SupplementPrice,
)


def price_supplements(
    plan: RatePlan, room_type: int, arrival: date, nights: int, party: RoomParty
) -> tuple[SupplementPrice, ...]:
    """The mandatory supplements of one unit's stay that cost something, in the house's order."""
    if not plan.supplements:
        return ()
    priced = (
        SupplementPrice(
            name=supplement.name,
            cents=supplement_cents(supplement.details, arrival, nights, party),
        )
        for supplement in plan.supplements
        if supplement.details.mandatory and concerns(supplement, plan.id, room_type)
    )
    return tuple(price for price in priced if price.cents)


def list_choices(
    plan: RatePlan, room_type: int, arrival: date, nights: int, party: RoomParty
) -> tuple[SupplementChoice, ...]:
    """The optional supplements that one unit's stay can have, in the house's order."""
    found = (
        choice_of(supplement, supplement_cents(supplement.details, arrival, nights, party))
        for supplement in plan.supplements
        if not supplement.details.mandatory and concerns(supplement, plan.id, room_type)
    )
    return tuple(choice for choice in found if choice.cents)


def choice_of(supplement: Supplement, cents: int) -> SupplementChoice:
    """A supplement as it is offered, for what it costs."""
    rule = supplement.details
    return SupplementChoice(
        id=supplement.id,
        name=supplement.name,
        cents=cents,
        unit_cents=rule.cents,
        per=rule.per,
        each=rule.each,
        most=rule.most,
        vat=rule.vat,
    )


def concerns(supplement: Supplement, plan: int, room_type: int) -> bool:
    """Whether a supplement is for this plan and this room type."""
    rule = supplement.details
    return (not rule.plans or plan in rule.plans) and (
        not rule.room_types or room_type in rule.room_types
    )


def supplement_cents(rule: SupplementDetails, arrival: date, nights: int, party: RoomParty) -> int:
    """Gross cents of a supplement for one unit, its persons and its nights."""
    counted = sum(
        not rule.weekdays or (arrival + timedelta(days=n)).isoweekday() in rule.weekdays
        for n in range(nights)
    )
    times = counted if rule.each is SupplementEach.NIGHT else int(counted > 0)
    return rule.cents * times * _heads(rule, party)


def _heads(rule: SupplementDetails, party: RoomParty) -> int:
    if rule.per is SupplementPer.ROOM:
        return 1
    return party.adults + sum(age >= rule.from_age for age in party.child_ages)
