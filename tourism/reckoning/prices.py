"""The exact price of one room type under one plan. What `tourism.rates` says of one stay is said
here in the same order, to the cent: `plan_nights`, `derive`, `occupancy_cents`, `price_stay`. The
audit compares both over random searches."""

from typing import Any

import numpy as np

from hub.core.money import BPS
from tourism.nights.codes import PROMOTIONS, ROUNDINGS
from tourism.nights.layout import DAYS, DERIVED, PRICED, REDUCED, SUPPLEMENTED
from tourism.rates.models import PromotionKind, Rounding
from tourism.reckoning import sections as of
from tourism.reckoning.compiled import compiled, making, whole
from tourism.reckoning.obstacles import OF_PLAN_HERE, overlay_of
from tourism.reckoning.question import Stay
from tourism.reckoning.sections import Book

UP, DOWN = ROUNDINGS.index(Rounding.UP), ROUNDINGS.index(Rounding.DOWN)
EARLY = PROMOTIONS.index(PromotionKind.EARLY)
LAST_MINUTE = PROMOTIONS.index(PromotionKind.LAST_MINUTE)
LONG_STAY = PROMOTIONS.index(PromotionKind.LONG_STAY)
FREE_NIGHTS = PROMOTIONS.index(PromotionKind.FREE_NIGHTS)


@compiled
def part_of(cents: int, bps: int) -> int:
    """A part of an amount, rounded half up."""
    return (cents * 2 * bps + BPS) // (2 * BPS)


