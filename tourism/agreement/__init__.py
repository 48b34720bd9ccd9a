"""What the members of TourismInFrance may agree on. What other slices may use:"""

from tourism.agreement.vocabulary import VOCABULARY

__all__ = ["VOCABULARY"]
