"""Lost demand: the searches that did not find a house, by what stood in the way. What other slices
may use:

    demand.note_search(database, visitor_of(scope), Asked(…))   # explained later, by a worker
    demand.note(database, [Cell(…), …])   # outcomes known already, as the national index has them
"""

from tourism.demand.actions.noting import flush, note, note_search
from tourism.demand.actions.reading import find_lost_demand, total_by_area
from tourism.demand.models import AreaCell, Asked, Cell, Line, LostDemand, Outcome
from tourism.demand.visitors import visitor_of

__all__ = [
    "AreaCell",
    "Asked",
    "Cell",
    "Line",
    "LostDemand",
    "Outcome",
    "find_lost_demand",
    "flush",
    "note",
    "note_search",
    "total_by_area",
    "visitor_of",
]
