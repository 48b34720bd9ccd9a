"""Lost demand: the searches that did not find a house, by what stood in the way. What other slices
may use:

    demand.note_search(database, visitor_of(scope), Asked(…))   # explained later, by a worker
    demand.note(database, [Cell(…), …])   # outcomes known already, as the national index has them
"""

from tourism.demand.actions.noting import flush, note, note_search
from tourism.demand.actions.reading import find_lost_demand
from tourism.demand.actions.telling import list_told_areas, list_told_months
from tourism.demand.models import Asked, Cell, Level, Line, LostDemand, Outcome, ToldArea
from tourism.demand.visitors import visitor_of

__all__ = [
    "Asked",
    "Cell",
    "Level",
    "Line",
    "LostDemand",
    "Outcome",
    "ToldArea",
    "find_lost_demand",
    "flush",
    "list_told_areas",
    "list_told_months",
    "note",
    "note_search",
    "visitor_of",
]
