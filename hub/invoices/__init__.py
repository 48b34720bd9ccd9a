"""Invoices as they are shown, printed and taken away. What other slices may use:"""

from hub.invoices.actions.printing import print_invoice

__all__ = ["print_invoice"]
