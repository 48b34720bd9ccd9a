"""The nights that a furnished let is let in a calendar year: of a main residence not more than the
law lets it (L324-1-1). They are counted whatever the house says it is, because it may say otherwise
in the middle of a year, and the year is one."""

from collections.abc import Collection
from datetime import date

from hub.core.db import Reads, Tx
from hub.core.sentences import say
from tourism.lodging import store
from tourism.lodging.errors import NightsLimitReached
from tourism.lodging.models import NIGHTS_FREE, Kind, Property
from tourism.lodging.policy.registration import nights_by_year, nights_max


def is_limited(house: Property) -> bool:
    """Whether the yearly limit binds: furnished main residences only (NL-4)."""
    return is_counted(house) and house.facts.main_residence is True


def is_counted(house: Property) -> bool:
    """Whether the nights of a stay count in its year: of every furnished let."""
    return house.kind is Kind.FURNISHED


async def take_nights(tx: Tx, house: Property, arrival: date, departure: date) -> None:
    """Count the nights of a stay, whatever the house says it is now. Raises `NightsLimitReached`
    when a year would have too many; then the caller's transaction rolls back and nothing is
    counted."""
    communes = await _find_limiting(tx, house)
    for year, nights in sorted(nights_by_year(arrival, departure).items()):
        most = _most(communes, year)
        if not await store.take_let_nights(tx, house.id, year, nights, most):
            raise NightsLimitReached(
                say(
                    "A main residence is let at most %(most)s nights in %(year)s here.",
                    most=most,
                    year=year,
                ),
                obstacles=["nights_limit"],
            )


async def lock_nights(tx: Tx, house: Property, arrival: date, departure: date) -> None:
    """Nobody else counts nights of the years of a stay before our commit; before its months are
    locked, by the order of locks."""
    years = sorted(nights_by_year(arrival, departure))
    if await store.lock_let_years(tx, house.id, years) == len(years):
        return
    communes = await _find_limiting(tx, house)
    for year in years:
        await store.begin_let_year(tx, house.id, year, _most(communes, year))
    await store.lock_let_years(tx, house.id, years)


async def give_nights_back(tx: Tx, house: Property, arrival: date, departure: date) -> None:
    """Cancelled nights do not count (NL-5), whatever the house says it is now."""
    for year, nights in sorted(nights_by_year(arrival, departure).items()):
        await store.give_let_nights(tx, house.id, year, nights)


async def renew_limits(tx: Tx, property: int) -> None:
    """The limit of each counted year again, after the house has said what it is or where."""
    house = await store.find_property(tx, property)
    assert house is not None
    communes = await _find_limiting(tx, house)
    for let in await store.list_let_years(tx, property):
        await store.limit_let_nights(tx, property, let.year, _most(communes, let.year))


async def _find_limiting(tx: Tx, house: Property) -> Collection[str] | None:
    """The communes that limit a house's nights; None when nobody does."""
    return await store.list_city_communes(tx, house.commune_code) if is_limited(house) else None


def _most(communes: Collection[str] | None, year: int) -> int:
    return NIGHTS_FREE if communes is None else nights_max(communes, year)


async def list_let_years(reads: Reads, house: Property) -> list[store.LetYear]:
    """How many nights were let in each year, and how many may be."""
    return await store.list_let_years(reads, house.id)
