"""What the software measures of itself, on schedule and on demand. What others may use:"""

from hub.probes.actions import (
    UNMEASURED,
    ask_probes,
    note,
    note_restored,
    rehearse,
    run_one,
    run_probes,
    world_of,
)
from hub.probes.looking.components import list_components, write_sbom
from hub.probes.models import Restored, RunProbes
from hub.probes.store import find_restore_times, find_sample, list_left_over, list_unrehearsed
from hub.probes.world import Probe, World

__all__ = [
    "UNMEASURED",
    "Probe",
    "Restored",
    "RunProbes",
    "World",
    "ask_probes",
    "find_restore_times",
    "find_sample",
    "list_components",
    "list_left_over",
    "list_unrehearsed",
    "note",
    "note_restored",
    "rehearse",
    "run_one",
    "run_probes",
    "world_of",
    "write_sbom",
]
