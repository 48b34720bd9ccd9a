"""An organisation leaves by its own notice: a clock, an archive, an erasure, a certificate. What
others may use:"""

from hub.exits.actions.deciding import find_certificate, has_ended_sale
from hub.exits.models import SaleEnded

__all__ = ["SaleEnded", "find_certificate", "has_ended_sale"]
