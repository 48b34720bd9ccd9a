"""A tenant leaves with everything, and arrives elsewhere the same. What others may use:"""

from hub.portability.actions.clearing import clear_copy
from hub.portability.actions.ending import count_ending, end_kept, list_ending, note_ending
from hub.portability.actions.erasing import erase_tenant, find_left
from hub.portability.actions.exporting import export_tenant
from hub.portability.actions.holding import check_not_on_hold, lift_hold, place_hold
from hub.portability.actions.importing import import_tenant, settle_tenant
from hub.portability.actions.naming import check_named
from hub.portability.actions.shredding import shred_keys
from hub.portability.bundle import verify_bundle
from hub.portability.models import Arrival, Bundle, Certificate, Exported, Going, Imported

__all__ = [
    "Arrival",
    "Bundle",
    "Certificate",
    "Exported",
    "Going",
    "Imported",
    "check_named",
    "check_not_on_hold",
    "clear_copy",
    "count_ending",
    "end_kept",
    "erase_tenant",
    "export_tenant",
    "find_left",
    "import_tenant",
    "lift_hold",
    "list_ending",
    "note_ending",
    "place_hold",
    "settle_tenant",
    "shred_keys",
    "verify_bundle",
]
