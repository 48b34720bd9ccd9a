"""Every search is noted, so that hoteliers learn which of their restrictions it met."""

from litestar.types import Scope

from hub.core.db import Database
from tourism import demand
from tourism.search.models import Party, Search, Stay


def note_search(scope: Scope, search: Search) -> None:
    """Note a search of an area; the first page of it only, and under no filter but the kind."""
    if search.page == 1:
        _note(scope, search.stay, search.party, search=search)


def note_look(scope: Scope, property: int, stay: Stay | None, party: Party) -> None:
    """Note that somebody looked at a house for a stay."""
    if stay is not None:
        _note(scope, stay, party, property=property)


def _note(
    scope: Scope,
    stay: Stay,
    party: Party,
    *,
    search: Search | None = None,
    property: int | None = None,
) -> None:
    visitor = demand.visitor_of(scope)
    if visitor is None:  # a robot's, which does not count
        return
    database: Database = scope["litestar_app"].state.database
    asked = demand.Asked(
        place=search.place if search else "",
        radius_km=search.radius_km if search else None,
        property=property,
        arrival=stay.arrival,
        departure=stay.departure,
        adults=party.adults,
        child_ages=party.child_ages,
        rooms=party.rooms,
        kinds=search.wants.kinds if search else (),
    )
    demand.note_search(database, visitor, asked)
