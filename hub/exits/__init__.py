"""An organisation leaves by its own notice: a clock, an archive, an erasure, a certificate. What
others may use:"""

from hub.exits.models import SaleEnded

__all__ = ["SaleEnded"]