@compiled
def derive(cents: int, plan: Any, rule: Any) -> int:
    """`rates.derive`: a plan's price of a night from that of the plan above."""
    adjust = whole(plan["adjust_bps"])
    if adjust:
        cents = part_of(cents, BPS + adjust)
    if not plan["bits"] & DERIVED:
        return cents
    step = max(whole(rule["step"]), 1)
    cents = max(cents + whole(rule["adjust_cents"]), 0)
    if rule["rounding"] == DOWN:
        cents = cents // step * step
    elif rule["rounding"] == UP:
        cents = -(-cents // step) * step
    else:
        cents = (cents * 2 + step) // (2 * step) * step
    return max(min(cents, whole(rule["cap"])), whole(rule["floor"]))


@compiled
def fill_bases(book: Book, stay: Stay, column: int, slot: int, nights: Any) -> None:
    """The plan's own or derived price of each night, 0 where nobody has set one: what follows a
    night without a price has none either."""
    for night in range(stay.nights):
        nights[night] = of.price(book)[(stay.first + night) % DAYS, column]
    parent = whole(of.plans(book)[slot]["parent"])
    above = whole(of.plans(book)[parent]["parent"]) if parent >= 0 else -1
    overlaid = of.houses(book)[of.house(book)[column]]["plans"] >> 32 > 0
    for step in (above, parent, slot):
        if step < 0:
            continue
        plan, rule = of.plans(book)[step], of.pricing(book)[step]
        own = overlay_of(book, column, step, OF_PLAN_HERE) if overlaid else 0
        for night in range(stay.nights):
            nights[night] = derive(nights[night], plan, rule) if nights[night] > 0 else 0
            cents = whole(of.overlay_price(book)[(stay.first + night) % DAYS, own]) if own else 0
            if cents > 0:
                nights[night] = cents


@compiled
def is_priced(nights: Any) -> bool:
    """Whether each night has a price."""
    least = nights[0]
    for night in range(1, len(nights)):
        least = min(least, nights[night])
    return least > 0


@compiled
def child_cents(rule: Any, age: int, adult: int) -> int:
    """What a child pays: a band's cents and part of the adult's price, never more than that."""
    bps, cents = whole(rule["child_bps"][age]), whole(rule["child_cents"][age])
    if bps == BPS and cents == 0:
        return adult
    return min(cents + part_of(adult, bps), adult)


@compiled
def per_person(base: int, rule: Any, adults: int, children: int, ages: Any) -> int:
    cents = adults * base
    if adults == 1:
        cents += min(whole(rule["single_supplement"]), base)
    for child in range(children):
        cents += child_cents(rule, ages[child], base)
    return cents


@compiled
def per_room(base: int, rule: Any, standard: int, adults: int, children: int, ages: Any) -> int:
    extra = whole(rule["extra_adult"])
    cents = base
    if standard > 1 and adults + children == 1:
        cents -= whole(rule["single_discount"])
    cents = max(cents, 0) + max(adults - standard, 0) * extra
    beyond = children - max(standard - adults, 0)  # who has no place pays: the cheapest of them
    if beyond > 0:
        for child in range(children):
            paying, before = child_cents(rule, ages[child], extra), 0
            for other in range(children):
                less = child_cents(rule, ages[other], extra)
                before += less < paying or (less == paying and other < child)
            cents += paying if before < beyond else 0
    return cents


@compiled
def occupy(
    book: Book, column: int, slot: int, adults: int, children: int, ages: Any, nights: Any
) -> None:
    """`rates.occupancy_cents` of each night, in place."""
    if not of.plans(book)[slot]["bits"] & PRICED:
        return
    rule, standard = of.pricing(book)[slot], whole(of.standard(book)[column])
    for night in range(len(nights)):
        base = nights[night]
        if rule["per_person"]:
            nights[night] = per_person(base, rule, adults, children, ages)
        else:
            nights[night] = per_room(base, rule, standard, adults, children, ages)


@compiled
def applies(rule: Any, stay: Stay, ahead: int) -> bool:
    """Whether a promotion holds for the stay, booked so many days before."""
    if rule["stay_from"] > stay.arrival or rule["stay_until"] < stay.arrival + stay.nights - 1:
        return False
    kind, threshold = rule["kind"], rule["threshold"]
    if kind == EARLY:
        return ahead >= threshold
    if kind == LAST_MINUTE:
        return ahead <= threshold
    return stay.nights >= threshold


@compiled
def is_free(nights: Any, night: int, free: int) -> bool:
    """Whether a night is among the cheapest ones, of equals the first."""
    before = 0
    for other in range(len(nights)):
        less = nights[other] < nights[night]
        before += less or (nights[other] == nights[night] and other < night)
    return before < free


@compiled
def less_of(nights: Any, rule: Any, less: Any) -> int:
    """The nights under a promotion; their sum."""
    kind, count, cents = rule["kind"], len(nights), 0
    free = count // max(rule["threshold"], 1) * rule["free"]
    for night in range(count):
        if kind == FREE_NIGHTS:
            less[night] = 0 if is_free(nights, night, free) else nights[night]
        else:
            less[night] = nights[night] - -(-nights[night] * whole(rule["percent_bps"]) // BPS)
        cents += less[night]
    return cents


@compiled
def sum_of(nights: Any) -> int:
    cents = 0
    for night in range(len(nights)):
        cents += nights[night]
    return cents


@making
def reduce(book: Book, stay: Stay, slot: int, ahead: int, nights: Any) -> tuple[int, int]:
    """The nights under the promotion that saves most, the first of equals, in place; what it saves
    and its row (-1: none)."""
    plan = of.plans(book)[slot]
    if not plan["bits"] & REDUCED:
        return 0, -1
    reference = whole(plan["promotions"])
    first, count = reference >> 16, reference & 0xFFFF
    full = lowest = sum_of(nights)
    chosen, less = -1, np.empty(len(nights), np.int64)
    for place in range(first, first + count):
        rule = of.promotions(book)[place]
        if applies(rule, stay, ahead):
            cents = less_of(nights, rule, less)
            if cents < lowest:
                lowest, chosen = cents, place
    if chosen >= 0:
        less_of(nights, of.promotions(book)[chosen], less)
        for night in range(len(nights)):
            nights[night] = less[night]
    return full - lowest, chosen


@compiled
def beside(
    book: Book, stay: Stay, column: int, slot: int, adults: int, children: int, ages: Any
) -> int:
    """The mandatory supplements of one unit (`rates.price_supplements`)."""
    plan = of.plans(book)[slot]
    if not plan["bits"] & SUPPLEMENTED:
        return 0
    reference, cents = whole(plan["supplements"]), 0
    first, count = reference >> 16, reference & 0xFFFF
    for place in range(first, first + count):
        rule = of.supplements(book)[place]
        if rule["room_type"] != 0 and rule["room_type"] != of.room_type(book)[column]:
            continue
        times = 0
        for night in range(stay.nights):  # the first ordinal was a Monday; bit n is ISO day n
            times += whole(rule["weekdays"]) >> ((stay.arrival + night + 6) % 7 + 1) & 1
        if not rule["a_night"]:
            times = min(times, 1)
        heads = 1
        if rule["a_person"]:
            heads = adults
            for child in range(children):
                heads += rule["from_age"] <= ages[child]
        cents += whole(rule["cents"]) * times * heads
    return cents


@compiled
def price(
    book: Book, stay: Stay, column: int, slot: int, ahead: int,
    adults: int, children: int, ages: Any, nights: Any,
) -> tuple[int, int, int]:  # fmt: skip
    """`rates.price_stay` of one unit, booked `ahead` days before: the stay (-1: a night has no
    price), what a promotion saved and its row (-1: none); the nights without meals go into
    `nights`."""
    fill_bases(book, stay, column, slot, nights)
    if not is_priced(nights):
        return -1, 0, -1
    occupy(book, column, slot, adults, children, ages, nights)
    saved, promotion = reduce(book, stay, slot, ahead, nights)
    plan = of.plans(book)[slot]
    meals = adults * whole(plan["adult_cents"]) + children * whole(plan["child_cents"])
    cents = stay.nights * meals + beside(book, stay, column, slot, adults, children, ages)
    return cents + sum_of(nights), saved, promotion
