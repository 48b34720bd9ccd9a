"""What the software measures of itself, on schedule and on demand. What others may use:"""

from hub.probes.actions import (
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
from hub.probes.world import Probe, World

__all__ = [
    "Probe",
    "Restored",
    "RunProbes",
    "World",
    "ask_probes",
    "list_components",
    "note",
    "note_restored",
    "rehearse",
    "run_one",
    "run_probes",
    "world_of",
    "write_sbom",
]
