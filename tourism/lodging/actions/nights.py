"""The nights that a main residence may be let in a calendar year (L324-1-1)."""

from datetime import date

from hub.core.db import Reads, Tx
from hub.core.sentences import say
from tourism.lodging import store
from tourism.lodging.errors import NightsLimitReached
from tourism.lodging.models import Kind, Property
from tourism.lodging.policy.registration import nights_by_year, nights_max


def is_limited(house: Property) -> bool:
    """Whether the yearly limit binds: furnished main residences only (NL-4)."""
    return house.kind is Kind.FURNISHED and house.facts.main_residence is True


async def take_nights(tx: Tx, house: Property, arrival: date, departure: date) -> None:
    """Count the nights of a stay. Raises `NightsLimitReached` when a year would have too many;
    then the caller's transaction rolls back and nothing is counted."""
    if not is_limited(house):
        return
    communes = await store.list_city_communes(tx, house.commune_code)
    for year, nights in sorted(nights_by_year(arrival, departure).items()):
        most = nights_max(communes, year)
        if not await store.take_let_nights(tx, house.id, year, nights, most):
            raise NightsLimitReached(
                say(
                    "A main residence is let at most %(most)s nights in %(year)s here.",
                    most=most,
                    year=year,
                ),
                obstacles=["nights_limit"],
            )


async def give_nights_back(tx: Tx, house: Property, arrival: date, departure: date) -> None:
    """Cancelled nights do not count (NL-5)."""
    if is_limited(house):
        for year, nights in sorted(nights_by_year(arrival, departure).items()):
            await store.give_let_nights(tx, house.id, year, nights)


async def list_let_years(reads: Reads, house: Property) -> list[store.LetYear]:
    """How many nights were let in each year, and how many may be."""
    return await store.list_let_years(reads, house.id)
