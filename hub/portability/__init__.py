"""A tenant leaves with everything, and arrives elsewhere the same. What others may use:"""

from hub.portability.actions.exporting import export_tenant
from hub.portability.actions.importing import import_tenant
from hub.portability.bundle import verify_bundle
from hub.portability.models import Bundle, Exported, Imported

__all__ = ["Bundle", "Exported", "Imported", "export_tenant", "import_tenant", "verify_bundle"]
