"""Search over all of France. What other slices may use:"""

from tourism.search.actions.engines import choose_engine
from tourism.search.actions.houses import show_property
from tourism.search.actions.searching import search_stays

__all__ = ["choose_engine", "search_stays", "show_property"]
