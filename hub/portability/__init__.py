"""A tenant leaves with everything, and arrives elsewhere the same. What others may use:"""

from hub.portability.actions.erasing import erase_tenant
from hub.portability.actions.exporting import export_tenant
from hub.portability.actions.importing import import_tenant
from hub.portability.actions.naming import check_named
from hub.portability.bundle import verify_bundle
from hub.portability.models import Bundle, Certificate, Exported, Imported

__all__ = [
    "Bundle",
    "Certificate",
    "Exported",
    "Imported",
    "check_named",
    "erase_tenant",
    "export_tenant",
    "import_tenant",
    "verify_bundle",
]
