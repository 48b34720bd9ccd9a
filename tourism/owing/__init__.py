"""What a guest still has to pay, and the card that pays it. What other slices may use:"""

from tourism.owing.actions.showing import find_owing
from tourism.owing.models import Due, DueKind, DueState, Owing

__all__ = ["Due", "DueKind", "DueState", "Owing", "find_owing"]
