"""The national registry's importer. What other slices may use:"""

from tourism.lodging.registry.errors import RegistryInvalid
from tourism.lodging.registry.models import Listed, Report, Row
from tourism.lodging.registry.place import list_rows
from tourism.lodging.registry.read import SHIPPED_ON, read_export, read_shipped

__all__ = [
    "SHIPPED_ON",
    "Listed",
    "RegistryInvalid",
    "Report",
    "Row",
    "list_rows",
    "read_export",
    "read_shipped",
]
