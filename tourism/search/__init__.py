"""Search over all of France. What other slices may use:"""

from tourism.search.actions import search_stays, show_property

__all__ = ["search_stays", "show_property"]
