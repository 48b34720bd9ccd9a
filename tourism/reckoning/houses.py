"""A house: which of its plans can be booked and are wanted, and the cheapest rooms of it for the
whole party, by the rule that `tourism.offers.pricing.assign_rooms` states."""

from typing import Any, NamedTuple

import numpy as np

from tourism.nights.layout import OVERLAID
from tourism.reckoning.book import BIG, Book, Guests, Instant, Stay, Taxes, Wanted
from tourism.reckoning.compiled import compiled
from tourism.reckoning.obstacles import obstacles_of, plan_obstacles
from tourism.reckoning.prices import price
from tourism.reckoning.rooms import units_left
from tourism.reckoning.taxes import tax_cents

# What a plan lacks of what is wanted.
NO_MEAL, NOT_FREE, ASKS_FIRST = 1, 2, 4


class Trial(NamedTuple):
    """Room for working out what a house costs: units left and what each unit costs, by (kind of
    room wanted, open column): total (`BIG`: not sold), price, tax, saving, promotion; the nights of
    one of them; and what was taken for each room of the party: column, promotion."""

    left: Any
    total: Any
    gross: Any
    tax: Any
    saved: Any
    promotion: Any
    nights: Any
    column: Any
    reduced: Any


@compiled
def room_for(stay: Stay, guests: Guests, columns: int) -> Trial:
    """What the houses of at most so many open columns need."""
    rooms = len(guests.adults)
    numbers = np.empty((5, rooms, columns), np.int64)
    return Trial(
        np.empty(columns, np.int64),
        numbers[0], numbers[1], numbers[2], numbers[3], numbers[4],
        np.empty(stay.nights, np.int64),
        np.empty(rooms, np.int64),
        np.empty(rooms, np.int64),
    )  # fmt: skip


@compiled
def stars_of(book: Book, instant: Instant, number: int) -> int:
    """The stars that may be shown of a house today, 0 for none."""
    if instant.today[book.house_zone[number]] <= book.house_until[number]:
        return np.int64(book.house_stars[number])
    return 0


@compiled
def lacks(book: Book, instant: Instant, wanted: Wanted, zone: int, slot: int) -> int:
    """What a plan lacks of what is wanted, as bits."""
    plan, found = book.plans[slot], 0
    if wanted.meals and not wanted.meals >> np.int64(plan["meal"]) & 1:
        found |= NO_MEAL
    if wanted.free and plan["free_lead"] > instant.lead[zone]:
        found |= NOT_FREE
    if wanted.instant and plan["on_request"]:
        found |= ASKS_FIRST
    return found


@compiled
def fits(book: Book, column: int, adults: int, children: int) -> bool:
    return (
        book.occupancy_max[column] >= adults + children
        and book.adults_max[column] >= adults
        and book.children_max[column] >= children
    )


@compiled
def price_column(
    book: Book, stay: Stay, guests: Guests, instant: Instant, taxes: Taxes,
    room: int, column: int, slot: int, at_once: bool, lane: int, trial: Trial,
) -> None:  # fmt: skip
    """What a unit of a room type costs the persons of a room, under a plan."""
    adults, children, ages = guests.adults[room], guests.children[room], guests.ages[room]
    trial.total[room, lane] = BIG
    if not fits(book, column, adults, children) or (at_once and book.asked[column]):
        return
    number = np.int64(book.house[column])
    overlaid = book.house_bits[number] & OVERLAID
    if overlaid and obstacles_of(book, stay, column, slot, 1):
        return
    ahead = stay.arrival - instant.today[book.house_zone[number]]
    cents, saved, promotion = price(
        book, stay, column, slot, ahead, adults, children, ages, trial.nights
    )
    stars, persons = stars_of(book, instant, number), adults + children
    tax = tax_cents(book, taxes, number, stars, trial.nights, adults, persons)
    trial.total[room, lane] = cents + tax
    trial.gross[room, lane], trial.tax[room, lane] = cents, tax
    trial.saved[room, lane], trial.promotion[room, lane] = saved, promotion


@compiled
def price_plan(
    book: Book, stay: Stay, guests: Guests, instant: Instant, taxes: Taxes,
    columns: Any, slot: int, at_once: bool, trial: Trial,
) -> tuple[int, int, int]:  # fmt: skip
    """The cheapest open columns of a house for the whole party under a plan: price (`BIG` where
    the party finds none), tax and saving; with `at_once` only of those that need not be asked
    for. Each room takes the one with the least total, the first of equals."""
    rooms = len(guests.adults)
    for room in range(rooms):
        if guests.same[room] == room:
            for lane in range(len(columns)):
                price_column(
                    book, stay, guests, instant, taxes,
                    room, columns[lane], slot, at_once, lane, trial,
                )  # fmt: skip
    if rooms > 1:  # else nobody takes a room away
        for lane in range(len(columns)):
            trial.left[lane] = units_left(book, stay, columns[lane])
    gross = tax = saved = 0
    for room in range(rooms):
        kind, best, least = guests.same[room], -1, BIG
        for lane in range(len(columns)):
            if trial.total[kind, lane] < least and (rooms == 1 or trial.left[lane] > 0):
                best, least = lane, trial.total[kind, lane]
        if best < 0:
            return BIG, 0, 0
        trial.left[best] -= 1
        gross += trial.gross[kind, best]
        tax += trial.tax[kind, best]
        saved += trial.saved[kind, best]
        trial.column[guests.number[room]] = columns[best]
        trial.reduced[guests.number[room]] = trial.promotion[kind, best]
    return gross, tax, saved


@compiled
def best_plan(
    book: Book, stay: Stay, guests: Guests, instant: Instant, taxes: Taxes, wanted: Wanted,
    number: int, columns: Any, trial: Trial,
) -> tuple[int, int]:  # fmt: skip
    """The least total of a house under the plans that are wanted and can be booked, and the plan,
    the first of equals; `BIG` and -1 where there is none."""
    reference = np.int64(book.houses[number]["plans"])
    first, count = reference >> 8 & 0xFFFFFF, reference & 0xFF
    zone, least, chosen = np.int64(book.house_zone[number]), BIG, -1
    for slot in range(first, min(first + count, len(book.plans))):
        if lacks(book, instant, wanted, zone, slot):
            continue
        if plan_obstacles(book, stay, instant, zone, slot):
            continue
        gross, tax, _ = price_plan(
            book, stay, guests, instant, taxes, columns, slot, wanted.instant > 0, trial
        )
        if gross + tax < least:
            least, chosen = gross + tax, slot
    return least, chosen
