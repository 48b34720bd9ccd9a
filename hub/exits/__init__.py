"""An organisation leaves by its own notice: a clock, an archive, an erasure, a certificate. What
others may use:"""

from hub.exits.actions.deciding import has_ended_sale
from hub.exits.models import SaleEnded

__all__ = ["SaleEnded", "has_ended_sale"]
